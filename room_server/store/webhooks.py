"""Subscriptions of other systems, and the outbox of messages for them. Functions within a transaction."""

import secrets
import time
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import delete as sql_delete
from sqlmodel import Session, col, func, select

from ..rules.webhooks import (
    HISTORY,
    SECRET_BYTES,
    STATES,
    CaseNews,
    EvidenceNews,
    HearingNews,
    HookKind,
    TestNews,
    body,
    next_try,
    secret_of,
)
from .organisation_tables import ROOT, Organisation
from .privacy import Privacy
from .tables import Case, Hearing, new_id
from .webhook_tables import WebhookMessage, WebhookRow

PAGE = 50
OLD_SECRET_MS = 24 * 3_600_000
"""How long messages are signed with the secret before the newest one, too."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A message to be sent now."""

    id: str
    webhook: str
    url: str
    body: str
    secrets: list[bytes]
    """Sealed, the newest first."""


def create(
    session: Session,
    privacy: Privacy,
    organisation: str,
    *,
    url: str,
    kinds: Iterable[HookKind],
    note: str,
    by: str,
    now: int,
) -> tuple[WebhookRow, str]:
    """A new subscription, and its secret, which is never told again."""
    identifier, secret = new_id("w", 8), secret_of(secrets.token_bytes(SECRET_BYTES))
    row = WebhookRow(
        id=identifier,
        organisation=organisation,
        url=url,
        kinds=_joined(kinds),
        note=note,
        secret_sealed=privacy.conceal(identifier, secret),
        created_by=by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row, secret


def of_organisation(session: Session, organisation: str) -> Sequence[WebhookRow]:
    """The subscriptions of an organisation itself, oldest first."""
    query = select(WebhookRow).where(WebhookRow.organisation == organisation)
    return session.exec(query.order_by(col(WebhookRow.created_at), col(WebhookRow.id))).all()


def edit(
    session: Session, row: WebhookRow, *, url: str, kinds: Iterable[HookKind], note: str, disabled: int | None
) -> None:
    """Another address, other kinds; `disabled` since when, or not."""
    row.url, row.kinds, row.note = url, _joined(kinds), note
    row.disabled_at = disabled if disabled is None or row.disabled_at is None else row.disabled_at
    session.add(row)


def renew_secret(session: Session, privacy: Privacy, row: WebhookRow, now: int) -> str:
    """A new secret; the one before it signs beside it for a day, so that nothing is lost meanwhile."""
    secret = secret_of(secrets.token_bytes(SECRET_BYTES))
    row.old_secret_sealed, row.old_secret_until = row.secret_sealed, now + OLD_SECRET_MS
    row.secret_sealed = privacy.conceal(row.id, secret)
    session.add(row)
    return secret


def remove(session: Session, row: WebhookRow) -> None:
    """End a subscription, with the messages that wait for it."""
    session.execute(sql_delete(WebhookMessage).where(col(WebhookMessage.webhook) == row.id))
    session.delete(row)


def tell_history(session: Session, case: str, what: str, seq: int, at: int, about: dict[str, str]) -> None:
    """An entry of a case's history; `about` may name the `hearing` or the `evidence` that it concerns."""
    row = session.get_one(Case, case)
    kind = HISTORY.get(what, HookKind.CASE_CHANGED)
    if kind in (HookKind.EVIDENCE_SUBMITTED, HookKind.EVIDENCE_WITHDRAWN):
        news = EvidenceNews(**_whose(row), evidence=about["evidence"], sha256=about["sha256"])
        _queue(session, row, kind, news, at)
    elif kind in (HookKind.HEARING_REBOOKED, HookKind.HEARING_CANCELLED):
        _queue(session, row, kind, _hearing_news(row, session.get_one(Hearing, about["hearing"])), at)
    else:
        _queue(session, row, kind, CaseNews(**_whose(row), route=row.route, what=what, seq=seq), at)


def tell_booked(session: Session, hearing: Hearing, at: int) -> None:
    """A hearing has been booked."""
    case = session.get_one(Case, hearing.case_id)
    _queue(session, case, HookKind.HEARING_BOOKED, _hearing_news(case, hearing), at)


def tell_state(session: Session, hearing: Hearing) -> None:
    """A hearing has come to another state."""
    if kind := STATES.get(hearing.state):
        case = session.get_one(Case, hearing.case_id)
        _queue(session, case, kind, _hearing_news(case, hearing), int(time.time() * 1000))


def send_test(session: Session, row: WebhookRow, now: int) -> WebhookMessage:
    """A message that tells of nothing, to try the line."""
    return _add(session, row.id, HookKind.TEST, body(HookKind.TEST, now, TestNews(webhook=row.id)), now)


def messages(session: Session, webhook: str, offset: int = 0) -> tuple[Sequence[WebhookMessage], int]:
    """A page of the messages of a subscription, newest first, and how many there are."""
    mine = WebhookMessage.webhook == webhook
    query = select(WebhookMessage).where(mine).order_by(col(WebhookMessage.seq).desc())
    total = session.exec(select(func.count()).select_from(WebhookMessage).where(mine)).one()
    return session.exec(query.offset(offset).limit(PAGE)).all(), total


def message_of(session: Session, message: str) -> WebhookMessage | None:
    """The message with that id."""
    return session.exec(select(WebhookMessage).where(WebhookMessage.id == message)).first()


def redeliver(session: Session, row: WebhookMessage, now: int) -> None:
    """Send a message again, whatever became of it, with all its tries before it."""
    row.state, row.due_at, row.tries, row.settled_at = "queued", now, 0, None
    session.add(row)


def due(session: Session, now: int, most: int) -> list[Due]:
    """What is to be sent now, oldest first; nothing of subscriptions that are switched off."""
    query = (
        select(WebhookMessage, WebhookRow)
        .join(WebhookRow, col(WebhookRow.id) == col(WebhookMessage.webhook))
        .where(col(WebhookMessage.due_at) <= now, WebhookMessage.state == "queued")
        .where(col(WebhookRow.disabled_at).is_(None))
        .order_by(col(WebhookMessage.due_at), col(WebhookMessage.seq))
        .limit(most)
    )
    return [_due(message, row, now) for message, row in session.exec(query)]


def settle(session: Session, message: str, now: int, status: int | None, word: str) -> None:
    """What became of one try; no `word`: it was taken."""
    row = message_of(session, message)
    if row is None:
        return
    row.tries, row.status, row.word = row.tries + 1, status, word
    if not word:
        row.state, row.due_at, row.settled_at = "delivered", None, now
    else:
        row.due_at = next_try(row.tries, now)
        if row.due_at is None:
            row.state, row.settled_at = "dead", now
    session.add(row)


def prune(session: Session, before: int) -> None:
    """Forget messages that were delivered or given up long ago."""
    session.execute(sql_delete(WebhookMessage).where(col(WebhookMessage.settled_at) < before))


def _queue(session: Session, case: Case, kind: HookKind, news: msgspec.Struct, at: int) -> None:
    organisation = session.get(Organisation, case.organisation or ROOT)
    above = (organisation.path if organisation else "").strip("/").split("/")
    query = select(WebhookRow).where(
        col(WebhookRow.organisation).in_([*above, ROOT]), col(WebhookRow.disabled_at).is_(None)
    )
    for row in session.exec(query):
        if kind.value in row.kinds.split(","):
            _add(session, row.id, kind, body(kind, at, news), at)


def _add(session: Session, webhook: str, kind: HookKind, text: str, now: int) -> WebhookMessage:
    row = WebhookMessage(
        id=new_id("m", 12), webhook=webhook, kind=kind.value, body=text, created_at=now, due_at=0
    )
    session.add(row)
    session.flush()
    return row


def _due(message: WebhookMessage, row: WebhookRow, now: int) -> Due:
    sealed = [row.secret_sealed]
    if row.old_secret_sealed is not None and (row.old_secret_until or 0) > now:
        sealed.append(row.old_secret_sealed)
    return Due(id=message.id, webhook=row.id, url=row.url, body=message.body, secrets=sealed)


def _whose(case: Case) -> dict[str, str]:
    return {"case": case.id, "number": case.shown_number, "organisation": case.organisation or ROOT}


def _hearing_news(case: Case, row: Hearing) -> HearingNews:
    return HearingNews(
        **_whose(case),
        hearing=row.id,
        kind=row.kind,
        starts_at=row.starts_at,
        state=row.state,
        rehearsal=row.rehearsal,
    )


def _joined(kinds: Iterable[HookKind]) -> str:
    return ",".join(sorted({kind.value for kind in kinds}))
