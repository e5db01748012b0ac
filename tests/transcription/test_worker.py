"""The scribe worker end to end: Opus through a real tap socket, utterances as events."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest

from tests.support.echo import echoed
from tests.support.scripted_recogniser import ScriptedRecogniser
from tests.support.speech import VOICES, Samples, noise, opus, quiet, spoken, wav
from transcription import engine, worker
from transcription.scribe import Recogniser
from transcription.tap import Frame, Kind, frame_bytes
from transcription.weights import Standing, State
from transcription.worker import ScribeWorker

FIRST, SECOND = "现在开始调解", "请各方核对身份"
SPEECH = np.concatenate([quiet(500), spoken(FIRST), quiet(900)])


class Room:
    """A worker, a media worker's side of its tap, and the events that came."""

    def __init__(self, folder: Path, **need: Any) -> None:
        self.events: list[tuple[float, dict[str, Any]]] = []
        self.socket = folder / "tap.sock"
        self._more = asyncio.Condition()
        self.worker = ScribeWorker(
            self._emit, {"tap": str(self.socket), "rehearsal": True, "threads": 1, **need}
        )

    def _emit(self, event: dict[str, Any]) -> None:
        self.events.append((time.monotonic(), event))

    async def open(self) -> dict[str, Any]:
        info = await self.worker.start()
        await self.connect()
        return info

    async def connect(self) -> None:
        self.reader, self.writer = await asyncio.open_unix_connection(str(self.socket))

    def say(self, participant: str, sound: Samples, at_ms: float = 0.0, room: str = "r1") -> None:
        for number, payload in enumerate(opus(sound)):
            frame = Frame(Kind.PACKET, f"{room}/{participant}", at_ms + number * 20.0, payload)
            self.writer.write(frame_bytes(frame))

    def tell(self, kind: Kind, participant: str, at_ms: float = 0.0) -> None:
        self.writer.write(frame_bytes(Frame(kind, f"r1/{participant}", at_ms, b"")))

    def heard(self) -> list[dict[str, Any]]:
        return [event for _, event in self.events if event["type"] == "utterance"]

    async def until(self, true: Callable[[], bool], seconds: float = 8.0) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, self.events
            await asyncio.sleep(0.02)


@pytest.fixture
async def rooms(tmp_path: Path) -> AsyncIterator[Callable[..., Room]]:
    made: list[Room] = []

    def make(**need: Any) -> Room:
        made.append(Room(tmp_path, **need))
        return made[-1]

    yield make
    for room in made:
        if hasattr(room, "writer"):
            room.writer.close()
        await room.worker.close()


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[[ScriptedRecogniser], None]:
    def use(recogniser: Recogniser) -> None:
        standing = Standing(State.READY, "toy", "0" * 64, "MIT")
        monkeypatch.setattr(
            worker, "open_engine", lambda need: engine.Engine("scripted", standing, recogniser)
        )

    return use


async def test_two_people_at_once_with_the_real_engine(rooms: Callable[..., Room]) -> None:
    room = rooms(model=str(VOICES))
    info = await room.open()
    assert info["engine"]["model"] == "rehearsal-voices"
    await room.worker.listen("r1", {"hot_words": []})
    room.say("p_a", SPEECH, 60_000)
    room.say("p_b", np.concatenate([quiet(300), spoken(SECOND, "+m1"), quiet(900)]), 60_400)
    assert await room.worker.drain("r1") == {"pending": 0}
    found = {event["participant"]: event for event in room.heard()}
    assert {p: e["text"] for p, e in found.items()} == {"p_a": FIRST, "p_b": SECOND}
    assert found["p_a"]["start_ms"] == pytest.approx(60_500, abs=150)
    assert found["p_b"]["start_ms"] == pytest.approx(60_700, abs=200)
    event = found["p_a"]
    assert set(event) == {
        *("type", "room", "participant", "start_ms", "end_ms", "text", "words"),
        *("confidence", "language", "engine", "spoken", "cross_talk", "hints", "voice", "voice_confidence"),
    }
    assert (event["room"], event["language"], event["engine"]) == ("r1", "zh", "faster-whisper")
    assert "".join(w[0] for w in event["words"]) == FIRST
    assert all(isinstance(t, int) and 60_000 < t < 64_000 for w in event["words"] for t in w[1:3])


async def test_an_echo_out_of_a_loudspeaker_is_written_down_once(rooms: Callable[..., Room]) -> None:
    room = rooms(model=str(VOICES))
    await room.open()
    await room.worker.listen("r1", {})
    room.say("p_a", SPEECH, 1000)
    room.say("p_b", echoed(SPEECH, -15, 80, lingers_ms=120), 1000)
    await room.worker.drain("r1")
    room.say("p_b", echoed(SPEECH, -15, 80, lingers_ms=120), 20_000)
    await room.worker.drain("r1")
    # The second time nobody else said it.
    assert [(event["participant"], event["cross_talk"]) for event in room.heard()] == [
        ("p_a", ""),
        ("p_b", ""),
    ]
    assert (await room.worker.stats())["cross_talk"] == 1


