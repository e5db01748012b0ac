"""Going on at a place: the chair's word; nothing done is lost, and who comes in person counts."""

import msgspec
import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import decide, noted
from room_server.rules.joining import Speaker
from room_server.rules.people import Participant, Role
from room_server.rules.procedures import PROCEDURES
from room_server.rules.resuming import resumption
from room_server.rules.room import Room
from room_server.rules.stages import ways
from tests.room_server.test_rules_stages import WHY, go, on, refusal
from tests.support.tribunal import (
    APPLICANT,
    CLERK,
    MEDIATOR,
    RESPONDENT,
    after,
    in_stage,
    prepared,
    seated,
)

NOON = 1_800_000_000_000
SWITCH = c.SwitchOnSite(reason="当事人无法核验身份", place="湖里区仲裁院第一庭", time=NOON)


def switched(room: Room) -> Room:
    return go(room, SWITCH)


@pytest.mark.parametrize(
    ("procedure", "stage"),
    [
        ("mediation", "M5_STATEMENTS"),
        ("mediation", "M7_NEGOTIATE"),
        ("arbitration", "A8_EVIDENCE"),
        ("arbitration", "A10_DEBATE"),
        ("panel", "P5_QUESTIONS"),
    ],
)
def test_the_sitting_ends_as_adjourned_and_the_next_goes_on_in_the_same_stage(
    procedure: str, stage: str
) -> None:
    room = in_stage(procedure, stage)
    facts = decide(room, room.chair, SWITCH)
    told = next(fact for fact in facts if isinstance(fact, e.SwitchedOnSite))
    assert (told.place, told.time, told.reason, told.stage) == (SWITCH.place, NOON, SWITCH.reason, stage)
    ended = after(room, *facts)
    assert (ended.phase, ended.outcome) == ("closed", "adjourned")
    onward = resumption(ended)
    assert onward is not None and onward.stage == stage
    before = {one.code for one in PROCEDURES[procedure].stages[1 : PROCEDURES[procedure].order(stage)]}
    assert before & room.passed <= set(onward.passed)


def test_what_is_left_undone_stands_in_the_record_with_the_reason() -> None:
    room = in_stage("arbitration", "A8_EVIDENCE")
    end = next(fact for fact in decide(room, room.chair, SWITCH) if isinstance(fact, e.StageEntered))
    assert end.skipped == ["stage:A16_MINUTES"] and end.override and end.reason == SWITCH.reason


def test_from_an_aside_it_goes_on_where_the_aside_was_entered() -> None:
    room = on(in_stage("mediation", "M7_NEGOTIATE"), "MX_TECH")
    onward = resumption(switched(room))
    assert onward is not None and onward.stage == "M7_NEGOTIATE"


def test_before_anything_has_begun_it_begins_there() -> None:
    waiting = after(Room(), prepared("mediation"), *seated(MEDIATOR, APPLICANT))
    facts = decide(waiting, waiting.chair, SWITCH)
    assert [fact.stage for fact in facts if isinstance(fact, e.SwitchedOnSite)] == [""]
    assert resumption(after(waiting, *facts)) is None


def test_switched_again_before_it_has_come_back_nothing_is_lost() -> None:
    first = switched(in_stage("mediation", "M7_NEGOTIATE"))
    again = switched(go(continued(first), c.Open(reason=WHY)))
    onward = resumption(again)
    assert onward is not None and onward.stage == "M7_NEGOTIATE" and "M6_ISSUES" in onward.passed


def test_it_takes_a_reason_and_a_place_and_is_the_chairs() -> None:
    room = in_stage("mediation", "M7_NEGOTIATE")
    assert refusal(room, c.SwitchOnSite(reason=" ", place="第一庭", time=NOON)) == "reason_missing"
    assert refusal(room, c.SwitchOnSite(reason=WHY, place=" ", time=NOON)) == "place_missing"
    assert refusal(room, SWITCH, CLERK) == "chair_only"
    assert refusal(room, SWITCH, APPLICANT) == "not_allowed"
    assert refusal(switched(room), SWITCH) == "closed"
    assert [type(fact) for fact in noted(room, CLERK.id, SWITCH, "chair_only")] == [e.WishRefused]


