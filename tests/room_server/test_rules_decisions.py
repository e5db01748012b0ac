"""Every wish against the tables: who may, when, and what follows."""

import inspect
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from room_server.rules import asking, chairing, decisions, floor, stages
from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import Refused, decide
from room_server.rules.grave import GRAVE_WORDS
from room_server.rules.people import STAFF
from room_server.rules.places import ALLOWED_IN, NEEDS, WRONG_PHASE, Phase
from room_server.rules.room import Person, Room, evolve, replay
from room_server.rules.words import REFUSALS
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
    prepared,
    room,
)

ALL_AT_TABLE = at_table(MEDIATOR, CLERK, APPLICANT, RESPONDENT, AGENT)
OPEN = room(*ALL_AT_TABLE, e.Opened())


def refusal(state: Room, actor: str, wish: c.Command) -> str:
    """The word with which the room refuses a wish."""
    with pytest.raises(Refused) as caught:
        decide(state, actor, wish)
    return caught.value.word


def test_a_party_knocks_and_waits_while_staff_walk_in() -> None:
    assert decide(room(), APPLICANT.id, c.Knock()) == [e.Knocked(participant=APPLICANT.id)]
    assert [type(x) for x in decide(room(), MEDIATOR.id, c.Knock())] == [e.Knocked, e.Admitted, e.Moved]
    assert decide(OPEN, APPLICANT.id, c.Knock()) == []


def test_admit_needs_a_knock_and_a_place_in_the_lobby() -> None:
    wish = c.Admit(participant=APPLICANT.id)
    assert refusal(room(), MEDIATOR.id, wish) == "has_not_knocked"
    assert refusal(OPEN, MEDIATOR.id, wish) == "not_in_lobby"
    assert refusal(room(), MEDIATOR.id, c.Admit(participant="p_stranger")) == "nobody"
    knocked = room(e.Knocked(participant=APPLICANT.id))
    assert [type(x) for x in decide(knocked, MEDIATOR.id, wish)] == [e.Admitted, e.Moved]


def test_refused_people_lose_their_seat() -> None:
    facts = decide(OPEN, MEDIATOR.id, c.Refuse(participant=APPLICANT.id, reason="扰乱秩序"))
    after = evolve(OPEN, facts[0])
    assert (after.people[APPLICANT.id].place, after.people[APPLICANT.id].admitted) == ("lobby", False)
    assert refusal(OPEN, CLERK.id, c.Refuse(participant=MEDIATOR.id)) == "not_allowed"


@pytest.mark.parametrize("actor", [p for p in EVERYBODY if p.role not in STAFF])
@pytest.mark.parametrize(
    "wish",
    [
        c.Admit(participant=APPLICANT.id),
        c.Refuse(participant=APPLICANT.id),
        c.Move(participants=[APPLICANT.id], place="table"),
        c.GiveFloor(participant=APPLICANT.id),
        c.TakeFloor(participant=APPLICANT.id),
        c.FreeFloor(),
        c.Mute(participant=APPLICANT.id),
        c.Unmute(participant=APPLICANT.id),
        c.Open(),
        c.Adjourn(),
        c.Resume(),
        c.Close(),
        c.EditLine(line="u1", base=0, text="x"),
        c.InsertLine(text="x"),
        c.StrikeLine(line="u1", base=0),
    ],
)
def test_only_staff_conduct(actor: object, wish: c.Command) -> None:
    assert refusal(OPEN, actor.id, wish) == "not_allowed"  # type: ignore[attr-defined]


def test_strangers_wish_for_nothing() -> None:
    assert refusal(OPEN, "p_stranger", c.Knock()) == "not_a_participant"


