"""The files of a case file as they are held: in a folder, or inside an archive that is never unpacked."""

import hashlib
import os
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from .archive import Member, pieces
from .layout import safe
from .report import Finding

_CHUNK = 1 << 20
_MOST_FILES = 100_000
_SMALL = 512 << 20


@dataclass(frozen=True, slots=True)
class Digest:
    """What one reading of a file gives."""

    sha256: str
    crc: int


class Holding(Protocol):
    """Files by their name inside the bag; `problems` are things that no bag of ours holds."""

    sizes: dict[str, int]
    problems: list[Finding]

    def read(self, name: str) -> Iterator[bytes]:
        """The content in pieces."""


def digest(holding: Holding, name: str) -> Digest:
    """Hash one file."""
    sha256, crc = hashlib.sha256(), 0
    for piece in holding.read(name):
        sha256.update(piece)
        crc = zlib.crc32(piece, crc)
    return Digest(sha256.hexdigest(), crc)


def content(holding: Holding, name: str) -> bytes:
    """One text file as a whole; a giant in its place is refused as unreadable."""
    if holding.sizes[name] > _SMALL:
        raise OSError(f"{name} is too large")
    return b"".join(holding.read(name))


class FolderHolding:
    """A folder on disk; links and devices in it are named, never followed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sizes: dict[str, int] = {}
        self.problems: list[Finding] = []
        self._collect(folder, "")

    def _collect(self, folder: Path, prefix: str) -> None:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            name = prefix + entry.name
            shown = name.encode("utf-8", "backslashreplace").decode()
            mode = entry.stat(follow_symlinks=False).st_mode
            if len(self.sizes) + len(self.problems) > _MOST_FILES:
                raise OSError("more files than any case file has")
            if not safe(name):
                self.problems.append(Finding(shown, "a name that no case file has"))
            elif stat.S_ISDIR(mode):
                self._collect(Path(entry.path), name + "/")
            elif stat.S_ISREG(mode):
                self.sizes[name] = entry.stat(follow_symlinks=False).st_size
            else:
                self.problems.append(Finding(shown, "a link or device, not a file"))

    def read(self, name: str) -> Iterator[bytes]:
        return pieces(self.folder / name)


class ArchiveHolding:
    """The members of an archive, read in place."""

    def __init__(self, file: BinaryIO, members: list[Member]) -> None:
        self._file = file
        self.members: dict[str, Member] = {}
        self.problems: list[Finding] = []
        for member in members:
            _, _, name = member.name.partition("/")
            if not safe(member.name) or not name or name in self.members:
                shown = member.name.encode("utf-8", "backslashreplace").decode()
                self.problems.append(Finding(shown, "a name that no case file has"))
            else:
                self.members[name] = member
        self.sizes = {name: member.size for name, member in self.members.items()}

    def read(self, name: str) -> Iterator[bytes]:
        member = self.members[name]
        at, end = member.content, member.end
        while at < end:
            self._file.seek(at)
            piece = self._file.read(min(_CHUNK, end - at))
            if not piece:
                return
            at += len(piece)
            yield piece
