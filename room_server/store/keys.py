"""Key files outside the database: made once at the first start, readable by their owner only."""

import logging
import os
import secrets
from pathlib import Path

logger = logging.getLogger(__name__)


class KeyFileError(Exception):
    """A key file cannot be used; the text names the file and the cure."""


def read_or_make(path: Path, size: int = 32) -> bytes:
    """The key in a file, made at the first call; raises `KeyFileError` when it cannot be used."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make(path, secrets.token_bytes(size))
        key = path.read_bytes()
        _close_to_others(path)
    except OSError as error:
        raise KeyFileError(
            f"cannot read the key file {path}: {error.strerror}; "
            "give it back to the user who runs the server, or restore it from a backup"
        ) from error
    if len(key) != size:
        raise KeyFileError(f"the key file {path} is damaged; restore it from a backup")
    return key


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _make(path: Path, key: bytes) -> None:
    # link, not replace: of two first starts at once, one key must win and both must then read it.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    write_private(draft, key)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _close_to_others(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
        logger.warning("key file %s was readable by others; closed it", path.name)
