"""The course of both machines: guards, jumps, what is never passed over, asides, endings, who drives."""

import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.chairing import allowed
from room_server.rules.decisions import Refused, decide, noted
from room_server.rules.people import Action, Participant
from room_server.rules.procedures import PROCEDURES, procedure_for
from room_server.rules.room import Room
from room_server.rules.stages import unmet, ways
from tests.support.tribunal import (
    AGENT,
    APPLICANT,
    ARBITRATOR,
    CAST,
    CHIEF,
    CLERK,
    CO_MEDIATOR,
    MEDIATOR,
    OBSERVER,
    RESPONDENT,
    THIRD,
    WITNESS,
    WITNESS_TWO,
    after,
    in_stage,
    prepared,
    seated,
)

WHY = "当庭说明"


def go(room: Room, wish: c.Command, actor: Participant | None = None) -> Room:
    """The room after a granted wish, of the chair if nobody else."""
    return after(room, *decide(room, actor.id if actor else room.chair, wish))


def refusal(room: Room, wish: c.Command, actor: Participant | None = None) -> str:
    with pytest.raises(Refused) as caught:
        decide(room, actor.id if actor else room.chair, wish)
    return caught.value.word


def begun(procedure: str, *absent: Participant) -> Room:
    """A room in its lobby, everybody but some at the table."""
    people = [p for p in CAST[procedure] if p not in (*absent, WITNESS, WITNESS_TWO)]
    return after(Room(), prepared(procedure), *seated(*people))


def on(room: Room, to: str = "", override: bool = False, reason: str = WHY) -> Room:
    return go(room, c.Advance(origin=room.stage, to=to, reason=reason, override=override))


@pytest.mark.parametrize("name", sorted(PROCEDURES))
def test_a_table_names_only_what_there_is(name: str) -> None:
    procedure = PROCEDURES[name]
    codes = [stage.code for stage in procedure.stages]
    assert len(set(codes)) == len(codes)
    for stage in procedure.stages:
        named = {*stage.next, *stage.requires, *stage.undoes, *(set(stage.jump_from) - {"*"})}
        assert named <= set(codes), stage.code
        assert stage.next or stage.returns or stage.code == procedure.end
        assert stage.zh and stage.en
    for stages in procedure.outcomes.values():
        assert set(stages) <= set(codes)
    assert {procedure.lobby, procedure.first, procedure.end} <= set(codes)


def test_kinds_of_hearings_have_their_procedures() -> None:
    assert procedure_for("mediation") == "mediation" and procedure_for("arbitration") == "arbitration"
    assert procedure_for("panel_review") == "panel" and procedure_for("filing") == ""


def test_opening_leads_to_the_first_stage_and_names_who_is_missing() -> None:
    room = begun("mediation")
    assert room.stage == "M3_LOBBY" and room.chair == MEDIATOR.id
    opened = decide(room, MEDIATOR.id, c.Open())
    assert {type(x) for x in opened} == {e.Opened, e.StageEntered}
    assert after(room, *opened).stage == "M4_OPENING"
    alone = begun("mediation", RESPONDENT, AGENT)
    assert refusal(alone, c.Open()) == "people_missing"
    entered = decide(alone, MEDIATOR.id, c.Open(reason="被申请人未到"))[-1]
    assert isinstance(entered, e.StageEntered) and entered.skipped == ["person:respondent"]


def test_the_whole_mediation() -> None:
    room = go(begun("mediation"), c.Open())
    for text in ("discipline", "recording", "mediation_notice"):
        room = go(room, c.Read(text=text, version="1"))
    room = on(room, reason="")
    assert refusal(room, c.Advance(origin="M5_STATEMENTS")) == "undone"
    room = go(go(room, c.PassTurn()), c.PassTurn())
    seen = []
    for _ in range(5):
        seen.append(room.stage)
        room = on(room, reason="")
    assert seen == ["M5_STATEMENTS", "M6_ISSUES", "M7_NEGOTIATE", "M8_DRAFT", "M9_READBACK"]
    room = go(room, c.Read(text="signing_intent", version="1"))
    assert refusal(room, c.Advance(origin=room.stage)) == "unsigned"
    for person in (APPLICANT, RESPONDENT, AGENT, THIRD, MEDIATOR):
        room = go(room, c.Sign(version="1"), person)
    room = on(room, reason="")
    assert refusal(room, c.Advance(origin=room.stage)) == "close_instead"
    closed = go(room, c.Close(outcome="agreed"))
    assert closed.stage == "M14_CLOSED" and closed.phase == "closed"


