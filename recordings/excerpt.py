"""A few seconds of one microphone as a WAV file, from a finished recording or from one that is still made."""

import io
import json
import wave
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from .manifest import NAME

RATE = 16_000
LONGEST_MS = 60_000
_PER_MS = RATE // 1000
_LEAD_MS = 200
"""Decoded before the first sample that is wanted: Opus needs some packets to be itself again."""


class NotRecorded(Exception):
    """Nothing of this stretch is in the recording."""


def excerpt(folder: Path, participant: str, start_ms: int, end_ms: int) -> bytes:
    """A microphone from `start_ms` to `end_ms` of media time: mono, 16 kHz, 16 bit.

    At most a minute; holes are silent. Blocks. Raises `NotRecorded`.
    """
    end_ms = min(end_ms, start_ms + LONGEST_MS)
    sound = np.zeros(max(0, end_ms - start_ms) * _PER_MS, np.int16)
    found = False
    for path, zero_ms in _files(folder, participant, start_ms, end_ms):
        for at_ms, samples in _decoded(path, zero_ms, start_ms, end_ms):
            found |= _lay(sound, round((at_ms - start_ms) * _PER_MS), samples)
    if not found:
        raise NotRecorded(f"nothing of {participant} is recorded from {start_ms} to {end_ms} ms")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())
    return out.getvalue()


def _files(folder: Path, participant: str, start_ms: int, end_ms: int) -> Iterator[tuple[Path, float]]:
    """The files that may hold the stretch, and the media time of their time 0."""
    track = f"{participant}.microphone"
    with suppress(OSError, ValueError, KeyError, TypeError):
        for one in json.loads((folder / NAME).read_bytes())["tracks"]:
            for file in one["files"] if one["track"] == track else ():
                begins = file["start_ms"]
                if begins < end_ms and begins + file["duration_ms"] > start_ms:
                    # Only the name: a manifest cannot lead out of its folder.
                    yield folder / Path(file["file"]).name, begins
    # A live file's times are media time already.
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(f"{track}.e") and path.suffix == ".webm":
            yield path, 0.0


def _decoded(
    path: Path, zero_ms: float, start_ms: int, end_ms: int
) -> Iterator[tuple[float, npt.NDArray[np.int16]]]:
    """Decoded pieces with their media time; a file that breaks off ends there."""
    with (
        suppress(av.FFmpegError, OSError, ValueError),
        av.open(str(path), "r", format="matroska") as container,
    ):
        stream: Any = container.streams.audio[0]
        wanted = max(0.0, start_ms - zero_ms - _LEAD_MS)
        # What cannot be sought in is read from its beginning.
        with suppress(av.FFmpegError):
            container.seek(round(wanted / 1000 / float(stream.time_base)), stream=stream)
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        for frame in container.decode(stream):
            if frame.pts is None:
                continue
            at_ms = zero_ms + float(frame.pts * stream.time_base) * 1000
            if at_ms >= end_ms:
                return
            for piece in resampler.resample(frame):
                yield at_ms, piece.to_ndarray()[0]


def _lay(sound: npt.NDArray[np.int16], at: int, samples: npt.NDArray[np.int16]) -> bool:
    """Put samples where they belong; whether any of them lie within."""
    first, last = max(0, at), min(sound.size, at + samples.size)
    if last <= first:
        return False
    sound[first:last] = samples[first - at : last - at]
    return True
