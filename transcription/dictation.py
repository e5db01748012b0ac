"""A whole sound file through the live scribe, one utterance at a time, behind the hearing's own speech."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

from .offline import sounding
from .scribe import LATER, Errand, Scribe
from .segmenter import Segment
from .utterance import Utterance
from .wording.wording import VERBATIM, Wording

LONGEST_S = 7200.0


class EngineAbsent(Exception):
    """There is no engine that could write; the text says why."""


class EngineBusy(Exception):
    """So much live speech waits that nothing else is taken on."""


class EngineFailed(Exception):
    """The engine raised on this sound."""


async def dictate(
    path: Path, scribe: Scribe, language: str, hot_words: tuple[str, ...]
) -> tuple[list[Utterance], float]:
    """The file's utterances, times counted from its beginning, and its length in seconds."""
    sounds: Iterator[Segment | float] = sounding(path, LONGEST_S)
    utterances = []
    while not isinstance(sound := await asyncio.to_thread(next, sounds), float):
        utterance = await written(scribe, sound, language, hot_words)
        if utterance:
            utterances.append(utterance)
    return utterances, sound


async def written(
    scribe: Scribe,
    segment: Segment,
    language: str,
    hot_words: tuple[str, ...],
    speaker: str = "",
    wording: Wording = VERBATIM,
) -> Utterance | None:
    """One segment's text, behind live speech, None when doubtful; raises `EngineBusy`, `EngineFailed`."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[tuple[Utterance | None, str]] = loop.create_future()

    def settle(utterance: Utterance | None, reason: str) -> None:
        if not answer.done():
            answer.set_result((utterance, reason))

    def told(errand: Errand, utterance: Utterance | None, reason: str) -> None:
        # The loop may be gone when a worker closes in the middle of a file.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, utterance, reason)

    scribe.put(Errand(speaker, segment, told, "", hot_words, language, LATER, wording))
    utterance, reason = await answer
    if reason in ("overloaded", "forgotten"):
        raise EngineBusy
    if reason == "failed":
        raise EngineFailed
    return utterance
