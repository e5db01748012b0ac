"""The one zip that a set of files has: stored, sorted, dateless; so every byte of it can be checked.

Sizes decide all offsets, so the archive can be streamed, and rebuilt from its members for comparison.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .layout import PAYLOAD

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR = struct.Struct("<4sIQI")
_VERSION, _VERSION64 = 20, 45
_MADE_BY_UNIX = 3 << 8
_UTF8 = 0x0800
_DATE = (0 << 9) | (1 << 5) | 1  # 1980-01-01, the first day a zip knows.
_MODE = 0o100644 << 16
_FULL, _FULL16 = 0xFFFFFFFF, 0xFFFF
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive, by its full name; `offset` is where its header begins."""

    name: str
    size: int
    offset: int

    @property
    def encoded(self) -> bytes:
        """The name as stored."""
        return self.name.encode()

    @property
    def large(self) -> bool:
        """Whether the local header needs 64-bit sizes."""
        return self.size >= _FULL

    @property
    def content(self) -> int:
        """Where the content begins."""
        return self.offset + _LOCAL.size + len(self.encoded) + (20 if self.large else 0)

    @property
    def end(self) -> int:
        """Where the next member begins."""
        return self.content + self.size


def order(name: str) -> tuple[bool, bytes]:
    """Tag files before payload: of a download that breaks off, the list of what is missing is there."""
    return name.partition("/")[2].startswith(PAYLOAD), name.encode()


def plan(sizes: dict[str, int]) -> list[Member]:
    """Where each file lies in the archive of these files."""
    members: list[Member] = []
    at = 0
    for name in sorted(sizes, key=order):
        members.append(Member(name, sizes[name], at))
        at = members[-1].end
    return members


def local_header(member: Member, crc: int) -> bytes:
    """What stands before a member's content."""
    size = _FULL if member.large else member.size
    extra = struct.pack("<HHQQ", 1, 16, member.size, member.size) if member.large else b""
    version = _VERSION64 if member.large else _VERSION
    name = member.encoded
    fixed = (b"PK\x03\x04", version, _UTF8, 0, 0, _DATE, crc, size, size, len(name), len(extra))
    return _LOCAL.pack(*fixed) + name + extra


def central_record(member: Member, crc: int) -> bytes:
    """A member's line in the directory at the end."""
    wide = [member.size, member.size] if member.large else []
    far = member.offset >= _FULL
    wide += [member.offset] if far else []
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    version = _VERSION64 if wide else _VERSION
    size, offset = _FULL if member.large else member.size, _FULL if far else member.offset
    name = member.encoded
    return (
        _CENTRAL.pack(
            b"PK\x01\x02", _MADE_BY_UNIX | version, version, _UTF8, 0, 0, _DATE, crc, size, size,
            len(name), len(extra), 0, 0, 0, _MODE, offset,
        )
        + name
        + extra
    )  # fmt: skip


def end_records(count: int, start: int, size: int) -> bytes:
    """What closes the archive."""
    wide = count >= _FULL16 or start >= _FULL or size >= _FULL
    tail = b""
    if wide:
        version = _MADE_BY_UNIX | _VERSION64
        tail = _END64.pack(b"PK\x06\x06", 44, version, _VERSION64, 0, 0, count, count, size, start)
        tail += _LOCATOR.pack(b"PK\x06\x07", 0, start + size, 1)
    few = min(count, _FULL16)
    return tail + _END.pack(b"PK\x05\x06", 0, 0, few, few, min(size, _FULL), min(start, _FULL), 0)


def archive_size(members: Sequence[Member]) -> int:
    """Bytes of the whole archive."""
    start = members[-1].end if members else 0
    size = sum(len(central_record(member, 0)) for member in members)
    return start + size + len(end_records(len(members), start, size))


def stream(members: Sequence[Member], read: Callable[[str], Iterator[bytes]]) -> Iterator[bytes]:
    """The archive, piece by piece; each file is read twice, because its checksum stands before it."""
    directory = []
    for member in members:
        crc = 0
        for piece in read(member.name):
            crc = zlib.crc32(piece, crc)
        yield local_header(member, crc)
        left = member.size
        for piece in read(member.name):
            left -= len(piece)
            yield piece
        if left:
            raise OSError(f"{member.name} changed while it was packed")
        directory.append(central_record(member, crc))
    start = members[-1].end if members else 0
    yield from directory
    yield end_records(len(members), start, sum(map(len, directory)))


def pieces(path: Path) -> Iterator[bytes]:
    """A file in pieces."""
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


def by_headers(file: BinaryIO, size: int) -> list[Member]:
    """The members as their own headers tell, up to the first that does not hold."""
    members: list[Member] = []
    at = 0
    while at + _LOCAL.size <= size:
        file.seek(at)
        fixed = file.read(_LOCAL.size)
        signature, _, _, method, _, _, _, packed, whole, name_size, extra_size = _LOCAL.unpack(fixed)
        name, extra = file.read(name_size), file.read(extra_size)
        if signature != b"PK\x03\x04" or method != 0 or packed != whole or len(extra) != extra_size:
            break
        if whole == _FULL and extra_size == 20:
            whole = int(struct.unpack("<HHQQ", extra)[2])
        try:
            member = Member(name.decode(), whole, at)
        except UnicodeDecodeError:
            break
        if member.end > size:
            break
        members.append(member)
        at = member.end
    return members


def by_directory(file: BinaryIO, size: int) -> list[Member]:
    """The members as the directory at the end tells; none if it does not hold together."""
    if size < _END.size:
        return []
    file.seek(size - _END.size)
    signature, _, _, _, count, length, start, _ = _END.unpack(file.read(_END.size))
    if signature != b"PK\x05\x06":
        return []
    if count == _FULL16 or _FULL in (length, start):
        found = _wide_end(file, size)
        if found is None:
            return []
        count, length, start = found
    if start + length > size or count * _CENTRAL.size > length:
        return []
    file.seek(start)
    return _records(file.read(length), count)


def _wide_end(file: BinaryIO, size: int) -> tuple[int, int, int] | None:
    at = size - _END.size - _LOCATOR.size - _END64.size
    if at < 0:
        return None
    file.seek(at)
    fields = _END64.unpack(file.read(_END64.size))
    return (fields[7], fields[8], fields[9]) if fields[0] == b"PK\x06\x06" else None


def _records(directory: bytes, count: int) -> list[Member]:
    members: list[Member] = []
    at = 0
    for _ in range(count):
        if at + _CENTRAL.size > len(directory):
            return []
        fields = _CENTRAL.unpack_from(directory, at)
        name_size, extra_size, size, offset = fields[10], fields[11], fields[9], fields[16]
        begin = at + _CENTRAL.size
        extra = directory[begin + name_size : begin + name_size + extra_size]
        wide = [int.from_bytes(extra[i : i + 8], "little") for i in range(4, len(extra) - 7, 8)]
        if size == _FULL and len(wide) >= 2:
            size = wide[0]
        if offset == _FULL and wide:
            offset = wide[-1]
        try:
            members.append(Member(directory[begin : begin + name_size].decode(), size, offset))
        except UnicodeDecodeError:
            return []
        if fields[0] != b"PK\x01\x02" or fields[4] != 0:
            return []
        at = begin + name_size + extra_size
    return members