async def test_numbers_are_written_in_figures_and_what_was_said_is_kept(
    rooms: Callable[..., Room], scripted: Callable[[ScriptedRecogniser], None]
) -> None:
    scripted(ScriptedRecogniser(["每月八千元", "八千元商店欠两万元", "好的"]))
    room = rooms()
    await room.open()
    await room.worker.listen("r1", {"hot_words": ["八千元商店"]})
    for number in range(3):
        room.say("p_a", SPEECH, number * 10_000)
    await room.worker.drain("r1")
    assert [(event["text"], event["spoken"]) for event in room.heard()] == [
        ("每月8000元", "每月八千元"),
        ("八千元商店欠20000元", "八千元商店欠两万元"),
        ("好的", ""),
    ]
    assert "".join(word[0] for word in room.heard()[0]["words"]) == "每月八千元"


async def test_text_comes_while_others_are_still_to_be_said(rooms: Callable[..., Room]) -> None:
    room = rooms(model=str(VOICES))
    await room.open()
    await room.worker.listen("r1", {})
    began = time.monotonic()
    for number, payload in enumerate(opus(np.concatenate([SPEECH] * 3))):
        room.writer.write(frame_bytes(Frame(Kind.PACKET, "r1/p_a", number * 20.0, payload)))
        await asyncio.sleep(max(0.0, began + (number + 1) * 0.02 - time.monotonic()))
    await room.until(lambda: len(room.heard()) == 3)
    assert [event["text"] for event in room.heard()] == [FIRST] * 3
    # How late it is, `heting rehearse` and the benchmarks measure.
    said = [at - began for at, event in room.events if "end_ms" in event]
    assert said[0] < room.heard()[-1]["start_ms"] / 1000


async def test_pause_and_end_close_the_open_utterance(
    rooms: Callable[..., Room], scripted: Callable[[ScriptedRecogniser], None]
) -> None:
    scripted(ScriptedRecogniser(["一", "二"]))
    room = rooms()
    await room.open()
    await room.worker.listen("r1", {})
    room.say("p_a", SPEECH[: -16 * 900])
    room.tell(Kind.PAUSE, "p_a", 3000)
    await room.until(lambda: len(room.heard()) == 1)
    room.say("p_a", SPEECH[: -16 * 900], 100_000)
    room.tell(Kind.END, "p_a", 103_000)
    await room.until(lambda: len(room.heard()) == 2)
    assert [event["start_ms"] > 99_000 for event in room.heard()] == [False, True]
    assert (await room.worker.stats())["streams"] == 0


async def test_packets_that_just_stop_end_the_utterance_too(
    rooms: Callable[..., Room], scripted: Callable[[ScriptedRecogniser], None]
) -> None:
    scripted(ScriptedRecogniser(["一"]))
    room = rooms()
    await room.open()
    await room.worker.listen("r1", {})
    room.say("p_a", SPEECH[: -16 * 900])
    await room.until(lambda: bool(room.heard()))


async def test_rooms_nobody_listens_to_are_not_written_down(
    rooms: Callable[..., Room], scripted: Callable[[ScriptedRecogniser], None]
) -> None:
    recogniser = ScriptedRecogniser()
    scripted(recogniser)
    room = rooms()
    await room.open()
    await room.worker.listen("r2", {"hot_words": ["王强", "  "]})
    room.say("p_a", SPEECH)
    room.say("p_b", SPEECH, room="r2")
    await room.worker.drain("r2")
    await room.worker.forget("r2")
    room.say("p_b", SPEECH, 50_000, room="r2")
    await room.worker.drain("r2")
    assert [event["participant"] for event in room.heard()] == ["p_b"]
    assert recogniser.heard[0][2] == ("王强",)
    assert (await room.worker.stats())["unlistened"] > 100


async def test_silence_and_noise_make_no_text(
    rooms: Callable[..., Room], scripted: Callable[[ScriptedRecogniser], None]
) -> None:
    recogniser = ScriptedRecogniser()
    scripted(recogniser)
    room = rooms()
    await room.open()
    await room.worker.listen("r1", {})
    room.say("p_a", quiet(3000))
    room.say("p_b", noise(3000, 0.05))
    await room.worker.drain("r1")
    assert (room.events, recogniser.heard) == ([], [])


@pytest.mark.parametrize("garbage", [b"\xff" * 64, b"\x7f\xff\xff\xff", b"GET / HTTP/1.1\r\n\r\n"])
async def test_a_hostile_connection_is_closed_and_harms_nobody_else(
    rooms: Callable[..., Room], scripted: Callable[[ScriptedRecogniser], None], garbage: bytes
) -> None:
    scripted(ScriptedRecogniser(["好"]))
    room = rooms()
    await room.open()
    await room.worker.listen("r1", {})
    good = room.writer
    await room.connect()
    room.writer.write(garbage)
    assert await asyncio.wait_for(room.reader.read(), 2) == b""
    room.writer.close()
    room.writer = good
    room.say("p_a", SPEECH)
    await room.worker.drain("r1")
    assert [event["text"] for event in room.heard()] == ["好"]
    assert (await room.worker.stats())["broken_taps"] == 1


