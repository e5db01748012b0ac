"""Adjourned to another day: where the next sitting goes on, and what must be done in it again."""

import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.procedures import PROCEDURES
from room_server.rules.resuming import resumption
from room_server.rules.room import Room
from room_server.rules.stages import ways
from tests.room_server.test_rules_stages import WHY, go, on, refusal
from tests.support.tribunal import CAST, WITNESS, WITNESS_TWO, after, in_stage, prepared, seated


def adjourned(room: Room) -> Room:
    """The room after it was adjourned to another day, minutes checked where the procedure wants it."""
    room = on(room, room.table.adjourns if room.table else "")
    if room.procedure == "arbitration":
        room = on(on(room, "A16_MINUTES"), "A17_SIGN")
    return go(room, c.Close(outcome="adjourned", reason=WHY))


def continued(former: Room) -> Room:
    """The next sitting of the case, in its lobby with everybody at the table."""
    onward = resumption(former)
    assert onward is not None
    first = prepared(former.procedure)
    later = e.SittingPrepared(
        **{name: getattr(first, name) for name in first.__struct_fields__}
        | {"sitting": "s_2", "former": onward.former, "resumes_at": onward.stage, "passed": onward.passed}
    )
    people = [p for p in CAST[former.procedure] if p not in (WITNESS, WITNESS_TWO)]
    return after(Room(), later, *seated(*people))


@pytest.mark.parametrize(
    ("procedure", "stage"),
    [
        ("mediation", "M6_ISSUES"),
        ("mediation", "M7_NEGOTIATE"),
        ("arbitration", "A8_EVIDENCE"),
        ("arbitration", "A10_DEBATE"),
    ],
)
def test_the_next_sitting_goes_on_where_the_last_one_was(procedure: str, stage: str) -> None:
    former = adjourned(in_stage(procedure, stage))
    later = continued(former)
    assert (later.phase, later.stage) == ("waiting", PROCEDURES[procedure].lobby)
    opened = go(later, c.Open())
    assert opened.stage == PROCEDURES[procedure].first
    assert next(iter(ways(opened))) == stage and not ways(opened)[stage]
    resumed = on(opened)
    assert resumed.stage == stage


def test_what_was_done_is_not_asked_again_and_what_was_not_is() -> None:
    former = adjourned(in_stage("arbitration", "A8_EVIDENCE"))
    room = on(go(continued(former), c.Open()))
    assert refusal(room, c.Advance(origin=room.stage, to="A14_DELIBERATE", reason=WHY)) == "stage_blocked"
    debate = on(on(on(room), "A10_DEBATE"), "A11_FINAL")
    assert on(on(debate, "A12_MEDIATION"), "A14_DELIBERATE").stage == "A14_DELIBERATE"


def test_minutes_are_checked_of_every_sitting() -> None:
    former = adjourned(in_stage("arbitration", "A10_DEBATE"))
    onward = resumption(former)
    assert onward is not None and "A16_MINUTES" not in onward.passed and "A17_SIGN" not in onward.passed
    room = on(go(continued(former), c.Open()))
    assert refusal(room, c.Close(outcome="adjourned", reason=WHY)) == "outcome_unfounded"


def test_adjourned_from_the_minutes_or_an_aside() -> None:
    checked = go(in_stage("arbitration", "A17_SIGN"), c.Close(outcome="adjourned", reason=WHY))
    found = resumption(checked)
    assert found is not None and found.stage == "A15_ANNOUNCE"
    apart = on(in_stage("mediation", "M7_NEGOTIATE"), "MX_TECH")
    broken = resumption(go(apart, c.Close(outcome="adjourned", reason=WHY)))
    assert broken is not None and broken.stage == "M7_NEGOTIATE"


@pytest.mark.parametrize("outcome", ["agreed", "other", "refused_sign"])
def test_what_is_over_is_not_continued(outcome: str) -> None:
    closed = go(in_stage("mediation", "M7_NEGOTIATE"), c.Close(outcome=outcome, reason=WHY, override=True))
    assert resumption(closed) is None


def test_nothing_that_had_begun_is_continued_from_the_start() -> None:
    early = go(in_stage("mediation", "M4_OPENING"), c.Close(outcome="adjourned", reason=WHY))
    assert resumption(early) is None
    assert resumption(Room()) is None
