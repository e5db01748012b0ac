"""Reads a recorded sentence into packets that can be sent as they are."""

import math
from pathlib import Path
from typing import Any

from media.likeness import SILENT_LEVEL, Clip


def read_clip(path: Path) -> Clip:
    """The Opus packets of a file and how loud each one is."""
    import av

    packets: list[bytes] = []
    levels: list[int] = []
    with av.open(str(path), mode="r") as file:
        for packet in file.demux(audio=0):
            if packet.size:
                frames = packet.decode()
                packets.append(bytes(packet))
                levels.append(_level(frames[0]) if frames else SILENT_LEVEL)
    return Clip(tuple(packets), tuple(levels))


def _level(frame: Any) -> int:
    """RFC 6464: -dBov, 0 to 127."""
    samples = frame.to_ndarray()
    loudness = float((samples**2).mean()) ** 0.5
    return SILENT_LEVEL if loudness <= 0 else max(0, min(SILENT_LEVEL, round(-20 * math.log10(loudness))))
