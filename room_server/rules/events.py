"""The facts: never refused, past tense, each one an entry of the journal, tagged by `type` on the wire."""

import msgspec

from .consents.events import ConsentAnswered, ConsentNoted, ConsentsLaid
from .course import ChairTaken as ChairTaken
from .course import CourseFact
from .course import Delegated as Delegated
from .course import ReadOut as ReadOut
from .course import RequestDenied as RequestDenied
from .course import RequestGranted as RequestGranted
from .course import RequestMade as RequestMade
from .course import RequestWithdrawn as RequestWithdrawn
from .course import Signed as Signed
from .course import SigningDeclined as SigningDeclined
from .course import StageEntered as StageEntered
from .course import TurnGiven as TurnGiven
from .course import WatchAllowed as WatchAllowed
from .course import WishRefused as WishRefused
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
from .fact import Fact
from .interruptions.events import AbsenceDeclared as AbsenceDeclared
from .interruptions.events import ChairMissed as ChairMissed
from .interruptions.events import OutageJudged as OutageJudged
from .interruptions.events import Warned as Warned
from .joining import CallAnswered as CallAnswered
from .joining import ChamberCalled as ChamberCalled
from .joining import JoiningFact
from .joining import MicrophoneShared as MicrophoneShared
from .joining import PersonInvited as PersonInvited
from .joining import Speaker as Speaker
from .joining import WatchAnnounced as WatchAnnounced
from .made.events import DocumentMade as DocumentMade
from .made.events import EngineStated as EngineStated
from .made.events import GapNoted as GapNoted
from .made.events import MadeFact
from .made.events import MediaLost as MediaLost
from .made.events import MediaRestored as MediaRestored
from .made.events import RecordingAlarm as RecordingAlarm
from .made.events import RecordingFinished as RecordingFinished
from .made.events import RecordingRestored as RecordingRestored
from .made.events import SegmentSealed as SegmentSealed
from .made.events import TrackEnded as TrackEnded
from .made.events import TrackStarted as TrackStarted
from .made.events import WorkFailed as WorkFailed
from .minutes.events import BookmarkDropped as BookmarkDropped
from .minutes.events import Bookmarked as Bookmarked
from .minutes.events import LineEdited as LineEdited
from .minutes.events import LineFact
from .minutes.events import LineInserted as LineInserted
from .minutes.events import LinesAdopted as LinesAdopted
from .minutes.events import LinesMerged as LinesMerged
from .minutes.events import LineSplit as LineSplit
from .minutes.events import LineStruck as LineStruck
from .minutes.events import SpeechCaughtUp as SpeechCaughtUp
from .minutes.events import SpeechDropped as SpeechDropped
from .minutes.events import SpeechMissed as SpeechMissed
from .minutes.events import UtteranceHeard as UtteranceHeard
from .onsite.events import PresenceNoted as PresenceNoted
from .onsite.events import SwitchedOnSite as SwitchedOnSite
from .people import Participant
from .saying.events import SayingFact
from .saying.events import TextSaid as TextSaid
from .saying.events import WritingDeclared as WritingDeclared
from .second_pass.events import SecondPassBegan as SecondPassBegan
from .second_pass.events import SecondPassEnded as SecondPassEnded
from .second_pass.events import SecondPassFact
from .second_pass.events import SuggestionsReopened as SuggestionsReopened
from .second_pass.events import SuggestionsTaken as SuggestionsTaken
from .second_pass.events import TextSuggested as TextSuggested
from .voices.events import VoiceNamed as VoiceNamed


class SittingPrepared(Fact, frozen=True, tag="SittingPrepared"):
    """First fact of every journal: what this sitting is and who is expected."""

    sitting: str
    case_number: str
    case_title: str
    hearing: str
    kind: str
    organisation: str
    rehearsal: bool
    participants: list[Participant]
    procedure: str = ""
    """The table its stages follow; empty: an informal hearing without stages."""
    former: str = ""
    """The sitting of the same case, adjourned to another day, that this one continues."""
    resumes_at: str = ""
    """The stage it goes on with after its opening."""
    passed: list[str] = msgspec.field(default_factory=list)
    """Stages that have taken place, or were passed over with a reason, in the former sittings."""
    place: str = ""
    """Where people come to in person; empty: nowhere, or it is not known."""