@pytest.mark.parametrize(
    ("before", "wish", "word"),
    [
        ([], c.Adjourn(), "not_open_yet"),
        ([], c.Resume(), "not_open_yet"),
        ([e.Opened()], c.Open(), "already_open"),
        ([e.Opened()], c.Resume(), "already_open"),
        ([e.Opened(), e.Adjourned(reason="")], c.Adjourn(), "adjourned"),
        ([e.Opened(), e.Closed()], c.Resume(), "closed"),
        ([e.Opened(), e.Closed()], c.Close(), "closed"),
        ([e.Opened(), e.Closed()], c.Admit(participant=APPLICANT.id), "closed"),
    ],
)
def test_phases_follow_their_table(before: list[e.Event], wish: c.Command, word: str) -> None:
    assert refusal(room(*ALL_AT_TABLE, *before), MEDIATOR.id, wish) == word


def test_the_course_of_a_sitting() -> None:
    state = room(*ALL_AT_TABLE)
    seen = []
    for wish in (c.Open(), c.Adjourn(reason="休息"), c.Resume(), c.Close()):
        for fact in decide(state, MEDIATOR.id, wish):
            state = evolve(state, fact)
        seen.append(state.phase)
    assert seen == [Phase.OPEN, Phase.ADJOURNED, Phase.OPEN, Phase.CLOSED]


def test_opening_is_done_from_the_table() -> None:
    assert refusal(room(), MEDIATOR.id, c.Open()) == "not_at_table"


def test_a_caucus_has_one_side_only() -> None:
    def caucus(*people: str) -> c.Move:
        return c.Move(participants=list(people), place="caucus:1")

    moved = decide(OPEN, MEDIATOR.id, caucus(MEDIATOR.id, RESPONDENT.id, AGENT.id))
    assert [m.participant for m in moved if isinstance(m, e.Moved)] == [MEDIATOR.id, RESPONDENT.id, AGENT.id]
    assert refusal(OPEN, MEDIATOR.id, caucus(MEDIATOR.id, APPLICANT.id, AGENT.id)) == "caucus_two_sides"
    begun = room(*ALL_AT_TABLE, e.Opened(), *in_caucus(MEDIATOR, APPLICANT))
    assert refusal(begun, MEDIATOR.id, caucus(RESPONDENT.id)) == "caucus_two_sides"
    assert refusal(room(*ALL_AT_TABLE), MEDIATOR.id, caucus(APPLICANT.id)) == "not_open_yet"


@pytest.mark.parametrize("who", [OBSERVER, SUPERVISOR, WITNESS])
def test_some_are_never_in_a_caucus(who: object) -> None:
    seated = room(*ALL_AT_TABLE, *at_table(OBSERVER, SUPERVISOR, WITNESS), e.Opened())
    wish = c.Move(participants=[who.id], place="caucus:1")  # type: ignore[attr-defined]
    assert refusal(seated, MEDIATOR.id, wish) == "never_in_caucus"


def test_deliberation_is_the_tribunals_alone() -> None:
    wish = c.Move(participants=[APPLICANT.id], place="deliberation")
    assert refusal(OPEN, MEDIATOR.id, wish) == "never_in_deliberation"
    assert decide(OPEN, MEDIATOR.id, c.Move(participants=[CLERK.id], place="deliberation"))


def test_nobody_is_moved_in_who_has_not_knocked() -> None:
    assert refusal(OPEN, MEDIATOR.id, c.Move(participants=[WITNESS.id], place="table")) == "has_not_knocked"
    knocked = room(*ALL_AT_TABLE, e.Opened(), e.Knocked(participant=WITNESS.id))
    moved = decide(knocked, MEDIATOR.id, c.Move(participants=[WITNESS.id], place="table"))
    assert [type(x) for x in moved] == [e.Admitted, e.Moved]
    assert decide(OPEN, MEDIATOR.id, c.Move(participants=[WITNESS.id], place="isolation"))
    assert refusal(OPEN, CLERK.id, c.Move(participants=[MEDIATOR.id], place="lobby")) == "presiding_stays"


