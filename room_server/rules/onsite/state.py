"""What a room knows of a place: who is there in person, and whether it goes on there. Pure."""

import msgspec

from .events import PresenceNoted, SwitchedOnSite


class OnSite(msgspec.Struct, frozen=True, kw_only=True):
    """The fold of the facts of going on at a place."""

    present: frozenset[str] = frozenset()
    """Who has come in person."""
    switch: SwitchedOnSite | None = None
    """How this sitting ended, when it goes on at a place."""


def came(known: OnSite, event: object) -> OnSite:
    """The same object where a fact changes nothing of it."""
    if isinstance(event, SwitchedOnSite):
        return msgspec.structs.replace(known, switch=event)
    if isinstance(event, PresenceNoted):
        who = frozenset({event.participant})
        return msgspec.structs.replace(
            known, present=known.present | who if event.on else known.present - who
        )
    return known
