"""One track → one live WebM or Matroska, and the knowledge of which frames are really in it."""

import os
from contextlib import suppress
from pathlib import Path

from .chain import Frame


class TrackWriter:
    """Append frames to a new file; every method may raise OSError, and then only `abandon` may follow."""

    def __init__(self, path: Path, codec: str, width: int = 0, height: int = 0, head: bytes = b"") -> None:
        from .webm import LiveWebm

        self.path = path
        self._file = PartFile(path)
        self._pending: list[Frame] = []
        # libavformat keeps the newest audio packet back for one more call.
        self._behind = 1 if codec == "opus" else 0
        self.whole = False
        """Some frames are in the file."""
        self._webm = LiveWebm(self._file, codec, width, height, head)

    def add(self, frame: Frame) -> list[Frame]:
        """Take one frame; give the frames that are in the file since this call."""
        file = self._file
        before = file.size
        self._webm.add(frame)
        pending = self._pending
        done = len(pending) - self._behind
        pending.append(frame)
        if file.size == before or done <= 0:
            return []
        self._pending = pending[done:]
        self.whole = True
        return pending[:done]

    def end(self) -> list[Frame]:
        """Write what is left and wait until it is on the disk; give the frames that were still missing."""
        self._webm.close()
        self._file.sync()
        pending, self._pending = self._pending, []
        self.whole = self.whole or bool(pending)
        return pending

    def close(self) -> None:
        """Give the ended file back."""
        self._file.close()

    def sync(self) -> None:
        """Wait until the file is on the disk."""
        self._file.sync()

    def abandon(self) -> None:
        """Stop after a failure: what is whole stays, a file without frames goes."""
        self._file.broken = True
        with suppress(OSError):
            self._webm.abandon()
        with suppress(OSError):
            self._file.close()
            if not self.whole:
                self.path.unlink(missing_ok=True)


class PartFile:
    """A file that takes a piece wholly or not at all."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        self.size = 0
        self.broken = False

    def write(self, data: bytes, /) -> int:
        """Write all, or cut the file back to what was whole and raise."""
        if self.broken:
            return len(data)
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._fd, view) :]
        except OSError:
            self.broken = True
            with suppress(OSError):
                os.ftruncate(self._fd, self.size)
            raise
        self.size += len(data)
        return len(data)

    def sync(self) -> None:
        """Wait until the bytes are on the disk."""
        os.fdatasync(self._fd)

    def close(self) -> None:
        """Give the file back."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