def test_the_floor_is_given_taken_and_freed() -> None:
    given = decide(OPEN, MEDIATOR.id, c.GiveFloor(participant=APPLICANT.id))
    held = evolve(OPEN, given[0])
    assert (held.floor_held, held.holder) == (True, APPLICANT.id)
    assert decide(held, MEDIATOR.id, c.GiveFloor(participant=APPLICANT.id)) == []
    assert refusal(held, MEDIATOR.id, c.TakeFloor(participant=RESPONDENT.id)) == "has_no_floor"
    taken = evolve(held, decide(held, MEDIATOR.id, c.TakeFloor(participant=APPLICANT.id))[0])
    assert (taken.floor_held, taken.holder) == (True, "")
    free = evolve(taken, decide(taken, MEDIATOR.id, c.FreeFloor())[0])
    assert free.floor_held is False
    assert decide(free, MEDIATOR.id, c.FreeFloor()) == []


def test_leaving_the_table_gives_the_floor_back() -> None:
    held = evolve(OPEN, e.FloorGiven(participant=APPLICANT.id))
    moved = e.Moved(participant=APPLICANT.id, origin="table", place="caucus:1")
    assert evolve(held, moved).holder == ""


def test_hands_go_up_once_and_down_with_the_floor() -> None:
    up = decide(OPEN, APPLICANT.id, c.Ask(kind="floor"))
    raised = evolve(OPEN, up[0])
    assert decide(raised, APPLICANT.id, c.Ask(kind="floor")) == []
    assert evolve(raised, e.FloorGiven(participant=APPLICANT.id)).hand(APPLICANT.id) is None
    assert refusal(room(), APPLICANT.id, c.Ask(kind="floor")) == "not_at_table"


def test_the_chair_cannot_be_muted_and_mutes_are_not_doubled() -> None:
    assert refusal(OPEN, CLERK.id, c.Mute(participant=MEDIATOR.id)) == "not_allowed"
    muted = evolve(OPEN, decide(OPEN, CLERK.id, c.Mute(participant=APPLICANT.id))[0])
    assert decide(muted, CLERK.id, c.Mute(participant=APPLICANT.id)) == []
    assert decide(muted, CLERK.id, c.Unmute(participant=APPLICANT.id)) == [
        e.Unmuted(participant=APPLICANT.id)
    ]
    assert decide(OPEN, CLERK.id, c.Unmute(participant=APPLICANT.id)) == []


def heard(line: str) -> e.UtteranceHeard:
    """A machine line of the minutes."""
    return e.UtteranceHeard(
        utterance=line,
        participant=APPLICANT.id,
        start_ms=0,
        end_ms=900,
        text="我的工资是每月八千元",
        words=[],
        confidence=0.9,
        language="zh",
        engine="scripted",
    )


def test_edits_need_the_version_the_editor_saw() -> None:
    state = evolve(OPEN, heard("u1"))
    edit = c.EditLine(line="u1", base=0, text="我的工资是每月8000元")
    state = evolve(state, decide(state, CLERK.id, edit)[0])
    assert refusal(state, MEDIATOR.id, edit) == "stale"
    assert refusal(state, MEDIATOR.id, c.StrikeLine(line="u1", base=0)) == "stale"
    assert refusal(state, MEDIATOR.id, c.StrikeLine(line="u9", base=0)) == "no_such_line"
    struck = decide(state, MEDIATOR.id, c.StrikeLine(line="u1", base=1))
    assert struck == [e.LineStruck(line="u1", version=2)]
    wrong = c.EditLine(line="u1", base=1, text="x", speaker="p_stranger")
    assert refusal(state, MEDIATOR.id, wrong) == "nobody"


def test_inserted_lines_get_names_of_their_own() -> None:
    state = OPEN
    for expected in ("h1", "h2"):
        facts = decide(state, CLERK.id, c.InsertLine(text="(出示证据一)"))
        assert isinstance(facts[0], e.LineInserted)
        assert facts[0].line == expected
        state = evolve(state, facts[0])
    assert refusal(state, CLERK.id, c.InsertLine(text="x", after="u404")) == "no_such_line"


def test_whoever_tested_their_line_may_say_what_it_showed() -> None:
    told: dict[str, Any] = {
        "verdict": "fair",
        "way": "tls",
        "rtt_ms": 80,
        "loss_permille": 40,
        "up_kbps": 500,
        "down_kbps": 900,
    }
    report = c.ReportLine(**told)
    assert decide(OPEN, APPLICANT.id, report) == [e.LineChecked(participant=APPLICANT.id, **told)]


