"""The roster of a group case: who belongs to it, and the table it is read from."""

from typing import Annotated

import msgspec
from sqlmodel import Session

from identity import id_number

from ..rules.permissions import Act
from ..store import case_people, concealed
from .case_views import today
from .roster_csv import RosterProblem, read_roster
from .routes import Auth, Call, Route


class RosterPerson(msgspec.Struct, frozen=True, kw_only=True):
    """One of the group; of the identity number only what a screen may show."""

    id: str
    name: str
    id_number: str
    phone: str
    amount_fen: int | None
    consent: bool
    representative: bool


class Roster(msgspec.Struct, frozen=True):
    """Everybody of the group, in their order."""

    people: list[RosterPerson]


class NewRoster(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole roster as CSV with headings; it takes the place of the one before."""

    csv: Annotated[str, msgspec.Meta(max_length=60_000)]


class RosterResult(msgspec.Struct, frozen=True):
    """How many people there are now; or, when anything was wrong, what, and the roster is as before."""

    imported: int
    problems: list[RosterProblem]


async def show_roster(call: Call) -> Roster:
    """Everybody of the group."""
    privacy = call.parts.privacy[0]

    def look(session: Session) -> Roster:
        return Roster(
            [
                RosterPerson(
                    id=row.id,
                    name=row.name,
                    id_number=id_number.mask(concealed.get(privacy, row, concealed.ID_NUMBER)),
                    phone=concealed.get(privacy, row, "phone"),
                    amount_fen=row.amount_fen,
                    consent=row.consent,
                    representative=row.representative,
                )
                for row in case_people.roster(session, call.case.id)
            ]
        )

    return await call.parts.database.read(look)


async def import_roster(call: Call, given: NewRoster) -> RosterResult:
    """Read a roster; all of it, or nothing."""
    people, problems = read_roster(given.csv, today(call.parts))
    if problems:
        return RosterResult(0, problems)
    privacy, by, now = call.parts.privacy[0], call.account.id, call.parts.now()
    await call.parts.database.write(
        lambda session: case_people.set_roster(session, privacy, call.case.id, people, by, now)
    )
    return RosterResult(len(people), [])


_PATH = "/api/cases/{case}/roster"
ROUTES = (
    Route("GET", _PATH, show_roster, Auth.STAFF, "The roster of a group", act=Act.SEE_CASES, gives=Roster),
    Route(
        "POST",
        _PATH,
        import_roster,
        Auth.STAFF,
        "Read a roster from CSV",
        act=Act.EDIT_CASES,
        takes=NewRoster,
        gives=RosterResult,
    ),
)
