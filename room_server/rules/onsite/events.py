"""The facts of going on at a place."""

from ..fact import Fact


class SwitchedOnSite(Fact, frozen=True, tag="SwitchedOnSite"):
    """The chair has ended this sitting to go on at a place; `Closed` follows, with the outcome `adjourned`.

    `stage`: where the next sitting goes on; empty: from the beginning. `time`: Unix ms.
    """

    reason: str
    place: str
    time: int
    stage: str


class PresenceNoted(Fact, frozen=True, tag="PresenceNoted"):
    """Somebody has come in person, or (`on` false) has not after all."""

    participant: str
    on: bool


OnSiteFact = SwitchedOnSite | PresenceNoted
