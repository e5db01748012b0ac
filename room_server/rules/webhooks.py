"""What other systems are told: kinds of events, their bodies, the signature, and when to try again. Pure.

The form is that of standardwebhooks.com 1.0: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

RETRIES_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""How long after each failed try the next one is due; after the last one a message is dead."""
SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"


class HookKind(StrEnum):
    """What happened; subscriptions choose among these."""

    TEST = "webhook.test"
    CASE_FILED = "case.filed"
    CASE_MOVED = "case.moved"
    CASE_NUMBERED = "case.numbered"
    CASE_CHANGED = "case.changed"
    HEARING_BOOKED = "hearing.booked"
    HEARING_REBOOKED = "hearing.rebooked"
    HEARING_CANCELLED = "hearing.cancelled"
    HEARING_WAITING = "hearing.waiting"
    HEARING_OPENED = "hearing.opened"
    HEARING_ADJOURNED = "hearing.adjourned"
    HEARING_CLOSED = "hearing.closed"
    EVIDENCE_SUBMITTED = "evidence.submitted"
    EVIDENCE_WITHDRAWN = "evidence.withdrawn"


HISTORY = {
    "filed": HookKind.CASE_FILED,
    "taken_over": HookKind.CASE_FILED,
    "route": HookKind.CASE_MOVED,
    "numbered": HookKind.CASE_NUMBERED,
    "evidence_submitted": HookKind.EVIDENCE_SUBMITTED,
    "evidence_withdrawn": HookKind.EVIDENCE_WITHDRAWN,
    "rebooked": HookKind.HEARING_REBOOKED,
    "cancelled": HookKind.HEARING_CANCELLED,
}
"""What stands in the history of a case → what is told; everything else is `case.changed`."""
STATES = {
    "waiting": HookKind.HEARING_WAITING,
    "open": HookKind.HEARING_OPENED,
    "adjourned": HookKind.HEARING_ADJOURNED,
    "closed": HookKind.HEARING_CLOSED,
}
"""A hearing's new state → what is told."""


class CaseNews(msgspec.Struct, frozen=True, kw_only=True):
    """Something about a case. Ids only: who may read what happened asks the API for it."""

    case: str
    number: str
    """Empty until one has been given."""
    organisation: str
    route: str
    what: str
    """The entry of the case's history, e.g. `party_added`."""
    seq: int
    """Its place in the history."""


class HearingNews(msgspec.Struct, frozen=True, kw_only=True):
    """Something about a hearing."""

    case: str
    number: str
    organisation: str
    hearing: str
    kind: str
    starts_at: int
    """Unix ms."""
    state: str
    rehearsal: bool


class EvidenceNews(msgspec.Struct, frozen=True, kw_only=True):
    """Something about an item of evidence."""

    case: str
    number: str
    organisation: str
    evidence: str
    sha256: str
    """Of the file as it was received."""


class TestNews(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing but a try of the line."""

    webhook: str


_SHAPES: dict[str, type[msgspec.Struct]] = {
    "case": CaseNews,
    "hearing": HearingNews,
    "evidence": EvidenceNews,
    "webhook": TestNews,
}


def shape(kind: HookKind) -> type[msgspec.Struct]:
    """What `data` holds in a message of a kind."""
    return _SHAPES[kind.value.partition(".")[0]]


def body(kind: HookKind, at: int, data: msgspec.Struct) -> str:
    """The JSON that is sent; `at` in Unix ms."""
    moment = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
    message = {"type": kind.value, "timestamp": moment.replace("+00:00", "Z"), "data": data}
    return msgspec.json.encode(message).decode()


def secret_of(key: bytes) -> str:
    """A key as its owner gets to see it."""
    return SECRET_PREFIX + base64.b64encode(key).decode()


def signature(secret: str, message: str, timestamp: int, text: str) -> str:
    """`v1,` and the HMAC-SHA256 of id, time (Unix s) and body under the secret."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message}.{timestamp}.{text}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def next_try(tries: int, now: int) -> int | None:
    """When (Unix ms) a message that has failed so often is due again; None: never by itself."""
    return now + RETRIES_S[tries - 1] * 1000 if tries <= len(RETRIES_S) else None
