"""Cases, hearings, who has a seat in them, and their sittings: functions within a transaction."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlmodel import Session, col, select

from ..rules.people import STAFF, Participant, Role
from ..rules.permissions import Act, may_there
from . import experts, organisations, webhooks
from .booking_tables import Chamber
from .organisation_tables import ROOT, Organisation
from .tables import Case, Hearing, Seat, SittingRow, StaffAccount, new_id

_ROUTES = {"arbitration": "arbitrate", "filing": "consult", "legal_aid": "legal_aid"}
STATES = ("booked", "waiting", "open", "adjourned", "closed", "cancelled")


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How long a hearing is to take, of which entry of the table of kinds it is, and where it is held."""

    minutes: int = 60
    variant: str = ""
    form: str = "online"
    """online, mixed or onsite."""
    chamber: str = ""
    chamber_name: str = ""
    place: str = ""
    """How to find the chamber, or where it is held when there is none."""
    continues: str = ""
    """The sitting that ended to go on at this place."""


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """A hearing together with its case, its people and its sitting."""

    id: str
    kind: str
    title: str
    case_number: str
    case_title: str
    starts_at: int
    state: str
    rehearsal: bool
    sitting: str | None
    participants: list[Participant]
    accounts: dict[str, str]
    """Participant id → id of the staff account that takes the seat."""
    created_by: str | None
    case: str
    path: str
    """The organisation of the case, with all above it."""
    video_codec: str = ""
    """Which one is wanted first; empty: as the server has it."""
    plan: Plan = Plan()
    sequence: int = 0
    """How often its plan was changed."""
    watching: frozenset[str] = frozenset()
    """Participants who are staff that watch from outside."""

    def participant(self, identifier: str) -> Participant | None:
        """The person with that id, if they belong to this hearing."""
        return next((person for person in self.participants if person.id == identifier), None)

    def by_link(self, person: Participant) -> bool:
        """Whether a participant enters by a link: neither staff, who sign in, nor a chamber's device."""
        signs_in = person.role in STAFF or person.id in self.watching
        return not signs_in and person.role is not Role.CHAMBER

    def belongs_to(self, account: str) -> bool:
        """Whether a staff account has a seat here or booked the hearing."""
        return account == self.created_by or account in self.accounts.values()


class NewSeat(msgspec.Struct, frozen=True, kw_only=True):
    """A person to be invited; `account` names the staff member who takes the seat."""

    name: str
    role: Role
    side: str = ""
    purpose: str = ""
    account: str | None = None
    party: str | None = None
    """The party of the case that this person is, or acts for as `agent`."""
    agent: str | None = None
    level: str = ""
    """Of an expert; empty: as the organisation of their account."""
    screened: Sequence[int] = ()
    """Positions in the booking of those who must never be at the same place; it holds both ways."""


def book(
    session: Session,
    *,
    case_number: str,
    title: str,
    kind: str,
    starts_at: int,
    seats: Sequence[NewSeat],
    now: int,
    rehearsal: bool = False,
    video_codec: str = "",
    by: StaffAccount | None = None,
    organisation: str = ROOT,
    case: Case | None = None,
    plan: Plan | None = None,
) -> Booking:
    """Book a hearing of a case, or of the one with that number, made for an organisation when it is new.

    A staff seat belongs to the account of that name and role;
    `by` gets a free seat of their role, or a new one.
    """
    if case is None:
        case = _case_by_number(session, case_number, title, kind, organisation, by, now)
    plan = plan or Plan()
    hearing = Hearing(
        id=new_id("h"),
        case_id=case.id,
        kind=kind,
        title=title,
        starts_at=starts_at,
        rehearsal=rehearsal,
        video_codec=video_codec,
        minutes=plan.minutes,
        variant=plan.variant,
        form=plan.form,
        chamber=plan.chamber or None,
        created_by=by.id if by else None,
        created_at=now,
    )
    session.add(hearing)
    session.flush()
    rows = [_add_seat(session, hearing.id, position, seat) for position, seat in enumerate(seats)]
    for row, seat in zip(rows, seats, strict=True):
        row.screened = " ".join(rows[other].id for other in dict.fromkeys(seat.screened))
        session.add(row)
    if by is not None and by.role and take_seat(session, hearing.id, by) is None:
        own = NewSeat(name=by.person, role=Role(by.role), account=by.id)
        _add_seat(session, hearing.id, len(seats), own)
    webhooks.tell_booked(session, hearing, now)
    return _bookings(session, [hearing])[0]