class Knocked(Fact, frozen=True, tag="Knocked"):
    participant: str


class Admitted(Fact, frozen=True, tag="Admitted"):
    participant: str


class Refused(Fact, frozen=True, tag="Refused"):
    participant: str
    reason: str


class Moved(Fact, frozen=True, tag="Moved"):
    participant: str
    origin: str
    place: str


class FloorGiven(Fact, frozen=True, tag="FloorGiven"):
    """`limit_s`: how long it is meant to last; 0: open."""

    participant: str
    limit_s: int = 0


class FloorTaken(Fact, frozen=True, tag="FloorTaken"):
    participant: str


class FloorFreed(Fact, frozen=True, tag="FloorFreed"):
    pass


class FloorAsked(Fact, frozen=True, tag="FloorAsked"):
    """A hand went up or down, as journals of earlier versions have it; see `RequestMade`."""

    participant: str
    wanted: bool


class Muted(Fact, frozen=True, tag="Muted"):
    participant: str


class Unmuted(Fact, frozen=True, tag="Unmuted"):
    participant: str


class Toggled(Fact, frozen=True, tag="Toggled"):
    participant: str
    source: str
    on: bool


class ScreenShared(Fact, frozen=True, tag="ScreenShared"):
    """From now on everybody at `place` is shown the participant's screen or document."""

    participant: str
    place: str


class ScreenStopped(Fact, frozen=True, tag="ScreenStopped"):
    """The participant's screen is not shown any more; whoever leaves (`Left`) takes theirs along."""

    participant: str
    place: str


class Opened(Fact, frozen=True, tag="Opened"):
    """Media time zero."""


class Adjourned(Fact, frozen=True, tag="Adjourned"):
    """`until`: the planned end of the recess (Unix ms); 0: open."""

    reason: str
    until: int = 0


class Resumed(Fact, frozen=True, tag="Resumed"):
    pass


class Closed(Fact, frozen=True, tag="Closed"):
    """`outcome`: how it ended, one of the procedure's; empty where there is none."""

    outcome: str = ""
    reason: str = ""


class WatchBegan(Fact, frozen=True, tag="WatchBegan"):
    """An observer or supervisor sees and hears the table from now on, and why; never without this fact."""

    participant: str
    role: str
    purpose: str


class Joined(Fact, frozen=True, tag="Joined"):
    """A device of the participant is connected to the server."""

    participant: str
    device: str


class Left(Fact, frozen=True, tag="Left"):
    """The participant has no live device any more; `cause`: left, closed, silent, taken_over, refused."""

    participant: str
    cause: str


class Disconnected(Fact, frozen=True, tag="Disconnected"):
    """A connected participant's line is lost; `evidence`: socket, media, both.

    Told again with `both` when the other kind is lost too, before they are back: it is one interruption.
    """

    participant: str
    device: str
    evidence: str


class Reconnected(Fact, frozen=True, tag="Reconnected"):
    """All that was lost is back, `away_ms` after the loss was noticed."""

    participant: str
    device: str
    away_ms: int


class LineChecked(Fact, frozen=True, tag="LineChecked"):
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


class LineSummed(Fact, frozen=True, tag="LineSummed"):
    """How a participant's line was while they were here, told when they go or at the close if not good.

    `worst`: poor, bad; and for how long it was graded so. Of the time before a restart nothing is known.
    """

    participant: str
    worst: str
    poor_ms: int
    bad_ms: int


class TakenOver(Fact, frozen=True, tag="TakenOver"):
    """A second device of the same person took the first one's place, after they confirmed it."""

    participant: str
    device: str


class ControlRestarted(Fact, frozen=True, tag="ControlRestarted"):
    """The control process came back and took the sitting up from its journal."""


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
    | CourseFact
    | JoiningFact
    | LineFact
    | SayingFact
    | SecondPassFact
    | VoiceNamed
    | MadeFact
    | WatchBegan
    | Joined
    | Left
    | Disconnected
    | Reconnected
    | LineChecked
    | LineSummed
    | TakenOver
    | ControlRestarted
    | EvidenceSubmitted
    | EvidenceWithdrawn
    | EvidencePresented
    | PageTurned
    | PresentingStopped
    | EvidenceExamined
    | EvidenceNoted
    | OriginalChecked
    | ConsentNoted
    | ConsentsLaid
    | ConsentAnswered
)
