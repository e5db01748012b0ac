"""Two people who are kept apart: never at the same place, and neither told of the other's coming."""

import msgspec

from room_server.rules import events as e
from room_server.rules.hearing import routes
from room_server.rules.room import Room
from room_server.rules.visibility import visible
from tests.support.tribunal import (
    AGENT,
    APPLICANT,
    CAST,
    MEDIATOR,
    RESPONDENT,
    after,
    entered,
    prepared,
    seated,
)


def test_who_is_kept_apart_is_told_nothing_of_the_others_coming_and_going() -> None:
    shy = msgspec.structs.replace(APPLICANT, screened=[RESPONDENT.id])
    people = [shy if one.id == shy.id else one for one in CAST["mediation"]]
    seats = seated(*[one for one in people if one.id != RESPONDENT.id])
    room = after(Room(), prepared("mediation", people), *seats, e.Opened(), entered("M7_NEGOTIATE"))
    for other, viewer in ((RESPONDENT.id, shy.id), (shy.id, RESPONDENT.id)):
        for fact in (
            e.Joined(participant=other, device="d"),
            e.Knocked(participant=other),
            e.Moved(participant=other, origin="lobby", place="caucus:1"),
            e.Disconnected(participant=other, device="d", evidence="both"),
            e.TrackStarted(participant=other, source="camera", codec="vp8"),
        ):
            assert not visible(room, viewer, fact)
            assert visible(room, MEDIATOR.id, fact)
    assert visible(room, shy.id, e.Joined(participant=AGENT.id, device="d"))
    assert visible(room, shy.id, e.Joined(participant=shy.id, device="d"))


def test_before_the_door_nobody_hears_or_sees_anybody_and_least_of_all_these_two() -> None:
    shy = msgspec.structs.replace(APPLICANT, screened=[RESPONDENT.id])
    people = [shy if one.id == shy.id else one for one in CAST["mediation"]]
    facts: list[e.Event] = [prepared("mediation", people)]
    for one in people:
        facts += [e.Joined(participant=one.id, device="d"), e.Knocked(participant=one.id)]
    room = after(Room(), *facts)
    assert {room.people[who].place for who in (shy.id, RESPONDENT.id)} == {"lobby"}
    for track, route in routes(room, 1)["tracks"].items():
        who = track.partition(".")[0]
        assert not ({who} & {shy.id, RESPONDENT.id} and {*route["to"]} & {shy.id, RESPONDENT.id})
