"""Who watches a live hearing from outside: without knocking, for a stated purpose, never hidden. Pure."""

from . import events as e
from .asking import HELP
from .decisions import let_in
from .guests import invited
from .people import Participant
from .places import DELIBERATION, SILENT_PLACES, Phase, is_caucus
from .procedures.stage import Group
from .room import Room, evolve

TALKS = {Group.CAUCUS: "caucus", Group.DELIBERATION: "deliberation", Group.PANEL: "deliberation"}


def seated(room: Room, watcher: Participant) -> list[e.Event]:
    """The facts of somebody's coming to watch for the purpose they bring along; raises `Refused`.

    That they see and hear is told when their device is there, not before.
    """
    facts = invited(room, watcher, watcher.name)
    for fact in facts:
        room = evolve(room, fact)
    person = room.people[watcher.id]
    if person.participant.purpose != watcher.purpose:
        facts.append(e.WatchAnnounced(participant=watcher))
        room = evolve(room, facts[-1])
        person = room.people[watcher.id]
    if person.place in SILENT_PLACES:
        facts += [one for one in let_in(room, person) if person.connected or not _begins(one)]
    return facts


def private_talk(room: Room) -> str:
    """Which talk is going on that nobody from outside may follow: caucus, deliberation; empty for none."""
    if room.phase is not Phase.OPEN:
        return ""
    if room.now is not None and room.now.group in TALKS:
        return TALKS[room.now.group]
    places = {person.place for person in room.people.values()}
    if any(is_caucus(place) for place in places):
        return "caucus"
    return "deliberation" if DELIBERATION in places else ""


def wants_help(room: Room) -> bool:
    """Whether somebody has called for help and nobody has answered, or whoever presides is missing."""
    asked = any(one.kind == HELP and one.state == "open" for one in room.requests.values())
    return asked or room.chair_missed


def _begins(fact: e.Event) -> bool:
    return isinstance(fact, e.WatchBegan)
