"""The facts: never refused, past tense, each one an entry of the journal, tagged by `type` on the wire."""

from typing import Any

import msgspec

from .evidence.events import (
    EvidenceExamined,
    EvidenceNoted,
    EvidencePresented,
    EvidenceSubmitted,
    EvidenceWithdrawn,
    OriginalChecked,
    PageTurned,
    PresentingStopped,
)
from .people import Participant


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=False):
    pass


class SittingPrepared(_Event, frozen=True, tag="SittingPrepared"):
    """First fact of every journal: what this sitting is and who is expected."""

    sitting: str
    case_number: str
    case_title: str
    hearing: str
    kind: str
    organisation: str
    rehearsal: bool
    participants: list[Participant]


class Knocked(_Event, frozen=True, tag="Knocked"):
    participant: str


class Admitted(_Event, frozen=True, tag="Admitted"):
    participant: str


class Refused(_Event, frozen=True, tag="Refused"):
    participant: str
    reason: str


class Moved(_Event, frozen=True, tag="Moved"):
    participant: str
    origin: str
    place: str


class FloorGiven(_Event, frozen=True, tag="FloorGiven"):
    participant: str


class FloorTaken(_Event, frozen=True, tag="FloorTaken"):
    participant: str


class FloorFreed(_Event, frozen=True, tag="FloorFreed"):
    pass


class FloorAsked(_Event, frozen=True, tag="FloorAsked"):
    participant: str
    wanted: bool


class Muted(_Event, frozen=True, tag="Muted"):
    participant: str


class Unmuted(_Event, frozen=True, tag="Unmuted"):
    participant: str


class Toggled(_Event, frozen=True, tag="Toggled"):
    participant: str
    source: str
    on: bool


class ScreenShared(_Event, frozen=True, tag="ScreenShared"):
    """From now on everybody at `place` is shown the participant's screen or document."""

    participant: str
    place: str


class ScreenStopped(_Event, frozen=True, tag="ScreenStopped"):
    """The participant's screen is not shown any more; whoever leaves (`Left`) takes theirs along."""

    participant: str
    place: str


class Opened(_Event, frozen=True, tag="Opened"):
    """Media time zero."""


class Adjourned(_Event, frozen=True, tag="Adjourned"):
    reason: str


class Resumed(_Event, frozen=True, tag="Resumed"):
    pass


class Closed(_Event, frozen=True, tag="Closed"):
    pass


class WatchBegan(_Event, frozen=True, tag="WatchBegan"):
    """An observer or supervisor sees and hears the table from now on, and why; never without this fact."""

    participant: str
    role: str
    purpose: str


class Joined(_Event, frozen=True, tag="Joined"):
    """A device of the participant is connected to the server."""

    participant: str
    device: str


class Left(_Event, frozen=True, tag="Left"):
    """The participant has no live device any more; `cause`: left, closed, silent, taken_over, refused."""

    participant: str
    cause: str


class Disconnected(_Event, frozen=True, tag="Disconnected"):
    """A connected participant's line is lost; `evidence`: socket, media, both.

    Told again with `both` when the other kind is lost too, before they are back: it is one interruption.
    """

    participant: str
    device: str
    evidence: str


class Reconnected(_Event, frozen=True, tag="Reconnected"):
    """All that was lost is back, `away_ms` after the loss was noticed."""

    participant: str
    device: str
    away_ms: int


class LineChecked(_Event, frozen=True, tag="LineChecked"):
    """What the participant's device found out about its line before entering.

    `verdict`: good, fair (pictures may be unclear), voice (only), none (media does not get through);
    `way`: direct, or by the relay over udp, tcp or tls; empty where there was none.
    """

    participant: str
    verdict: str
    way: str
    rtt_ms: int
    loss_permille: int
    up_kbps: int
    down_kbps: int


class LineSummed(_Event, frozen=True, tag="LineSummed"):
    """How a participant's line was while they were here, told when they go or at the close if not good.

    `worst`: poor, bad; and for how long it was graded so. Of the time before a restart nothing is known.
    """

    participant: str
    worst: str
    poor_ms: int
    bad_ms: int


class TakenOver(_Event, frozen=True, tag="TakenOver"):
    """A second device of the same person took the first one's place, after they confirmed it."""

    participant: str
    device: str