def test_leaving_and_toggling() -> None:
    assert decide(OPEN, APPLICANT.id, c.Leave()) == [e.Left(participant=APPLICANT.id, cause="left")]
    toggled = decide(OPEN, APPLICANT.id, c.Toggle(source="microphone", on=False))
    assert toggled == [e.Toggled(participant=APPLICANT.id, source="microphone", on=False)]


def shared(who: str, place: str = "table") -> e.ScreenShared:
    """The fact that somebody shows their screen."""
    return e.ScreenShared(participant=who, place=place)


def stopped(who: str, place: str = "table") -> e.ScreenStopped:
    """The fact that somebody's screen is gone."""
    return e.ScreenStopped(participant=who, place=place)


def test_one_screen_is_shown_at_a_time_and_staff_take_over() -> None:
    assert decide(OPEN, APPLICANT.id, c.ShareScreen()) == [shared(APPLICANT.id)]
    state = evolve(OPEN, shared(APPLICANT.id))
    assert decide(state, APPLICANT.id, c.ShareScreen()) == []
    assert refusal(state, RESPONDENT.id, c.ShareScreen()) == "somebody_shares"
    assert decide(state, CLERK.id, c.ShareScreen()) == [stopped(APPLICANT.id), shared(CLERK.id)]
    aside = evolve(evolve(state, in_caucus(MEDIATOR)[0]), in_caucus(RESPONDENT)[0])
    assert decide(aside, RESPONDENT.id, c.ShareScreen()) == [shared(RESPONDENT.id, "caucus:1")]


def test_who_may_not_speak_now_shows_nothing() -> None:
    held = evolve(OPEN, e.FloorGiven(participant=RESPONDENT.id))
    assert refusal(held, APPLICANT.id, c.ShareScreen()) == "no_floor"
    assert decide(held, RESPONDENT.id, c.ShareScreen()) == [shared(RESPONDENT.id)]
    assert decide(held, MEDIATOR.id, c.ShareScreen()) == [shared(MEDIATOR.id)]
    assert refusal(OPEN, WITNESS.id, c.ShareScreen()) == "not_at_table"
    seated = room(*ALL_AT_TABLE, *at_table(OBSERVER), e.Opened())
    assert refusal(seated, OBSERVER.id, c.ShareScreen()) == "listens_only"
    assert refusal(evolve(OPEN, e.Adjourned(reason="")), MEDIATOR.id, c.ShareScreen()) == "adjourned"


def test_a_screen_ends_by_its_owner_by_staff_and_with_the_place() -> None:
    state = evolve(OPEN, shared(APPLICANT.id))
    stop = c.StopScreen(participant=APPLICANT.id)
    assert refusal(state, RESPONDENT.id, stop) == "not_allowed"
    assert decide(OPEN, APPLICANT.id, stop) == []
    for who in (APPLICANT.id, MEDIATOR.id):
        assert decide(state, who, stop) == [stopped(APPLICANT.id)]
    endings: list[c.Command] = [
        c.Adjourn(),
        c.Close(),
        c.Refuse(participant=APPLICANT.id),
        c.Move(participants=[APPLICANT.id], place="caucus:1"),
    ]
    for wish in endings:
        assert decide(state, MEDIATOR.id, wish)[0] == stopped(APPLICANT.id)
    assert not evolve(state, e.Left(participant=APPLICANT.id, cause="left")).people[APPLICANT.id].sharing


def test_a_device_may_offer_only_what_its_person_may_send() -> None:
    seated = room(*ALL_AT_TABLE, *at_table(OBSERVER), e.Opened())
    decisions.may_offer(seated, OBSERVER.id, "subscribe")
    for who, plane, word in (
        (OBSERVER.id, "publish", "listens_only"),
        (SUPERVISOR.id, "screen", "listens_only"),
        (APPLICANT.id, "screen", "not_sharing"),
    ):
        with pytest.raises(Refused, match=word):
            decisions.may_offer(seated, who, plane)
    decisions.may_offer(seated, APPLICANT.id, "publish")
    decisions.may_offer(evolve(seated, shared(APPLICANT.id)), APPLICANT.id, "screen")