def test_two_chairs_at_once_the_second_is_told() -> None:
    room = in_stage("mediation", "M6_ISSUES")
    wish = c.Advance(origin="M6_ISSUES")
    assert refusal(go(room, wish), wish) == "stale_stage"


def test_what_is_left_undone_takes_a_reason() -> None:
    room = go(begun("mediation"), c.Open())
    assert refusal(room, c.Advance(origin="M4_OPENING")) == "undone"
    entered = decide(room, MEDIATOR.id, c.Advance(origin="M4_OPENING", reason=WHY))[-1]
    assert isinstance(entered, e.StageEntered)
    assert entered.skipped == ["text:discipline", "text:recording", "text:mediation_notice"]
    assert refusal(room, c.Advance(origin="M4_OPENING", to="M7_NEGOTIATE")) == "reason_missing"
    assert refusal(room, c.Advance(origin="M4_OPENING", to="M14_CLOSED")) == "close_instead"
    assert refusal(room, c.Advance(origin="M4_OPENING", to="M3_LOBBY")) == "no_such_way"
    assert refusal(room, c.Advance(origin="M4_OPENING", to="nowhere")) == "no_such_way"


@pytest.mark.parametrize(
    ("procedure", "stage", "to"),
    [
        ("arbitration", "A2_CHECK_IN", "A4_CLAIM"),
        ("arbitration", "A10_DEBATE", "A14_DELIBERATE"),
        ("arbitration", "A11_FINAL", "A17_SIGN"),
        ("mediation", "M8_DRAFT", "M10_SIGN"),
        ("mediation", "M9_READBACK", "M11_AGREED"),
        ("panel", "P6_DISCUSSION", "P8_CONCLUSION"),
    ],
)
def test_some_stages_are_passed_over_by_written_override_only(procedure: str, stage: str, to: str) -> None:
    room = in_stage(procedure, stage)
    jump = c.Advance(origin=stage, to=to, reason=WHY)
    assert refusal(room, jump) == "stage_blocked"
    assert refusal(room, c.Advance(origin=stage, to=to, override=True)) == "reason_missing"
    entered = decide(room, room.chair, c.Advance(origin=stage, to=to, reason=WHY, override=True))[-1]
    assert isinstance(entered, e.StageEntered)
    assert entered.override and entered.reason == WHY
    assert any(what.startswith("stage:") for what in entered.skipped)


def test_a_new_draft_has_to_be_read_back_anew() -> None:
    room = in_stage("mediation", "M8_DRAFT")
    room = on(on(room), "M10_SIGN")
    room = on(room, "M8_DRAFT")
    assert "stage:M9_READBACK" in unmet(room, "M10_SIGN")
    assert refusal(room, c.Advance(origin="M8_DRAFT", to="M10_SIGN", reason=WHY)) == "stage_blocked"


def test_new_facts_lead_back_and_the_tribunal_may_try_to_mediate_at_any_time() -> None:
    room = in_stage("arbitration", "A10_DEBATE")
    assert refusal(room, c.Advance(origin="A10_DEBATE", to="A8_EVIDENCE")) == "reason_missing"
    assert on(room, "A8_EVIDENCE").stage == "A8_EVIDENCE"
    mediating = on(room, "A12_MEDIATION")
    assert next(iter(ways(mediating))) == "A10_DEBATE", "without final opinions it goes back"
    assert on(mediating).stage == "A10_DEBATE"
    assert (
        refusal(mediating, c.Advance(origin="A12_MEDIATION", to="A14_DELIBERATE", reason=WHY))
        == "stage_blocked"
    )


