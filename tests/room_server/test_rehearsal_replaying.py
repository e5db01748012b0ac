"""Lines played again: their sound is fetched and written down by the engine that wrote the minutes."""

from typing import Any, cast

import av
import numpy as np

from room_server.rehearsal.desk import Desk
from room_server.rehearsal.measure.report import Material
from room_server.rehearsal.replaying import replayed
from room_server.rehearsal.script import load
from tests.support.speech import wav


class Recorded:
    """A desk whose recording has one clip for every line but those called `lost`."""

    def __init__(self, sound: bytes) -> None:
        self._sound = sound

    async def sound(self, sitting: str, line: str) -> bytes:
        return b"" if line == "lost" else self._sound


def clip() -> bytes:
    with av.open(str(load("settlement").clip_file("mediator", "begin"))) as file:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
        parts = [part.to_ndarray()[0] for frame in file.decode(audio=0) for part in resampler.resample(frame)]
    return wav(np.concatenate(parts))


def line(name: str, text: str, start: int | None = 100) -> dict[str, Any]:
    return {"line": name, "machine_text": text, "start_ms": start}


def material(model: str) -> Material:
    stated = {"type": "EngineStated", "body": {"engine": "faster-whisper", "model": model, "state": "ready"}}
    lines = [line("u1", "现在开始调解"), line("u2", "我同意"), line("lost", "好"), line("typed", "", None)]
    return Material(load("settlement"), journal=[stated], lines=lines)


async def test_a_line_whose_sound_says_something_else_is_found() -> None:
    desk = cast(Desk, Recorded(clip()))
    found = await replayed(desk, "s_1", material("rehearsal-voices"))
    assert [(one.line, one.played, one.again, one.true) for one in found] == [
        ("u1", True, "现在开始调解", True),
        ("u2", True, "现在开始调解", False),
        ("lost", False, None, False),
    ]


async def test_the_text_of_another_servers_engine_is_not_judged() -> None:
    found = await replayed(cast(Desk, Recorded(clip())), "s_1", material("large"))
    assert [(one.line, one.again, one.true) for one in found] == [
        ("u1", None, True),
        ("u2", None, True),
        ("lost", None, False),
    ]
