"""Domain table 2.9 cell by cell, from a literal table of its own, through the media worker's routes."""

from typing import Any

import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import Refused, decide
from room_server.rules.floor import may_speak, right
from room_server.rules.hearing import routes
from room_server.rules.people import LISTEN_ONLY, Participant
from room_server.rules.procedures import PROCEDURES
from room_server.rules.procedures.matrix import COLUMNS, FLOOR
from room_server.rules.procedures.stage import Group
from room_server.rules.room import Room
from tests.support.tribunal import (
    AGENT,
    APPLICANT,
    APPRAISER,
    ARBITRATOR,
    CAST,
    CHIEF,
    CLERK,
    CO_MEDIATOR,
    EXPERT,
    INTERPRETER,
    MEDIATOR,
    OBSERVER,
    RESPONDENT,
    SUPERVISOR,
    TECH,
    THIRD,
    WITNESS,
    after,
    in_stage,
)

# speaks: yes, given (only with the floor), no; hears: yes, no. As the reference has it; where it says
# "own" (own device), "–" or "isolated", the reading is the comment beside.
SPEAKS = {"F": "yes", "G": "given", "o": "given", "L": "no", "-": "no", "x": "no"}
HEARS = {"F": True, "G": True, "o": True, "L": True, "-": True, "x": False}
# presiding, other arbitrators, clerk, applicant, respondent, third, witness, expert, observer, supervisor
TABLE = {
    ("mediation", "M3_LOBBY"): "F L F o o o x - x x",
    ("arbitration", "A1_LOBBY"): "F L F o o o x - x x",
    ("mediation", "M4_OPENING"): "F F F G G G x L L L",
    ("arbitration", "A2_CHECK_IN"): "F F F G G G x L L L",
    ("arbitration", "A3_OPEN"): "F F F G G G x L L L",
    ("arbitration", "A4_CLAIM"): "F F G F - - x L L L",  # own turn: the applicant's
    ("arbitration", "A5_DEFENCE"): "F F G - F - x L L L",
    ("arbitration", "A6_THIRD"): "F F G - - F x L L L",
    ("mediation", "M6_ISSUES"): "F F F G G G G G L L",
    ("arbitration", "A8_EVIDENCE"): "F F F G G G G G L L",
    ("arbitration", "A8W_WITNESS"): "F F F G G G G G L L",
    ("arbitration", "A9_INQUIRY"): "F F G G G G x L L L",  # a witness has left
    ("arbitration", "A10_DEBATE"): "F F G G G G x L L L",
    ("arbitration", "A11_FINAL"): "F F G G G G x L L L",
    ("mediation", "M7_NEGOTIATE"): "F F G F F F x G x x",  # supervisors only if the parties agree
    ("arbitration", "A12_MEDIATION"): "F F G F F F x G x x",
    ("mediation", "M7C_CAUCUS"): "F - - - - - x - x x",  # at the table; the talk itself is another place
    ("arbitration", "A14_DELIBERATE"): "F F F x x x x x x x",
    ("arbitration", "A16_MINUTES"): "F F F G G G x - x x",
    ("mediation", "M10_SIGN"): "F F F G G G x - x x",
}
COLUMN_OF: dict[str, list[Participant]] = {
    "presiding": [MEDIATOR, CHIEF],
    "arbitrators": [CO_MEDIATOR, ARBITRATOR],
    "clerk": [CLERK],
    "applicant": [APPLICANT],
    "respondent": [RESPONDENT, AGENT],
    "third": [THIRD],
    "witness": [WITNESS],
    "expert": [EXPERT, APPRAISER],
    "observer": [OBSERVER, TECH],
    "supervisor": [SUPERVISOR],
}
CELLS = [
    (procedure, stage, person, cell)
    for (procedure, stage), row in TABLE.items()
    for people, cell in zip(COLUMN_OF.values(), row.split(), strict=True)
    for person in people
    if person in CAST[procedure]
]
TURN = {"A4_CLAIM": "applicant", "A5_DEFENCE": "respondent", "A6_THIRD": "third"}


def heard_by(room: Room, who: str) -> set[str]:
    track: dict[str, Any] = routes(room, 1)["tracks"].get(f"{who}.microphone", {"to": []})
    return set(track["to"])


def given(room: Room, person: Participant) -> Room:
    """With the floor given by the chair, where the chair may give it."""
    try:
        facts = decide(room, room.chair, c.GiveFloor(participant=person.id))
    except Refused:
        return room
    return after(room, *facts)


@pytest.mark.parametrize(("procedure", "stage", "person", "cell"), CELLS)
def test_each_cell_of_the_floor_matrix(procedure: str, stage: str, person: Participant, cell: str) -> None:
    room = in_stage(procedure, stage, TURN.get(stage, ""))
    freely, asked = bool(heard_by(room, person.id)), bool(heard_by(given(room, person), person.id))
    assert (freely, asked) == {"yes": (True, True), "given": (False, True), "no": (False, False)}[
        SPEAKS[cell]
    ]
    chair = room.chair
    hears = person.id == chair or person.id in heard_by(room, chair)
    assert hears is HEARS[cell]
    for track, route in routes(room, 1)["tracks"].items():
        assert HEARS[cell] or person.id not in route["to"], f"{track} reaches {person.id}"