def test_a_stage_that_concerns_nobody_is_left_out() -> None:
    people = [CHIEF, CLERK, APPLICANT, RESPONDENT]
    room = after(Room(), prepared("arbitration", people), *seated(*people), e.Opened())
    room = after(room, *in_stage_facts("A5_DEFENCE"))
    assert next(iter(ways(room))) == "A7_ISSUES"
    assert "A8W_WITNESS" not in ways(room) and "A6_THIRD" not in ways(room)


def in_stage_facts(stage: str) -> list[e.Event]:
    return [e.StageEntered(stage=stage, origin="", reason="", skipped=[], override=False, turn="", limit_s=0)]


def test_an_interruption_comes_back_to_the_same_stage_and_turn() -> None:
    room = in_stage("mediation", "M5_STATEMENTS", "applicant")
    room = go(room, c.PassTurn())
    assert refusal(room, c.Advance(origin="M5_STATEMENTS", to="MX_TECH")) == "reason_missing"
    cut = on(room, "MX_TECH")
    assert (cut.stage, next(iter(ways(cut)))) == ("MX_TECH", "M5_STATEMENTS")
    back = on(cut, reason="")
    assert (back.stage, back.turns["M5_STATEMENTS"]) == ("M5_STATEMENTS", "respondent")
    twice = on(on(cut, "M12_ADJOURNED"), "MX_TECH")
    assert on(twice, "M5_STATEMENTS", reason="").stage == "M5_STATEMENTS"


def test_a_recess_comes_back_to_the_same_stage() -> None:
    room = in_stage("mediation", "M6_ISSUES")
    facts = decide(room, MEDIATOR.id, c.Adjourn(reason="休息", until=1_800_000_000_000))
    assert facts[-1] == e.Adjourned(reason="休息", until=1_800_000_000_000)
    recess = after(room, *facts)
    assert refusal(recess, c.Advance(origin="M6_ISSUES")) == "adjourned"
    assert go(recess, c.Resume()).stage == "M6_ISSUES"


def test_private_talks_are_a_stage_that_begins_and_ends_with_them() -> None:
    room = in_stage("mediation", "M7_NEGOTIATE")
    aside = go(room, c.Move(participants=[MEDIATOR.id, APPLICANT.id], place="caucus:1"))
    assert aside.stage == "M7C_CAUCUS"
    two = go(aside, c.Move(participants=[RESPONDENT.id], place="caucus:2"))
    assert two.stage == "M7C_CAUCUS"
    half = go(two, c.Move(participants=[MEDIATOR.id, APPLICANT.id], place="table"))
    assert half.stage == "M7C_CAUCUS"
    assert go(half, c.Move(participants=[RESPONDENT.id], place="table")).stage == "M7_NEGOTIATE"
    returned = on(two, reason="")
    assert {p.place for who, p in returned.people.items() if "witness" not in who} == {"table"}
    other = in_stage("mediation", "M4_OPENING")
    assert refusal(other, c.Move(participants=[APPLICANT.id], place="caucus:1")) == "no_caucus_now"


def test_deliberation_takes_the_tribunal_out_and_brings_it_back() -> None:
    room = on(in_stage("arbitration", "A11_FINAL"))
    assert room.stage == "A12_MEDIATION"
    apart = on(room)
    inside = {p.participant.id for p in apart.people.values() if p.place == "deliberation"}
    assert inside == {CHIEF.id, ARBITRATOR.id, CLERK.id}
    back = on(apart)
    assert {back.people[who].place for who in inside} == {"table"}
    assert refusal(room, c.Move(participants=[APPLICANT.id], place="deliberation")) == "never_in_deliberation"


def test_a_witness_waits_in_isolation_is_called_and_goes_back() -> None:
    room = go(begun("arbitration"), c.Open())
    room = after(room, e.Joined(participant=WITNESS.id, device="d"), e.Knocked(participant=WITNESS.id))
    room = go(room, c.Admit(participant=WITNESS.id))
    assert room.people[WITNESS.id].place == "isolation"
    call = c.Move(participants=[WITNESS.id], place="table")
    assert refusal(room, call, CHIEF) == "witness_not_called"
    room = after(room, *in_stage_facts("A8_EVIDENCE"))
    room = on(room, "A8W_WITNESS")
    room = go(room, call, CHIEF)
    assert room.people[WITNESS.id].place == "table"
    room = on(on(room, "A8_EVIDENCE", reason=""), "A9_INQUIRY", override=True)
    assert room.people[WITNESS.id].place == "isolation"