def _case_by_number(
    session: Session,
    number: str,
    title: str,
    kind: str,
    organisation: str,
    by: StaffAccount | None,
    now: int,
) -> Case:
    """The case with that number, made when there is none."""
    case = session.exec(select(Case).where(Case.number == number)).first()
    if case is None:
        case = Case(
            id=new_id("c"),
            number=number,
            title=title,
            created_at=now,
            organisation=organisation,
            route=_ROUTES.get(kind, "mediate_org"),
            procedure="arbitration" if kind == "arbitration" else "mediation",
            created_by=by.id if by else None,
        )
        session.add(case)
        session.flush()
    return case


def find(session: Session, hearing: str) -> Booking | None:
    """One hearing."""
    row = session.get(Hearing, hearing)
    return _bookings(session, [row])[0] if row else None


def find_by_sitting(session: Session, sitting: str) -> Booking | None:
    """The hearing that a sitting is a run of."""
    row = session.get(SittingRow, sitting)
    return find(session, row.hearing) if row else None


def between(session: Session, start: int, end: int) -> list[Booking]:
    """The hearings that start in a span of time (Unix ms), earliest first."""
    query = (
        select(Hearing)
        .where(Hearing.starts_at >= start, Hearing.starts_at < end)
        .order_by(col(Hearing.starts_at), col(Hearing.id))
    )
    return _bookings(session, session.exec(query).all())


def of_case(session: Session, case: str) -> list[Booking]:
    """The hearings of a case, earliest first."""
    query = select(Hearing).where(Hearing.case_id == case).order_by(col(Hearing.starts_at), col(Hearing.id))
    return _bookings(session, session.exec(query).all())


def take_seat(session: Session, hearing: str, account: StaffAccount) -> Participant | None:
    """The staff member's own seat; one of their role that nobody has taken yet becomes theirs."""
    rows = session.exec(select(Seat).where(Seat.hearing == hearing).order_by(col(Seat.position))).all()
    for row in rows:
        if row.account == account.id:
            return _participant(row)
    empty = [row for row in rows if row.account is None and Role(row.role) in STAFF]
    named = [
        row
        for row in empty
        if row.name in (account.person, account.name) and _account_role(Role(row.role)) == account.role
    ]
    chosen = next(iter(named or [row for row in empty if row.role == account.role]), None)
    if chosen is None:
        return None
    chosen.account = account.id
    session.add(chosen)
    session.flush()
    return _participant(chosen)


def set_state(session: Session, hearing: str, state: str) -> None:
    """Write down how far a hearing has come."""
    if state not in STATES:
        raise ValueError(f"no such state: {state}")
    row = session.get_one(Hearing, hearing)
    if row.state != state:
        row.state = state
        session.add(row)
        webhooks.tell_state(session, row)


def begin_sitting(session: Session, hearing: str, now: int, but: Sequence[str] = ()) -> str:
    """The id of the hearing's sitting that has not closed yet, of others than `but`; else a new one."""
    query = select(SittingRow).where(SittingRow.hearing == hearing, col(SittingRow.closed_at).is_(None))
    row = next((row for row in session.exec(query) if row.id not in but), None)
    if row is None:
        row = SittingRow(id=new_id("s"), hearing=hearing, created_at=now)
        session.add(row)
        session.flush()
    return row.id


def former_sitting(session: Session, hearing: str, sitting: str) -> str | None:
    """The last sitting before this one in a hearing of the same case and kind; None for the first."""
    own = session.get_one(Hearing, hearing)
    began = session.get_one(SittingRow, sitting).created_at
    query = (
        select(SittingRow.id)
        .join(Hearing, col(Hearing.id) == col(SittingRow.hearing))
        .where(
            Hearing.case_id == own.case_id,
            Hearing.kind == own.kind,
            Hearing.rehearsal == own.rehearsal,
            SittingRow.id != sitting,
            SittingRow.created_at <= began,
        )
        .order_by(col(SittingRow.created_at).desc())
    )
    return session.exec(query).first()


def mark(session: Session, sitting: str, opened_at: int | None = None, closed_at: int | None = None) -> None:
    """Write down when a sitting was opened or closed."""
    row = session.get_one(SittingRow, sitting)
    row.opened_at = opened_at if opened_at is not None else row.opened_at
    row.closed_at = closed_at if closed_at is not None else row.closed_at
    session.add(row)