class TrackStarted(_Event, frozen=True, tag="TrackStarted"):
    """Media of a source (`microphone`, `camera`, `screen`) arrives."""

    participant: str
    source: str
    codec: str


class TrackEnded(_Event, frozen=True, tag="TrackEnded"):
    participant: str
    source: str


class SegmentSealed(_Event, frozen=True, tag="SegmentSealed"):
    """Ten seconds of one recorded track are on disk and hashed; `prev` chains to the one before."""

    track: str
    file: str
    number: int
    start_ms: int
    end_ms: int
    frames: int
    sha256: str
    prev: str


class GapNoted(_Event, frozen=True, tag="GapNoted"):
    """A time in which a track that existed was not recorded, and why."""

    track: str
    start_ms: int
    end_ms: int
    reason: str


class RecordingAlarm(_Event, frozen=True, tag="RecordingAlarm"):
    """Recording is in danger: the chair is told at once, the hearing goes on."""

    word: str
    track: str


class RecordingRestored(_Event, frozen=True, tag="RecordingRestored"):
    word: str


class MediaLost(_Event, frozen=True, tag="MediaLost"):
    """The media worker died; everybody's media is gone until `MediaRestored`."""

    epoch: int


class MediaRestored(_Event, frozen=True, tag="MediaRestored"):
    epoch: int


class ControlRestarted(_Event, frozen=True, tag="ControlRestarted"):
    """The control process came back and took the sitting up from its journal."""


class EngineStated(_Event, frozen=True, tag="EngineStated"):
    """Which engine writes the minutes, and in which state it is."""

    engine: str
    state: str
    model: str
    sha256: str
    licence: str
    reason: str


class UtteranceHeard(_Event, frozen=True, tag="UtteranceHeard"):
    """What the recogniser made of one stretch of one person's speech: a machine fact, immutable.

    `words` are `[text, start_ms, end_ms, probability]`; times are media time.
    """

    utterance: str
    participant: str
    start_ms: int
    end_ms: int
    text: str
    words: list[list[Any]]
    confidence: float
    language: str
    engine: str


class SpeechMissed(_Event, frozen=True, tag="SpeechMissed"):
    """Speech that was recorded but not written down live; `reason`: overloaded, failed."""

    participant: str
    start_ms: int
    end_ms: int
    reason: str


class LineEdited(_Event, frozen=True, tag="LineEdited"):
    line: str
    version: int
    text: str
    speaker: str | None


class LineInserted(_Event, frozen=True, tag="LineInserted"):
    line: str
    after: str
    text: str
    speaker: str


class LineStruck(_Event, frozen=True, tag="LineStruck"):
    line: str
    version: int


class RecordingFinished(_Event, frozen=True, tag="RecordingFinished"):
    """A track's final file after the close; `sha256` is of the whole file."""

    track: str
    file: str
    start_ms: int
    duration_ms: int
    bytes: int
    sha256: str


class DocumentMade(_Event, frozen=True, tag="DocumentMade"):
    document: str
    kind: str
    file: str
    bytes: int
    sha256: str


class WorkFailed(_Event, frozen=True, tag="WorkFailed"):
    """Work after the close that did not succeed; it can be asked for again."""

    work: str
    reason: str


Event = (
    SittingPrepared
    | Knocked
    | Admitted
    | Refused
    | Moved
    | FloorGiven
    | FloorTaken
    | FloorFreed
    | FloorAsked
    | Muted
    | Unmuted
    | Toggled
    | ScreenShared
    | ScreenStopped
    | Opened
    | Adjourned
    | Resumed
    | Closed
    | WatchBegan
    | Joined
    | Left
    | Disconnected
    | Reconnected
    | LineChecked
    | LineSummed
    | TakenOver
    | TrackStarted
    | TrackEnded
    | SegmentSealed
    | GapNoted
    | RecordingAlarm
    | RecordingRestored
    | MediaLost
    | MediaRestored
    | ControlRestarted
    | EngineStated
    | UtteranceHeard
    | SpeechMissed
    | LineEdited
    | LineInserted
    | LineStruck
    | RecordingFinished
    | DocumentMade
    | WorkFailed
    | EvidenceSubmitted
    | EvidenceWithdrawn
    | EvidencePresented
    | PageTurned
    | PresentingStopped
    | EvidenceExamined
    | EvidenceNoted
    | OriginalChecked
)
