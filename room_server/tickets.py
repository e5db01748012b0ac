"""Tickets: short signed proofs that let one participant into one hearing, expiring and revocable."""

import hashlib
import io
import secrets
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from itsdangerous import BadSignature, Signer
from sqlmodel import Session, col, select

from .rules import entry_codes
from .rules.people import Participant
from .store import hearings
from .store.database import Database
from .store.hearings import Booking
from .store.keys import read_or_make
from .store.tables import Ticket

MAX_TOKEN = 80
_HOUR = 3_600_000
_SEAT = 12 * _HOUR


class TicketError(Exception):
    """A ticket that does not let anybody in; `word` is stable, for programs."""

    word = "ticket"


class Forged(TicketError):
    """The signature is not ours, or the text is no ticket at all."""

    word = "ticket_forged"


class Expired(TicketError):
    """The time of the ticket is over."""

    word = "ticket_expired"


class Revoked(TicketError):
    """The ticket was taken back, or a newer one took its place."""

    word = "ticket_revoked"


class HearingOver(TicketError):
    """The hearing has been closed: there is no room to enter any more."""

    word = "hearing_closed"


class CalledOff(TicketError):
    """The hearing was called off."""

    word = "hearing_cancelled"


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """What a good ticket says: who, and to which hearing."""

    participant: Participant
    booking: Booking


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One participant's newest ticket, as the people who hand out links see it.

    `code` is the same ticket in figures to read out, in groups; empty once it is revoked.
    """

    participant: Participant
    token: str
    expires_at: int
    revoked: bool
    code: str = ""


class Tickets:
    """Issues, checks and revokes tickets. The key lies in a file outside the database."""

    def __init__(
        self,
        database: Database,
        keys: Path,
        *,
        public_url: str,
        hours: int = 24,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._key = read_or_make(keys / "tickets.key")
        self._signer = Signer(
            self._key,
            salt=b"heting ticket",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
        )
        self._public_url = public_url.rstrip("/")
        self._lifetime = hours * _HOUR
        self._clock = clock

    async def issue(self, hearing: str, participant: str) -> Link:
        """A new link for a party; older ones are revoked. Raises `LookupError`; `ValueError` for staff."""
        return await self._database.write(lambda session: self._issue(session, hearing, participant))

    async def issue_all(self, hearing: str) -> list[Link]:
        """The links of a hearing, new ones for those who never had one."""
        return await self._database.write(lambda session: self._issue_missing(session, hearing))

    async def seat(self, hearing: str, participant: str, login: str | None = None) -> str:
        """The token of a staff member's own seat: one per login, which ends with `end_login`."""
        return await self._database.write(lambda session: self._seat(session, hearing, participant, login))

    async def end_login(self, login: str) -> list[tuple[str, str]]:
        """Revoke the seats taken with a login; hearing and participant of each."""
        return await self._database.write(lambda session: self._end_login(session, login))

    async def links(self, hearing: str) -> list[Link]:
        """The newest link of every participant who has one."""
        return await self._database.read(lambda session: self._links(session, hearing))

    async def revoke(self, hearing: str, participant: str) -> bool:
        """Take back every ticket of a participant; whether there was a good one."""
        return await self._database.write(lambda session: self._revoke(session, hearing, participant) > 0)

    async def check(self, token: str) -> Pass:
        """Whom a token stands for, also when the hearing is over; raises `TicketError`."""
        identifier = self._identifier(token)
        return await self._database.read(lambda session: self._check(session, identifier))

    async def admit(self, token: str) -> Pass:
        """The same at the door: raises `HearingOver` or `CalledOff` when there is no room to enter."""
        found = await self.check(token)
        if found.booking.state == "closed":
            raise HearingOver(found.booking.id)
        if found.booking.state == "cancelled":
            raise CalledOff(found.booking.id)
        return found

    async def redeem(self, code: str) -> str | None:
        """The token that a code of twelve figures stands for; None for a wrong, old or revoked one alike."""
        digest, now = entry_codes.digest(self._key, code), self._now()
        good = (
            select(Ticket)
            .where(Ticket.code_digest == digest)
            .where(col(Ticket.revoked_at).is_(None), Ticket.expires_at > now)
        )
        row = await self._database.read(lambda session: session.exec(good).one_or_none())
        return self._token(row.id) if row else None

    def link(self, token: str) -> str:
        """The address that opens the hearing for that token."""
        return self.address(f"/p/{token}")

    @property
    def joining(self) -> str:
        """The address where an entry code is typed."""
        return self.address("/join")

    def address(self, path: str) -> str:
        """A page of this server as others reach it."""
        return f"{self._public_url}{path}"

    def qr(self, token: str) -> str:
        """The link as a QR code: an SVG picture."""
        return qr_svg(self.link(token))

    def _now(self) -> int:
        return int(self._clock() * 1000)

    def _token(self, identifier: str) -> str:
        return self._signer.sign(identifier).decode()

    def _identifier(self, token: str) -> str:
        if len(token) > MAX_TOKEN or not token.isascii():
            raise Forged("malformed")
        try:
            return self._signer.unsign(token).decode()
        except BadSignature as error:
            raise Forged("signature") from error

    def _check(self, session: Session, identifier: str) -> Pass:
        row = session.get(Ticket, identifier)
        booking = hearings.find(session, row.hearing) if row else None
        participant = booking.participant(row.participant) if row and booking else None
        if row is None or booking is None or participant is None:
            raise Forged("unknown")
        if row.revoked_at is not None:
            raise Revoked(identifier)
        if row.expires_at <= self._now():
            raise Expired(identifier)
        return Pass(participant=participant, booking=booking)

    def _find(self, session: Session, hearing: str, participant: str) -> tuple[Booking, Participant]:
        booking = hearings.find(session, hearing)
        person = booking.participant(participant) if booking else None
        if booking is None or person is None:
            raise LookupError("no such participant in this hearing")
        return booking, person

    def _issue(self, session: Session, hearing: str, participant: str) -> Link:
        booking, person = self._find(session, hearing, participant)
        if not booking.by_link(person):
            raise ValueError("staff enter with their account")
        self._revoke(session, hearing, participant)
        return self._link(person, self._add(session, booking, person, "link"))

    def _issue_missing(self, session: Session, hearing: str) -> list[Link]:
        booking = hearings.find(session, hearing)
        if booking is None:
            raise LookupError("no such hearing")
        has = self._newest(session, hearing)
        for person in booking.participants:
            if person.id not in has and booking.by_link(person):
                self._add(session, booking, person, "link")
        for row in has.values():
            # Issued before there were codes: nobody can have been told it yet.
            if row.code_digest is None and row.revoked_at is None:
                self._give_code(session, row)
        return self._links(session, hearing)

    def _seat(self, session: Session, hearing: str, participant: str, login: str | None) -> str:
        booking, person = self._find(session, hearing, participant)
        for row in self._rows(session, hearing, participant):
            # Half of the time must be left, or a ticket could end in mid-hearing.
            lasts = row.revoked_at is None and row.expires_at > self._now() + _SEAT // 2
            if lasts and (row.kind, row.login) == ("seat", login):
                return self._token(row.id)
        return self._token(self._add(session, booking, person, "seat", login).id)

    def _end_login(self, session: Session, login: str) -> list[tuple[str, str]]:
        query = select(Ticket).where(Ticket.login == login, col(Ticket.revoked_at).is_(None))
        rows = session.exec(query).all()
        for row in rows:
            row.revoked_at = self._now()
            session.add(row)
        return [(row.hearing, row.participant) for row in rows]

    def _links(self, session: Session, hearing: str) -> list[Link]:
        booking = hearings.find(session, hearing)
        if booking is None:
            return []
        newest = self._newest(session, hearing)
        return [
            self._link(person, newest[person.id]) for person in booking.participants if person.id in newest
        ]

    def _newest(self, session: Session, hearing: str) -> dict[str, Ticket]:
        return {row.participant: row for row in self._rows(session, hearing) if row.kind == "link"}

    def _link(self, person: Participant, row: Ticket) -> Link:
        return Link(
            participant=person,
            token=self._token(row.id),
            expires_at=row.expires_at,
            revoked=row.revoked_at is not None,
            code=entry_codes.spaced(self._code(row)) if row.code_digest and row.revoked_at is None else "",
        )

    def _code(self, row: Ticket) -> str:
        return entry_codes.entry_code(self._key, row.id, row.code_turn)

    def _give_code(self, session: Session, row: Ticket) -> None:
        """Make a ticket known by its code: the first one that no other ticket has or ever had."""
        while True:
            digest = entry_codes.digest(self._key, self._code(row))
            if session.exec(select(Ticket.id).where(Ticket.code_digest == digest)).first() is None:
                break
            row.code_turn += 1
        row.code_digest = digest
        session.add(row)
        session.flush()

    def _revoke(self, session: Session, hearing: str, participant: str) -> int:
        rows = [row for row in self._rows(session, hearing, participant) if row.revoked_at is None]
        for row in rows:
            row.revoked_at = self._now()
            session.add(row)
        return sum(row.expires_at > self._now() for row in rows)

    def _rows(self, session: Session, hearing: str, participant: str | None = None) -> list[Ticket]:
        query = select(Ticket).where(Ticket.hearing == hearing)
        if participant is not None:
            query = query.where(Ticket.participant == participant)
        rows = session.exec(query.order_by(col(Ticket.issued_at), col(Ticket.id)))
        # Of several in one millisecond the good one is the newest.
        return sorted(rows, key=lambda row: (row.issued_at, row.revoked_at is None))

    def _add(
        self, session: Session, booking: Booking, person: Participant, kind: str, login: str | None = None
    ) -> Ticket:
        now = self._now()
        # A link may be handed out days ahead: its time counts from the hearing, not from the issue.
        ends = max(now, booking.starts_at) + self._lifetime if kind == "link" else now + _SEAT
        row = Ticket(
            id=secrets.token_urlsafe(12),
            hearing=booking.id,
            participant=person.id,
            kind=kind,
            issued_at=now,
            expires_at=ends,
            login=login,
        )
        session.add(row)
        session.flush()
        # Staff come in with their account, never by a code.
        if kind == "link":
            self._give_code(session, row)
        return row


def qr_modules(text: str) -> list[list[bool]]:
    """A QR code as rows of modules, dark or light, without its quiet zone."""
    import segno

    return [[bool(module) for module in row] for row in segno.make(text, error="m", micro=False).matrix]


def qr_svg(text: str) -> str:
    """A QR code as an SVG picture that scales with its frame and keeps its quiet zone."""
    import segno

    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture, kind="svg", scale=4, border=4, light="#fff", omitsize=True, xmldecl=False
    )
    return picture.getvalue().decode()
