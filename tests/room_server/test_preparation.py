"""The first facts of a sitting: the booking, and where a former sitting of the case was adjourned."""

from pathlib import Path

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import decide
from room_server.rules.room import Room, evolve
from room_server.settings import Settings
from room_server.sittings.preparation import first_facts
from room_server.store.hearings import Booking
from tests.support.tribunal import CAST, prepared, seated

BOOKING = Booking(
    id="h_2",
    kind="mediation",
    title="t",
    case_number="1号",
    case_title="拖欠工资",
    starts_at=0,
    state="booked",
    rehearsal=False,
    sitting=None,
    participants=CAST["mediation"],
    accounts={},
    created_by=None,
    case="c_1",
    path="/",
)


def journal(*wishes: c.Command) -> list[e.Event]:
    """What a mediation left behind in which the chair wished for this."""
    facts: list[e.Event] = [prepared("mediation"), *seated(*CAST["mediation"])]
    room = Room()
    for fact in facts:
        room = evolve(room, fact)
    for wish in wishes:
        for fact in decide(room, room.chair, wish):
            facts.append(fact)
            room = evolve(room, fact)
    return facts


def told(former: list[e.Event]) -> e.SittingPrepared:
    """The first fact of the sitting after it."""
    first, *rest = first_facts(BOOKING, "s_2", Settings(data=Path("var")), {"engine": "none"}, former)
    assert [type(fact) for fact in rest] == [e.EngineStated]
    assert isinstance(first, e.SittingPrepared)
    return first


OPEN = (c.Open(), c.Advance(origin="M4_OPENING", to="M7_NEGOTIATE", reason="x"))


def test_the_first_sitting_of_a_case_continues_nothing() -> None:
    first = told([])
    assert (first.former, first.resumes_at, first.passed, first.procedure) == ("", "", [], "mediation")


def test_an_adjourned_sitting_is_continued() -> None:
    first = told(journal(*OPEN, c.Close(outcome="adjourned")))
    assert (first.former, first.resumes_at) == ("s_1", "M7_NEGOTIATE")
    assert "M4_OPENING" in first.passed


def test_a_sitting_that_ended_or_still_goes_on_is_not() -> None:
    assert told(journal(*OPEN, c.Close(outcome="too_far_apart"))).former == ""
    assert told(journal(*OPEN)).former == ""
