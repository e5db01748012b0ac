"""The installation's own Ed25519 key: it seals case files, and its fingerprint says which server did."""

import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PRIVATE = "seal.key"
PUBLIC = "seal.pub"
_SIZE = 32


class KeyProblem(Exception):
    """The seal key cannot be used; the text names the file and the cure."""


class SealKey:
    """Signs for this installation."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def fingerprint(self) -> str:
        """SHA-256 hex of the public key."""
        return fingerprint(self.public)

    def sign(self, content: bytes) -> bytes:
        """64 bytes that only this key can make."""
        return self._private.sign(content)


def fingerprint(public: bytes) -> str:
    """SHA-256 hex of a raw public key."""
    return hashlib.sha256(public).hexdigest()


def verify(public: bytes, content: bytes, signature: bytes) -> bool:
    """Whether `signature` over `content` was made by the owner of `public`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def open_key(folder: Path) -> SealKey:
    """The key in `folder`, made at the first call; raises `KeyProblem` rather than begin with another one."""
    private, public = folder / PRIVATE, folder / PUBLIC
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not private.exists():
            if public.exists():
                raise KeyProblem(f"{private} is gone but {public} is there: restore the key from a backup")
            _write_new(private, secrets.token_bytes(_SIZE), 0o600)
        key = _loaded(private)
        if not public.exists():
            _write_new(public, key.public.hex().encode() + b"\n", 0o644)
        stated = public.read_text("ascii", errors="replace").strip()
        if private.stat().st_mode & 0o077:
            private.chmod(0o600)
    except OSError as error:
        raise KeyProblem(
            f"cannot use the seal key {private}: {error.strerror}; "
            "give it back to the user who runs the server, or restore it from a backup"
        ) from error
    if stated != key.public.hex():
        raise KeyProblem(f"{private} does not belong to {public}: restore both from the same backup")
    return key


def _loaded(path: Path) -> SealKey:
    secret = path.read_bytes()
    if len(secret) != _SIZE:
        raise KeyProblem(f"the seal key {path} is damaged ({len(secret)} bytes): restore it from a backup")
    return SealKey(Ed25519PrivateKey.from_private_bytes(secret))


def _write_new(path: Path, content: bytes, mode: int) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        # link, not replace: of two first starts at once one key must win.
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()
