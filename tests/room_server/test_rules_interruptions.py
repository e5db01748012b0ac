"""Somebody is gone: what the server saw of it stands with every decision, and stopping is the clerk's."""

import pytest

from room_server.ledger import intervals
from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import Refused, decide, noted
from room_server.rules.places import Phase
from room_server.rules.procedures import PROCEDURES
from room_server.rules.room import Room
from tests.support.tribunal import APPLICANT, ARBITRATOR, CHIEF, CLERK, MEDIATOR, RESPONDENT, after, in_stage

TECHNICAL = {"mediation": "MX_TECH", "arbitration": "AX_TECH", "panel": "PX_TECH"}
CHAIR = {"mediation": MEDIATOR.id, "arbitration": CHIEF.id, "panel": CHIEF.id}


def refusal(room: Room, wish: c.Command, who: str) -> str:
    with pytest.raises(Refused) as caught:
        decide(room, who, wish)
    return caught.value.word


def do(room: Room, wish: c.Command, who: str) -> Room:
    return after(room, *decide(room, who, wish))


def cut(who: str, evidence: str = "both") -> e.Disconnected:
    return e.Disconnected(participant=who, device="d", evidence=evidence)


def test_a_decision_names_the_interval_of_the_ledger_that_it_rests_on() -> None:
    told: list[e.Event] = [
        cut(APPLICANT.id, "media"),
        e.Reconnected(participant=APPLICANT.id, device="d", away_ms=900),
        cut(APPLICANT.id, "socket"),
        cut(APPLICANT.id, "both"),
        e.Left(participant=APPLICANT.id, cause="silent"),
    ]
    room = after(in_stage("mediation", "M7_NEGOTIATE"), *told)
    judged = decide(room, MEDIATOR.id, c.JudgeOutage(participant=APPLICANT.id, decision="wait"))
    assert judged == [
        e.OutageJudged(
            participant=APPLICANT.id, decision="wait", reason="", interval=2, evidence="both", cause="silent"
        )
    ]
    journal = [{"type": "Opened", "body": {}, "at": 0}] + [
        {
            "type": type(fact).__name__,
            "at": n * 1000,
            "body": {name: getattr(fact, name) for name in fact.__struct_fields__},
        }
        for n, fact in enumerate(told, 1)
    ]
    found = intervals(journal)[APPLICANT.id]
    assert len(found) == 2 and found[1].evidence == "both" and found[1].to_ms is None


def test_a_technical_interruption_leads_out_of_the_stage_and_back_to_it() -> None:
    room = after(in_stage("arbitration", "A9_INQUIRY"), cut(RESPONDENT.id))
    stopped = do(
        room, c.JudgeOutage(participant=RESPONDENT.id, decision="interrupt", reason="断线"), CHIEF.id
    )
    assert (stopped.stage, stopped.origins["AX_TECH"]) == ("AX_TECH", "A9_INQUIRY")
    back = do(stopped, c.Advance(origin="AX_TECH"), CHIEF.id)
    assert back.stage == "A9_INQUIRY"


def test_going_on_without_somebody_takes_a_reason_and_is_the_chairs_alone() -> None:
    room = after(in_stage("arbitration", "A9_INQUIRY"), e.Left(participant=RESPONDENT.id, cause="left"))
    wish = c.JudgeOutage(participant=RESPONDENT.id, decision="go_on")
    assert refusal(room, wish, CHIEF.id) == "reason_missing"
    asked = do(room, c.Delegate(participant=CLERK.id), CHIEF.id)
    assert refusal(asked, wish, CLERK.id) == "chair_only"
    assert noted(asked, CLERK.id, wish, "chair_only")
    here = in_stage("arbitration", "A9_INQUIRY")
    assert refusal(here, wish, CHIEF.id) == "still_here"


