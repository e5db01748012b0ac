"""Voices at a shared microphone as the rules see them."""

import msgspec

from room_server.rules import events as e
from room_server.rules.joining import Speaker
from room_server.rules.room import Room, evolve
from room_server.rules.voices import shared_microphones
from tests.room_server.test_rules_decisions import OPEN
from tests.room_server.test_rules_minutes import after, heard
from tests.support.people import APPLICANT, MEDIATOR, RESPONDENT

PEOPLE = [Speaker(name=p.name, participant=p.id) for p in (APPLICANT, RESPONDENT)]
SHARED: Room = evolve(OPEN, e.MicrophoneShared(participant=MEDIATOR.id, people=PEOPLE))


def said(line: str, voice: str, who: str = MEDIATOR.id) -> e.UtteranceHeard:
    number = int(line[1:])
    told = heard(line, f"第{number}句", number * 1000, who)
    return msgspec.structs.replace(told, voice=voice, voice_confidence=0.8 if voice else 0.0)


def test_the_scribe_learns_who_shares_and_which_names_are_given() -> None:
    assert shared_microphones(OPEN) == {}
    assert shared_microphones(SHARED) == {MEDIATOR.id: {"people": 2, "used": 0}}
    room = after(SHARED, said("u1", "v1"), said("u2", "v10"), said("u3", ""), said("u4", "v77", APPLICANT.id))
    assert shared_microphones(room) == {MEDIATOR.id: {"people": 2, "used": 10}}
    alone = evolve(room, e.MicrophoneShared(participant=MEDIATOR.id, people=PEOPLE[:1]))
    assert shared_microphones(alone) == {}
