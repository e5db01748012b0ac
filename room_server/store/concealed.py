"""How people of a case are reached and where they live: in the database under the key only, by field."""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlmodel import Session, col, select

from .case_tables import Agent, Party, PlainText, RosterEntry
from .database import Database, DatabaseError
from .privacy import Privacy
from .tables import Installation

logger = logging.getLogger(__name__)

Person = Party | Agent | RosterEntry
ID_NUMBER = "id_number"
FIELDS: dict[type[Person], tuple[str, ...]] = {
    Party: (ID_NUMBER, "phone", "address", "service_address", "electronic_address"),
    Agent: (ID_NUMBER, "phone"),
    RosterEntry: (ID_NUMBER, "phone"),
}
"""What of whom; the column of each is called `…_sealed`."""
BATCH = 500
SWEEP = "plain_text_sweep"
"""The mark of an installation whose file may still hold plain text where nothing is stored any more."""


class Parted(msgspec.Struct, frozen=True):
    """What of a person goes into plain columns, and what under the key."""

    plain: dict[str, Any]
    secret: dict[str, str]


def part(shape: type[Any], given: Mapping[str, Any]) -> Parted:
    """Tell the columns of any piece of a case from what must be concealed."""
    fields = FIELDS.get(shape, ())
    return Parted(
        {name: value for name, value in given.items() if name not in fields},
        {name: value for name, value in given.items() if name in fields},
    )


def put(privacy: Privacy, row: Person, name: str, text: str) -> None:
    """Keep one field of a person under the key; an empty one is forgotten."""
    setattr(row, f"{name}_sealed", privacy.conceal(_owner(row, name), text) if text else None)
    if name == ID_NUMBER:
        row.id_number_digest = privacy.digest(text) if text else None


def get(privacy: Privacy, row: Person, name: str) -> str:
    """One field of a person in plain; empty when there is none. Raises `KeyFileError`."""
    sealed: bytes | None = getattr(row, f"{name}_sealed")
    return privacy.reveal(_owner(row, name), sealed) if sealed else ""


def take_over(privacy: Privacy, origin: Person, row: Person) -> None:
    """Keep for another row what is known of this person: what was concealed for one opens for no other."""
    for name in FIELDS[type(row)]:
        put(privacy, row, name, get(privacy, origin, name))


async def conceal_waiting(database: Database, privacy: Privacy) -> int:
    """Bring under the key what older versions wrote in plain; how many texts.

    Batch by batch, each in a transaction of its own that also takes the plain text away: whoever is killed
    in between goes on where it was. Then the database is written anew, for no page to hold the rest of one.
    """
    count = 0
    while done := await database.write(lambda session: _conceal(session, privacy)):
        count += done
    if await database.read(lambda session: session.get(Installation, SWEEP)) is not None:
        try:
            await database.compact()
            await database.write(_swept)
        except DatabaseError as error:
            logger.warning(
                "deleted personal data may still be readable in the database file (%s); "
                "free as much disk space as it has and start again",
                error,
            )
    return count


def _conceal(session: Session, privacy: Privacy) -> int:
    shapes: dict[str, type[Person]] = {str(shape.__tablename__): shape for shape in FIELDS}
    waiting = list(session.exec(select(PlainText).order_by(col(PlainText.id)).limit(BATCH)))
    for text in waiting:
        row = session.get(shapes[text.of], text.row)
        if isinstance(row, Person):
            put(privacy, row, text.field, text.text)
            session.add(row)
        session.delete(text)
    return len(waiting)


def _swept(session: Session) -> None:
    session.delete(session.get_one(Installation, SWEEP))


def _owner(row: Person, name: str) -> str:
    # Identity numbers were bound to their row before there were other fields.
    return row.id if name == ID_NUMBER else f"{row.id} {name}"
