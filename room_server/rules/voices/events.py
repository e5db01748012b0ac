"""The fact that a voice has a name."""

from ..fact import Fact


class VoiceNamed(Fact, frozen=True, tag="VoiceNamed"):
    """Staff said whose voice it is, one of those at the participant's shared microphone.

    `speaker`: who of those who share it; empty: not known any more. `lines`: those that are theirs from
    now on (the participant's where there is none) → their version; a line given by hand is not among them.
    """

    participant: str
    voice: str
    speaker: str
    lines: dict[str, int]
