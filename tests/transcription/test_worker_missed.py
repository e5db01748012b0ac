"""What the scribe worker cannot write at once: told as missed, done later, never twice."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.support.scripted_recogniser import ScriptedRecogniser
from tests.support.speech import VOICES, quiet, spoken, webm
from tests.transcription import test_worker
from tests.transcription.test_worker import FIRST, SECOND, SPEECH, Room
from transcription import worker
from transcription.offline import SoundUnreadable

rooms, scripted = test_worker.rooms, test_worker.scripted


async def test_what_is_not_done_when_a_room_closes_is_told_as_missed_and_never_comes(
    rooms: Callable[..., Room],
    scripted: Callable[[ScriptedRecogniser], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "_DRAIN_S", 1.0)
    recogniser = ScriptedRecogniser()
    recogniser.stall()
    scripted(recogniser)
    room = rooms()
    await room.open()
    await room.worker.listen("r1", {})
    room.say("p_a", np.concatenate([SPEECH, SPEECH]))
    assert await room.worker.drain("r1") == {"pending": 0}
    told = [(event["type"], event["reason"]) for _, event in room.events]
    assert told == [("unheard", "late"), ("unheard", "late")]
    recogniser.go_on()
    assert await room.worker.drain("r1") == {"pending": 0}
    await room.until(lambda: len(recogniser.heard) == 1)
    await asyncio.sleep(0.3)
    assert len(room.events) == 2


async def test_what_was_too_much_is_told_as_missed_and_written_when_it_is_quiet(
    rooms: Callable[..., Room],
    scripted: Callable[[ScriptedRecogniser], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recogniser = ScriptedRecogniser()
    recogniser.stall()
    scripted(recogniser)
    room = rooms()
    await room.open()
    assert room.worker._scribe is not None
    monkeypatch.setattr(room.worker._scribe, "_room_s", 3.0)
    await room.worker.listen("r1", {})
    room.say("p_a", np.concatenate([SPEECH] * 4))
    await room.until(lambda: any(event["type"] == "unheard" for _, event in room.events))
    await room.until(lambda: any(event["type"] == "lag" and event["seconds"] > 0 for _, event in room.events))
    recogniser.go_on()
    await room.until(lambda: len(room.heard()) == 4)
    missed = {event["start_ms"] for _, event in room.events if event["type"] == "unheard"}
    starts = [event["start_ms"] for event in room.heard()]
    # Each sentence once, the missed ones after those that found room, at their own time.
    assert len(set(starts)) == 4 and set(starts[-len(missed) :]) == missed
    await room.until(lambda: room.events[-1][1] == {"type": "lag", "room": "r1", "seconds": 0})
    assert (await room.worker.stats())["backlog_s"] == 0


async def test_a_scribe_that_takes_over_in_mid_sentence_leaves_the_rest_of_it_to_the_recording(
    rooms: Callable[..., Room], scripted: Callable[[ScriptedRecogniser], None]
) -> None:
    recogniser = ScriptedRecogniser(["好"])
    scripted(recogniser)
    room = rooms()
    await room.open()
    await room.worker.listen("r1", {"resumed": True})
    torn = SPEECH[16 * 900 :]
    room.say("p_a", np.concatenate([torn, SPEECH]), 50_900)
    room.say("p_b", SPEECH, 50_900)
    await room.worker.drain("r1")
    unheard = [event for _, event in room.events if event["type"] == "unheard"]
    assert [(one["participant"], one["reason"]) for one in unheard] == [("p_a", "torn")]
    assert unheard[0]["start_ms"] == pytest.approx(50_900, abs=200)
    assert sorted(event["participant"] for event in room.heard()) == ["p_a", "p_b"]


async def test_a_missed_stretch_is_written_down_from_the_recording_and_from_there_only(
    rooms: Callable[..., Room], tmp_path: Path
) -> None:
    room = rooms(model=str(VOICES))
    await room.open()
    before, missed = spoken(FIRST), spoken(SECOND)
    webm(tmp_path / "a.webm", np.concatenate([quiet(3000), before, quiet(900), missed, quiet(900), before]))
    file = {"file": "a.webm", "start_ms": 60_000, "duration_ms": 60_000}
    track = {"track": "p_a.microphone", "participant": "p_a", "source": "microphone", "files": [file]}
    (tmp_path / "manifest.json").write_text(json.dumps({"tracks": [track]}))
    start = 63_000 + before.size / 16 + 600
    where = ("r1", str(tmp_path), "p_a", start, start + 300 + missed.size / 16 + 400)
    answer = await room.worker.catch_up(*where, [])
    assert [one["text"] for one in answer["utterances"]] == [SECOND]
    (found,) = answer["utterances"]
    assert (found["participant"], found["language"]) == ("p_a", "zh")
    assert found["start_ms"] == pytest.approx(start + 300, abs=150)
    assert (await room.worker.catch_up("r1", str(tmp_path), "p_b", 0, 9e6, []))["utterances"] == []
    assert room.events == []
    with pytest.raises(SoundUnreadable):
        await room.worker.catch_up("r1", str(tmp_path / "gone"), "p_a", 0, 1000, [])