def test_every_live_group_of_the_reference_is_checked() -> None:
    checked = {PROCEDURES[name].stage(stage).group for name, stage in TABLE}  # type: ignore[union-attr]
    assert checked == set(Group) - {Group.INTERRUPTED, Group.REVIEW, Group.PANEL}
    assert set(FLOOR) == set(Group) and set(COLUMN_OF) | {"interpreter", "chamber"} == set(COLUMNS)


@pytest.mark.parametrize(
    ("procedure", "stage"), [(name, stage.code) for name, t in PROCEDURES.items() for stage in t.stages]
)
def test_in_no_stage_is_anybody_heard_by_or_shown_to_whom_it_is_closed(procedure: str, stage: str) -> None:
    room = in_stage(procedure, stage)
    for person in room.people.values():
        who = person.participant
        if who.role in LISTEN_ONLY:
            assert not may_speak(room, person)
        if right(room, person) == "X":
            assert all(who.id not in route["to"] for route in routes(room, 1)["tracks"].values())
            for source in ("microphone", "camera", "screen"):
                assert not routes(room, 1)["tracks"].get(f"{who.id}.{source}", {"to": []})["to"]


def test_the_chair_lifts_what_is_given_but_never_what_is_closed() -> None:
    room = in_stage("arbitration", "A10_DEBATE")
    free = after(room, *decide(room, room.chair, c.FreeFloor()))
    assert heard_by(free, APPLICANT.id) and heard_by(free, CLERK.id)
    assert not heard_by(free, EXPERT.id) and not heard_by(free, WITNESS.id)
    closed = in_stage("arbitration", "A4_CLAIM", "applicant")
    free = after(closed, *decide(closed, room.chair, c.FreeFloor()))
    assert not heard_by(free, RESPONDENT.id), "out of turn"
    next_stage = after(free, *decide(free, room.chair, c.Advance(origin="A4_CLAIM", reason="陈述完毕")))
    assert not next_stage.floor_free and heard_by(next_stage, RESPONDENT.id)


def test_who_has_no_right_in_a_stage_is_not_given_the_floor() -> None:
    for stage, person, word in (
        ("A4_CLAIM", RESPONDENT, "silent_in_stage"),
        ("A9_INQUIRY", EXPERT, "silent_in_stage"),
        ("A9_INQUIRY", OBSERVER, "listens_only"),
    ):
        room = in_stage("arbitration", stage, TURN.get(stage, ""))
        with pytest.raises(Refused, match=word):
            decide(room, CHIEF.id, c.GiveFloor(participant=person.id))


def test_the_floor_given_in_a_negotiation_silences_the_other_parties_but_not_the_table() -> None:
    room = in_stage("mediation", "M7_NEGOTIATE")
    held = after(room, e.FloorGiven(participant=APPLICANT.id))
    assert heard_by(held, APPLICANT.id) and heard_by(held, MEDIATOR.id) and heard_by(held, CO_MEDIATOR.id)
    assert heard_by(held, INTERPRETER.id), "an interpreter speaks for whoever speaks"
    assert not heard_by(held, RESPONDENT.id) and not heard_by(held, CLERK.id)
    back = after(held, e.FloorFreed())
    assert heard_by(back, RESPONDENT.id) and heard_by(back, CLERK.id)


def test_supervisors_hear_a_negotiation_only_when_the_parties_agree() -> None:
    room = in_stage("mediation", "M7_NEGOTIATE")
    assert SUPERVISOR.id not in heard_by(room, APPLICANT.id)
    agreed = after(room, *decide(room, MEDIATOR.id, c.AllowWatch(on=True, reason="双方同意")))
    assert SUPERVISOR.id in heard_by(agreed, APPLICANT.id)
    assert OBSERVER.id not in heard_by(agreed, APPLICANT.id)
    with pytest.raises(Refused, match="chair_only"):
        decide(room, CLERK.id, c.AllowWatch(on=True))


def test_turns_pass_in_order_and_a_limit_goes_with_each() -> None:
    room = in_stage("mediation", "M5_STATEMENTS", "applicant")
    passed = decide(room, MEDIATOR.id, c.PassTurn())
    assert passed == [e.TurnGiven(side="respondent", reason="", limit_s=600)]
    second = after(room, *passed)
    assert heard_by(second, RESPONDENT.id) and heard_by(second, AGENT.id)
    assert not heard_by(second, APPLICANT.id)
    with pytest.raises(Refused, match="reason_missing"):
        decide(second, MEDIATOR.id, c.PassTurn(to="applicant"))
    again = decide(second, MEDIATOR.id, c.PassTurn(to="applicant", reason="补充", limit_s=60))
    assert again == [e.TurnGiven(side="applicant", reason="补充", limit_s=60)]
    last = after(second, *decide(second, MEDIATOR.id, c.PassTurn()))
    with pytest.raises(Refused, match="no_more_turns"):
        decide(last, MEDIATOR.id, c.PassTurn())


def test_what_is_said_in_deliberation_and_court_mediation_is_not_written_down() -> None:
    def kept(stage: str, who: Participant) -> tuple[bool, bool]:
        track = routes(in_stage("arbitration", stage), 1)["tracks"][f"{who.id}.microphone"]
        return track["record"], track["scribe"]

    assert kept("A12_MEDIATION", APPLICANT) == (True, False)
    assert kept("A14_DELIBERATE", CHIEF) == (False, False)
    assert kept("A9_INQUIRY", CHIEF) == (True, True)
