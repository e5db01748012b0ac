"""Who watches from outside: written down with a purpose, seen by all, and shut out of every private talk."""

import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import Refused, decide, watching
from room_server.rules.floor import attends
from room_server.rules.hearing import routes
from room_server.rules.people import Participant, Role
from room_server.rules.places import DELIBERATION, TABLE
from room_server.rules.procedures import PROCEDURES
from room_server.rules.room import Room, replay
from room_server.rules.visibility import visible
from room_server.rules.watching import TALKS, private_talk, seated, wants_help
from tests.support.tribunal import APPLICANT, CAST, MEDIATOR, after, in_stage

WATCHER = Participant(id="p_watch", name="梁秋", role=Role.SUPERVISOR, purpose="日常监督")
STAGES = [(table.name, stage.code) for table in PROCEDURES.values() for stage in table.stages]


def watched(room: Room) -> Room:
    """The room with somebody at the wall, connected."""
    room = after(room, *seated(room, WATCHER), e.Joined(participant=WATCHER.id, device="wall-0001"))
    return after(room, *watching(room.people[WATCHER.id], TABLE))


def reaching(room: Room) -> list[str]:
    """The tracks that the media worker sends them."""
    return [track for track, route in routes(room, 1)["tracks"].items() if WATCHER.id in route["to"]]


def test_they_come_without_knocking_and_it_stands_in_the_journal() -> None:
    room = in_stage("mediation", "M5_STATEMENTS")
    facts = seated(room, WATCHER)
    assert [type(fact).__name__ for fact in facts] == ["PersonInvited", "Admitted", "Moved"]
    room = after(room, *facts)
    assert room.people[WATCHER.id].participant.purpose == "日常监督"
    # Seeing begins with the device, and says again what for.
    began = watching(room.people[WATCHER.id], TABLE)
    assert began == [e.WatchBegan(participant=WATCHER.id, role="supervisor", purpose="日常监督")]
    assert visible(room, APPLICANT.id, facts[0]) and visible(room, APPLICANT.id, began[0])


def test_another_purpose_is_another_fact_and_the_same_is_none() -> None:
    room = watched(in_stage("mediation", "M5_STATEMENTS"))
    assert seated(room, WATCHER) == []
    again = Participant(id=WATCHER.id, name=WATCHER.name, role=WATCHER.role, purpose="投诉核查：甲")
    facts = seated(room, again)
    assert facts == [e.WatchAnnounced(participant=again)]
    assert watching(after(room, *facts).people[WATCHER.id], TABLE)[0].purpose == "投诉核查：甲"  # type: ignore[union-attr]


def test_shown_the_door_they_may_come_again_and_that_is_told_with_its_purpose() -> None:
    room = watched(in_stage("mediation", "M5_STATEMENTS"))
    room = after(room, *decide(room, MEDIATOR.id, c.Refuse(participant=WATCHER.id)))
    assert reaching(room) == []
    facts = seated(room, WATCHER)
    assert isinstance(facts[-1], e.WatchBegan)


def test_nobody_watches_what_is_over() -> None:
    room = after(in_stage("mediation", "M5_STATEMENTS"), e.Closed())
    with pytest.raises(Refused, match="closed"):
        seated(room, WATCHER)


@pytest.mark.parametrize(("procedure", "stage"), STAGES)
def test_what_is_said_in_private_reaches_nobody_outside(procedure: str, stage: str) -> None:
    room = watched(in_stage(procedure, stage))
    found = PROCEDURES[procedure].stage(stage)
    assert found is not None
    talk = TALKS.get(found.group, "")
    assert private_talk(room) == talk
    if talk:
        assert not attends(room, room.people[WATCHER.id])
    assert bool(reaching(room)) == attends(room, room.people[WATCHER.id])
    # Nothing of theirs goes anywhere, at any time.
    assert not any(track.startswith(WATCHER.id) for track in routes(room, 1)["tracks"])
    for place in ("caucus:1", DELIBERATION):
        with pytest.raises(Refused):
            decide(room, MEDIATOR.id, c.Move(participants=[WATCHER.id], place=place))


def test_a_private_talk_without_stages_is_one_too() -> None:
    room = replay([e.SittingPrepared(
        sitting="s", case_number="", case_title="", hearing="h", kind="filing", organisation="",
        rehearsal=False, participants=CAST["mediation"], procedure="",
    ), e.Opened()])  # fmt: skip
    assert private_talk(room) == ""
    moved = e.Moved(participant=APPLICANT.id, origin=TABLE, place="caucus:1")
    assert private_talk(after(room, moved)) == "caucus"
    moved = e.Moved(participant=MEDIATOR.id, origin=TABLE, place=DELIBERATION)
    assert private_talk(after(room, moved)) == "deliberation"


def test_a_call_for_help_is_known_until_it_is_answered() -> None:
    room = in_stage("mediation", "M5_STATEMENTS")
    assert not wants_help(room)
    asked = decide(room, APPLICANT.id, c.Ask(kind="help"))
    room = after(room, *asked)
    assert wants_help(room)
    request = next(iter(room.requests))
    assert not wants_help(after(room, e.RequestGranted(request=request, reason="")))
