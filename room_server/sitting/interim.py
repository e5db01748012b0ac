"""Who is shown what somebody is saying, before it is a line of the minutes: those who may read that line."""

from ..rules import events as e
from ..rules import protocol as p
from ..rules.floor import is_private, may_speak
from ..rules.places import TABLE
from ..rules.room import Room
from ..rules.visibility import visible
from .audience import Audience


def show_interim(audience: Audience, room: Room, frame: p.Interim) -> None:
    """Send it to the screens that will be told the line, unless its speaker is not on the record any more."""
    speaker = room.people.get(frame.participant)
    if speaker is None or (frame.text and not _on_record(room, frame.participant)):
        return
    line = e.UtteranceHeard(
        utterance="",
        participant=frame.participant,
        start_ms=frame.start_ms,
        end_ms=frame.start_ms,
        text=frame.text,
        words=[],
        confidence=0.0,
        language="",
        engine="",
    )
    text = p.encode(frame)
    for who, screen in audience.screens.items():
        if visible(room, who, line) and audience.earshot.heard(room, who, frame.start_ms):
            screen.send(text)


def _on_record(room: Room, participant: str) -> bool:
    person = room.people[participant]
    return room.phase == "open" and person.place == TABLE and not is_private(room) and may_speak(room, person)
