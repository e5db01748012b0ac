"""What happens when chambers are called: the register first, then the journal of the hearing."""

from aiohttp import web
from sqlmodel import Session

from ..rules import events as e
from ..rules.calls import Act, Ring, State, answer, is_over, ring
from ..rules.decisions import Refused
from ..rules.guests import brought_in, invited
from ..rules.people import Participant
from ..rules.room import Room, evolve
from ..store import calls, chamber_seats, endpoints
from ..store.calls import Shown
from .endpoints import standing_of
from .refusals import ApiError
from .routes import Call
from .throttle import Throttle

MOST_RINGS, WITHIN_S = 12, 60.0
RINGS = web.AppKey("rings", Throttle)
_WORDS = {"closed": "hearing_closed"}


async def place(call: Call, wish: Ring, who: str) -> Shown:
    """Call a chamber; `who` is counted against those who ring too often."""
    _brake(call, who)
    await lapse(call)
    now = call.parts.now()

    def write(session: Session) -> tuple[Shown, bool, bool]:
        if not endpoints.in_use(session, wish.callee):
            raise ApiError("no_such_chamber")
        paired = wish.callee in endpoints.paired(session, [wish.callee])
        found = ring(calls.current(session), wish, standing_of(call, wish.callee, paired), now)
        made = found.call or calls.add(session, wish, now)
        return calls.show(session, made.id), found.call is None, found.accepts

    try:
        shown, fresh, accepts = await call.parts.database.write(write)
    except Refused as refusal:
        raise ApiError(refusal.word) from refusal
    if accepts:
        return await settle(call, Act.ACCEPT, "", wish.caller, "", shown.call.id)
    if fresh and wish.hearing:
        told = e.ChamberCalled(call=shown.call.id, chamber=shown.callee_name, by=shown.caller_name)
        await call.parts.live.tell(wish.hearing, lambda room: [told])
    return shown


async def settle(call: Call, act: Act, reason: str, chamber: str, account: str, name: str = "") -> Shown:
    """Do something to a call, in the register first, then in the journal of its hearing."""
    now, name = call.parts.now(), name or call.part("call")
    await lapse(call)
    rehearsal = call.parts.settings.rehearsal

    def write(session: Session) -> tuple[Shown, bool, list[Participant]]:
        known = calls.find(session, name)
        if known is None or (chamber and not known.ends(chamber)):
            raise ApiError("no_such_call")
        state = answer(known, act, chamber, account, now)
        seats: list[Participant] = []
        if state is not known.state:
            hearing = ""
            if state is State.ACCEPTED:
                hearing = known.hearing or calls.book_talk(session, known, rehearsal, now)
                ends = [one for one in (known.caller, known.callee) if one]
                seats = [chamber_seats.take(session, hearing, one) for one in ends]
            calls.settle(session, name, state, reason, now, hearing)
        return calls.show(session, name), state is not known.state, seats

    try:
        shown, changed, seats = await call.parts.database.write(write)
        if changed:
            await _tell(call, shown, seats)
    except Refused as refusal:
        raise ApiError(_WORDS.get(refusal.word, refusal.word)) from refusal
    return shown


async def _tell(call: Call, shown: Shown, seats: list[Participant]) -> None:
    """Write down in the hearing what became of a call; who is called comes in without knocking."""
    known = shown.call
    if not known.hearing:
        return

    def facts(room: Room) -> list[e.Event]:
        told: list[e.Event] = []
        if known.caller and known.state is State.ACCEPTED:
            told.append(e.ChamberCalled(call=known.id, chamber=shown.callee_name, by=shown.caller_name))
        told.append(e.CallAnswered(call=known.id, outcome=known.state.value, reason=shown.reason))
        for seat in seats:
            for fact in invited(room, seat, shown.caller_name):
                told.append(fact)
                room = evolve(room, fact)
            told += brought_in(room, seat.id)
        # A talk of two chambers is over when one of them hangs up.
        if known.caller and known.state is State.OVER:
            told.append(e.Closed())
        return told

    try:
        await call.parts.live.tell(known.hearing, facts)
    except Refused:
        now = call.parts.now()
        await call.parts.database.write(lambda session: calls.settle(session, known.id, State.OVER, "", now))
        raise


async def lapse(call: Call) -> None:
    """What nobody has answered in time is missed, and written down so."""
    now = call.parts.now()
    late = await call.parts.database.read(
        lambda session: any(is_over(one, now) for one in calls.current(session))
    )
    if not late:
        return
    missed = await call.parts.database.write(lambda session: calls.lapse(session, now))
    for one in missed:
        if one.hearing:
            told = e.CallAnswered(call=one.id, outcome=one.state.value, reason="")
            await call.parts.live.tell(one.hearing, lambda room, told=told: [told])  # type: ignore[misc]


def _brake(call: Call, who: str) -> None:
    rings = call.request.app[RINGS]
    wait = rings.wait(who)
    if wait > 0:
        seconds = str(int(wait) + 1)
        raise ApiError("too_many", seconds, {"Retry-After": seconds})
    rings.count(who)
