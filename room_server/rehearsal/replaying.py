"""Plays every line of the minutes and writes it down again: the sound behind a line must give its text."""

import asyncio
import io
import wave
from collections.abc import Callable, Sequence

import numpy as np

from transcription.engine import open_engine
from transcription.scribe import Recogniser
from transcription.wording.wording import Wording

from .desk import Desk
from .measure.replay import Replay
from .measure.report import VOICES, Material, engine
from .script import FOLDER


async def replayed(desk: Desk, sitting: str, material: Material) -> list[Replay]:
    """What the stretch of sound behind each spoken line gives, by the engine that wrote the minutes.

    Where that engine is not at hand (another server's), the sound is fetched, and `again` is None.
    """
    lines = [line for line in material.lines if line.get("start_ms") is not None]
    ours = engine(material.journal).get("model") == VOICES
    again = await asyncio.to_thread(_writer) if ours and lines else None
    found = []
    for line in lines:
        sound = await desk.sound(sitting, line["line"])
        said = await asyncio.to_thread(again, sound) if again and sound else None
        found.append(Replay(line["line"], line.get("machine_text") or "", bool(sound), said))
    return found


def _writer() -> Callable[[bytes], str]:
    opened = open_engine({"model": str(FOLDER / "voices"), "rehearsal": True, "threads": 1})
    recogniser = opened.recogniser
    if recogniser is None:
        raise OSError(f"the rehearsal voices cannot be opened: {opened.standing.reason}")
    return lambda sound: written(recogniser, sound)


def written(recogniser: Recogniser, sound: bytes, hot_words: Sequence[str] = ()) -> str:
    """The text of a WAV file (mono, 16 kHz, 16 bit), as the minutes would write it; blocks."""
    with wave.open(io.BytesIO(sound)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    found = recogniser.recognise((samples / 32768).astype(np.float32), "zh", hot_words)
    return "" if found.doubt else Wording(tuple(hot_words)).worded(found.text).text
