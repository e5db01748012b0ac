"""Who hears and sees whom, and what is recorded: the routing table of a room, pure (domain 2.9, 2.10)."""

from typing import Any

from .floor import attends, is_private, may_speak, shows_face
from .people import LISTEN_ONLY, PRESIDING
from .places import SILENT_PLACES, TABLE, Phase, is_caucus
from .room import Person, Room

SOURCES = ("microphone", "camera", "screen")


def why_silent(room: Room, person: Person) -> str:
    """Why a person's microphone goes nowhere; empty when they may be heard."""
    if person.place in SILENT_PLACES:
        return "waiting"
    if room.phase is Phase.CLOSED:
        return "closed"
    if room.phase is Phase.ADJOURNED and person.place == TABLE:
        return "adjourned"
    if not person.connected:
        return "offline"
    if person.elsewhere:
        return "elsewhere"
    if person.place == TABLE and not attends(room, person):
        return "stage"
    if person.muted:
        return "muted"
    if floor_denied(room, person):
        return "floor"
    return ""


def why_unseen(room: Room, person: Person) -> str:
    """Why a person's picture goes nowhere; empty when they may be seen."""
    why = why_silent(room, person)
    if why and why not in ("muted", "floor"):
        return why
    return "" if person.place != TABLE or shows_face(room, person) else "listens"


def why_unshown(room: Room, person: Person) -> str:
    """Why a person's screen goes nowhere; empty when it is shown."""
    return why_unseen(room, person) or ("" if person.sharing else "not_shared")


_WHY = {"microphone": why_silent, "camera": why_unseen, "screen": why_unshown}


def why_unrecorded(room: Room, person: Person, source: str) -> str:
    """Why a track is kept out of recording and minutes; empty when it is recorded."""
    if is_caucus(person.place):
        return "caucus"
    if person.place != TABLE:
        return "waiting" if person.place in SILENT_PLACES else "deliberation"
    if room.phase is Phase.WAITING:
        return "waiting"
    if is_private(room):
        return "deliberation"
    return _WHY[source](room, person)


def routes(room: Room, revision: int) -> dict[str, Any]:
    """The whole table for the media worker: per track, to whom it goes and whether it is kept.

    `presiding`: whose pictures are always shown; `observers`: who sends nothing and has no tracks.
    """
    tracks: dict[str, Any] = {}
    presiding = [room.chair] if room.chair else _by_role(room)
    minuted = room.now is None or room.now.minuted
    observers = [who for who, p in room.people.items() if p.participant.role in LISTEN_ONLY]
    present: dict[str, list[str]] = {}
    for who, person in room.people.items():
        if person.connected and (person.place != TABLE or attends(room, person)):
            present.setdefault(person.place, []).append(who)
    for who, person in room.people.items():
        if who in observers:
            continue
        others = [other for other in present.get(person.place, ()) if other != who]
        for source in SOURCES:
            why = why_unrecorded(room, person, source)
            kept = why == ""
            tracks[f"{who}.{source}"] = {
                "to": [] if _WHY[source](room, person) else others,
                "record": kept,
                "scribe": kept and minuted and source == "microphone",
                "why": why,
            }
    return {"revision": revision, "presiding": presiding, "observers": observers, "tracks": tracks}


def floor_denied(room: Room, person: Person) -> bool:
    """Whether stage or floor keep somebody at the table from being heard now."""
    return person.place == TABLE and not may_speak(room, person)


def _by_role(room: Room) -> list[str]:
    return [who for who, p in room.people.items() if p.participant.role in PRESIDING]
