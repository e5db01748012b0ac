"""H.264 payloads (RFC 6184): where a decoder can start, and which stream formats are taken."""

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


def baseline(parameters: str) -> bool:
    """Whether a format's parameters say baseline in single NAL units, aggregates and fragments (mode 1)."""
    read = {
        name.strip().lower(): value.strip().lower()
        for name, _, value in (part.partition("=") for part in parameters.split(";"))
    }
    profile = read.get("profile-level-id", _DEFAULT_PROFILE)
    return read.get("packetization-mode") == "1" and len(profile) == 6 and profile.startswith("42")