def test_a_warning_about_discipline_is_no_warning_of_leaving() -> None:
    room = in_stage("arbitration", "A9_INQUIRY")
    note = decide(room, CHIEF.id, c.Warn(participant=APPLICANT.id, reason="喧哗"))
    assert isinstance(note[0], e.Warned) and note[0].kind == "discipline"
    gone = after(room, *note, e.Left(participant=APPLICANT.id, cause="left"))
    declare = c.DeclareAbsence(participant=APPLICANT.id, reason="不返回")
    assert refusal(gone, declare, CHIEF.id) == "not_warned"
    warning = c.Warn(participant=APPLICANT.id, reason="请返回", text="leaving_warning", version="1")
    warned = decide(gone, CHIEF.id, warning)[0]
    assert isinstance(warned, e.Warned)
    assert (warned.kind, warned.text, warned.cause) == ("leaving", "leaving_warning", "left")
    declared = decide(after(gone, warned), CHIEF.id, declare)[0]
    assert isinstance(declared, e.AbsenceDeclared) and declared.effect == "deemed_withdrawal"


def test_warnings_of_older_journals_still_count() -> None:
    old = e.Warned(participant=APPLICANT.id, reason="x")
    assert after(in_stage("mediation", "M7_NEGOTIATE"), old).people[APPLICANT.id].warned


@pytest.mark.parametrize("procedure", sorted(PROCEDURES))
def test_clerk_alone_stops_the_hearing_while_the_chair_is_lost_and_does_no_more(procedure: str) -> None:
    """The rule `clerk_alone`, in every stage that the clerk does not drive."""
    table = PROCEDURES[procedure]
    for stage in table.stages:
        if stage.clerk_drives or stage.code in (table.lobby, table.end):
            continue
        room = in_stage(procedure, stage.code)
        stop = c.Advance(origin=stage.code, to=TECHNICAL[procedure], reason="主持人掉线")
        assert refusal(room, c.Adjourn(), CLERK.id) == "not_presiding"
        assert refusal(room, stop, CLERK.id) == "not_presiding"
        lost = after(room, cut(CHAIR[procedure], "media"))
        assert do(lost, stop, CLERK.id).stage == TECHNICAL[procedure]
        recess = do(lost, c.Adjourn(reason="主持人掉线"), CLERK.id)
        assert recess.phase is Phase.ADJOURNED
        assert refusal(recess, c.Resume(), CLERK.id) == "not_presiding"
        assert refusal(lost, c.FreeFloor(), CLERK.id) == "not_presiding"
        others = [one.code for one in table.stages if one.code not in (TECHNICAL[procedure], table.adjourns)]
        for to in others:
            wish = c.Advance(origin=stage.code, to=to, reason="x", override=True)
            assert refusal(lost, wish, CLERK.id) == "not_presiding"
        assert refusal(lost, c.Adjourn(), APPLICANT.id) == "not_allowed"
        back = after(lost, e.Reconnected(participant=CHAIR[procedure], device="d", away_ms=1))
        assert refusal(back, c.Adjourn(), CLERK.id) == "not_presiding"


def test_a_sitting_is_never_stranded_by_a_chair_who_does_not_come_back() -> None:
    room = after(in_stage("mediation", "M7_NEGOTIATE"), e.Left(participant=MEDIATOR.id, cause="silent"))
    recess = do(room, c.Adjourn(reason="主持人掉线"), CLERK.id)
    assert refusal(recess, c.Close(outcome="other"), CLERK.id) == "not_presiding"
    assert do(recess, c.Close(outcome="adjourned", reason="主持人掉线"), CLERK.id).phase is Phase.CLOSED


def test_a_chair_who_comes_back_is_not_missed_any_more() -> None:
    room = after(
        in_stage("arbitration", "A9_INQUIRY"),
        cut(CHIEF.id),
        e.ChairMissed(participant=CHIEF.id, waited_s=120, interval=1),
        e.Reconnected(participant=CHIEF.id, device="d", away_ms=130_000),
        cut(CHIEF.id),
    )
    assert not room.chair_missed
    assert refusal(room, c.TakeChair(), ARBITRATOR.id) == "chair_awaited"


def test_a_chair_who_never_came_is_not_waited_for() -> None:
    empty = in_stage("arbitration", "A9_INQUIRY")
    people = {**empty.people}
    people[CHIEF.id] = type(people[CHIEF.id])(participant=CHIEF)
    room = type(empty)(
        **{name: getattr(empty, name) for name in empty.__struct_fields__} | {"people": people}
    )
    assert do(room, c.TakeChair(), ARBITRATOR.id).chair == ARBITRATOR.id
