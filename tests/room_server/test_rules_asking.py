"""Requests: asked, granted, denied, taken back, and who gets to know of them."""

import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import Refused, decide
from room_server.rules.visibility import visible
from tests.support.tribunal import (
    APPLICANT,
    CHIEF,
    CLERK,
    MEDIATOR,
    OBSERVER,
    RESPONDENT,
    TECH,
    after,
    in_stage,
)

DEBATE = in_stage("arbitration", "A10_DEBATE")


def word(actor: str, wish: c.Command, room: object = DEBATE) -> str:
    with pytest.raises(Refused) as caught:
        decide(room, actor, wish)  # type: ignore[arg-type]
    return caught.value.word


def test_a_granted_hand_has_the_floor() -> None:
    made = decide(DEBATE, APPLICANT.id, c.Ask(kind="floor"))
    assert made == [
        e.RequestMade(request="r1", participant=APPLICANT.id, kind="floor", text="", ref="", place="table")
    ]
    asked = after(DEBATE, *made)
    assert decide(asked, APPLICANT.id, c.Ask(kind="floor")) == []
    granted = decide(asked, CHIEF.id, c.Grant(request="r1"))
    assert granted == [
        e.RequestGranted(request="r1", reason=""),
        e.FloorGiven(participant=APPLICANT.id, limit_s=600),
    ]
    assert after(asked, *granted).requests["r1"].state == "granted"
    assert after(asked, e.FloorGiven(participant=APPLICANT.id)).requests["r1"].state == "granted"


def test_a_hand_goes_down_with_its_person() -> None:
    asked = after(DEBATE, *decide(DEBATE, APPLICANT.id, c.Ask(kind="floor")))
    for fact in (
        e.Left(participant=APPLICANT.id, cause="silent"),
        e.Moved(participant=APPLICANT.id, origin="table", place="lobby"),
        e.FloorAsked(participant=APPLICANT.id, wanted=False),
    ):
        assert after(asked, fact).hand(APPLICANT.id) is None


def test_hands_of_earlier_journals_are_requests() -> None:
    raised = after(DEBATE, e.FloorAsked(participant=APPLICANT.id, wanted=True))
    hand = raised.hand(APPLICANT.id)
    assert hand is not None and hand.kind == "floor"
    assert decide(raised, CHIEF.id, c.Grant(request=hand.id))[-1] == e.FloorGiven(
        participant=APPLICANT.id, limit_s=600
    )


def test_what_is_of_legal_weight_is_denied_with_a_reason() -> None:
    asked = after(DEBATE, *decide(DEBATE, RESPONDENT.id, c.Ask(kind="recusal", text="与对方是亲属")))
    assert word(CHIEF.id, c.Deny(request="r1"), asked) == "reason_missing"
    denied = after(asked, *decide(asked, CHIEF.id, c.Deny(request="r1", reason="无事实依据")))
    assert denied.requests["r1"].state == "denied"
    assert word(CHIEF.id, c.Grant(request="r1"), denied) == "request_decided"
    assert word(CHIEF.id, c.Grant(request="r9"), denied) == "no_such_request"


def test_who_may_ask_take_back_and_decide() -> None:
    asked = after(DEBATE, *decide(DEBATE, APPLICANT.id, c.Ask(kind="recess")))
    assert word(RESPONDENT.id, c.Withdraw(request="r1"), asked) == "not_allowed"
    assert decide(asked, APPLICANT.id, c.Withdraw(request="r1")) == [e.RequestWithdrawn(request="r1")]
    assert word(APPLICANT.id, c.Grant(request="r1"), asked) == "not_allowed"
    assert word(CLERK.id, c.Grant(request="r1"), asked) == "not_presiding"
    assert word(OBSERVER.id, c.Ask(kind="question", text="?")) == "not_at_table"
    assert decide(DEBATE, OBSERVER.id, c.Ask(kind="help", text="没有声音"))


def test_nobody_floods_the_chair() -> None:
    room = DEBATE
    for _ in range(12):
        room = after(room, *decide(room, APPLICANT.id, c.Ask(kind="question", text="?")))
    assert word(APPLICANT.id, c.Ask(kind="question", text="?"), room) == "too_many_requests"


def test_a_call_for_help_is_for_the_staff_and_a_private_talk_keeps_its_requests() -> None:
    called = after(DEBATE, *(help_ := decide(DEBATE, APPLICANT.id, c.Ask(kind="help", text="没有声音"))))
    assert [who for who in called.people if visible(called, who, help_[0])] == [
        p for p in called.people if p in (CHIEF.id, APPLICANT.id, CLERK.id, TECH.id, "p_arbitrator")
    ]
    room = in_stage("mediation", "M7_NEGOTIATE")
    aside = after(
        room, *decide(room, MEDIATOR.id, c.Move(participants=[MEDIATOR.id, APPLICANT.id], place="caucus:1"))
    )
    made = decide(aside, APPLICANT.id, c.Ask(kind="question", text="底线是否保密？"))
    private = after(aside, *made)
    for fact in (made[0], e.RequestWithdrawn(request="r1")):
        assert {who for who in private.people if visible(private, who, fact)} == {MEDIATOR.id, APPLICANT.id}
