"""Signing in the room: who signs, what waits for it, what a refusal means, what may not change meanwhile."""

import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import decide
from room_server.rules.people import Participant
from room_server.rules.procedures import PROCEDURES
from room_server.rules.room import Room
from room_server.rules.signing import lacking, open_signatures
from tests.room_server.test_rules_stages import go, on, refusal
from tests.support.tribunal import (
    AGENT,
    APPLICANT,
    CLERK,
    MEDIATOR,
    OBSERVER,
    RESPONDENT,
    THIRD,
    after,
    in_stage,
)

SIGNS = (APPLICANT, RESPONDENT, AGENT, THIRD, MEDIATOR)
ON = c.Advance(origin="M10_SIGN")


def signed(room: Room, *people: Participant) -> Room:
    for person in people:
        room = go(room, c.Sign(version="2026-11"), person)
    return room


def test_an_agreement_waits_for_every_signature() -> None:
    room = signed(in_stage("mediation", "M10_SIGN"), *SIGNS[:-1])
    stage = PROCEDURES["mediation"].stage("M10_SIGN")
    assert stage is not None and lacking(room, stage) == [MEDIATOR.id]
    assert refusal(room, ON) == "unsigned"
    assert refusal(room, c.Close(outcome="agreed")) == "unsigned"
    done = on(signed(room, MEDIATOR))
    assert done.stage == "M11_AGREED"
    assert go(done, c.Close(outcome="agreed")).phase == "closed"


def test_a_signature_names_the_text_and_is_given_once() -> None:
    room = in_stage("mediation", "M10_SIGN")
    facts = decide(room, APPLICANT.id, c.Sign(version="2026-11"))
    assert facts == [e.Signed(participant=APPLICANT.id, stage="M10_SIGN", version="2026-11")]
    assert decide(after(room, *facts), APPLICANT.id, c.Sign()) == []


def test_whoever_refuses_ends_it_and_may_think_again() -> None:
    room = signed(in_stage("mediation", "M10_SIGN"), APPLICANT, AGENT, THIRD, MEDIATOR)
    refused = go(room, c.DeclineToSign(reason="金额不符"), RESPONDENT)
    for wish in (ON, c.Advance(origin="M10_SIGN", to="M11_AGREED", reason="纸质", override=True)):
        assert refusal(refused, wish) == "unsigned"
    assert refusal(refused, c.Close(outcome="agreed", reason="纸质", override=True)) == "unsigned"
    assert on(refused, "M13_FAILED").stage == "M13_FAILED"
    assert go(on(refused, "M13_FAILED"), c.Close(outcome="refused_sign")).phase == "closed"
    assert on(signed(refused, RESPONDENT)).stage == "M11_AGREED"


def test_another_draft_is_signed_anew() -> None:
    room = signed(in_stage("mediation", "M10_SIGN"), APPLICANT, AGENT, THIRD, MEDIATOR)
    draft = on(go(room, c.DeclineToSign(), RESPONDENT), "M8_DRAFT")
    assert not draft.signed.get("M10_SIGN") and not draft.declined.get("M10_SIGN")
    again = on(on(draft, reason=""), reason="")
    assert again.stage == "M10_SIGN" and refusal(again, c.Advance(origin="M10_SIGN")) == "unsigned"


def test_paper_takes_a_written_override() -> None:
    room = in_stage("mediation", "M10_SIGN")
    wish = c.Advance(origin="M10_SIGN", override=True, reason="各方已在纸质协议上签名")
    entered = decide(room, MEDIATOR.id, wish)[-1]
    assert isinstance(entered, e.StageEntered) and entered.override
    assert {f"signature:{p.id}" for p in SIGNS} <= set(entered.skipped)
    assert refusal(room, c.Advance(origin="M10_SIGN", override=True)) == "reason_missing"


def test_a_side_that_is_gone_has_not_signed() -> None:
    room = in_stage("mediation", "M10_SIGN")
    for person in (RESPONDENT, AGENT):
        room = after(room, e.Left(participant=person.id, cause="left"))
    room = signed(room, APPLICANT, THIRD, MEDIATOR)
    stage = PROCEDURES["mediation"].stage("M10_SIGN")
    assert stage is not None and lacking(room, stage) == ["respondent"]
    assert refusal(room, ON) == "unsigned"


def test_minutes_are_signed_or_the_refusal_is_noted() -> None:
    room = in_stage("arbitration", "A17_SIGN")
    stage = PROCEDURES["arbitration"].stage("A17_SIGN")
    assert stage is not None and APPLICANT.id in open_signatures(room, stage)
    assert refusal(room, c.Close(outcome="served_later")) == "undone"
    assert refusal(room, c.NoteUnsigned(participant=RESPONDENT.id, reason=" "), CLERK) == "reason_missing"
    for who in open_signatures(room, stage):
        room = go(room, c.NoteUnsigned(participant=who, reason="拒绝签名"), CLERK)
    assert open_signatures(room, stage) == []
    assert go(room, c.Close(outcome="served_later")).phase == "closed"


def test_minutes_do_not_change_while_they_are_signed() -> None:
    room = signed(in_stage("arbitration", "A17_SIGN"), APPLICANT)
    assert refusal(room, c.InsertLine(text="补充"), CLERK) == "being_signed"
    back = on(room, "A16_MINUTES")
    assert not back.signed.get("A17_SIGN")
    assert go(back, c.InsertLine(text="补充"), CLERK).minutes.made == room.minutes.made + 1


@pytest.mark.parametrize(
    ("stage", "actor", "word"),
    [("M7_NEGOTIATE", APPLICANT, "no_signing_now"), ("M10_SIGN", OBSERVER, "does_not_sign")],
)
def test_who_does_not_sign(stage: str, actor: Participant, word: str) -> None:
    room = in_stage("mediation", stage)
    assert refusal(room, c.Sign(), actor) == word
    assert refusal(room, c.DeclineToSign(), actor) == word


def test_nobody_notes_a_refusal_of_nobody() -> None:
    assert (
        refusal(in_stage("mediation", "M10_SIGN"), c.NoteUnsigned(participant="p_x", reason="x")) == "nobody"
    )
