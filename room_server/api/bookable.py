"""What a booking takes from a case and from the table of kinds, and what stands in its way."""

import re
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from ..law.hearings import HearingKinds, hearing_kinds
from ..rules.permissions import Act, may_there, paths_of
from ..store import case_history, case_people, cases, chambers, concealed, organisations
from ..store.booking_tables import Chamber
from ..store.case_tables import Agent, Party
from ..store.chambers import Clash
from ..store.hearings import Booking, Plan
from ..store.organisation_tables import Organisation
from ..store.privacy import Privacy
from ..store.tables import Case
from .refusals import ApiError
from .routes import Call, Parts

_MAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,189}")
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{4,18}")


class Wish(Protocol):
    """What is wanted of a plan."""

    @property
    def minutes(self) -> int | None:
        """Absent: as the kind has it."""

    @property
    def variant(self) -> str:
        """An entry of the table of kinds, or nothing."""

    @property
    def form(self) -> str:
        """online, mixed or onsite."""

    @property
    def chamber(self) -> str:
        """A chamber, or nothing."""

    @property
    def kind(self) -> str:
        """The kind of the hearing."""


def kinds_of(parts: Parts) -> HearingKinds:
    """The kinds of hearings of this installation."""
    return hearing_kinds(parts.settings.law if parts.settings.law.is_dir() else None)


def plan_of(session: Session, call: Call, wish: Wish) -> Plan:
    """The plan that is wished for; refuses an unknown kind or a chamber out of reach."""
    entry = kinds_of(call.parts).of(wish.kind, wish.variant)
    if wish.variant and (entry is None or entry.id != wish.variant):
        raise ApiError("malformed", "variant")
    if wish.chamber:
        _check_chamber(session, call, wish.chamber)
    return Plan(
        minutes=wish.minutes or (entry.minutes if entry else Plan().minutes),
        variant=wish.variant,
        form=wish.form,
        chamber=wish.chamber,
    )


def refuse_clashes(session: Session, call: Call, booking: Booking, override: str) -> None:
    """Refuse what is wanted elsewhere at that time; with a reason it is noted in the case and goes on."""
    found = chambers.clashes(session, booking.id)
    if not found:
        return
    if not override.strip():
        names = "、".join(dict.fromkeys(f"{clash.name} {_hours(clash)}" for clash in found))
        raise ApiError("clashes", names)
    case_history.note(
        session,
        booking.case,
        at=call.parts.now(),
        actor=call.account.id,
        what="clash_overridden",
        text=override.strip(),
        name=booking.title,
        hearing=booking.id,
        clashes=[[clash.what, clash.hearing] for clash in found],
    )


def _hours(clash: Clash) -> str:
    begin = datetime.fromtimestamp(clash.starts_at / 1000)
    end = datetime.fromtimestamp(clash.starts_at / 1000 + clash.minutes * 60)
    return f"{begin:%H:%M}–{end:%H:%M}"


def _check_chamber(session: Session, call: Call, identifier: str) -> None:
    chamber = session.get(Chamber, identifier)
    if chamber is None or chamber.disabled_at is not None:
        raise ApiError("no_such_chamber")
    path = session.get_one(Organisation, chamber.organisation).path
    if not any(
        path.startswith(mine) or mine.startswith(path) for mine in paths_of(call.memberships, Act.BOOK)
    ):
        raise ApiError("no_such_chamber")


def case_to_book(session: Session, call: Call, identifier: str, number: str) -> Case | None:
    """The case that a hearing is booked for, if the booker may; none when its number is new."""
    case = session.get(Case, identifier) if identifier else cases.by_number(session, number)
    if case is None:
        if identifier:
            raise ApiError("no_such_case")
        return None
    openings = organisations.openings(session, call.account.id, case.id, call.parts.now())
    if not may_there(call.memberships, Act.BOOK, organisations.path_of_case(session, case), openings):
        raise ApiError("case_not_yours")
    return case


def check_named(session: Session, case: Case | None, party: str, agent: str) -> None:
    """Refuse a party or an agent that is not this case's."""
    own = case.id if case else ""
    if party and case_people.find(session, Party, own, party) is None:
        raise ApiError("malformed", "party")
    if agent and case_people.find(session, Agent, own, agent) is None:
        raise ApiError("malformed", "agent")


def known_contact(session: Session, privacy: Privacy, party: str, agent: str) -> tuple[str, str]:
    """Mail address and telephone number that the case knows of somebody; empty when it knows none."""
    if agent:
        row = session.get(Agent, agent)
        return "", _dialled(concealed.get(privacy, row, "phone")) if row else ""
    known = session.get(Party, party) if party else None
    if known is None:
        return "", ""
    address = concealed.get(privacy, known, "electronic_address").strip()
    return address if _MAIL.fullmatch(address) else "", _dialled(concealed.get(privacy, known, "phone"))


def _dialled(phone: str) -> str:
    """A number that can be dialled, or nothing."""
    number = phone.strip()
    return number if _PHONE.fullmatch(number) else ""


def known_number(session: Session, privacy: Privacy, party: str, agent: str) -> str:
    """The identity number that the case knows of somebody; empty when it knows none."""
    row = session.get(Agent, agent) if agent else session.get(Party, party) if party else None
    return concealed.get(privacy, row, concealed.ID_NUMBER) if row else ""