async def test_packets_that_are_no_opus_are_counted_and_survived(
    rooms: Callable[..., Room], scripted: Callable[[ScriptedRecogniser], None]
) -> None:
    scripted(ScriptedRecogniser(["好"]))
    room = rooms()
    await room.open()
    await room.worker.listen("r1", {})
    for number in range(20):
        frame = Frame(Kind.PACKET, "r1/p_a", number * 20.0, b"\xff\xfe" * number)
        room.writer.write(frame_bytes(frame))
    room.say("p_a", SPEECH, 400)
    await room.worker.drain("r1")
    assert len(room.heard()) == 1
    assert (await room.worker.stats())["bad_packets"] > 0


async def test_without_a_model_the_worker_lives_and_says_so(
    rooms: Callable[..., Room], tmp_path: Path
) -> None:
    room = rooms(model=None, http=str(tmp_path / "http.sock"))
    info = await room.open()
    assert (info["engine"]["state"], info["engine"]["reason"]) == ("absent", "no speech model is installed")
    await room.worker.listen("r1", {})
    room.say("p_a", SPEECH)
    assert await room.worker.drain("r1") == {"pending": 0}
    assert room.events == []
    assert (await room.worker.stats())["packets"] > 0
    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(tmp_path / "http.sock"))) as client:
        form = aiohttp.FormData()
        form.add_field("file", wav(SPEECH), filename="a.wav")
        async with client.post("http://s/v1/audio/transcriptions", data=form) as answer:
            assert answer.status == 503


async def test_a_model_that_came_later_is_taken_up(rooms: Callable[..., Room], tmp_path: Path) -> None:
    room = rooms(model=str(tmp_path / "voices"))
    assert (await room.open())["engine"]["state"] == "absent"
    (tmp_path / "voices").symlink_to(VOICES)
    assert (await room.worker.reload())["engine"]["state"] == "ready"
    assert [event["engine"]["state"] for _, event in room.events] == ["ready"]
    await room.worker.listen("r1", {})
    room.say("p_a", SPEECH)
    await room.worker.drain("r1")
    assert [event["text"] for event in room.heard()] == [FIRST]


async def test_an_engine_that_fails_and_recovers_is_told_with_what_went_unheard(
    rooms: Callable[..., Room], scripted: Callable[[ScriptedRecogniser], None]
) -> None:
    scripted(ScriptedRecogniser(["!", "!", "!", "好"]))
    room = rooms()
    await room.open()
    await room.worker.listen("r1", {})
    for number in range(4):
        room.say("p_a", SPEECH, number * 10_000)
    await room.worker.drain("r1")
    kinds = [event["type"] for _, event in room.events]
    assert kinds == ["unheard", "unheard", "engine", "unheard", "engine", "utterance"]
    states = [event["engine"]["state"] for _, event in room.events if event["type"] == "engine"]
    assert states == ["absent", "ready"]
    unheard = room.events[0][1]
    assert (unheard["participant"], unheard["reason"]) == ("p_a", "failed")
    assert unheard["start_ms"] == pytest.approx(500, abs=150)


async def test_drain_waits_for_words_that_still_lie_in_the_tap(
    rooms: Callable[..., Room],
    scripted: Callable[[ScriptedRecogniser], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A machine that is slow to feed the tap must not look like a tap that is empty.
    monkeypatch.setattr(worker, "_SETTLE_S", 1.5)
    scripted(ScriptedRecogniser(["好"]))
    room = rooms()
    await room.open()
    await room.worker.listen("r1", {})
    room.say("p_a", quiet(100))
    draining = asyncio.create_task(room.worker.drain("r1"))
    for second in range(4):
        # A scribe that is far behind: old sound keeps coming in for seconds after the close.
        for tenth in range(10):
            room.say("p_a", quiet(100), 100 + second * 1000 + tenth * 100)
            await asyncio.sleep(0.08)
    room.say("p_a", SPEECH, 4100)
    assert await asyncio.wait_for(draining, 20) == {"pending": 0}
    assert [event["text"] for event in room.heard()] == ["好"]


async def test_close_is_idempotent_and_a_dead_workers_socket_is_replaced(
    rooms: Callable[..., Room], scripted: Callable[[ScriptedRecogniser], None]
) -> None:
    scripted(ScriptedRecogniser(["好"]))
    room = rooms()
    room.socket.write_bytes(b"left behind")
    await room.open()
    await room.worker.close()
    await room.worker.close()
    assert await asyncio.wait_for(room.reader.read(), 2) == b""


async def test_a_socket_path_too_long_for_unix_is_explained(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 120)
    with pytest.raises(ValueError, match="longer than"):
        await ScribeWorker(lambda event: None, {"tap": str(folder / "tap.sock")}).start()
