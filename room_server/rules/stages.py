"""The course of a hearing: where a stage leads, what stands in the way, and what going there entails."""

from . import commands as c
from . import events as e
from .consents.guard import refused, unanswered
from .floor import first_turn, right, sides_at_devices, sides_present
from .places import DELIBERATION, ISOLATION, LOBBY, TABLE, Phase, is_caucus
from .procedures.matrix import FLOOR, Cell
from .procedures.stage import Group, Procedure, Stage
from .readback.decisions import unread
from .refusal import Refused
from .room import Person, Room, chain, column
from .signing import lacking_before, open_signatures

ADJOURNED = "adjourned"
"""The outcome of a sitting that another one continues."""
_KEEPS_PLACES = frozenset({Group.CAUCUS, Group.INTERRUPTED})


def ways(room: Room) -> dict[str, bool]:
    """Every stage that can be entered now → whether it takes a reason; the regular way on comes first."""
    table, now = room.table, room.now
    if table is None or now is None or room.phase is not Phase.OPEN or now.code == table.end:
        return {}
    found = dict.fromkeys(_plain_ways(room, table, now), False)
    for stage in table.stages:
        if stage.code in (*found, now.code, table.end, table.lobby) or not applies(room, stage):
            continue
        ahead = not now.aside and not stage.aside and table.order(stage.code) > table.order(now.code)
        if ahead or now.code in stage.jump_from or "*" in stage.jump_from:
            found[stage.code] = True
    return found


def _plain_ways(room: Room, table: Procedure, now: Stage) -> list[str]:
    """Where a stage leads by itself, what comes first being the regular way."""
    onward = [code for code in now.next if code != table.end and _applies(room, table, code)]
    if now.code == table.first and room.resumes_at and room.resumes_at not in onward:
        onward = [room.resumes_at, *onward]
    back = room.origins.get(now.code, "") if now.returns else ""
    if not back or back in onward:
        return onward
    return [back, *onward] if not onward or unmet(room, onward[0]) else [*onward, back]


def applies(room: Room, stage: Stage) -> bool:
    """Whether a stage concerns anybody in this hearing."""
    return not stage.needs or any(column(room, p) == stage.needs for p in room.people.values())


def _applies(room: Room, table: Procedure, code: str) -> bool:
    stage = table.stage(code)
    return stage is not None and applies(room, stage)


def unmet(room: Room, to: str) -> list[str]:
    """What would be left undone by entering a stage now, as `StageEntered.skipped` names it."""
    table, now = room.table, room.now
    target = table.stage(to) if table else None
    if table is None or now is None or target is None:
        return []
    done = room.passed | room.waived
    missing = [f"stage:{code}" for code in target.requires if code not in done]
    if target.aside or now.aside:
        return missing
    here, there = table.order(now.code), table.order(to)
    if there <= here:
        return missing
    # What lies before this stage was answered for when it was entered.
    for stage in table.stages[here:there]:
        word = f"stage:{stage.code}"
        if not stage.aside and stage.code not in done and applies(room, stage) and word not in missing:
            missing.append(word)
    missing += [f"text:{text}" for text in now.texts if text not in room.read]
    if now.signs and not now.binding:
        missing += [f"signature:{who}" for who in open_signatures(room, now)]
    missing += unread(room, target)
    if now.hears:
        heard = room.heard.get(now.code, frozenset())
        # Only who can be given the floor is waited for where there are no turns.
        waited = sides_present(room) if now.turns else sides_at_devices(room)
        wanted = now.turns or ("applicant", "respondent", "third")
        missing += [f"side:{side}" for side in wanted if side in waited and side not in heard]
    missing += unanswered(room, to)
    return missing


def is_blocked(room: Room, missing: list[str]) -> bool:
    """Whether something among what is left undone must not be left undone."""
    codes = [what.removeprefix("stage:") for what in missing if what.startswith("stage:")]
    stages = [room.table.stage(code) for code in codes] if room.table else []
    return any(stage is not None and stage.blocked for stage in stages)


def advance(room: Room, actor: Person, wish: c.Advance) -> list[e.Event]:
    """Go on, or jump; raises `Refused`."""
    table, now = room.table, room.now
    if table is None or now is None:
        raise Refused("no_procedure")
    if wish.origin != room.stage:
        raise Refused("stale_stage")
    leads = ways(room)
    to = wish.to or next(iter(leads), "")
    if table.end in (wish.to, to) or (not wish.to and table.end in now.next[:1]):
        raise Refused("close_instead")
    if to not in leads:
        raise Refused("no_such_way")
    target = table.stage(to)
    unsigned = lacking_before(room, target.requires if target else ())
    missing = [*unmet(room, to), *(f"signature:{who}" for who in unsigned)]
    blocked = is_blocked(room, missing) or bool(unsigned)
    if blocked and not wish.override:
        raise Refused("unsigned" if unsigned else "stage_blocked")
    if (leads[to] or missing) and not wish.reason.strip():
        unread = any(what.startswith("consent:") for what in missing)
        raise Refused("reason_missing" if leads[to] or blocked else "consent_missing" if unread else "undone")
    return enter(room, to, wish.reason, missing, blocked)


