"""Consents in the room: what the first stage and others lack, what may be gone without, what never."""

import msgspec
import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.consents.events import ConsentAnswered, ConsentsLaid, ConsentText
from room_server.rules.decisions import Refused, decide, noted
from room_server.rules.people import Participant
from room_server.rules.room import Room
from room_server.rules.visibility import visible
from tests.support.tribunal import (
    APPLICANT,
    CAST,
    CLERK,
    MEDIATOR,
    RESPONDENT,
    WITNESS,
    WITNESS_TWO,
    after,
    in_stage,
    prepared,
    seated,
)


def text(item: str, *people: Participant, before: str = "open", blocks: bool = False) -> ConsentText:
    return ConsentText(
        item=item,
        version="1",
        sha256=item * 2,
        kind="consent" if blocks else "notice",
        title=item,
        title_en=item,
        asked=["entering"],
        before=[before],
        blocks=blocks,
        people=[person.id for person in people],
    )


def answered(who: Participant, item: str, act: str = "given", sha256: str = "") -> ConsentAnswered:
    return ConsentAnswered(
        participant=who.id, item=item, version="1", sha256=sha256 or item * 2, act=act, answered_at=1
    )


def begun(*facts: e.Event) -> Room:
    people = [p for p in CAST["mediation"] if p not in (WITNESS, WITNESS_TWO)]
    laid = ConsentsLaid(
        texts=[text("K1", APPLICANT, blocks=True), text("K8", APPLICANT, RESPONDENT, WITNESS, CLERK)]
    )
    return after(Room(), prepared("mediation"), laid, *seated(*people), *facts)


def refusal(room: Room, wish: c.Command) -> str:
    with pytest.raises(Refused) as caught:
        decide(room, room.chair, wish)
    return caught.value.word


READ = (answered(APPLICANT, "K1"), answered(APPLICANT, "K8"), answered(RESPONDENT, "K8"))


def test_the_first_stage_waits_for_those_at_the_table_or_for_a_reason_that_is_written_down() -> None:
    assert refusal(begun(), c.Open()) == "consent_missing"
    entered = decide(begun(), MEDIATOR.id, c.Open(reason="已当面告知"))[-1]
    assert isinstance(entered, e.StageEntered) and entered.reason == "已当面告知"
    assert entered.skipped == [
        f"consent:{item}:{who.id}" for item, who in (("K1", APPLICANT), ("K8", APPLICANT), ("K8", RESPONDENT))
    ]
    assert decide(begun(*READ), MEDIATOR.id, c.Open())
    assert decide(
        begun(e.Left(participant=RESPONDENT.id, cause="left"), *READ[:2]), MEDIATOR.id, c.Open(reason="x")
    )


def test_who_refuses_to_be_online_is_not_heard_online_whatever_the_chair_says() -> None:
    for act in ("refused", "withdrawn"):
        room = begun(*READ, answered(APPLICANT, "K1", act))
        assert refusal(room, c.Open(reason="继续")) == "consent_refused"
        assert noted(room, MEDIATOR.id, c.Open(), "consent_refused")
        out = after(room, e.Moved(participant=APPLICANT.id, origin="table", place="lobby"))
        assert decide(out, MEDIATOR.id, c.Open(reason="申请人到现场参加"))
        assert decide(after(room, answered(APPLICANT, "K1")), MEDIATOR.id, c.Open())


def test_an_answer_to_another_wording_counts_for_nothing() -> None:
    room = begun(*READ[:2], answered(RESPONDENT, "K8", sha256="old"))
    assert refusal(room, c.Open()) == "consent_missing"
    changed = after(
        begun(*READ), ConsentsLaid(texts=[msgspec.structs.replace(text("K8", APPLICANT), sha256="anew")])
    )
    assert refusal(changed, c.Open()) == "consent_missing"


def test_a_later_stage_waits_too_and_what_was_excused_is_not_asked_about_again() -> None:
    laid = ConsentsLaid(texts=[text("K15", APPLICANT, before="A17_SIGN")])
    room = after(in_stage("arbitration", "A16_MINUTES"), laid)
    wish = c.Advance(origin="A16_MINUTES", to="A17_SIGN")
    assert refusal(room, wish) == "consent_missing"
    assert decide(after(room, answered(APPLICANT, "K15")), room.chair, wish)
    said = c.Advance(origin="A16_MINUTES", to="A17_SIGN", reason="已当庭告知")
    entered = decide(room, room.chair, said)
    assert isinstance(entered[-1], e.StageEntered)
    assert entered[-1].skipped == [f"consent:K15:{APPLICANT.id}"]
    again = after(
        room,
        *entered,
        e.StageEntered(
            stage="A16_MINUTES", origin="A17_SIGN", reason="", skipped=[], override=False, turn="", limit_s=0
        ),
    )
    assert decide(again, room.chair, wish)


def test_an_answer_is_shown_to_its_giver_and_the_staff_alone() -> None:
    room, said = begun(*READ), answered(APPLICANT, "K1")
    assert visible(room, APPLICANT.id, said) and visible(room, CLERK.id, said)
    assert not visible(room, RESPONDENT.id, said)
    assert visible(room, RESPONDENT.id, ConsentsLaid(texts=[]))


def test_a_journal_without_any_of_it_goes_on_as_before() -> None:
    people = [p for p in CAST["mediation"] if p not in (WITNESS, WITNESS_TWO)]
    assert decide(after(Room(), prepared("mediation"), *seated(*people)), MEDIATOR.id, c.Open())
