"""Which facts a person's screen may know: by their role and the place they are in now."""

import typing

from . import events as e
from .evidence import events as evidence
from .evidence.visibility import visible as evidence_visible
from .people import STAFF
from .places import SILENT_PLACES, TABLE
from .room import Room

_TO_ALL = (
    e.SittingPrepared,
    e.Opened,
    e.Adjourned,
    e.Resumed,
    e.Closed,
    e.MediaLost,
    e.MediaRestored,
    e.ControlRestarted,
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
)
_TO_STAFF = (
    e.SegmentSealed,
    e.GapNoted,
    e.RecordingAlarm,
    e.RecordingRestored,
    e.RecordingFinished,
    e.WorkFailed,
    e.LineChecked,
    e.LineSummed,
)


def inside(room: Room, viewer: str) -> bool:
    """Whether a person sits in the hearing rather than before its door."""
    person = room.people.get(viewer)
    if person is None:
        return False
    if person.participant.role in STAFF:
        return True
    return person.admitted and person.place not in SILENT_PLACES


def visible(room: Room, viewer: str, event: e.Event) -> bool:
    """Whether a fact is for this person's screen."""
    person = room.people.get(viewer)
    if person is None:
        return False
    if isinstance(event, _TO_ALL):
        return True
    if isinstance(event, _TO_STAFF):
        return person.participant.role in STAFF
    if isinstance(event, _ABOUT_A_PERSON) and event.participant == viewer:
        return True
    if isinstance(event, (e.ScreenShared, e.ScreenStopped)) and event.place not in (TABLE, person.place):
        return False
    if isinstance(event, typing.get_args(evidence.EvidenceEvent)):
        return inside(room, viewer) and evidence_visible(room, person, event)
    return inside(room, viewer)
