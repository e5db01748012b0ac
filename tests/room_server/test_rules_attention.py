"""One person in several rooms: heard and seen in the one they attend, and in no other, at no moment."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import Refused, decide
from room_server.rules.hearing import SOURCES, routes
from room_server.rules.joining import AttentionTurned
from room_server.rules.people import LISTEN_ONLY
from room_server.rules.procedures import PROCEDURES
from room_server.rules.room import Room
from room_server.rules.visibility import visible
from tests.support.tribunal import APPLICANT, ARBITRATOR, CAST, CHIEF, OBSERVER, after, in_stage

STAGES = [
    (table.name, stage.code)
    for table in PROCEDURES.values()
    for stage in table.stages
    if table.name != "mediation" and stage.code not in (table.end,)
]
GUESTS = [one.id for one in CAST["arbitration"] if one.role not in LISTEN_ONLY and one is not CHIEF]


def heard(room: Room, who: str) -> bool:
    """Whether anything of somebody reaches anybody, or is kept, in this room."""
    tracks = routes(room, 1)["tracks"]
    return any(tracks[f"{who}.{source}"]["to"] or tracks[f"{who}.{source}"]["record"] for source in SOURCES)


def turned(room: Room, who: str, here: bool) -> Room:
    return after(room, *decide(room, who, c.Attend(here=here)))


@pytest.mark.parametrize(("procedure", "stage"), STAGES)
@pytest.mark.parametrize("who", [ARBITRATOR.id, APPLICANT.id])
def test_whoever_attends_another_room_is_neither_heard_nor_seen_nor_kept(
    procedure: str, stage: str, who: str
) -> None:
    room = in_stage(procedure, stage)
    away = turned(room, who, False)
    assert not heard(away, who)
    # They go on seeing and hearing, and the others each other.
    for track, route in routes(room, 1)["tracks"].items():
        if not track.startswith(who):
            assert routes(away, 1)["tracks"][track] == route
    assert routes(turned(away, who, True), 1) == routes(room, 1)


@settings(deadline=None)
@given(st.sampled_from(GUESTS), st.lists(st.integers(0, 2), max_size=12))
def test_of_three_rooms_one_alone_hears_them_whatever_they_switch(who: str, switches: list[int]) -> None:
    rooms = [turned(in_stage("arbitration", "A8_EVIDENCE"), who, False) for _ in range(3)]
    focus: int | None = None
    for to in switches:
        # As the page does it: the former room is left before the next is turned to.
        if focus is not None:
            rooms[focus] = turned(rooms[focus], who, False)
            assert not any(heard(room, who) for room in rooms)
        rooms[to] = turned(rooms[to], who, True)
        focus = to
        assert not any(heard(room, who) for number, room in enumerate(rooms) if number != to)
        assert [room.people[who].elsewhere for room in rooms].count(False) == 1


def test_the_others_are_told_and_a_new_device_begins_here() -> None:
    room = in_stage("arbitration", "A8_EVIDENCE")
    facts = decide(room, ARBITRATOR.id, c.Attend(here=False))
    assert facts == [AttentionTurned(participant=ARBITRATOR.id, here=False)]
    assert visible(room, APPLICANT.id, facts[0])
    away = after(room, *facts)
    assert decide(away, ARBITRATOR.id, c.Attend(here=False)) == []
    back = after(away, e.Joined(participant=ARBITRATOR.id, device="device-2"))
    assert not back.people[ARBITRATOR.id].elsewhere


def test_what_they_show_ends_when_they_turn_away() -> None:
    room = after(
        in_stage("arbitration", "A8_EVIDENCE"), e.ScreenShared(participant=ARBITRATOR.id, place="table")
    )
    facts = decide(room, ARBITRATOR.id, c.Attend(here=False))
    assert [type(fact).__name__ for fact in facts] == ["ScreenStopped", "AttentionTurned"]


def test_whoever_presides_stays_and_whoever_watches_has_nothing_to_turn() -> None:
    room = in_stage("arbitration", "A8_EVIDENCE")
    with pytest.raises(Refused, match="presiding_stays"):
        decide(room, CHIEF.id, c.Attend(here=False))
    with pytest.raises(Refused, match="listens_only"):
        decide(room, OBSERVER.id, c.Attend(here=False))
