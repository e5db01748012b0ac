"""What the room knows of one participant. Pure."""

import msgspec

from .joining import Speaker
from .people import Participant
from .places import LOBBY


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """What the room knows of one participant."""

    participant: Participant
    place: str = LOBBY
    knocked: bool = False
    admitted: bool = False
    connected: bool = False
    muted: bool = False
    sharing: bool = False
    """Their screen is shown to everybody at the same place."""
    elsewhere: bool = False
    """Present, but attending another room: nothing of theirs goes out here."""
    in_writing: bool = False
    """Takes part in writing, as the chair has stated."""
    warned: bool = False
    """Warned of leaving by the chair since they were last here."""
    speakers: list[Speaker] = []
    """Who shares their microphone; whose words are whose, is not known."""
    beside: tuple[Participant, ...] = ()
    """Those of them who belong to the hearing."""
    lost: str = ""
    """How the room lost them last; empty while they are here."""
    cut: str = ""
    """By what evidence their connection is lost now; empty while it stands."""
    intervals: int = 0
    """How many intervals the connectivity ledger has of them so far."""
