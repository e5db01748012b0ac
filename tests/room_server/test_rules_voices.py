"""Voices at a shared microphone as the rules see them."""

import msgspec

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import decide
from room_server.rules.joining import Speaker
from room_server.rules.room import Room, evolve
from room_server.rules.voices.microphones import shared_microphones, spoken_by
from tests.room_server.test_rules_decisions import OPEN, refusal
from tests.room_server.test_rules_minutes import after, did, heard
from tests.support.minutes_twin import Journal
from tests.support.people import APPLICANT, CLERK, MEDIATOR, RESPONDENT

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


HEARD = after(SHARED, said("u1", "v1"), said("u2", "v2"), said("u3", "v1"), said("u4", ""))


def speakers(room: Room) -> list[str]:
    return [line.speaker for line in room.minutes.lines.values()]


def name(voice: str, speaker: str = "") -> c.NameVoice:
    return c.NameVoice(participant=MEDIATOR.id, voice=voice, speaker=speaker)


def test_naming_a_voice_gives_its_lines_past_and_to_come_to_the_person() -> None:
    room = did(HEARD, name("v1", APPLICANT.id))
    assert speakers(room) == [APPLICANT.id, MEDIATOR.id, APPLICANT.id, MEDIATOR.id]
    assert [line.version for line in room.minutes.lines.values()] == [1, 0, 1, 0]
    later = spoken_by(room, said("u5", "v1"))
    assert (later.speaker, spoken_by(room, said("u6", "v2")).speaker) == (APPLICANT.id, "")
    assert spoken_by(room, said("u7", "")).speaker == ""
    assert speakers(after(room, later))[-1] == APPLICANT.id


def test_a_line_given_by_hand_stays_and_a_voice_can_be_named_anew() -> None:
    room = did(HEARD, c.EditLine(line="u3", base=0, text="第3句", speaker=RESPONDENT.id))
    room = did(room, name("v1", APPLICANT.id))
    assert speakers(room)[::2] == [APPLICANT.id, RESPONDENT.id]
    room = did(room, c.EditLine(line="u1", base=1, text="改过的字"))
    room = did(room, name("v1", RESPONDENT.id))
    assert speakers(room)[0] == RESPONDENT.id and room.minutes.lines["u1"].version == 3
    assert decide(room, CLERK.id, name("v1", RESPONDENT.id)) == []
    room = did(room, name("v1"))
    assert speakers(room)[::2] == [MEDIATOR.id, RESPONDENT.id]
    assert spoken_by(room, said("u5", "v1")).speaker == ""


def test_a_voice_that_was_not_heard_and_a_person_elsewhere_are_refused() -> None:
    assert refusal(HEARD, CLERK.id, name("v9", APPLICANT.id)) == "no_such_voice"
    assert refusal(HEARD, CLERK.id, name("v1", CLERK.id)) == "not_at_microphone"
    assert refusal(HEARD, APPLICANT.id, name("v1", APPLICANT.id)) == "not_allowed"


def test_both_folds_of_the_minutes_name_a_voice_alike() -> None:
    room, journal = HEARD, Journal()
    for seq, line in enumerate(HEARD.minutes.lines):
        journal.heard(line, MEDIATOR.id, seq * 1000, "说", voice=HEARD.minutes.lines[line].voice)
    (event,) = decide(room, CLERK.id, name("v1", APPLICANT.id))
    assert isinstance(event, e.VoiceNamed)
    journal.named(event.voice, event.speaker, event.lines)
    plain = journal.minutes().lines()
    assert [line["speaker"] for line in plain] == speakers(evolve(room, event))
    assert [line["version"] for line in plain] == [1, 0, 1, 0]
    assert [version.actor for version in journal.minutes().history("u1")] == ["", "clerk"]
