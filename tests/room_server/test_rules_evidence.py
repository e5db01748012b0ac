"""Evidence in the room: who shows it, who turns its pages, who speaks to it, and who knows of it."""

from typing import Any

import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import Refused, decide
from room_server.rules.evidence import commands as v
from room_server.rules.evidence import wording
from room_server.rules.evidence.decisions import may_turn
from room_server.rules.evidence.events import (
    EvidenceExamined,
    EvidenceNoted,
    EvidencePresented,
    EvidenceWithdrawn,
    OriginalChecked,
    PageTurned,
    PresentingStopped,
)
from room_server.rules.evidence.sides import BRINGING, Side, knows, looks_on, mark_of, side_of
from room_server.rules.evidence.visibility import may_see_page
from room_server.rules.people import STAFF, Participant, Role
from room_server.rules.procedures import PROCEDURES
from room_server.rules.procedures.stage import Group
from room_server.rules.room import Room, evolve
from room_server.rules.visibility import visible
from tests.support import tribunal
from tests.support.exhibits import submitted
from tests.support.people import (
    AGENT,
    APPLICANT,
    CLERK,
    EVERYBODY,
    MEDIATOR,
    OBSERVER,
    RESPONDENT,
    SUPERVISOR,
    WITNESS,
    at_table,
    in_caucus,
    room,
)

TABLE = at_table(*EVERYBODY)
OPEN = room(*TABLE, e.Opened(), submitted(), submitted("e_2", "respondent", kind="office", pages=0))


def after(state: Room, actor: Participant, *wishes: c.Command) -> Room:
    for wish in wishes:
        for event in decide(state, actor.id, wish):
            state = evolve(state, event)
    return state


def refusal(state: Room, actor: Participant, wish: c.Command) -> str:
    with pytest.raises(Refused) as caught:
        decide(state, actor.id, wish)
    return caught.value.word


def shown(presenter: str = "", page: int = 1) -> Room:
    return after(OPEN, MEDIATOR, v.Present(evidence="e_1", page=page, presenter=presenter))


def said(party: str = "respondent", **more: Any) -> v.ExamineEvidence:
    points = {"authenticity": "accept", "legality": "accept", "relevance": "deny"} | more
    return v.ExamineEvidence(evidence="e_1", party=party, **points)


@pytest.mark.parametrize(
    ("role", "side", "found"),
    [
        (Role.APPLICANT, "applicant", Side.APPLICANT),
        (Role.RESPONDENT, "", Side.RESPONDENT),
        (Role.THIRD_PARTY, "", Side.THIRD),
        (Role.AGENT, "respondent", Side.RESPONDENT),
        (Role.AGENT, "third_party", Side.THIRD),
        (Role.AGENT, "", None),
        (Role.WITNESS, "applicant", None),
        (Role.EXPERT, "respondent", None),
        (Role.OBSERVER, "applicant", None),
        (Role.MEDIATOR, "", None),
    ],
)
def test_only_parties_and_their_agents_have_a_side(role: Role, side: str, found: Side | None) -> None:
    assert side_of(Participant(id="p", name="n", role=role, side=side)) is found


def test_marks_count_per_side() -> None:
    assert [mark_of(Side.APPLICANT, 1), mark_of(Side.RESPONDENT, 3), mark_of(Side.THIRD, 1)] == [
        "申证1",
        "被证3",
        "三证1",
    ]


STAGES = [(name, stage.code) for name, table in PROCEDURES.items() for stage in table.stages]


@pytest.mark.parametrize(("procedure", "code"), STAGES)
def test_parties_speak_to_evidence_in_the_stages_that_examine_it(procedure: str, code: str) -> None:
    state = evolve(tribunal.in_stage(procedure, code), submitted())
    stage = PROCEDURES[procedure].stage(code)
    assert stage is not None
    if stage.group is Group.EVIDENCE:
        assert decide(state, tribunal.RESPONDENT.id, said())
    else:
        assert refusal(state, tribunal.RESPONDENT, said()) == "no_examination_now"
    # Staff write down what a side said aloud, whenever it was.
    assert decide(state, tribunal.CLERK.id, said())


@pytest.mark.parametrize(
    ("procedure", "later", "back"),
    [("mediation", "M7_NEGOTIATE", "M6_ISSUES"), ("arbitration", "A10_DEBATE", "A8_EVIDENCE")],
)
def test_the_chair_goes_back_for_what_is_to_be_examined_again(procedure: str, later: str, back: str) -> None:
    state = evolve(tribunal.in_stage(procedure, later), submitted())
    assert refusal(state, tribunal.RESPONDENT, said()) == "no_examination_now"
    again = c.Advance(origin=later, to=back, reason="补充质证")
    for event in decide(state, state.chair, again):
        state = evolve(state, event)
    assert decide(state, tribunal.RESPONDENT.id, said())


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("item", list(Side))
@pytest.mark.parametrize(("is_submitted", "withdrawn"), [(False, False), (True, False), (True, True)])
def test_who_may_look_at_an_item_at_any_time(
    role: Role, item: Side, is_submitted: bool, withdrawn: bool
) -> None:
    person = Participant(id="p", name="n", role=role, side="applicant")
    party = role in BRINGING
    own = party and item is Side.APPLICANT
    expected = role in STAFF or own or (party and is_submitted and not withdrawn)
    assert knows(person, item, is_submitted, withdrawn) is expected
    assert looks_on(person) is (role not in STAFF and not party)


