"""The facts of what was recorded and made of it, and of media that were lost and came back."""

from ..fact import Fact


class TrackStarted(Fact, frozen=True, tag="TrackStarted"):
    """Media of a source (`microphone`, `camera`, `screen`) arrives."""

    participant: str
    source: str
    codec: str


class TrackEnded(Fact, frozen=True, tag="TrackEnded"):
    """No more media of a source comes."""

    participant: str
    source: str


class SegmentSealed(Fact, frozen=True, tag="SegmentSealed"):
    """Ten seconds of one recorded track are on disk and hashed; `prev` chains to the one before."""

    track: str
    file: str
    number: int
    start_ms: int
    end_ms: int
    frames: int
    sha256: str
    prev: str


class GapNoted(Fact, frozen=True, tag="GapNoted"):
    """A time in which a track that existed was not recorded, and why."""

    track: str
    start_ms: int
    end_ms: int
    reason: str


class RecordingAlarm(Fact, frozen=True, tag="RecordingAlarm"):
    """Recording is in danger: the chair is told at once, the hearing goes on."""

    word: str
    track: str


class RecordingRestored(Fact, frozen=True, tag="RecordingRestored"):
    """What the alarm was about is well again."""

    word: str


class MediaLost(Fact, frozen=True, tag="MediaLost"):
    """The media worker died; everybody's media is gone until `MediaRestored`."""

    epoch: int


class MediaRestored(Fact, frozen=True, tag="MediaRestored"):
    """Another media worker has the room; from here on people hear each other again."""

    epoch: int


class EngineStated(Fact, frozen=True, tag="EngineStated"):
    """Which engine writes the minutes, and in which state it is."""

    engine: str
    state: str
    model: str
    sha256: str
    licence: str
    reason: str


class RecordingFinished(Fact, frozen=True, tag="RecordingFinished"):
    """A track's final file after the close; `sha256` is of the whole file."""

    track: str
    file: str
    start_ms: int
    duration_ms: int
    bytes: int
    sha256: str


class DocumentMade(Fact, frozen=True, tag="DocumentMade"):
    """A file was made of the sitting: minutes, case file; `sha256` is of the whole file."""

    document: str
    kind: str
    file: str
    bytes: int
    sha256: str


class WorkFailed(Fact, frozen=True, tag="WorkFailed"):
    """Work after the close that did not succeed; it can be asked for again."""

    work: str
    reason: str


MadeFact = (
    TrackStarted
    | TrackEnded
    | SegmentSealed
    | GapNoted
    | RecordingAlarm
    | RecordingRestored
    | MediaLost
    | MediaRestored
    | EngineStated
    | RecordingFinished
    | DocumentMade
    | WorkFailed
)
