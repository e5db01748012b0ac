"""How a sitting begins: the facts that come before anybody does, from the booking."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..rules import events as e
from ..rules.procedures import procedure_for
from ..rules.resuming import resumption
from ..rules.room import replay
from ..settings import Settings
from ..store.hearings import Booking


def first_facts(
    booking: Booking,
    sitting: str,
    settings: Settings,
    engine: Mapping[str, Any],
    former: Iterable[e.Event] = (),
) -> list[e.Event]:
    """The first facts of a sitting's journal.

    `engine`: what the recogniser says of itself; `former`: the journal of the case's sitting before this one.
    """
    onward = resumption(replay(former))
    prepared = e.SittingPrepared(
        sitting=sitting,
        case_number=booking.case_number,
        case_title=booking.case_title,
        hearing=booking.id,
        kind=booking.kind,
        organisation=settings.organisation,
        rehearsal=booking.rehearsal or settings.rehearsal,
        participants=booking.participants,
        procedure=procedure_for(booking.kind),
        former=onward.former if onward else "",
        resumes_at=onward.stage if onward else "",
        passed=onward.passed if onward else [],
        place=place_of(booking),
    )
    return [prepared, *engine_facts(engine)]


def place_of(booking: Booking) -> str:
    """Where people come to in person; empty: they come by video, or it is not known."""
    plan = booking.plan
    return (
        "，".join(part for part in (plan.chamber_name, plan.place) if part) if plan.form != "online" else ""
    )


def engine_facts(engine: Mapping[str, Any]) -> list[e.Event]:
    """Which recogniser writes down what is said; nothing while there is none."""
    if not engine:
        return []
    known = {name: str(engine.get(name, "")) for name in e.EngineStated.__struct_fields__}
    return [e.EngineStated(**known)]
