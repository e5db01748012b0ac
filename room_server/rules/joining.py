"""The facts of coming to a hearing unforeseen: people invited to a sitting, shared microphones, calls."""

import msgspec

from .fact import Fact
from .people import Participant


class Speaker(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at a shared microphone; `participant`: their id where they belong to the hearing."""

    name: str
    participant: str = ""


class PersonInvited(Fact, frozen=True, tag="PersonInvited"):
    """Somebody belongs to the hearing who was not expected when it was prepared; `by`: who asked them in."""

    participant: Participant
    by: str


class WatchAnnounced(Fact, frozen=True, tag="WatchAnnounced"):
    """Somebody who watches comes again, for the purpose that they bring along now."""

    participant: Participant


class MicrophoneShared(Fact, frozen=True, tag="MicrophoneShared"):
    """These people share the participant's microphone from now on; whose words are whose, is not told."""

    participant: str
    people: list[Speaker]


class ChamberCalled(Fact, frozen=True, tag="ChamberCalled"):
    """A chamber was called to this hearing, or by another one to a talk of their own."""

    call: str
    chamber: str
    by: str


class CallAnswered(Fact, frozen=True, tag="CallAnswered"):
    """What became of a call; `outcome`: accepted, declined (with a `reason`), cancelled, missed or over."""

    call: str
    outcome: str
    reason: str


class AttentionTurned(Fact, frozen=True, tag="AttentionTurned"):
    """Somebody in several rooms attends this one; `here` false: another, and nothing of theirs goes out."""

    participant: str
    here: bool


JoiningFact = (
    AttentionTurned | PersonInvited | WatchAnnounced | MicrophoneShared | ChamberCalled | CallAnswered
)
