"""Datagrams nobody should send, the same for the same seed: RTP, RTCP, STUN, DTLS, torn and twisted."""

import random
import struct
from collections.abc import Iterator

from media.wire import rtcp, rtp, stun

_EDGES = (0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 127, 128, 254, 255)


class Noise:
    """One source of malformed packets."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def twisted(self, data: bytes) -> bytes:
        """The same with bytes changed, cut off, doubled or put in, or as it was."""
        chance, found = self.chance, bytearray(data)
        for _ in range(chance.choice((0, 1, 1, 2, 8))):
            at = chance.randrange(len(found) + 1)
            match chance.randrange(5):
                case 0 if at < len(found):
                    found[at] = chance.choice(_EDGES)
                case 1:
                    del found[at:]
                case 2:
                    found[at:at] = chance.randbytes(chance.randrange(1, 60))
                case 3:
                    found[at:at] = found[: chance.randrange(40)]
                case _ if at < len(found):
                    found[at] ^= 1 << chance.randrange(8)
        return bytes(found)

    def media(self, kinds: list[int], ssrcs: list[int], sequence: int) -> bytes:
        """A plain RTP packet: mostly of a known stream, its extension and payload any bytes at all."""
        chance = self.chance
        kind = chance.choice([*kinds, chance.randrange(128)])
        ssrc = chance.choice([*ssrcs, *ssrcs, chance.getrandbits(32)])
        body = self._payload(kind)
        packet = bytearray(
            rtp.build(kind, sequence, chance.getrandbits(32), ssrc, body, extension=self._extension())
        )
        if chance.random() < 0.2:
            packet[0] |= 0x20
            packet[-1] = chance.choice(_EDGES)
        if chance.random() < 0.1:
            packet[0] = packet[0] & 0xF0 | chance.randrange(16)
        if chance.random() < 0.3:
            # What libsrtp needs to encrypt it stays; what lies behind is twisted.
            packet[12:] = self.twisted(bytes(packet[12:]))
        return bytes(packet)

    def _extension(self) -> bytes:
        chance = self.chance
        if chance.random() < 0.3:
            return b""
        body = chance.randbytes(4 * chance.randrange(6))
        profile = chance.choice((0xBEDE, 0x1000, 0x1007, chance.randrange(65536)))
        return struct.pack("!HH", profile, len(body) // 4) + body

    def _payload(self, kind: int) -> bytes:
        chance = self.chance
        noise = chance.randbytes(chance.choice((0, 1, 2, 3, 5, 40, 1100, 1440)))
        heads = (0x80, 0x90, 0x10, 0x18, 0x7C, 0x5C, kind | 0x80, chance.randrange(256))
        first = bytes((chance.choice(heads),))
        return chance.choice((first + noise, noise, first + b"\xff" + noise, b""))

    def feedback(self, ssrcs: list[int]) -> bytes:
        """A compound of RTCP parts, some of them not what they say."""
        chance = self.chance
        ssrc = chance.choice([*ssrcs, chance.getrandbits(32)])
        block = rtcp.Block(ssrc, chance.randrange(256), -5, chance.getrandbits(32), 9, 8, 7)
        parts = [
            rtcp.sender_report(ssrc, chance.random() * 2e9, chance.getrandbits(32), 1, 2),
            rtcp.receiver_report(1, [block]),
            rtcp.nack(1, ssrc, [chance.randrange(65536) for _ in range(chance.randrange(1, 60))]),
            rtcp.picture_loss(1, ssrc),
            rtcp.estimate(1, chance.getrandbits(chance.randrange(1, 60)), ssrcs[:3]),
            rtcp.description([(ssrc, "x" * chance.randrange(200))]),
            bytes((0x80 | chance.randrange(32), chance.randrange(192, 224), 0, chance.randrange(4)))
            + chance.randbytes(chance.randrange(20)),
        ]
        return self.twisted(b"".join(chance.sample(parts, chance.randrange(1, 4))))[:1300]

    def check(self, ufrag: str, remote: str, password: str) -> bytes:
        """A STUN request, right or wrong in one of many ways."""
        chance = self.chance
        name = chance.choice((f"{ufrag}:{remote}", f"{ufrag}:", ":", "\xff" * 40, f"{remote}:{ufrag}"))
        key = chance.choice((password, "guess"))
        body = stun._attribute(stun._USERNAME, name.encode()[:512])
        body += stun._attribute(chance.randrange(65536), chance.randbytes(chance.randrange(60)))
        kind = chance.choice((0x001, 0x101, 0x111, 0x003))
        return self.twisted(stun._seal(kind, chance.randbytes(12), body, key))

    def record(self) -> bytes:
        """A DTLS record: a handshake, an alert or data, of any length and version it claims."""
        chance = self.chance
        body = chance.randbytes(chance.choice((0, 1, 2, 12, 13, 25, 300, 1200)))
        head = struct.pack(
            "!BHHHLH",
            chance.choice((20, 21, 22, 23, 24, 63)),
            chance.choice((0xFEFF, 0xFEFD, 0x0303, 0)),
            chance.choice((0, 1, 65535)),
            0,
            chance.getrandbits(32),
            chance.choice((len(body), 0, 65535)),
        )
        return head + body

    def sizes(self) -> Iterator[bytes]:
        """Datagrams of lengths that are none."""
        for first in (0, 1, 20, 63, 64, 128, 144, 191, 192, 255):
            for size in (0, 1, 11, 12, 13, 19, 20, 1499, 1500, 1501, 9000):
                yield (bytes((first,)) + self.chance.randbytes(size))[:size]