def test_the_chair_shows_and_the_minutes_say_so() -> None:
    events = decide(OPEN, MEDIATOR.id, v.Present(evidence="e_1", page=2))
    assert events == [
        EvidencePresented(
            evidence="e_1",
            mark="申证1",
            title="劳动合同",
            kind="document",
            pages=3,
            page=2,
            presenter="",
            showing=1,
        ),
        e.LineInserted(line="h1", after="", text="（出示证据 申证1）", speaker=""),
    ]


def test_what_is_shown_replaces_what_was_shown_and_a_shared_screen() -> None:
    sharing = after(OPEN, APPLICANT, c.ShareScreen())
    showing = after(sharing, CLERK, v.Present(evidence="e_1"))
    assert not showing.people[APPLICANT.id].sharing
    assert showing.exhibits.shown and showing.exhibits.shown.evidence == "e_1"
    assert after(showing, APPLICANT, c.ShareScreen()).exhibits.shown is None


@pytest.mark.parametrize("person", [APPLICANT, AGENT, WITNESS, OBSERVER, SUPERVISOR])
def test_nobody_but_staff_shows_notes_or_checks(person: Participant) -> None:
    for wish in (
        v.Present(evidence="e_1"),
        v.NoteEvidence(evidence="e_1", note="x"),
        v.CheckOriginal(evidence="e_1"),
    ):
        assert refusal(OPEN, person, wish) == "not_allowed"


def test_what_cannot_be_shown() -> None:
    assert refusal(OPEN, MEDIATOR, v.Present(evidence="e_9")) == "no_such_evidence"
    assert refusal(OPEN, MEDIATOR, v.Present(evidence="e_2")) == "cannot_be_shown"
    assert refusal(OPEN, MEDIATOR, v.Present(evidence="e_1", page=4)) == "no_such_page"
    assert refusal(OPEN, MEDIATOR, v.Present(evidence="e_1", presenter=WITNESS.id)) == "cannot_present"
    assert refusal(OPEN, MEDIATOR, v.Present(evidence="e_1", presenter="p_9")) == "cannot_present"
    gone = evolve(OPEN, EvidenceWithdrawn(evidence="e_1", reason=""))
    assert refusal(gone, MEDIATOR, v.Present(evidence="e_1")) == "evidence_withdrawn"
    waiting = room(*TABLE, submitted())
    assert refusal(waiting, MEDIATOR, v.Present(evidence="e_1")) == "not_open_yet"
    apart = room(*TABLE, e.Opened(), submitted(), *in_caucus(MEDIATOR, APPLICANT))
    assert refusal(apart, MEDIATOR, v.Present(evidence="e_1")) == "not_at_table"


def test_only_staff_and_the_presenter_turn_pages_while_they_have_it() -> None:
    turn = v.TurnPage(evidence="e_1", page=3)
    given = shown(APPLICANT.id)
    for person in (MEDIATOR, CLERK, APPLICANT):
        assert decide(given, person.id, turn) == [PageTurned(evidence="e_1", page=3, showing=1)]
    for person in (RESPONDENT, AGENT, WITNESS, OBSERVER):
        assert refusal(given, person, turn) == "not_presenting"
        assert not may_turn(given, person.id)
    back = after(given, MEDIATOR, v.Present(evidence="e_1"))
    assert refusal(back, APPLICANT, turn) == "not_presenting"
    assert back.minutes.made == given.minutes.made, "handing the pages over is not shown anew"
    assert refusal(OPEN, MEDIATOR, turn) == "nothing_shown"
    assert refusal(given, MEDIATOR, v.TurnPage(evidence="e_2", page=1)) == "nothing_shown"
    assert refusal(given, MEDIATOR, v.TurnPage(evidence="e_1", page=4)) == "no_such_page"
    assert decide(given, MEDIATOR.id, v.TurnPage(evidence="e_1", page=1)) == []
    left = evolve(given, e.Moved(participant=APPLICANT.id, origin="table", place="caucus:1"))
    assert refusal(left, APPLICANT, turn) == "not_presenting"


@pytest.mark.parametrize(
    "end",
    [
        PresentingStopped(evidence="e_1", showing=1),
        EvidenceWithdrawn(evidence="e_1", reason=""),
        e.Adjourned(reason=""),
        e.Closed(),
    ],
)
def test_what_puts_it_away(end: e.Event) -> None:
    assert evolve(shown(), end).exhibits.shown is None


def test_another_withdrawn_item_puts_nothing_away() -> None:
    assert evolve(shown(), EvidenceWithdrawn(evidence="e_2", reason="")).exhibits.shown is not None


