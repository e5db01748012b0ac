"""The scribe at a shared microphone: two people on one track, told apart, cut apart, in order."""

from typing import Any

import numpy as np
import pytest

from tests.support.scripted_recogniser import ScriptedRecogniser
from tests.support.spectral_voices import HIGH, LOW, SpectralEmbedder, voice
from tests.support.speech import quiet
from transcription import engine, worker
from transcription.pcm import PER_MS, Samples
from transcription.segmenter import Segment
from transcription.voices.sharing import Sharing
from transcription.weights import Standing, State
from transcription.worker import ScribeWorker

SHE, HE = voice(HIGH, 3, 1), voice(LOW, 3, 2)


def segment(start_ms: float, *parts: Samples) -> Segment:
    audio = np.concatenate(parts)
    return Segment(start_ms, start_ms + audio.size / PER_MS, start_ms, audio)


async def told(
    monkeypatch: pytest.MonkeyPatch, sharing: Sharing, shared: dict[str, Any], *segments: Segment
) -> list[dict[str, Any]]:
    """What the worker tells of segments that one stream hands it."""
    standing, recogniser = Standing(State.READY, "toy"), ScriptedRecogniser(("好",))
    monkeypatch.setattr(worker, "open_engine", lambda need: engine.Engine("scripted", standing, recogniser))
    events: list[dict[str, Any]] = []
    scribe = ScribeWorker(events.append, {})
    scribe._sharing = sharing
    await scribe.start()
    await scribe.listen("r1", {"shared": shared})
    scribe._hand_in("r1/chamber", list(segments))
    assert await scribe.drain("r1") == {"pending": 0}
    await scribe.close()
    return [event for event in events if event["type"] == "utterance"]


async def test_two_people_at_one_microphone_are_two_voices(monkeypatch: pytest.MonkeyPatch) -> None:
    speech = segment(0, SHE), segment(10_000, HE), segment(20_000, SHE, quiet(100), HE)
    sharing = Sharing(SpectralEmbedder)
    found = await told(monkeypatch, sharing, {"chamber": {"people": 2, "used": 0}}, *speech)
    assert [event["voice"] for event in found] == ["v1", "v2", "v1", "v2"]
    assert [event["start_ms"] for event in found][:3] == [0, 10_000, 20_000]
    assert found[3]["start_ms"] == pytest.approx(20_000 + SHE.size / PER_MS, abs=300)
    assert all(0 < event["voice_confidence"] <= 1 for event in found)


@pytest.mark.parametrize("shared", [{}, {"chamber": {"people": 2}}])
async def test_a_track_is_one_voice_where_it_is_not_declared_or_nothing_tells_voices(
    monkeypatch: pytest.MonkeyPatch, shared: dict[str, Any]
) -> None:
    found = await told(monkeypatch, Sharing(lambda: None), shared, segment(0, SHE), segment(9000, HE))
    assert [(e["start_ms"], e["voice"], e["voice_confidence"]) for e in found] == [
        (0, "", 0.0),
        (9000, "", 0.0),
    ]


class _Broken(SpectralEmbedder):
    def embed(self, pieces: object) -> Any:
        raise ValueError


async def test_words_are_not_lost_when_voices_cannot_be_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await told(monkeypatch, Sharing(_Broken), {"chamber": {"people": 2}}, segment(0, SHE))
    assert [(event["text"], event["voice"]) for event in found] == [("好", "")]


async def test_a_room_that_is_over_leaves_nothing_of_its_voices() -> None:
    sharing = Sharing(SpectralEmbedder)
    sharing.declare("r1", {"chamber": {"people": 2}})
    assert [part.voice for part in await sharing.parts("r1", "chamber", segment(0, SHE))] == ["v1"]
    sharing.forget("r1")
    assert not sharing.shares("r1", "chamber") and not sharing._tracks
    sharing.declare("r1", {"chamber": {"people": 2, "used": 4}})
    assert [part.voice for part in await sharing.parts("r1", "chamber", segment(0, SHE))] == ["v5"]
    sharing.close()
