"""H.264 payloads (RFC 6184): where a decoder can start, and which stream formats are taken."""

from .rtp import Buffer
from .vp8 import NOTHING, Descriptor

IDR, SPS, PPS, STAP_A, FU_A = 5, 7, 8, 24, 28
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


def baseline(parameters: str) -> bool:
    """Whether a format's parameters say baseline in single NAL units, aggregates and fragments (mode 1)."""
    read = {
        name.strip().lower(): value.strip().lower()
        for name, _, value in (part.partition("=") for part in parameters.split(";"))
    }
    profile = read.get("profile-level-id", _DEFAULT_PROFILE)
    return read.get("packetization-mode") == "1" and len(profile) == 6 and profile.startswith("42")