def enter(
    room: Room, to: str, reason: str = "", skipped: list[str] | None = None, override: bool = False
) -> list[e.Event]:
    """The facts of entering a stage: people come back or go out with it, and the first side gets its turn."""
    target = room.table.stage(to) if room.table else None
    if target is None:
        raise Refused("no_procedure")
    resumed = to in room.turns and to in chain(room, room.stage)
    turn = room.turns[to] if resumed else first_turn(room, target.turns)
    entered = e.StageEntered(
        stage=to,
        origin=room.stage,
        reason=reason,
        skipped=skipped or [],
        override=override,
        turn=turn,
        limit_s=target.limit_s,
    )
    return [*_places(room, target), entered]


def _places(room: Room, target: Stage) -> list[e.Event]:
    moved: list[e.Event] = []
    if target.group in _KEEPS_PLACES:
        return moved
    there = [p for p in room.people.values() if p.place == TABLE]
    for person in room.people.values():
        place = _place_in(room, person, target, there)
        if place == person.place:
            continue
        if person.sharing:
            moved.append(e.ScreenStopped(participant=person.participant.id, place=person.place))
        moved.append(e.Moved(participant=person.participant.id, origin=person.place, place=place))
        if place == TABLE:
            there.append(person)
    return moved


def _place_in(room: Room, person: Person, target: Stage, there: list[Person]) -> str:
    """Where the next stage finds a person."""
    where = column(room, person)
    if target.group is Group.DELIBERATION:
        tribunal = room.table is not None and person.participant.role in room.table.deliberates
        if person.place == DELIBERATION or (tribunal and person.admitted and _is_out(person)):
            return DELIBERATION
    elif is_caucus(person.place) or person.place == DELIBERATION:
        return LOBBY if screened_from(person, there) else TABLE
    if person.place == TABLE and where == "witness" and FLOOR[target.group][where] is Cell.ABSENT:
        return ISOLATION
    return person.place


def _is_out(person: Person) -> bool:
    return person.place == TABLE or is_caucus(person.place)


def screened_from(person: Person, others: list[Person]) -> bool:
    """Whether a person must not be where one of the others is."""
    own = person.participant.id
    return any(
        theirs.id in mine.screened or mine.id in theirs.screened
        for other in others
        if other.participant.id != own
        for mine in (person.participant, *person.beside)
        for theirs in (other.participant, *other.beside)
        if mine.id != theirs.id
    )


def opened(room: Room, wish: c.Open) -> list[e.Event]:
    """Leave the lobby for the first stage; without somebody of each side booked: say why."""
    if room.table is None:
        return [e.Opened()]
    expected = {column(room, p) for p in room.people.values()} & {"applicant", "respondent"}
    absent = [f"person:{side}" for side in sorted(expected - sides_present(room))]
    if room.table.name == "panel":
        absent = []
    if refused(room, room.table.first):
        raise Refused("consent_refused")
    unread = unanswered(room, room.table.first)
    if (absent or unread) and not wish.reason.strip():
        raise Refused("people_missing" if absent else "consent_missing")
    return [e.Opened(), *enter(room, room.table.first, wish.reason, [*absent, *unread])]


def closed(room: Room, wish: c.Close) -> list[e.Event]:
    """End the sitting with an outcome of the procedure, for which what it takes has been done."""
    table = room.table
    if table is None or room.phase is Phase.WAITING:
        return [e.Closed(outcome=wish.outcome, reason=wish.reason)]
    if wish.outcome not in table.outcomes:
        raise Refused("outcome_missing")
    wanted = table.outcomes[wish.outcome]
    unsigned = lacking_before(room, wanted)
    if room.now is not None and room.now.signs and not room.now.binding:
        unsigned_here = open_signatures(room, room.now)
    else:
        unsigned_here = []
    missing = [f"stage:{code}" for code in wanted if code not in room.passed]
    missing += [f"signature:{who}" for who in (*unsigned, *unsigned_here)]
    blocked = is_blocked(room, missing) or bool(unsigned)
    if blocked and not wish.override:
        raise Refused("unsigned" if unsigned else "outcome_unfounded")
    if missing and not wish.reason.strip():
        raise Refused("undone" if unsigned_here else "reason_missing")
    return [
        _at_end(room, table, wish.reason, missing, blocked),
        e.Closed(outcome=wish.outcome, reason=wish.reason),
    ]


def broken_off(room: Room, reason: str) -> list[e.Event]:
    """End the sitting as adjourned where it stands; what is left undone is named with the reason."""
    table, closed_ = room.table, e.Closed(outcome=ADJOURNED, reason=reason)
    if table is None or room.phase is Phase.WAITING:
        return [closed_]
    missing = [f"stage:{code}" for code in table.outcomes[ADJOURNED] if code not in room.passed]
    if room.now is not None and room.now.signs and not room.now.binding:
        missing += [f"signature:{who}" for who in open_signatures(room, room.now)]
    return [_at_end(room, table, reason, missing, is_blocked(room, missing)), closed_]


def _at_end(room: Room, table: Procedure, reason: str, missing: list[str], override: bool) -> e.StageEntered:
    return e.StageEntered(
        stage=table.end,
        origin=room.stage,
        reason=reason,
        skipped=missing,
        override=override,
        turn="",
        limit_s=0,
    )


def may_be_called(room: Room, person: Person) -> bool:
    """Whether a witness may be at the table in this stage."""
    return column(room, person) != "witness" or right(room, person) is not Cell.ABSENT