def test_an_informal_hearing_is_only_adjourned() -> None:
    first = msgspec.structs.replace(prepared("mediation"), procedure="")
    informal = after(Room(), first, *seated(MEDIATOR), e.Opened())
    facts = decide(informal, MEDIATOR.id, SWITCH)
    assert [type(fact) for fact in facts] == [e.SwitchedOnSite, e.Closed]


def test_whoever_comes_in_person_counts_without_a_device() -> None:
    ended = switched(in_stage("mediation", "M5_STATEMENTS", "applicant"))
    alone = after(Room(), _later(ended), *seated(MEDIATOR))
    assert refusal(alone, c.Open()) == "people_missing"
    both = go(
        go(alone, c.PresentOnSite(participant=APPLICANT.id)), c.PresentOnSite(participant=RESPONDENT.id)
    )
    opened = go(both, c.Open())
    resumed = on(opened)
    assert resumed.stage == "M5_STATEMENTS" and resumed.turns["M5_STATEMENTS"] == "applicant"
    assert go(resumed, c.PassTurn()).turns["M5_STATEMENTS"] == "respondent"


def test_presence_is_noted_once_and_taken_back_by_staff_only() -> None:
    room = in_stage("mediation", "M7_NEGOTIATE")
    came = c.PresentOnSite(participant=APPLICANT.id)
    there = go(room, came, CLERK)
    assert there.onsite.present == {APPLICANT.id}
    assert decide(there, CLERK.id, came) == []
    gone = go(there, c.PresentOnSite(participant=APPLICANT.id, on=False), CLERK)
    assert gone.onsite.present == frozenset()
    assert refusal(room, came, RESPONDENT) == "not_allowed"
    assert refusal(room, c.PresentOnSite(participant="p_nobody")) == "nobody"


def test_a_chamber_brings_the_sides_that_share_its_microphone() -> None:
    chamber = Participant(id="p_chamber", name="第一庭", role=Role.CHAMBER)
    ended = switched(in_stage("arbitration", "A9_INQUIRY"))
    people = [Speaker(name=p.name, participant=p.id) for p in (APPLICANT, RESPONDENT)]
    first = _later(ended)
    clerk_there = [
        first,
        e.PersonInvited(participant=chamber, by=""),
        *seated(_chair(first), chamber),
        e.MicrophoneShared(participant=chamber.id, people=people),
    ]
    opened = go(after(Room(), *clerk_there), c.Open())
    debate = on(on(opened, "A9_INQUIRY"), "A10_DEBATE")
    leaving = c.Advance(origin="A10_DEBATE", to="A11_FINAL")
    assert refusal(debate, leaving) == "undone"
    heard = go(debate, c.GiveFloor(participant=chamber.id))
    assert go(heard, leaving).stage == "A11_FINAL"


def test_whom_nobody_can_give_the_floor_to_is_not_waited_for() -> None:
    ended = switched(in_stage("arbitration", "A9_INQUIRY"))
    first = _later(ended)
    alone = after(Room(), first, *seated(_chair(first)))
    for who in (APPLICANT, RESPONDENT):
        alone = go(alone, c.PresentOnSite(participant=who.id))
    debate = on(on(go(alone, c.Open()), "A9_INQUIRY"), "A10_DEBATE")
    assert ways(debate)
    assert go(debate, c.Advance(origin="A10_DEBATE", to="A11_FINAL")).stage == "A11_FINAL"


def continued(former: Room) -> Room:
    """The next sitting, in its lobby with chair and both parties at the table."""
    first = _later(former)
    return after(Room(), first, *seated(_chair(first), APPLICANT, RESPONDENT))


def _chair(first: e.SittingPrepared) -> Participant:
    presides = PROCEDURES[first.procedure].presides
    return next(p for p in first.participants if p.role in presides)


def _later(former: Room) -> e.SittingPrepared:
    onward = resumption(former)
    assert onward is not None
    return msgspec.structs.replace(
        prepared(former.procedure),
        sitting="s_2",
        former=onward.former,
        resumes_at=onward.stage,
        passed=onward.passed,
        place=SWITCH.place,
    )
