"""Whether a film is whole: its boxes (ISO 14496-12, 4.2) or elements (RFC 8794, 6) fill the file exactly."""

from pathlib import Path

from .kinds import Format, NotAccepted

_MOST_BOXES = 20_000
_SEGMENT = 0x18538067


def check_whole(path: Path, found: Format) -> None:
    """Raise `NotAccepted` for a film that is cut off; formats without an outer length pass."""
    whole = {"mp4": _boxes_whole, "mov": _boxes_whole, "m4a": _boxes_whole, "webm": _elements_whole}
    whole["wav"] = _riff_whole
    check = whole.get(found.name)
    if check is not None and not check(path):
        raise NotAccepted("damaged")


def _boxes_whole(path: Path) -> bool:
    """Whether there are a `moov` and boxes up to the last byte."""
    size, at, kinds = path.stat().st_size, 0, set()
    with path.open("rb") as file:
        for _ in range(_MOST_BOXES):
            if at == size:
                return b"moov" in kinds
            file.seek(at)
            header = file.read(16)
            if len(header) < 8:
                return False
            length = int.from_bytes(header[:4], "big")
            if length == 1:
                length = int.from_bytes(header[8:16], "big")
            elif length == 0:
                length = size - at
            if length < 8 or at + length > size:
                return False
            kinds.add(header[4:8])
            at += length
    return False


def _riff_whole(path: Path) -> bool:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8)[4:8], "little")
    # Recorders that could not go back to write the length leave all ones or nothing.
    return length in (0, 0xFFFFFFFF) or length + 8 <= path.stat().st_size + 1


def _elements_whole(path: Path) -> bool:
    """Whether a segment that states its length has it; live recordings state none and pass."""
    size, at = path.stat().st_size, 0
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            header = file.read(12)
            name, used = _number(header, keep_mark=True)
            length, more = _number(header[used:], keep_mark=False)
            if not used or not more:
                return False
            unknown = length == (1 << 7 * more) - 1
            if name == _SEGMENT:
                return unknown or at + used + more + length <= size
            if unknown:
                return False
            at += used + more + length
    return False


def _number(data: bytes, keep_mark: bool) -> tuple[int, int]:
    """A variable-size integer and its bytes; `(0, 0)` when there is none."""
    if not data or not data[0]:
        return 0, 0
    length = 9 - data[0].bit_length()
    if len(data) < length:
        return 0, 0
    value = int.from_bytes(data[:length], "big")
    return (value if keep_mark else value & ((1 << 7 * length) - 1)), length
