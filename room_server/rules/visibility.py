"""Which facts a person's screen may know: by their role and the place they are in now."""

import typing

from . import events as e
from .asking import HELP
from .consents.events import ConsentAnswered, ConsentNoted, ConsentsLaid
from .evidence import events as evidence
from .evidence.visibility import visible as evidence_visible
from .floor import attends
from .joining import AttentionTurned
from .people import STAFF, Role
from .places import SILENT_PLACES, TABLE, Phase, is_caucus
from .readback import events as reading
from .readback.decisions import is_answering
from .room import Person, Room
from .second_pass.events import SecondPassFact
from .stages import screened_from

_TO_ALL = (
    e.SittingPrepared,
    e.Opened,
    e.Adjourned,
    e.Resumed,
    e.Closed,
    e.StageEntered,
    e.ChairTaken,
    e.SwitchedOnSite,
    e.PersonInvited,
    e.MediaLost,
    e.MediaRestored,
    e.ControlRestarted,
    ConsentsLaid,
)
_ABOUT_A_PERSON = (
    e.Knocked,
    e.Admitted,
    e.Refused,
    e.Moved,
    e.Muted,
    e.Unmuted,
    e.Joined,
    e.Left,
    e.Disconnected,
    e.Reconnected,
    e.TakenOver,
    e.FloorAsked,
    e.Toggled,
    AttentionTurned,
    e.Warned,
    e.AbsenceDeclared,
    e.OutageJudged,
    e.PresenceNoted,
    e.WritingDeclared,
)
_OF_A_PERSON = (*_ABOUT_A_PERSON, e.TrackStarted, e.TrackEnded)
"""What somebody who is kept apart from that person is not told: not even whether they are here."""
_TO_STAFF = (
    e.SegmentSealed,
    e.GapNoted,
    e.RecordingAlarm,
    e.RecordingRestored,
    e.RecordingFinished,
    e.WorkFailed,
    e.LineChecked,
    e.LineSummed,
    e.WishRefused,
    e.Delegated,
    e.ChamberCalled,
    e.CallAnswered,
    e.Bookmarked,
    e.BookmarkDropped,
    e.SpeechDropped,
    *typing.get_args(SecondPassFact),
)
_CONNECTIONS = (e.LineChecked, e.LineSummed)
"""What a technician is shown as well."""
_DECIDED = (e.RequestGranted, e.RequestDenied, e.RequestWithdrawn)
_WRITTEN_DOWN = (e.UtteranceHeard, e.LineEdited, e.LineInserted, e.LineStruck, e.LineSplit, e.LinesMerged)
WORDS = (*_WRITTEN_DOWN, e.TextSaid)
"""What was said, as it is written down or was said in writing."""


_ANSWERS = (
    reading.MinutesRead,
    reading.MinutesConfirmed,
    reading.ConfirmationRefused,
    reading.ReadingNoted,
)
"""What somebody says to the minutes is between them and the staff, until it stands in the document."""


def reads_minutes(room: Room, viewer: str) -> bool:
    """Whether a person inside may read what is written now: the chair may keep it until it is checked."""
    person = room.people.get(viewer)
    if person is None or room.readback.live or person.participant.role in STAFF:
        return True
    # Without stages nothing says when it is checked but that it was laid.
    checked = is_answering(room) and (room.now is not None or room.readback.laying > 0)
    return room.phase is Phase.CLOSED or checked


def view(room: Room, viewer: str) -> tuple[bool, bool]:
    """What decides on all that a screen is told: when it changes, the screen is told anew."""
    return inside(room, viewer), reads_minutes(room, viewer)


def inside(room: Room, viewer: str) -> bool:
    """Whether a person sits in the hearing rather than before its door."""
    person = room.people.get(viewer)
    if person is None:
        return False
    if person.participant.role in STAFF:
        return True
    if not person.admitted or person.place in SILENT_PLACES:
        return False
    return person.place != TABLE or attends(room, person)


def visible(room: Room, viewer: str, event: e.Event) -> bool:
    """Whether a fact is for this person's screen."""
    person = room.people.get(viewer)
    if person is None:
        return False
    if isinstance(event, _TO_ALL):
        return True
    role = person.participant.role
    if isinstance(event, _TO_STAFF):
        return role in STAFF or (role is Role.TECH and isinstance(event, _CONNECTIONS))
    if isinstance(event, (ConsentAnswered, ConsentNoted, *_ANSWERS)):
        # What somebody has agreed to is between them and the staff.
        return role in STAFF or event.participant == viewer
    if isinstance(event, e.RequestMade):
        return _may_know_request(room, viewer, event.participant, event.kind, event.place)
    if isinstance(event, _DECIDED):
        made = room.requests.get(event.request)
        return made is not None and _may_know_request(room, viewer, made.participant, made.kind, made.place)
    if isinstance(event, _ABOUT_A_PERSON) and event.participant == viewer:
        return True
    if isinstance(event, _OF_A_PERSON) and _kept_apart(room, person, event.participant):
        return False
    if isinstance(event, (e.ScreenShared, e.ScreenStopped)) and event.place not in (TABLE, person.place):
        return False
    if isinstance(event, (*_WRITTEN_DOWN, e.LinesAdopted)) and not reads_minutes(room, viewer):
        return False
    if isinstance(event, typing.get_args(evidence.EvidenceEvent)):
        return inside(room, viewer) and evidence_visible(room, person, event)
    return inside(room, viewer)


def _kept_apart(room: Room, viewer: Person, who: str) -> bool:
    other = room.people.get(who)
    if other is None or viewer.participant.role in STAFF:
        return False
    return screened_from(viewer, [other])


def _may_know_request(room: Room, viewer: str, asker: str, kind: str, place: str) -> bool:
    """A call for help is between a person and the staff; what is asked in a private talk stays there."""
    person = room.people[viewer]
    if viewer == asker:
        return True
    if is_caucus(place):
        return person.place == place or viewer == room.chair
    if kind == HELP:
        return person.participant.role in STAFF or person.participant.role is Role.TECH
    return inside(room, viewer)
