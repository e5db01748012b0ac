"""Where the files of evidence lie: one folder per item with its original and the views drawn from it."""

import errno
import hashlib
import os
import shutil
from pathlib import Path

from ..disk import LEAST_FREE
from .kinds import HEAD_BYTES

THUMBNAIL = "thumbnail.webp"
_PART = "part"
_ORIGINAL = "original"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def page_name(number: int) -> str:
    """The file of a page's picture."""
    return f"page-{number:04d}.webp"


class DiskFull(Exception):
    """There is no room for the file; nothing of it was kept."""


class Shelf:
    """The folders below `files/evidence`. Everything here blocks: call it in an executor."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "evidence"

    def prepare(self, evidence: str, size: int) -> None:
        """Make the folder of an item that is to come; raises `DiskFull` when it would not fit."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if shutil.disk_usage(self._folder).free < size + LEAST_FREE:
                raise DiskFull(evidence)
            (self._folder / evidence).mkdir(mode=0o700)
            self.views(evidence).mkdir(mode=0o700)
            descriptor = os.open(self.part(evidence), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.close(descriptor)
        except OSError as error:
            self.discard(evidence)
            raise _as_full(error, evidence) from error

    def append(self, evidence: str, piece: bytes) -> int:
        """Put a piece at the end of what has come; the size now. Raises `DiskFull` and discards the item."""
        try:
            if shutil.disk_usage(self._folder).free < LEAST_FREE:
                # What is left belongs to the recordings.
                raise OSError(errno.ENOSPC, "reserved")
            with self.part(evidence).open("r+b") as file:
                file.seek(0, os.SEEK_END)
                file.write(piece)
                file.flush()
                return file.tell()
        except FileNotFoundError:
            raise
        except OSError as error:
            self.discard(evidence)
            raise _as_full(error, evidence) from error

    def received(self, evidence: str) -> int:
        """How many bytes have come; 0 when there is nothing."""
        try:
            return self.part(evidence).stat().st_size
        except FileNotFoundError:
            return 0

    def head(self, evidence: str) -> bytes:
        """The first bytes of what has come."""
        with self.part(evidence).open("rb") as file:
            return file.read(HEAD_BYTES)

    def seal(self, evidence: str) -> str:
        """The file is whole: its SHA-256, once it is on disk for good and cannot be written any more."""
        part, original = self.part(evidence), self.original(evidence)
        path = original if original.exists() else part
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        path.chmod(0o400)
        path.replace(original)
        return digest

    def discard(self, evidence: str) -> None:
        """Remove everything of an item."""
        shutil.rmtree(self._folder / evidence, ignore_errors=True)

    def part(self, evidence: str) -> Path:
        """What has come so far."""
        return self._folder / evidence / _PART

    def original(self, evidence: str) -> Path:
        """The file as it was received, to the byte."""
        return self._folder / evidence / _ORIGINAL

    def views(self, evidence: str) -> Path:
        """The folder of its pages."""
        return self._folder / evidence / "views"

    def page(self, evidence: str, number: int) -> Path:
        """The picture of a page; it may not have been drawn yet."""
        return self.views(evidence) / page_name(number)

    def thumbnail(self, evidence: str) -> Path:
        """The small picture of the first page, where there is one."""
        return self.views(evidence) / THUMBNAIL


def _as_full(error: OSError, evidence: str) -> Exception:
    return DiskFull(evidence) if error.errno in _NO_ROOM else error
