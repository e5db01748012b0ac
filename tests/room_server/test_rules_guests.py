"""Chambers in a room: who may share a microphone, when it is open, and where a chamber never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import Refused, decide
from room_server.rules.floor import may_speak, right
from room_server.rules.guests import NEVER_BESIDE, brought_in, invited, shared
from room_server.rules.hearing import routes
from room_server.rules.people import Participant, Role
from room_server.rules.places import DELIBERATION, TABLE
from room_server.rules.procedures import PROCEDURES
from room_server.rules.procedures.matrix import Cell
from room_server.rules.procedures.stage import Group
from room_server.rules.room import Room, replay
from tests.support.tribunal import APPLICANT, CAST, CHIEF, MEDIATOR, RESPONDENT, after, in_stage

CHAMBER = Participant(id="p_chamber", name="滨海街道调解室", role=Role.CHAMBER)
STAGES = [(table.name, stage.code) for table in PROCEDURES.values() for stage in table.stages]
MAY_SIT = [p.id for p in CAST["arbitration"] if p.role not in NEVER_BESIDE]


def with_chamber(room: Room, *present: str, others: tuple[str, ...] = ()) -> Room:
    """The room after a chamber has come to the table with some of its people."""
    room = after(room, *invited(room, CHAMBER, CHAMBER.name))
    room = after(room, *shared(room, CHAMBER.id, present, others))
    room = after(room, e.Joined(participant=CHAMBER.id, device="device-1"))
    return after(room, *brought_in(room, CHAMBER.id))


def cell(room: Room, who: str) -> Cell:
    return right(room, room.people[who])


@pytest.mark.parametrize(("procedure", "stage"), STAGES)
def test_a_shared_microphone_is_as_open_as_its_people_and_never_private(procedure: str, stage: str) -> None:
    room = with_chamber(in_stage(procedure, stage, turn="applicant"), APPLICANT.id)
    found, own = cell(room, CHAMBER.id), cell(room, APPLICANT.id)
    group = PROCEDURES[procedure].stage(stage).group  # type: ignore[union-attr]
    if group in (Group.DELIBERATION, Group.PANEL):
        assert found is Cell.ABSENT
        # Not even with the chair beside it: nobody can tell who else sits there.
        room = with_chamber(in_stage(procedure, stage), CHIEF.id)
        assert cell(room, CHAMBER.id) is Cell.ABSENT
        assert all(CHAMBER.id not in track["to"] for track in routes(room, 1)["tracks"].values())
    elif group is Group.STATEMENTS:
        assert found is (Cell.FREE if own is Cell.FREE else Cell.GIVEN)
    if group is Group.CAUCUS:
        assert found is Cell.MUTED and not may_speak(room, room.people[CHAMBER.id])


@given(st.lists(st.sampled_from(MAY_SIT), max_size=6), st.sampled_from(STAGES))
def test_whoever_is_declared_the_fact_is_folded_and_told_once(
    present: list[str], stage: tuple[str, str]
) -> None:
    room = in_stage("arbitration", "A8_EVIDENCE")
    room = with_chamber(room, *present, others=("王某", "王某"))
    person = room.people[CHAMBER.id]
    assert [one.participant for one in person.speakers] == [*dict.fromkeys(present), ""]
    assert {one.id for one in person.beside} == set(present)
    assert shared(room, CHAMBER.id, present, ["王某"]) == []
    assert invited(room, CHAMBER, "x") == [] and brought_in(room, CHAMBER.id) == []


@pytest.mark.parametrize("procedure", list(PROCEDURES))
def test_a_chamber_is_never_in_a_private_talk(procedure: str) -> None:
    chair = MEDIATOR if procedure == "mediation" else CHIEF
    for stage in PROCEDURES[procedure].stages:
        room = with_chamber(in_stage(procedure, stage.code))
        for place in ("caucus:1", DELIBERATION):
            with pytest.raises(Refused):
                decide(room, chair.id, c.Move(participants=[CHAMBER.id], place=place))


@pytest.mark.parametrize("who", [p.id for p in CAST["arbitration"] if p.role in NEVER_BESIDE])
def test_witnesses_and_watchers_share_no_microphone(who: str) -> None:
    room = in_stage("arbitration", "A8_EVIDENCE")
    room = after(room, *invited(room, CHAMBER, "x"))
    with pytest.raises(Refused, match="not_beside_others"):
        shared(room, CHAMBER.id, [APPLICANT.id, who], [])


def test_people_kept_apart_are_kept_apart_in_chambers_too() -> None:
    other = Participant(id="p_x", name="刘某", role=Role.AGENT, side="respondent", screened=[APPLICANT.id])
    room = in_stage("mediation", "M4_OPENING")
    room = after(room, *invited(room, other, "x"), *invited(room, CHAMBER, "x"))
    with pytest.raises(Refused, match="screened"):
        shared(room, CHAMBER.id, [APPLICANT.id, other.id], [])
    # The applicant sits at the table already: the chamber with the other one does not come in.
    room = after(room, *shared(room, CHAMBER.id, [other.id], []))
    with pytest.raises(Refused, match="screened"):
        brought_in(room, CHAMBER.id)


def test_nobody_is_invited_to_what_is_over_and_unknown_people_are_nobody() -> None:
    room = in_stage("mediation", "M4_OPENING")
    with pytest.raises(Refused, match="nobody"):
        shared(room, CHAMBER.id, [], [])
    inside = after(room, *invited(room, CHAMBER, "x"))
    with pytest.raises(Refused, match="nobody"):
        shared(inside, CHAMBER.id, ["p_unknown"], [])
    with pytest.raises(Refused, match="closed"):
        invited(after(room, e.Closed()), CHAMBER, "x")


def test_an_invited_chamber_knocks_and_is_admitted_like_others() -> None:
    room = in_stage("mediation", "M4_OPENING")
    told = [*invited(room, CHAMBER, "x"), e.Joined(participant=CHAMBER.id, device="device-1")]
    room = after(room, *told)
    assert room.people[CHAMBER.id].place == "lobby"
    room = after(room, *decide(room, CHAMBER.id, c.Knock()))
    room = after(room, *decide(room, MEDIATOR.id, c.Admit(participant=CHAMBER.id)))
    assert room.people[CHAMBER.id].place == TABLE
    heard = routes(room, 1)["tracks"][f"{MEDIATOR.id}.microphone"]["to"]
    assert CHAMBER.id in heard and RESPONDENT.id in heard


def test_journals_without_such_facts_are_read_as_before() -> None:
    room = replay([])
    assert room == Room() and room.people == {}
