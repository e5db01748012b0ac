"""`heting transcribe SITTING`: fill in the minutes from the recording, when no model was there live."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..finishing.steps import Finisher
from ..recovery.catching import filled, listening
from ..recovery.spans import Hole, holes
from ..reports import fact_of
from ..rules import events as e
from ..rules.room import SYSTEM, replay
from ..settings import Settings
from ..speech.choice import VOICES, model_folder
from ..store import journal
from ..store.database import Database

if TYPE_CHECKING:
    from transcription.overhearing import Dropped
    from transcription.scribe import Recogniser
    from transcription.wording.script import Script


class NotTranscribed(Exception):
    """The sitting cannot be transcribed; the text says why and what to do."""


class ClosedLedger:
    """The journal of a sitting that is over, for facts that come later."""

    def __init__(self, database: Database, sitting: str, opened_at: int) -> None:
        self.id = sitting
        self._database = database
        self._opened_at = opened_at

    async def told(self, *events: e.Event) -> None:
        """Store facts."""
        now = int(time.time() * 1000)
        facts = [(SYSTEM, now, now - self._opened_at, event) for event in events]
        await journal.append(self._database, self.id, facts)


def main(settings: Settings, sitting: str, as_json: bool) -> int:
    """Transcribe and store; the exit status."""
    try:
        count = asyncio.run(transcribe(settings, sitting))
    except NotTranscribed as error:
        if as_json:
            print(json.dumps({"ok": False, "error": str(error)}, ensure_ascii=False))
        else:
            print(f"heting: {error}", file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps({"ok": True, "sitting": sitting, "utterances": count}))
    else:
        print(f"{count} utterances written into the minutes of {sitting}")
    return 0


async def transcribe(settings: Settings, sitting: str) -> int:
    """Append what the recording says to the journal and make the documents anew; how many utterances.

    Raises `NotTranscribed`.
    """
    database = Database(settings.database)
    await database.open()
    try:
        entries = await journal.read(database, sitting)
        opened_at = _transcribable(entries, sitting)
        rehearsal = bool(entries[0].body["rehearsal"])
        written = any(entry.type == "UtteranceHeard" for entry in entries)
        missed = holes(entries)
        room = replay(entry.event() for entry in entries)
        words = (await listening(database, sitting, room, settings))["hot_words"]
        # The rehearsal voices know one script by heart: any hint makes them say something else.
        words = [] if rehearsal else words
        work = asyncio.to_thread(_recognise, settings, sitting, rehearsal, written, missed, words)
        engine, facts = await work
        ledger = ClosedLedger(database, sitting, opened_at)
        await ledger.told(e.EngineStated(**engine), *facts)
        await Finisher(settings, database, None).finish(ledger)
        return sum(isinstance(fact, e.UtteranceHeard) for fact in facts)
    finally:
        await database.close()


def _transcribable(entries: list[journal.Entry], sitting: str) -> int:
    if not entries:
        raise NotTranscribed(f"there is no sitting {sitting}")
    opened = next((entry.at for entry in entries if entry.type == "Opened"), None)
    if opened is None or not any(entry.type == "RecordingFinished" for entry in entries):
        raise NotTranscribed(f"the recording of {sitting} is not finished yet: close the sitting first")
    if any(entry.type == "UtteranceHeard" for entry in entries) and not holes(entries):
        raise NotTranscribed(f"the minutes of {sitting} have text already: nothing was changed")
    return opened


def _recognise(
    settings: Settings,
    sitting: str,
    rehearsal: bool,
    written: bool,
    missed: Sequence[Hole],
    words: Sequence[str] = (),
) -> tuple[dict[str, str], list[e.Event]]:
    """Write down what was missed, or everything when nothing is written yet."""
    from transcription.engine import describe, open_engine
    from transcription.offline import transcribe as write_down
    from transcription.wording.script import Script

    folder = VOICES if rehearsal else model_folder(settings)
    need: dict[str, Any] = {
        "model": str(folder) if folder else None,
        "remote": settings.speech_url or None,
        "rehearsal": rehearsal,
        "window": settings.speech_window,
        # The whole machine, in single hands: one window after the other leaves cores idle.
        "threads": 1,
        "hands": max(settings.speech_threads, os.cpu_count() or 1),
    }
    script = Script.AS_SPOKEN if rehearsal else Script(settings.script)
    engine = open_engine(need)
    described = describe(engine)
    if engine.recogniser is None:
        raise NotTranscribed(f"no speech model: {described['reason']}; heting models fetch")
    recording = settings.recordings / sitting
    manifest = _manifest(recording)
    if written:
        recogniser = engine.recogniser
        return described, [
            fact
            for hole in missed
            for fact in filled(hole, *_heard(recording, manifest, recogniser, hole, script, words))
        ]
    out: list[Dropped] = []
    found = write_down(
        recording, manifest, engine.recogniser, "zh", words, _warn, script=script, told=out.append
    )
    facts = [
        fact
        for heard in found
        if (fact := fact_of("utterance", {"participant": heard.speaker, **heard.plain()})) is not None
    ]
    left_out = [e.SpeechDropped(**one.plain()) for one in out]
    return described, [*facts, *left_out, *(_covered(hole, facts) for hole in missed)]


def _covered(hole: Hole, facts: Sequence[e.Event]) -> e.Event:
    """The fact that a hole is none any more, for the whole recording was written down."""
    mine = [f for f in facts if isinstance(f, e.UtteranceHeard) and f.participant == hole.participant]
    count = sum(f.start_ms < hole.end_ms and f.end_ms > hole.start_ms for f in mine)
    span = {"start_ms": hole.start_ms, "end_ms": hole.end_ms}
    return e.SpeechCaughtUp(participant=hole.participant, **span, utterances=count)


def _heard(
    recording: Path,
    manifest: dict[str, Any],
    recogniser: "Recogniser",
    hole: Hole,
    script: "Script",
    words: Sequence[str],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What was said in a hole, and what was left out as another's voice."""
    from transcription.catching_up import Missed, missed_speech

    missed = Missed(hole.participant, hole.from_ms, hole.until_ms)
    out: list[Dropped] = []
    found = missed_speech(
        recording, manifest, recogniser, missed, _warn, "zh", script, words, told=out.append
    )
    heard = [{"participant": hole.participant, **utterance.plain()} for utterance in found]
    return heard, [one.plain() for one in out]


def _warn(problem: Any) -> None:
    print(f"heting: passed over: {problem}", file=sys.stderr)


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError) as error:
        raise NotTranscribed(f"the recording in {folder} has no readable manifest") from error
    return manifest