def test_who_only_watches_has_no_access_without_a_purpose_in_the_journal() -> None:
    knocked = room(*ALL_AT_TABLE, e.Opened(), e.Knocked(participant=OBSERVER.id))
    let_in = decide(knocked, MEDIATOR.id, c.Admit(participant=OBSERVER.id))
    assert let_in[-1] == e.WatchBegan(participant=OBSERVER.id, role="observer", purpose="旁听")
    person = room().people[SUPERVISOR.id]
    named = Person(participant=msgspec.structs.replace(person.participant, purpose="上级抽查"))
    assert decisions.watching(named, "table") == [
        e.WatchBegan(participant=SUPERVISOR.id, role="supervisor", purpose="上级抽查")
    ]
    assert decisions.watching(named, "lobby") == []
    assert decisions.watching(room().people[APPLICANT.id], "table") == []


def test_who_only_watches_is_at_the_table_or_in_the_lobby() -> None:
    seated = room(*ALL_AT_TABLE, *at_table(OBSERVER), e.Opened())

    def move(place: str) -> c.Move:
        return c.Move(participants=[OBSERVER.id], place=place)

    assert refusal(seated, MEDIATOR.id, move("isolation")) == "watches_the_table_only"
    assert refusal(seated, MEDIATOR.id, move("deliberation")) == "never_in_deliberation"
    assert refusal(seated, MEDIATOR.id, move("caucus:1")) == "never_in_caucus"
    assert [type(fact) for fact in decide(seated, MEDIATOR.id, move("lobby"))] == [e.Moved]


def test_every_command_stands_in_the_tables_and_every_refusal_has_words() -> None:
    kinds = set(c.Command.__args__)
    assert kinds == set(NEEDS) == set(ALLOWED_IN)
    sources = [inspect.getsource(module) for module in (decisions, asking, chairing, floor, stages)]
    used = {word for source in sources for word in re.findall(r'Refused\("(\w+)"', source)}
    assert used | set(WRONG_PHASE.values()) | GRAVE_WORDS <= set(REFUSALS)


WISHES: st.SearchStrategy[c.Command] = st.one_of(
    st.sampled_from(
        [
            c.Knock(),
            c.Open(),
            c.Adjourn(),
            c.Resume(),
            c.FreeFloor(),
            c.Ask(kind="floor"),
            c.ShareScreen(),
            c.Leave(),
        ]
    ),
    st.builds(c.Admit, participant=st.sampled_from([p.id for p in EVERYBODY])),
    st.builds(c.Refuse, participant=st.sampled_from([p.id for p in EVERYBODY])),
    st.builds(c.GiveFloor, participant=st.sampled_from([p.id for p in EVERYBODY])),
    st.builds(
        c.Move,
        participants=st.lists(st.sampled_from([p.id for p in EVERYBODY]), min_size=1, max_size=4),
        place=st.sampled_from(["lobby", "table", "isolation", "deliberation", "caucus:1", "caucus:2"]),
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([p.id for p in EVERYBODY]), WISHES), max_size=60))
def test_no_course_of_wishes_breaks_the_house_rules(course: list[tuple[str, c.Command]]) -> None:
    facts: list[e.Event] = [prepared()]
    state = evolve(Room(), facts[0])
    for actor, wish in course:
        try:
            new = decide(state, actor, wish)
        except Refused:
            continue
        for fact in new:
            state = evolve(state, fact)
        facts += new
    assert replay(facts) == state
    for person in state.people.values():
        if person.place not in ("lobby", "isolation"):
            assert person.admitted
        if person.place == "deliberation":
            assert person.participant.role in STAFF
        assert not (person.sharing and person.place in ("lobby", "isolation"))
    for n in (1, 2):
        sides = {p.participant.side for p in state.people.values() if p.place == f"caucus:{n}"} - {""}
        assert len(sides) <= 1
