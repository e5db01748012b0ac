"""H.264 packets (RFC 6184) → whole pictures as Matroska and MP4 keep them: units, each after its length."""

from collections.abc import Iterator

from media.packet import Packet

from .depacketizer import EncodedFrame, PictureDepacketizer

_SLICE, _IDR, _SPS, _PPS, _SINGLE, _STAP_A, _FU_A = 1, 5, 7, 8, 23, 24, 28
_START = b"\0\0\0\1"


class H264Depacketizer(PictureDepacketizer):
    """Pictures from single units, aggregates and fragments.

    A key picture tells its parameter sets as `setup`, in the form that begins a stream of bytes (Annex B).
    """

    def __init__(self) -> None:
        super().__init__()
        self._units: list[bytes] = []
        self._fragment: bytearray | None = None
        self._timestamp = -1
        self._spoilt = False
        """Some of the picture that was begun is missing."""
        self._sps, self._pps = b"", [b""]

    def _take(self, packet: Packet, out: list[EncodedFrame]) -> None:
        if packet.timestamp != self._timestamp:
            self._picture(out)  # the picture before had no marker
            self._timestamp = packet.timestamp
        if not self._part(packet.payload):
            self._break()
        if packet.marker:
            self._picture(out)

    def _part(self, payload: bytes) -> bool:
        """Take one payload apart; False when it is not sound or begins nowhere."""
        kind = payload[0] & 31
        if kind == _FU_A:
            return self._piece(payload)
        if self._fragment is not None or not 0 < kind <= _STAP_A:
            return False
        if kind <= _SINGLE:
            self._units.append(payload)
            return True
        units = list(_aggregated(payload))
        self._units += units
        return bool(units) and 1 + sum(2 + len(unit) for unit in units) == len(payload)

    def _piece(self, payload: bytes) -> bool:
        if len(payload) < 3:
            return False
        start, end = payload[1] & 0x80, payload[1] & 0x40
        if start:
            if self._fragment is not None:
                return False
            self._fragment = bytearray((payload[0] & 0xE0 | payload[1] & 31,))
        if self._fragment is None:
            # The rest of a unit whose beginning is lost: the loss was noticed already.
            return self._spoilt or self.waiting
        self._fragment += payload[2:]
        if end:
            self._units.append(bytes(self._fragment))
            self._fragment = None
        return True

    def _picture(self, out: list[EncodedFrame]) -> None:
        units, self._units = self._units, []
        slices = [unit for unit in units if _SLICE <= unit[0] & 31 <= _IDR]
        if self._fragment is not None or (slices and not _begins(slices[0])):
            self._break()
        spoilt, self._spoilt = self._spoilt, False
        if spoilt:
            return
        self._learn(units)
        key = bool(slices) and slices[0][0] & 31 == _IDR
        if not slices or (self.waiting and not (key and self._sps and self._pps[0])):
            return
        self.waiting = False
        data = b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)
        setup = b"".join(_START + unit for unit in (self._sps, *self._pps)) if key else b""
        out.append(EncodedFrame(self._timestamp, key, data, setup=setup))

    def _learn(self, units: list[bytes]) -> None:
        for unit in units:
            if unit[0] & 31 == _SPS:
                self._sps = unit
        self._pps = [unit for unit in units if unit[0] & 31 == _PPS] or self._pps

    def _break(self) -> None:
        super()._break()
        self._spoilt = True

    def _forget(self) -> None:
        self._units, self._fragment, self._spoilt = [], None, False


def _aggregated(payload: bytes) -> Iterator[bytes]:
    at = 1
    while at + 2 < len(payload):
        size = payload[at] << 8 | payload[at + 1]
        if not size or at + 2 + size > len(payload):
            return
        yield payload[at + 2 : at + 2 + size]
        at += 2 + size


def _begins(unit: bytes) -> bool:
    """Whether a slice is the first of its picture: its first macroblock is number 0."""
    return len(unit) > 1 and bool(unit[1] & 0x80)


def byte_stream(payload: bytes) -> bytes:
    """A picture as it is kept → as a stream of bytes (Annex B)."""
    out, at = [], 0
    while at + 4 <= len(payload):
        size = int.from_bytes(payload[at : at + 4], "big")
        out.append(_START + payload[at + 4 : at + 4 + size])
        at += 4 + size
    return b"".join(out)