def test_the_presenter_may_stop_and_others_may_not() -> None:
    given = shown(APPLICANT.id)
    assert decide(given, APPLICANT.id, v.StopPresenting()) == [PresentingStopped(evidence="e_1", showing=1)]
    assert refusal(given, RESPONDENT, v.StopPresenting()) == "not_presenting"
    assert decide(OPEN, APPLICANT.id, v.StopPresenting()) == []


def test_each_party_speaks_for_its_own_side_only_and_staff_write_it_down() -> None:
    wish = said(reason=" 无落款日期 ")
    for person in (RESPONDENT, AGENT, CLERK):
        event, line = decide(OPEN, person.id, wish)
        assert isinstance(event, EvidenceExamined) and event.reason == "无落款日期"
        assert isinstance(line, e.LineInserted)
        assert line.text == "（质证 申证1，被申请人：真实性、合法性认可；关联性不认可，理由：无落款日期）"
    for person in (APPLICANT, WITNESS, OBSERVER, SUPERVISOR):
        assert refusal(OPEN, person, wish) == "not_allowed"
    assert refusal(OPEN, APPLICANT, said("applicant")) == "own_evidence"
    assert refusal(OPEN, CLERK, said("applicant")) == "own_evidence"
    apart = room(*TABLE, e.Opened(), submitted(), *in_caucus(RESPONDENT))
    assert refusal(apart, RESPONDENT, wish) == "not_at_table"
    assert decide(after(OPEN, RESPONDENT, wish), AGENT.id, wish) == []
    changed = after(OPEN, RESPONDENT, wish, said(relevance="accept"))
    assert changed.exhibits.items["e_1"].examined["respondent"].relevance == "accept"


def test_notes_and_originals_say_what_holds_now() -> None:
    noted = after(OPEN, MEDIATOR, v.NoteEvidence(evidence="e_1", note="予以采信"))
    assert noted.exhibits.items["e_1"].note == "予以采信"
    assert decide(noted, CLERK.id, v.NoteEvidence(evidence="e_1", note="予以采信")) == []
    event, line = decide(OPEN, CLERK.id, v.CheckOriginal(evidence="e_1", remark="当庭核对"))
    assert event == OriginalChecked(evidence="e_1", checked=True, remark="当庭核对")
    assert isinstance(line, e.LineInserted) and line.text == "（核对原件 申证1：当庭核对）"
    checked = evolve(OPEN, event)
    assert decide(checked, CLERK.id, v.CheckOriginal(evidence="e_1")) == []
    undone = decide(checked, MEDIATOR.id, v.CheckOriginal(evidence="e_1", checked=False))
    assert [type(one) for one in undone] == [OriginalChecked]


def test_wording_groups_points_of_one_answer() -> None:
    plain = EvidenceExamined(
        evidence="e",
        party="third_party",
        authenticity="unspoken",
        legality="unspoken",
        relevance="unspoken",
        reason="",
    )
    assert wording.examined("被证2", plain) == "（质证 被证2，第三人：真实性、合法性、关联性未发表意见）"


def test_who_is_told_what() -> None:
    state = shown()
    presented = EvidencePresented(
        evidence="e_1",
        mark="申证1",
        title="劳动合同",
        kind="document",
        pages=3,
        page=1,
        presenter="",
        showing=1,
    )
    examined = EvidenceExamined(
        evidence="e_1",
        party="respondent",
        authenticity="deny",
        legality="deny",
        relevance="deny",
        reason="",
    )
    for person in EVERYBODY:
        role = person.role
        party = role in BRINGING
        assert visible(state, person.id, submitted()) is (party or role in STAFF)
        assert visible(state, person.id, examined) is (party or role in STAFF)
        assert visible(state, person.id, EvidenceNoted(evidence="e_1", note="x")) is (role in STAFF)
        assert visible(state, person.id, presented)
    # Whoever only looks on never learns what was shown before.
    later = after(state, MEDIATOR, v.StopPresenting())
    for person in (WITNESS, OBSERVER, SUPERVISOR):
        assert not visible(later, person.id, presented)
        assert visible(later, person.id, PresentingStopped(evidence="e_1", showing=1))
    assert visible(later, APPLICANT.id, presented)
    outside = room(*at_table(MEDIATOR), e.Opened(), submitted())
    assert not visible(outside, APPLICANT.id, submitted())


def test_pages_are_seen_at_the_table_while_they_are_shown() -> None:
    state = shown(page=2)
    for person in EVERYBODY:
        assert may_see_page(state, person.id, "e_1", 2)
        assert not may_see_page(state, person.id, "e_1", 1)
        assert not may_see_page(state, person.id, "e_2", 2)
    for place in ("lobby", "isolation", "caucus:1"):
        away = evolve(state, e.Moved(participant=WITNESS.id, origin="table", place=place))
        assert not may_see_page(away, WITNESS.id, "e_1", 2)
    assert not may_see_page(after(state, CLERK, v.StopPresenting()), WITNESS.id, "e_1", 2)
    assert not may_see_page(state, "p_9", "e_1", 2)


def test_the_same_item_told_twice_keeps_what_was_said_to_it() -> None:
    state = after(OPEN, RESPONDENT, said())
    assert evolve(state, submitted()).exhibits.items["e_1"].examined
