"""A track in layers whose packets a test makes itself."""

import random
from dataclasses import dataclass, field

from aiortc.codecs.vpx import VpxPayloadDescriptor

from media.inlet import Inlet as PythonInlet
from media.packet import Track
from media.plane import Inlet
from media.source import Source
from media.wire import rtp

CAMERA = Track("anna.camera", "video", "camera", "vp8", 90000)


class Connection:
    """What an inlet asks of its connection, counted."""

    clock_offset = 0.0

    def __init__(self) -> None:
        self.key_frames: list[str] = []

    def ask_key_frame(self, inlet: Inlet) -> None:
        self.key_frames.append(inlet.rid)

    def gap_opened(self, inlet: Inlet) -> None: ...


def layered(*rids: str, connection: Connection | None = None) -> Source:
    """A camera with these layers, lowest first, all silent."""
    upstream = connection or Connection()
    return Source(CAMERA, [layer(rid, upstream) for rid in rids])


def layer(rid: str, upstream: Connection, track: Track = CAMERA) -> Inlet:
    """One stream of a track, by its name."""
    inlet = PythonInlet(track, upstream, payload_type=96, repaired=True)
    inlet.rid = rid
    return inlet


@dataclass
class Encoder:
    """Sends one layer: every frame so many packets, numbered from anywhere."""

    inlet: Inlet
    number: int
    picture: int
    timestamp: int
    packets: int = 2
    body: bytes = b"frame"
    lost: list[bytes] = field(default_factory=list)

    @classmethod
    def anywhere(cls, inlet: Inlet, chance: random.Random, packets: int = 2) -> "Encoder":
        """An encoder whose counters begin at random, near their wraps too."""
        return cls(
            inlet,
            chance.choice([chance.getrandbits(16), 65530]),
            chance.choice([chance.getrandbits(15), 32765]),
            chance.choice([chance.getrandbits(32), 0xFFFFFF00]),
            packets,
            inlet.rid.encode() + b" frame",
        )

    def frame(self, now: float, *, key: bool = False, lose: int = -1) -> None:
        """One frame captured at `now`; the packet at place `lose` does not arrive."""
        self.inlet.live = True
        for place in range(self.packets):
            first = place == 0
            descriptor = bytes(VpxPayloadDescriptor(int(first), 0, picture_id=self.picture & 0x7FFF))
            data = rtp.build(
                96,
                self.number,
                self.timestamp + int(now * 90000),
                1,
                descriptor + bytes((0 if key and first else 1,)) + self.body,
                marker=place == self.packets - 1,
            )
            self.number += 1
            if place != lose:
                self.inlet.take(memoryview(bytearray(data).ljust(2048)), len(data), now)
            else:
                self.lost.append(data)
        self.picture += 1
