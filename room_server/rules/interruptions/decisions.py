"""What the chair makes of somebody who is gone, and who may act while nobody presides."""

from .. import commands as c
from .. import events as e
from ..people import PARTIES, Role
from ..places import Phase
from ..procedures.stage import Group, Stage
from ..refusal import Refused
from ..room import Person, Room
from ..stages import enter, ways

ADJOURNED = "adjourned"


def is_lost(person: Person) -> bool:
    """Whether somebody is not here, or their line is cut."""
    return not person.connected or bool(person.cut)


def clerk_alone(room: Room, person: Person, command: c.Command) -> bool:
    """The rule `clerk_alone`: while the chair is lost, the clerk may stop the hearing, and no more than that.

    By a recess, by the stage of a technical interruption or the one that adjourns, or by ending the sitting
    as adjourned to another day. Nothing else of what leads the hearing comes to the clerk with it.
    """
    if person.participant.role is not Role.CLERK or not person.connected or not chair_is_lost(room):
        return False
    if isinstance(command, c.Adjourn):
        return True
    if isinstance(command, c.Close):
        return command.outcome == ADJOURNED
    return isinstance(command, c.Advance) and command.to in _stopping(room)


def chair_is_lost(room: Room) -> bool:
    """Whether whoever presides is not here, or their line is cut."""
    chair = room.people.get(room.chair)
    return chair is not None and is_lost(chair)


def technical(room: Room) -> Stage | None:
    """The stage of a technical interruption of this procedure."""
    stages = room.table.stages if room.table else ()
    return next((stage for stage in stages if stage.group is Group.INTERRUPTED), None)


def _stopping(room: Room) -> frozenset[str]:
    stage = technical(room)
    codes = {stage.code if stage else "", room.table.adjourns if room.table else ""}
    return frozenset(codes - {""})


def was_here(person: Person) -> bool:
    """Whether somebody who is lost had come before."""
    return bool(person.lost or person.cut)


def chair_may_be_taken(room: Room) -> None:
    """Raises `Refused` while whoever presides is here, or was lost only just now."""
    chair = room.people.get(room.chair)
    if chair is None:
        return
    if not is_lost(chair):
        raise Refused("chair_present")
    if was_here(chair) and not room.chair_missed:
        raise Refused("chair_awaited")


def warn(room: Room, _: Person, wish: c.Warn) -> list[e.Event]:
    """Warn somebody on the record."""
    person = _target(room, wish.participant)
    if not wish.reason.strip():
        raise Refused("reason_missing")
    kind = wish.kind or ("leaving" if is_lost(person) else "discipline")
    return [
        e.Warned(
            participant=wish.participant,
            reason=wish.reason,
            kind=kind,
            text=wish.text,
            version=wish.version if wish.text else "",
            interval=person.intervals,
            evidence=person.cut,
            cause=person.lost,
        )
    ]


def declare_absence(room: Room, _: Person, wish: c.DeclareAbsence) -> list[e.Event]:
    """Decide that a party who was warned and is not here has walked out (K12; LDA 36)."""
    person = _target(room, wish.participant)
    if person.participant.role not in PARTIES:
        raise Refused("not_a_party")
    if person.connected:
        raise Refused("still_here")
    if not person.warned:
        raise Refused("not_warned")
    if not wish.reason.strip():
        raise Refused("reason_missing")
    applies = person.participant.role is Role.APPLICANT or person.participant.side == "applicant"
    effect = "deemed_withdrawal" if applies else "heard_in_absence"
    return [
        e.AbsenceDeclared(
            participant=wish.participant,
            effect=effect,
            cause=person.lost,
            reason=wish.reason,
            interval=person.intervals,
            evidence=person.cut,
        )
    ]


def judge_outage(room: Room, _: Person, wish: c.JudgeOutage) -> list[e.Event]:
    """Wait for somebody who is gone, interrupt, or go on without them."""
    person = _target(room, wish.participant)
    if not is_lost(person):
        raise Refused("still_here")
    if wish.decision == "go_on" and not wish.reason.strip():
        raise Refused("reason_missing")
    judged = e.OutageJudged(
        participant=wish.participant,
        decision=wish.decision,
        reason=wish.reason,
        interval=person.intervals,
        evidence=person.cut,
        cause=person.lost,
    )
    return [judged, *(_interrupted(room, wish.reason) if wish.decision == "interrupt" else [])]


def _interrupted(room: Room, reason: str) -> list[e.Event]:
    if room.phase is not Phase.OPEN:
        raise Refused("adjourned")
    stage = technical(room)
    if stage is None:
        return [e.Adjourned(reason=reason)]
    if stage.code == room.stage:
        return []
    if stage.code not in ways(room):
        raise Refused("no_such_way")
    return enter(room, stage.code, reason)


def _target(room: Room, participant: str) -> Person:
    person = room.people.get(participant)
    if person is None:
        raise Refused("nobody")
    return person
