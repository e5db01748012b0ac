"""What lets a chamber's device in: a short code to pair it with, then a signed credential. No account."""

import hashlib
import hmac
import secrets
from pathlib import Path

from itsdangerous import BadSignature, Signer

from .store.keys import read_or_make

# No letter or figure that is taken for another one when it is read from one screen and typed at another.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 10
CODE_MS = 15 * 60_000
"""How long a code may be used, once."""
MAX_CREDENTIAL = 160
SECRET = 24


class BadCredential(Exception):
    """The text is no credential of ours."""


class Pairing:
    """Makes and reads codes and credentials. The key lies in a file outside the database."""

    def __init__(self, keys: Path) -> None:
        self._key = read_or_make(keys / "chambers.key")
        self._signer = Signer(
            self._key, salt=b"heting chamber", key_derivation="hmac", digest_method=hashlib.sha256
        )

    def new_code(self) -> str:
        """A code to read out and type, about 49 bits."""
        return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))

    def digest(self, code: str) -> str:
        """What the database knows of a code; spaces, dashes and small letters do not matter."""
        plain = "".join(letter for letter in code.upper() if letter in ALPHABET)
        return hmac.new(self._key, b"code " + plain.encode(), hashlib.sha256).hexdigest()

    def credential(self, endpoint: str) -> tuple[str, str]:
        """A new credential for a device, and what the database knows of it."""
        text = self._signer.sign(f"{endpoint}.{secrets.token_urlsafe(SECRET)}").decode()
        return text, fingerprint(text)

    def endpoint(self, credential: str) -> str:
        """The endpoint a credential names; raises `BadCredential`."""
        if len(credential) > MAX_CREDENTIAL or not credential.isascii():
            raise BadCredential("malformed")
        try:
            return self._signer.unsign(credential).decode().partition(".")[0]
        except BadSignature as error:
            raise BadCredential("signature") from error


def fingerprint(credential: str) -> str:
    """What the database knows of a credential."""
    return hashlib.sha256(credential.encode()).hexdigest()
