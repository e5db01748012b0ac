"""Requests of those who take part: asked, then granted, denied or taken back."""

from . import commands as c
from . import events as e
from .floor import give
from .minutes.decisions import corrected
from .people import LISTEN_ONLY
from .places import SILENT_PLACES, TABLE
from .refusal import Refused
from .room import FLOOR, Person, Request, Room

OF_LEGAL_WEIGHT = frozenset({"correction", "recusal", "evidence", "limitation"})
"""Minuted, and denied with a reason only (K15; LDA 33)."""
HELP = "help"
CORRECTION = "correction"
MOST_OPEN = 12


def ask(room: Room, actor: Person, wish: c.Ask) -> list[e.Event]:
    """Ask for something; the same thing once at a time."""
    who = actor.participant
    if wish.kind != HELP and (who.role in LISTEN_ONLY or actor.place in SILENT_PLACES):
        raise Refused("not_at_table")
    if wish.kind == FLOOR and room.hand(who.id):
        return []
    if wish.kind == CORRECTION and not _may_correct(room, actor, wish.ref):
        raise Refused("not_your_words")
    waiting = [r for r in room.requests.values() if r.participant == who.id and r.state == "open"]
    if len(waiting) >= MOST_OPEN:
        raise Refused("too_many_requests")
    made = e.RequestMade(
        request=f"r{len(room.requests) + 1}",
        participant=who.id,
        kind=wish.kind,
        text=wish.text,
        ref=wish.ref,
        place=actor.place,
    )
    return [made]


def grant(room: Room, actor: Person, wish: c.Grant) -> list[e.Event]:
    """Grant an open request; the floor is given with it."""
    request = _open(room, wish.request)
    granted = e.RequestGranted(request=request.id, reason=wish.reason)
    if request.kind == CORRECTION:
        return [granted, *corrected(room, request.ref, request.text)]
    if request.kind != FLOOR or request.place != TABLE:
        return [granted]
    return [granted, *give(room, actor, c.GiveFloor(participant=request.participant))]


def deny(room: Room, _: Person, wish: c.Deny) -> list[e.Event]:
    """Deny an open request."""
    request = _open(room, wish.request)
    if request.kind in OF_LEGAL_WEIGHT and not wish.reason.strip():
        raise Refused("reason_missing")
    return [e.RequestDenied(request=request.id, reason=wish.reason)]


def withdraw(room: Room, actor: Person, wish: c.Withdraw) -> list[e.Event]:
    """Take back one's own."""
    request = _open(room, wish.request)
    if request.participant != actor.participant.id:
        raise Refused("not_allowed")
    return [e.RequestWithdrawn(request=request.id)]


def _may_correct(room: Room, actor: Person, ref: str) -> bool:
    """Whose words are to be corrected is for them and their side to say (LDA 40; BAR 42)."""
    line = room.minutes.lines.get(ref)
    if line is None or line.speaker == actor.participant.id:
        return True
    speaker, side = room.people.get(line.speaker), actor.participant.side
    return bool(side) and speaker is not None and speaker.participant.side == side


def _open(room: Room, identifier: str) -> Request:
    request = room.requests.get(identifier)
    if request is None:
        raise Refused("no_such_request")
    if request.state != "open":
        raise Refused("request_decided")
    return request
