"""Consents in the room: what the first stage and others lack, what may be gone without, what never."""

import msgspec
import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.consents.events import ConsentAnswered, ConsentNoted, ConsentsLaid, ConsentText
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


def witness_waits(*facts: e.Event) -> Room:
    """A hearing of evidence with a witness in isolation, who is asked K13 before being called in."""
    laid = ConsentsLaid(texts=[text("K13", WITNESS, WITNESS_TWO, before="call")])
    sent = e.Moved(participant=WITNESS.id, origin="table", place="isolation")
    return after(in_stage("arbitration", "A8W_WITNESS"), laid, sent, *facts)


def test_a_witness_is_called_in_once_asked_or_for_a_reason_that_is_written_down() -> None:
    call = c.Move(participants=[WITNESS.id], place="table")
    room = witness_waits()
    assert room.people[WITNESS.id].place == "isolation"
    assert (
        refusal(room, call) == refusal(room, msgspec.structs.replace(call, reason=" ")) == "consent_missing"
    )
    said = decide(room, room.chair, msgspec.structs.replace(call, reason="已当庭询问"))
    assert isinstance(said[0], ConsentNoted)
    assert (said[0].participant, said[0].how, said[0].reason) == (WITNESS.id, "excused", "已当庭询问")
    assert isinstance(said[1], e.Moved) and said[1].place == "table"
    for fact in (answered(WITNESS, "K13"), said[0]):
        moved = decide(after(room, fact), room.chair, call)
        assert [type(one) for one in moved] == [e.Moved]
    # Sent out and called again, nobody is asked twice; a new wording is asked anew.
    again = after(room, *said, e.Moved(participant=WITNESS.id, origin="table", place="isolation"))
    assert decide(again, room.chair, call)
    anew = msgspec.structs.replace(text("K13", WITNESS, before="call"), sha256="anew")
    assert refusal(after(again, ConsentsLaid(texts=[anew])), call) == "consent_missing"


def test_a_witness_who_was_not_asked_waits_in_isolation_when_let_in() -> None:
    room = witness_waits(
        e.Moved(participant=WITNESS.id, origin="isolation", place="lobby"),
        e.Knocked(participant=WITNESS.id),
    )
    places = []
    for state in (room, after(room, answered(WITNESS, "K13"))):
        facts = decide(state, room.chair, c.Admit(participant=WITNESS.id))
        places += [fact.place for fact in facts if isinstance(fact, e.Moved)]
    assert places == ["isolation", "table"]


def test_a_notice_that_belongs_to_private_talks_is_told_with_them_once() -> None:
    notice = msgspec.structs.replace(text("K8.caucus", APPLICANT, RESPONDENT, before="x"), shown=["caucus"])
    room = after(in_stage("mediation", "M7_NEGOTIATE"), ConsentsLaid(texts=[notice]))
    go = c.Move(participants=[room.chair, APPLICANT.id], place="caucus:1")
    facts = decide(room, room.chair, go)
    told = [fact for fact in facts if isinstance(fact, ConsentNoted)]
    assert [(fact.participant, fact.item, fact.how) for fact in told] == [
        (APPLICANT.id, "K8.caucus", "shown")
    ]
    inside = after(room, *facts)
    assert visible(inside, APPLICANT.id, told[0]) and visible(inside, CLERK.id, told[0])
    assert not visible(inside, RESPONDENT.id, told[0])
    back = decide(inside, room.chair, c.Move(participants=[room.chair, APPLICANT.id], place="table"))
    once_more = decide(after(inside, *back), room.chair, go)
    assert not any(isinstance(fact, ConsentNoted) for fact in once_more)
    read = after(room, answered(APPLICANT, "K8.caucus"))
    assert not any(isinstance(fact, ConsentNoted) for fact in decide(read, room.chair, go))
