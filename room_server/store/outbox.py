"""Notices to be sent, written with what they tell of, and what became of them. Within a transaction."""

from collections.abc import Collection, Sequence

import msgspec
from sqlmodel import Session, col, select

from ..law.notices import NoticeLaw
from ..rules.people import Participant
from . import case_history, privacy, staff_notices
from .booking_tables import NoticeRow
from .hearings import Booking, find
from .privacy import Privacy
from .tables import Seat, new_id

PENDING = ("queued", "to_print")
STAFF_TEXT = "staff."
"""How the ids of texts for staff begin."""
BACK_OFF_S = (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
"""How long until the next try; after the last one it has failed."""


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that is to be sent now."""

    id: str
    hearing: str
    seat: str
    moment: str
    template: str
    channel: str
    address: str
    tries: int
    sequence: int


def queue(
    session: Session,
    privacy_: Privacy,
    booking: Booking,
    moment: str,
    law: NoticeLaw,
    channels: Collection[str],
    by: str,
    now: int,
) -> int:
    """Tell everybody who enters by link of a booking, a change or a calling off, and remind them later.

    Whoever has no address for any of `channels` gets paper. Staff with a seat are told by the ways that
    they have switched on, but for `by`, who knows. What waited from before is dropped.
    How many notices are due now.
    """
    _drop(session, booking.id)
    if booking.rehearsal:
        return 0
    people = [person for person in booking.participants if booking.by_link(person)]
    count = 0
    for person in people:
        reached = _reached(session, privacy_, person, channels)
        for channel, address in reached or [("print", "")]:
            _add(session, privacy_, booking, person, (moment, moment, channel, address), law, now, now)
            count += 1
        if moment != "cancelled":
            _remind(session, privacy_, booking, person, reached, law, now)
    count += _tell_staff(session, privacy_, booking, moment, law, channels, by, now)
    case_history.note(
        session, booking.case, at=now, actor=by, what="notified", name=booking.title, n=count, moment=moment
    )
    return count


def _tell_staff(
    session: Session,
    privacy_: Privacy,
    booking: Booking,
    moment: str,
    law: NoticeLaw,
    channels: Collection[str],
    by: str,
    now: int,
) -> int:
    count = 0
    for person in booking.participants:
        account = booking.accounts.get(person.id, "")
        if not account:
            continue
        wishes = staff_notices.wishes_of(session, privacy_, account)
        reached = [(channel, address) for channel, address in wishes.ways if channel in channels]
        for channel, address in reached if account != by else []:
            what = (moment, STAFF_TEXT + moment, channel, address)
            _add(session, privacy_, booking, person, what, law, now, now)
            count += 1
        if moment != "cancelled" and wishes.reminders:
            _remind(session, privacy_, booking, person, reached, law, now, STAFF_TEXT)
    return count


def tell_seat(
    session: Session,
    privacy_: Privacy,
    seat: Seat,
    moment: str,
    way: tuple[str, str],
    law: NoticeLaw,
    now: int,
) -> None:
    """Tell the staff member of a seat of something of the case; `way`: channel and address."""
    booking = find(session, seat.hearing)
    person = booking.participant(seat.id) if booking else None
    if booking is None or person is None:
        return
    what = (moment, STAFF_TEXT + moment.partition(":")[0], *way)
    _add(session, privacy_, booking, person, what, law, now, now)


def claim(session: Session, privacy_: Privacy, now: int, most: int) -> list[Claimed]:
    """The notices that are due. Each is put off first: a crash while sending means one more try, not none."""
    query = (
        select(NoticeRow)
        .where(NoticeRow.state == "queued", NoticeRow.due_at <= now)
        .order_by(col(NoticeRow.due_at), col(NoticeRow.id))
        .limit(most)
    )
    claimed = []
    for row in session.exec(query):
        row.due_at = now + BACK_OFF_S[min(row.tries, len(BACK_OFF_S) - 1)] * 1000
        row.tries += 1
        session.add(row)
        sealed = row.address_sealed
        claimed.append(
            Claimed(
                id=row.id,
                hearing=row.hearing,
                seat=row.seat,
                moment=row.moment,
                template=row.template,
                channel=row.channel,
                address=privacy_.reveal(row.id, sealed) if sealed else "",
                tries=row.tries,
                sequence=row.sequence,
            )
        )
    return claimed


def note_sent(session: Session, notice: str, sha256: str, delivered: bool, now: int) -> None:
    """It was handed over; `sha256` of the text."""
    row = session.get_one(NoticeRow, notice)
    row.state, row.cause, row.sha256 = "delivered" if delivered else "sent", "", sha256
    row.sent_at, row.delivered_at = now, now if delivered else None
    session.add(row)


def note_failed(session: Session, notice: str, cause: str, again: bool) -> bool:
    """It was not taken; whether it will be tried again."""
    row = session.get_one(NoticeRow, notice)
    again = again and row.tries <= len(BACK_OFF_S)
    row.state, row.cause = "queued" if again else "failed", cause
    session.add(row)
    return again


def report(session: Session, notice: str, state: str, now: int) -> bool:
    """What a gateway reports later; whether it could be so. A notice that arrived stays arrived."""
    row = session.get(NoticeRow, notice)
    if row is None or row.channel != "message" or row.state not in ("sent", "delivered", "queued"):
        return False
    if state == "delivered":
        row.state, row.delivered_at, row.cause = "delivered", row.delivered_at or now, ""
        row.sent_at = row.sent_at or now
    elif state == "failed" and row.state != "delivered":
        row.state, row.cause = "failed", "reported"
    session.add(row)
    return True


def send_again(session: Session, notice: NoticeRow, now: int) -> None:
    """From the first try on, as soon as may be."""
    notice.state, notice.cause, notice.tries, notice.due_at = "queued", "", 0, now
    session.add(notice)


def put_on_paper(session: Session, notice: NoticeRow, now: int) -> None:
    """In place of a way that failed."""
    notice.state, notice.due_at = "to_print", now
    session.add(notice)


def mark_printed(session: Session, hearing: str, now: int) -> int:
    """The paper of a hearing has been handed out or posted; how many."""
    rows = [row for row in of_hearing(session, hearing) if row.state == "to_print"]
    for row in rows:
        row.state, row.sent_at = "printed", now
        session.add(row)
    return len(rows)


def of_hearing(session: Session, hearing: str) -> list[NoticeRow]:
    """The log of a hearing, oldest plan first."""
    order = (NoticeRow.sequence, NoticeRow.created_at, NoticeRow.due_at, NoticeRow.id)
    query = select(NoticeRow).where(NoticeRow.hearing == hearing).order_by(*(col(part) for part in order))
    return list(session.exec(query))


def next_due(session: Session) -> int | None:
    """When the next notice is due, Unix ms."""
    query = (
        select(NoticeRow.due_at).where(NoticeRow.state == "queued").order_by(col(NoticeRow.due_at)).limit(1)
    )
    return session.exec(query).first()


def _drop(session: Session, hearing: str) -> None:
    waiting = select(NoticeRow).where(NoticeRow.hearing == hearing, col(NoticeRow.state).in_(PENDING))
    for row in session.exec(waiting):
        row.state = "dropped"
        session.add(row)
    session.flush()


def _reached(
    session: Session, privacy_: Privacy, person: Participant, channels: Collection[str]
) -> list[tuple[str, str]]:
    email, phone = privacy.contact(session, privacy_, person.id)
    ways = (("email", email), ("message", phone))
    return [(channel, address) for channel, address in ways if address and channel in channels]


def _remind(
    session: Session,
    privacy_: Privacy,
    booking: Booking,
    person: Participant,
    reached: Sequence[tuple[str, str]],
    law: NoticeLaw,
    now: int,
    audience: str = "",
) -> None:
    for reminder in law.reminder:
        due = booking.starts_at - reminder.minutes_before * 60_000
        if due <= now:
            continue
        for channel, address in reached:
            if channel in reminder.channels:
                what = (reminder.id, audience + reminder.template, channel, address)
                _add(session, privacy_, booking, person, what, law, now, due)


def _add(
    session: Session,
    privacy_: Privacy,
    booking: Booking,
    person: Participant,
    what: tuple[str, str, str, str],
    law: NoticeLaw,
    now: int,
    due: int,
) -> None:
    moment, template, channel, address = what
    identifier = new_id("n", 12)
    session.add(
        NoticeRow(
            id=identifier,
            case_id=booking.case,
            hearing=booking.id,
            seat=person.id,
            moment=moment,
            channel=channel,
            template=template,
            version=law.named(template).version,
            state="to_print" if channel == "print" else "queued",
            address_sealed=privacy_.conceal(identifier, address) if address else None,
            sequence=booking.sequence,
            created_at=now,
            due_at=due,
        )
    )
    session.flush()
