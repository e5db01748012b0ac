"""H.264 payloads (RFC 6184): where a decoder can start, how large the picture is, which formats are taken."""

from .rtp import Buffer
from .vp8 import NOTHING, Descriptor

SLICE, IDR, SEI, SPS, PPS, DELIMITER, STAP_A, FU_A = 1, 5, 6, 7, 8, 9, 24, 28
KEY = Descriptor(True, True, -1, 0, 0, -1, 0)
"""A packet from which a decoder can start. There are no picture ids to shift."""
_STARTS = (IDR, SPS)
_DEFAULT_PROFILE = "420010"


def describe(payload: Buffer) -> Descriptor:
    """`KEY` when a picture that needs no other begins here: its parameter sets, or its own first slice."""
    if not payload:
        return NOTHING
    kind = payload[0] & 31
    if kind == FU_A:
        starts = len(payload) > 1 and payload[1] & 0x80 and payload[1] & 31 in _STARTS
    elif kind == STAP_A:
        starts = _aggregated(payload)
    else:
        starts = kind in _STARTS
    return KEY if starts else NOTHING


def _aggregated(payload: Buffer) -> bool:
    at, size = 1, len(payload)
    while at + 2 < size:
        if payload[at + 2] & 31 in _STARTS:
            return True
        at += 2 + (payload[at] << 8 | payload[at + 1])
    return False


def opens_picture(payload: Buffer) -> bool:
    """Whether this is the first payload of a picture; of a key picture: the one with its parameter sets.

    What stands before the first slice looks like a first payload, too: the earliest one is meant.
    """
    unit = _first_unit(payload)
    kind = unit[0] & 31 if unit else 0
    # Of a slice that is the first of its picture the first macroblock is number 0, which is written as 1.
    return kind in (SEI, SPS, DELIMITER) or (kind == SLICE and len(unit) > 1 and bool(unit[1] & 0x80))


def _first_unit(payload: Buffer) -> Buffer:
    """The unit that begins first in a payload, as far as it is there; empty when none begins."""
    if not payload:
        return b""
    kind = payload[0] & 31
    if kind == FU_A:
        start = len(payload) > 1 and payload[1] & 0x80
        return bytes((payload[1],)) + bytes(payload[2:3]) if start else b""
    return payload[3:] if kind == STAP_A else payload


def tells_size(payload: Buffer) -> bool:
    """Whether sequence parameters may be in this beginning of a key picture."""
    return bool(payload) and payload[0] & 31 in (SPS, STAP_A)


def size(payload: Buffer) -> tuple[int, int]:
    """Width and height by the sequence parameters in this payload; zeros if there are none it can read."""
    if not payload:
        return 0, 0
    units = [payload]
    if payload[0] & 31 == STAP_A:
        units, at = [], 1
        while at + 2 < len(payload):
            length = payload[at] << 8 | payload[at + 1]
            units.append(payload[at + 2 : at + 2 + length])
            at += 2 + length
    for unit in units:
        if len(unit) > 4 and unit[0] & 31 == SPS:
            try:
                return _picture(bytes(unit).replace(b"\0\0\3", b"\0\0"))
            except ValueError:
                return 0, 0
    return 0, 0


class _Bits:
    """Reads Exp-Golomb codes (ITU-T H.264 section 9.1). ValueError when there are no more bits."""

    def __init__(self, data: bytes) -> None:
        self._left = len(data) * 8
        self._value = int.from_bytes(data, "big")

    def take(self, count: int = 1) -> int:
        self._left -= count
        if self._left < 0:
            raise ValueError
        return self._value >> self._left & (1 << count) - 1

    def golomb(self) -> int:
        zeros = 0
        while not self.take():
            zeros += 1
        return (1 << zeros | self.take(zeros)) - 1


def _picture(unit: bytes) -> tuple[int, int]:
    """The size that sequence parameters of a profile with 4:2:0 pictures tell (section 7.3.2.1.1)."""
    if unit[1] not in (66, 77, 88):
        return 0, 0
    bits = _Bits(unit[4:])
    bits.golomb(), bits.golomb()
    order = bits.golomb()
    if order == 0:
        bits.golomb()
    elif order == 1:
        bits.take(), bits.golomb(), bits.golomb()
        for _ in range(min(bits.golomb(), 255)):
            bits.golomb()
    bits.golomb(), bits.take()
    width, units, frames = (bits.golomb() + 1) * 16, bits.golomb() + 1, bits.take()
    if not frames:
        bits.take()
    bits.take()
    height = units * 16 * (2 - frames)
    if bits.take():
        left, right, top, bottom = (bits.golomb() for _ in range(4))
        width, height = width - 2 * (left + right), height - 2 * (2 - frames) * (top + bottom)
    return (width, height) if width > 0 and height > 0 else (0, 0)


def baseline(parameters: str) -> bool:
    """Whether a format's parameters say baseline in single NAL units, aggregates and fragments (mode 1)."""
    read = {
        name.strip().lower(): value.strip().lower()
        for name, _, value in (part.partition("=") for part in parameters.split(";"))
    }
    profile = read.get("profile-level-id", _DEFAULT_PROFILE)
    return read.get("packetization-mode") == "1" and len(profile) == 6 and profile.startswith("42")
