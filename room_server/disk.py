"""The data folder: can it be written, has it room, and a reserve for the journal when it is full."""

import contextlib
import logging
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

logger = logging.getLogger(__name__)

LEAST_FREE = 200 * 1024 * 1024
RESERVE = 32 * 1024 * 1024


class DiskError(Exception):
    """The data folder cannot be used; the text names it and the cure."""


def prepare(folder: Path) -> None:
    """Make the data folder, and make sure that it can be written and has room; raises `DiskError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / ".writable"
        probe.write_bytes(b"heting")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise DiskError(
            f"cannot write to the data folder {folder}: {error.strerror}; "
            "free it, change its owner or set HETING_DATA"
        ) from error
    if free < LEAST_FREE:
        raise DiskError(
            f"only {free // 2**20} MiB are free under {folder}: "
            "a recording needs more; free some or set HETING_DATA"
        )


class Reserve:
    """A file that takes room while there is some, for the journal when recordings have filled the disk."""

    def __init__(self, folder: Path, size: int = RESERVE) -> None:
        self._path = folder / "reserve"
        self._size = size

    @property
    def held(self) -> bool:
        """Whether the room is set aside now."""
        return self._path.exists()

    def take(self) -> None:
        """Set the room aside where there is plenty."""
        try:
            if self.held or shutil.disk_usage(self._path.parent).free < 4 * self._size:
                return
            with self._path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self._size)
        except OSError as error:
            logger.warning("no reserve on disk: %s", error.strerror)
            self._path.unlink(missing_ok=True)

    def release(self) -> None:
        """Give the room to whoever must write now."""
        if self.held:
            logger.error("the disk is full: the reserve of %d MiB goes to the journal", self._size // 2**20)
            self._path.unlink(missing_ok=True)


def weight(folders: Iterable[Path]) -> int:
    """Bytes of the files that lie in these folders; blocks."""
    total = 0
    for folder in folders:
        with contextlib.suppress(OSError):
            # A recording may be renamed or finished while it is looked at.
            total += sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())
    return total
