"""What the rules say of who may wish for what, stage by stage: pages are held against the same list.

Written anew by `python -m tests.support.hindrances`.
"""

from pathlib import Path

import msgspec

from room_server.rules import chairing
from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.rules.places import NEEDS
from room_server.rules.procedures import PROCEDURES
from room_server.rules.refusal import Refused
from room_server.rules.room import Person, Room
from tests.support.tribunal import CLERK, after, in_stage

TARGET = Path(__file__).parents[2] / "web_client" / "tests" / "room" / "hindrances.json"
ROLES = (Role.CLERK, Role.CO_MEDIATOR, Role.ARBITRATOR, Role.APPLICANT, Role.SUPERVISOR)


def word(room: Room, person: Person, command: type) -> str:
    """The refusal of a command because of who somebody is; empty: none."""
    try:
        chairing.allowed(room, person, NEEDS[command])
    except Refused as refusal:
        return refusal.word
    return ""


def listed() -> dict[str, dict[str, dict[str, dict[str, list[str]]]]]:
    """Procedure → stage → who → refusal → the commands it meets; nothing of commands that meet none."""
    found: dict[str, dict[str, dict[str, dict[str, list[str]]]]] = {}
    for name, table in PROCEDURES.items():
        for stage in table.stages:
            plain = in_stage(name, stage.code)
            asked = after(plain, e.Delegated(participant=CLERK.id, on=True))
            actors = {
                "chair": (plain, plain.chair),
                "asked": (asked, CLERK.id),
                **{
                    role.value: (plain, who)
                    for role in ROLES
                    for who, person in plain.people.items()
                    if person.participant.role is role
                },
            }
            found.setdefault(name, {})[stage.code] = {
                actor: _refused(room, room.people[who]) for actor, (room, who) in actors.items()
            }
    return found


def _refused(room: Room, person: Person) -> dict[str, list[str]]:
    met: dict[str, list[str]] = {}
    for command in NEEDS:
        if said := word(room, person, command):
            met.setdefault(said, []).append(command.__name__)
    return met


if __name__ == "__main__":
    commands = [command.__name__ for command in NEEDS]
    TARGET.write_bytes(msgspec.json.encode({"commands": commands, "refused": listed()}) + b"\n")
