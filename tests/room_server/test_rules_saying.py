"""Taking part in writing: read where one would be heard, kept where speech is kept, bounded."""

import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import decide
from room_server.rules.room import Room, evolve
from room_server.rules.saying.decisions import WHY, passes
from tests.room_server.test_rules_decisions import OPEN, refusal
from tests.support.exhibits import submitted
from tests.support.people import APPLICANT, CLERK, MEDIATOR, OBSERVER, RESPONDENT

HELLO = c.Say(text="<b>我听不见</b>，请看申证1")


def after(room: Room, *events: e.Event) -> Room:
    for event in events:
        room = evolve(room, event)
    return room


def test_what_is_said_in_writing_at_the_table_is_a_line_of_the_minutes() -> None:
    room = after(OPEN, submitted("v_1"))
    (fact,) = decide(room, APPLICANT.id, HELLO)
    assert fact == e.TextSaid(line="h1", participant=APPLICANT.id, text=HELLO.text, evidence=["v_1"])
    line = after(room, fact).minutes.lines["h1"]
    assert (line.speaker, line.adopted, line.start_ms) == (APPLICANT.id, True, None)
    assert after(room, fact).minutes.made == 1


@pytest.mark.parametrize(
    ("before", "word"),
    [
        ([e.Muted(participant=APPLICANT.id)], "muted_now"),
        ([e.FloorGiven(participant=RESPONDENT.id)], "no_floor_to_write"),
        ([e.Adjourned(reason="")], "adjourned"),
        ([e.Moved(participant=APPLICANT.id, origin="table", place="lobby")], "not_at_table"),
        ([e.Closed()], "closed"),
    ],
)
def test_whoever_would_not_be_heard_is_not_read(before: list[e.Event], word: str) -> None:
    assert refusal(after(OPEN, *before), APPLICANT.id, HELLO) == word


def test_nobody_who_only_watches_writes_and_nobody_writes_nothing_or_too_much() -> None:
    assert refusal(OPEN, OBSERVER.id, HELLO) == "listens_only"
    assert refusal(OPEN, APPLICANT.id, c.Say(text=" \u202e\n")) == "nothing_to_send"
    assert refusal(OPEN, APPLICANT.id, c.Say(text="长" * 1001)) == "text_too_long"
    assert set(WHY) == {"waiting", "closed", "adjourned", "offline", "elsewhere", "stage", "muted", "floor"}


def test_what_is_said_in_a_private_talk_is_no_fact() -> None:
    apart = [e.Moved(participant=one.id, origin="table", place="caucus:1") for one in (MEDIATOR, APPLICANT)]
    room = after(OPEN, *apart)
    assert passes(room, room.people[APPLICANT.id])
    assert decide(room, APPLICANT.id, HELLO) == []
    assert not passes(room, room.people[RESPONDENT.id])


def test_the_chair_states_who_takes_part_in_writing() -> None:
    wish = c.DeclareWriting(participant=APPLICANT.id)
    (fact,) = decide(OPEN, MEDIATOR.id, wish)
    room = after(OPEN, fact)
    assert room.people[APPLICANT.id].in_writing
    assert decide(room, MEDIATOR.id, wish) == []
    assert refusal(OPEN, APPLICANT.id, wish) == "not_allowed"
    assert refusal(OPEN, MEDIATOR.id, c.DeclareWriting(participant=OBSERVER.id)) == "listens_only"
    assert CLERK.id in room.people
