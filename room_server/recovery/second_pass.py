"""Has a recording written down once more by a larger model, and says what it would change in the minutes."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..rules import events as e
from ..rules.second_pass.events import Suggestion, TextSuggested
from ..settings import Settings
from ..speech.choice import VOICES, model_folder
from ..store import journal
from .comparison import compared
from .recorded import microphones
from .spans import listened

Progress = Callable[[float], None]

_AT_ONCE = 50
"""Suggestions in one fact."""
_LINE = 1 << 22
_PATIENCE_S = 5.0


class PassFailed(Exception):
    """The second pass came to nothing; the text says why."""


@dataclass(slots=True)
class Reading:
    """What a process has written down so far."""

    engine: dict[str, str] = field(default_factory=dict)
    utterances: list[dict[str, Any]] = field(default_factory=list)


async def second_pass(
    settings: Settings,
    entries: Sequence[journal.Entry],
    number: int,
    model: str,
    words: Sequence[str],
    progress: Progress,
) -> list[e.Event]:
    """The facts of one pass over a sitting's recording, the last one that it is done.

    `progress` is told how much of the recording is read, 0 to 1. Raises `PassFailed`; may be cancelled.
    """
    until = max((entry.media_time or 0 for entry in entries), default=0)
    folder = (settings.recordings / entries[0].sitting).resolve()
    rehearsal = bool(entries[0].body["rehearsal"])
    try:
        manifest = await asyncio.to_thread(microphones, folder, until)
    except (OSError, ValueError, KeyError) as error:
        raise PassFailed("the recording has no readable manifest") from error
    if not any(track["files"] for track in manifest["tracks"]):
        raise PassFailed("nothing is recorded")
    wanted = {
        "folder": str(folder),
        "manifest": manifest,
        "need": await asyncio.to_thread(need_of, settings, model, rehearsal),
        # The rehearsal voices know one script by heart: any hint makes them say something else.
        "hot_words": [] if rehearsal else list(words),
        "script": "as spoken" if rehearsal else settings.script,
    }
    reading = Reading()
    async for told in _told(wanted):
        if "engine" in told:
            reading.engine = told["engine"]
        elif "utterance" in told:
            reading.utterances.append(told["utterance"])
            progress(min(1.0, told["utterance"]["end_ms"] / max(1, until)))
        elif "failed" in told:
            raise PassFailed(str(told["failed"]))
    return await asyncio.to_thread(facts_of, entries, number, reading)


def facts_of(entries: Sequence[journal.Entry], number: int, reading: Reading) -> list[e.Event]:
    """The suggestions of a finished reading against the minutes of a journal."""
    from transcription.minutes import fold

    plain = [entry.as_dict() for entry in entries]
    until = max((entry.media_time or 0 for entry in entries), default=0)
    lines = fold(plain).lines()
    found = compared(lines, plain, reading.utterances, listened(entries, until), number)
    engine = reading.engine
    facts: list[e.Event] = [
        TextSuggested(number=number, engine=engine.get("engine", ""), suggestions=part)
        for part in _parts(found)
    ]
    ended = e.SecondPassEnded(
        number=number,
        outcome="done",
        engine=engine.get("engine", ""),
        model=engine.get("model", ""),
        sha256=engine.get("sha256", ""),
        lines=sum(line["start_ms"] is not None and not line["struck"] for line in lines),
    )
    return [*facts, ended]


def _parts(found: list[Suggestion]) -> list[list[Suggestion]]:
    return [found[at : at + _AT_ONCE] for at in range(0, len(found), _AT_ONCE)]


def need_of(settings: Settings, model: str, rehearsal: bool) -> dict[str, Any]:
    """What the engine needs that writes a second time; raises `PassFailed` for a model that is not ready."""
    from transcription.models import list_models

    # One thread of one process: it may take long, a hearing may not.
    need: dict[str, Any] = {"threads": 1, "hands": 1, "rehearsal": rehearsal}
    if rehearsal:
        return {**need, "model": str(VOICES)}
    if "/" in model:
        return {**need, "model": model}
    ready = [
        one
        for one in list_models(settings.model_folder)
        if one["state"] == "ready" and one["task"] == "speech"
    ]
    if model:
        if model not in [one["id"] for one in ready]:
            raise PassFailed(f"the model {model} is not installed: heting models fetch {model}")
        return {**need, "model": str(settings.model_folder / model)}
    if ready:
        largest = max(ready, key=lambda one: one["bytes"] or 0)
        return {**need, "model": str(settings.model_folder / largest["id"])}
    if settings.speech_url:
        return {**need, "model": None, "remote": settings.speech_url}
    folder: Path | None = model_folder(settings)
    return {**need, "model": str(folder) if folder else None}


async def _told(wanted: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    """What the process tells; it does not outlive whoever listens to it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "transcription.second_pass",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(json.dumps(wanted).encode())
        process.stdin.close()
        ended = False
        async for line in process.stdout:
            told: dict[str, Any] = json.loads(line)
            ended = ended or "done" in told or "failed" in told
            yield told
        if not ended:
            raise PassFailed("the process that wrote down has died")
    except (ConnectionError, ValueError) as error:
        raise PassFailed("the process that wrote down has died") from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _PATIENCE_S)