def unclosed(session: Session) -> list[tuple[str, str]]:
    """Sitting and hearing of every sitting that a restart takes up again: not closed, not called off."""
    query = (
        select(SittingRow.id, SittingRow.hearing)
        .join(Hearing, col(Hearing.id) == col(SittingRow.hearing))
        .where(col(SittingRow.closed_at).is_(None), Hearing.state != "cancelled")
        .order_by(col(SittingRow.created_at))
    )
    return [(sitting, hearing) for sitting, hearing in session.exec(query)]


def _account_named(session: Session, hearing: str, seat: NewSeat) -> str | None:
    """The account of that name and role; of namesakes one who may sit in this organisation, or nobody."""
    query = (
        select(StaffAccount.id)
        .where(StaffAccount.person == seat.name, StaffAccount.role == _account_role(seat.role))
        .order_by(col(StaffAccount.created_at), col(StaffAccount.id))
    )
    found = list(session.exec(query))
    if len(found) < 2:
        return next(iter(found), None)
    case = session.get_one(Case, session.get_one(Hearing, hearing).case_id)
    path = organisations.path_of_case(session, case)
    sitting = [
        account
        for account in found
        if may_there(organisations.memberships(session, account), Act.ENTER, path)
    ]
    return next(iter(sitting), None)


def _add_seat(session: Session, hearing: str, position: int, seat: NewSeat) -> Seat:
    account = seat.account
    if account is None and seat.role in STAFF:
        account = _account_named(session, hearing, seat)
    row = Seat(
        id=new_id("p"),
        hearing=hearing,
        position=position,
        name=seat.name,
        role=seat.role.value,
        side=seat.side,
        purpose=seat.purpose,
        level=(seat.level or experts.level_of(session, seat.name)) if seat.role is Role.EXPERT else "",
        account=account,
        party=seat.party,
        agent=seat.agent,
    )
    session.add(row)
    session.flush()
    return row


def _account_role(seat: Role) -> str:
    """Which accounts take a seat: whoever presides or decides is one kind of staff, the clerk the other."""
    return (Role.CLERK if seat is Role.CLERK else Role.MEDIATOR).value


def _participant(row: Seat) -> Participant:
    return Participant(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        side=row.side,
        purpose=row.purpose,
        level=row.level,
        screened=row.screened.split(),
    )


def _bookings(session: Session, rows: Iterable[Hearing]) -> list[Booking]:
    rows = list(rows)
    ids = [row.id for row in rows]
    cases = {
        case.id: case
        for case in session.exec(select(Case).where(col(Case.id).in_({row.case_id for row in rows})))
    }
    paths: dict[str, str] = dict(
        session.exec(
            select(Organisation.id, Organisation.path).where(
                col(Organisation.id).in_({case.organisation or ROOT for case in cases.values()})
            )
        ).all()
    )
    wanted = {row.chamber for row in rows if row.chamber}
    rooms = session.exec(select(Chamber).where(col(Chamber.id).in_(wanted))) if wanted else ()
    chambers = {chamber.id: chamber for chamber in rooms}
    seats: dict[str, list[Seat]] = {identifier: [] for identifier in ids}
    for seat in session.exec(select(Seat).where(col(Seat.hearing).in_(ids)).order_by(col(Seat.position))):
        seats[seat.hearing].append(seat)
    sittings = {
        sitting.hearing: sitting.id
        for sitting in session.exec(
            select(SittingRow).where(col(SittingRow.hearing).in_(ids)).order_by(col(SittingRow.created_at))
        )
    }
    return [
        Booking(
            id=row.id,
            kind=row.kind,
            title=row.title,
            case_number=cases[row.case_id].shown_number,
            case_title=cases[row.case_id].title,
            starts_at=row.starts_at,
            state=row.state,
            rehearsal=row.rehearsal,
            sitting=sittings.get(row.id),
            participants=[_participant(seat) for seat in seats[row.id]],
            accounts={seat.id: seat.account for seat in seats[row.id] if seat.account},
            created_by=row.created_by,
            case=row.case_id,
            path=paths[cases[row.case_id].organisation or ROOT],
            video_codec=row.video_codec,
            plan=_plan(row, chambers.get(row.chamber or "")),
            sequence=row.sequence,
            watching=frozenset(seat.id for seat in seats[row.id] if seat.watcher),
        )
        for row in rows
    ]


def _plan(row: Hearing, chamber: Chamber | None) -> Plan:
    return Plan(
        minutes=row.minutes,
        variant=row.variant,
        form=row.form,
        chamber=chamber.id if chamber else "",
        chamber_name=chamber.name if chamber else "",
        place=chamber.place if chamber else row.place,
        continues=row.continues,
    )
