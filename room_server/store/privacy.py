"""What must not stand in the database in plain: identity numbers, under a key file outside of it."""

import hashlib
import hmac
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlmodel import Session, col, select

from .database import Database
from .keys import KeyFileError, read_or_make
from .tables import Installation, Seat

_NONCE = 12


class Privacy:
    """AES-256-GCM bound to the owner of the text, and a keyed hash to find it again."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(_derive(key, b"heting pii cipher"))
        self._search = _derive(key, b"heting pii search")

    def conceal(self, owner: str, text: str) -> bytes:
        """Encrypt; the result opens for the same owner id only."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), owner.encode())

    def reveal(self, owner: str, concealed: bytes) -> str:
        """Decrypt; raises `KeyFileError` for another key, another owner or a changed text."""
        try:
            plain = self._cipher.decrypt(concealed[:_NONCE], concealed[_NONCE:], owner.encode())
        except (InvalidTag, ValueError) as error:
            raise KeyFileError(
                "keys/pii.key does not open what the database holds; restore both from one backup"
            ) from error
        return plain.decode()

    def digest(self, text: str) -> str:
        """The keyed hash of a text, for search."""
        return hmac.new(self._search, text.encode(), hashlib.sha256).hexdigest()


async def open_privacy(database: Database, keys: Path) -> Privacy:
    """Read or make `pii.key` and make sure that it belongs to this database; raises `KeyFileError`."""
    path = keys / "pii.key"
    known = await database.read(lambda session: session.get(Installation, "pii_key"))
    if known is not None and not path.exists():
        raise KeyFileError(f"the key file {path} is missing; restore it from the backup of this database")
    privacy = Privacy(read_or_make(path))
    mark = privacy.digest("pii.key")
    if known is None:
        await database.write(lambda session: session.add(Installation(name="pii_key", value=mark)))
    elif not hmac.compare_digest(known.value, mark):
        raise KeyFileError(f"the key file {path} belongs to another database; restore the right one")
    return privacy


def set_id_number(session: Session, privacy: Privacy, participant: str, number: str) -> None:
    """Keep a participant's identity number, encrypted."""
    seat = session.get_one(Seat, participant)
    seat.id_number_sealed = privacy.conceal(participant, number)
    seat.id_number_digest = privacy.digest(number)
    session.add(seat)


def set_contact(session: Session, privacy: Privacy, participant: str, email: str, phone: str) -> None:
    """Keep how a participant is reached, encrypted; empty: not that way."""
    seat = session.get_one(Seat, participant)
    seat.email_sealed = privacy.conceal(participant, email) if email else None
    seat.phone_sealed = privacy.conceal(participant, phone) if phone else None
    session.add(seat)


def contact(session: Session, privacy: Privacy, participant: str) -> tuple[str, str]:
    """A participant's mail address and telephone number in plain; empty when there is none."""
    seat = session.get_one(Seat, participant)
    sealed = (seat.email_sealed, seat.phone_sealed)
    email, phone = (privacy.reveal(participant, text) if text else "" for text in sealed)
    return email, phone


def id_number(session: Session, privacy: Privacy, participant: str) -> str | None:
    """A participant's identity number in plain."""
    seat = session.get_one(Seat, participant)
    return privacy.reveal(participant, seat.id_number_sealed) if seat.id_number_sealed else None


def seats_of(session: Session, privacy: Privacy, number: str) -> list[str]:
    """The participant ids, over all hearings, of the person with that identity number."""
    query = select(Seat.id).where(Seat.id_number_digest == privacy.digest(number)).order_by(col(Seat.id))
    return list(session.exec(query))


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, purpose).derive(key)