def test_people_who_are_screened_are_never_at_the_same_place() -> None:
    import msgspec

    shy = msgspec.structs.replace(APPLICANT, screened=[RESPONDENT.id])
    people = [MEDIATOR, CLERK, shy, RESPONDENT]
    room = after(Room(), prepared("mediation", people), *seated(MEDIATOR, CLERK, RESPONDENT))
    room = after(room, e.Joined(participant=shy.id, device="d"), e.Knocked(participant=shy.id))
    assert refusal(room, c.Admit(participant=shy.id)) == "screened"
    assert refusal(room, c.Move(participants=[shy.id], place="table")) == "screened"
    room = after(room, e.Moved(participant=RESPONDENT.id, origin="table", place="lobby"))
    room = go(room, c.Admit(participant=shy.id))
    assert refusal(room, c.Move(participants=[RESPONDENT.id], place="table")) == "screened"


@pytest.mark.parametrize("procedure", ["mediation", "arbitration"])
def test_the_clerk_drives_where_the_table_says_and_else_on_delegation(procedure: str) -> None:
    for stage in PROCEDURES[procedure].stages:
        room = in_stage(procedure, stage.code)
        if stage.clerk_drives:
            allowed(room, room.people[CLERK.id], Action.PROCEED)
            continue
        with pytest.raises(Refused, match="not_presiding"):
            allowed(room, room.people[CLERK.id], Action.PROCEED)
        asked = go(room, c.Delegate(participant=CLERK.id))
        allowed(asked, asked.people[CLERK.id], Action.PROCEED)
        with pytest.raises(Refused, match="chair_only"):
            allowed(asked, asked.people[CLERK.id], Action.DECIDE)
        ended = go(asked, c.Delegate(participant=CLERK.id, on=False))
        assert CLERK.id not in ended.delegated


def test_somebody_else_takes_the_chair_only_while_it_is_empty() -> None:
    room = in_stage("arbitration", "A9_INQUIRY")
    assert refusal(room, c.TakeChair(), ARBITRATOR) == "chair_present"
    assert refusal(room, c.TakeChair(), CLERK) == "not_allowed"
    gone = after(room, e.Left(participant=CHIEF.id, cause="silent"))
    assert refusal(gone, c.TakeChair(), ARBITRATOR) == "chair_awaited"
    missed = after(gone, e.ChairMissed(participant=CHIEF.id, waited_s=120, interval=0))
    taken = go(missed, c.TakeChair(reason="首席断线"), ARBITRATOR)
    assert taken.chair == ARBITRATOR.id
    allowed(taken, taken.people[ARBITRATOR.id], Action.PROCEED)
    back = after(taken, e.Joined(participant=CHIEF.id, device="d"))
    assert go(back, c.TakeChair(), CHIEF).chair == CHIEF.id
    mediation = after(
        in_stage("mediation", "M7_NEGOTIATE"),
        e.Left(participant=MEDIATOR.id, cause="silent"),
        e.ChairMissed(participant=MEDIATOR.id, waited_s=120, interval=0),
    )
    assert go(mediation, c.TakeChair(), CO_MEDIATOR).chair == CO_MEDIATOR.id


def test_walking_out_is_decided_by_the_chair_after_a_warning_and_never_by_a_broken_line() -> None:
    room = in_stage("arbitration", "A9_INQUIRY")
    declare = c.DeclareAbsence(participant=APPLICANT.id, reason="经警告仍不返回")
    assert refusal(room, declare) == "still_here"
    gone = after(room, e.Left(participant=APPLICANT.id, cause="left"))
    assert gone.stage == room.stage and gone.phase == room.phase
    assert refusal(gone, declare) == "not_warned"
    warned = go(gone, c.Warn(participant=APPLICANT.id, reason="请立即返回"))
    asked = go(warned, c.Delegate(participant=CLERK.id))
    assert refusal(asked, declare, CLERK) == "chair_only"
    found = decide(warned, CHIEF.id, declare)
    assert found == [
        e.AbsenceDeclared(
            participant=APPLICANT.id, effect="deemed_withdrawal", cause="left", reason="经警告仍不返回"
        )
    ]
    back = after(warned, e.Joined(participant=APPLICANT.id, device="d"))
    assert not back.people[APPLICANT.id].warned
    assert refusal(room, c.DeclareAbsence(participant=OBSERVER.id, reason="x")) == "not_a_party"
    cut = after(
        room,
        e.Left(participant=RESPONDENT.id, cause="silent"),
        e.Warned(participant=RESPONDENT.id, reason="x"),
    )
    told = decide(cut, CHIEF.id, c.DeclareAbsence(participant=RESPONDENT.id, reason="x"))[0]
    assert (
        isinstance(told, e.AbsenceDeclared) and told.cause == "silent" and told.effect == "heard_in_absence"
    )


@pytest.mark.parametrize(
    ("procedure", "stage", "outcome", "word"),
    [
        ("mediation", "M7_NEGOTIATE", "", "outcome_missing"),
        ("mediation", "M7_NEGOTIATE", "announced", "outcome_missing"),
        ("mediation", "M7_NEGOTIATE", "agreed", "outcome_unfounded"),
        ("arbitration", "A9_INQUIRY", "announced", "outcome_unfounded"),
        ("arbitration", "A9_INQUIRY", "other", "outcome_unfounded"),
    ],
)
def test_an_ending_needs_what_it_rests_on(procedure: str, stage: str, outcome: str, word: str) -> None:
    room = in_stage(procedure, stage)
    assert refusal(room, c.Close(outcome=outcome)) == word
    if word == "outcome_unfounded":
        facts = decide(room, room.chair, c.Close(outcome=outcome, reason=WHY, override=True))
        assert isinstance(facts[-1], e.Closed) and facts[-1].outcome == outcome
        assert isinstance(facts[-2], e.StageEntered) and facts[-2].override


def test_every_reason_of_the_law_to_end_a_mediation_is_there() -> None:
    reasons = {
        *("agreed", "withdrawn_self_settled", "unreachable", "one_side_refuses"),
        *("too_far_apart", "time_expired", "refused_sign", "other"),
    }
    assert reasons <= set(PROCEDURES["mediation"].outcomes)
    room = in_stage("mediation", "M7_NEGOTIATE")
    assert go(room, c.Close(outcome="too_far_apart")).phase == "closed"


def test_grave_refusals_are_noted_once_in_a_stage() -> None:
    room = in_stage("arbitration", "A9_INQUIRY")
    wish = c.Move(participants=[APPLICANT.id], place="deliberation")
    facts = noted(room, APPLICANT.id, wish, "not_allowed")
    assert facts == [e.WishRefused(participant=APPLICANT.id, command="Move", word="not_allowed")]
    again = after(room, *facts)
    assert noted(again, APPLICANT.id, wish, "not_allowed") == []
    assert noted(after(again, *in_stage_facts("A10_DEBATE")), APPLICANT.id, wish, "not_allowed")
    assert noted(room, CHIEF.id, c.Advance(origin="x"), "stale_stage") == []
    assert noted(room, "p_stranger", wish, "not_a_participant") == []


def test_what_was_passed_over_with_a_reason_is_not_asked_for_again() -> None:
    room = go(begun("mediation"), c.Open())
    room = on(room, "M7_NEGOTIATE")
    assert unmet(room, "M8_DRAFT") == []
    assert on(room, "M8_DRAFT", reason="").stage == "M8_DRAFT"
    hearing = on(in_stage("arbitration", "A2_CHECK_IN"), "A4_CLAIM", override=True)
    assert unmet(hearing, "A5_DEFENCE") == []
    assert on(hearing, reason="").stage == "A5_DEFENCE"
