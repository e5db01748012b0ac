"""The minutes of a sitting, for whoever may read them, and the sound behind each line."""

import asyncio
from typing import Any

import msgspec
from aiohttp import web

from transcription.minutes import Minutes

from ..earshot import Earshot
from ..rules.people import Role
from ..rules.permissions import Act
from ..rules.reviews import KIND as REVIEW
from ..rules.room import Room, evolve
from ..rules.visibility import inside, reads_minutes
from ..store import journal
from .refusals import ApiError
from .routes import Auth, Call, Route

PARTIES = frozenset({Role.APPLICANT, Role.RESPONDENT, Role.AGENT, Role.THIRD_PARTY})
_BEFORE_MS, _AFTER_MS = 256, 200
"""Played around a line, as much as the recogniser was given: speech does not begin where a detector says."""


class MinutesLine(msgspec.Struct, frozen=True):
    """One line of the minutes as it stands now; `adopted`: a person answers for it.

    `segments`: the utterances it was made from; `merged_into`: the line its words went to; `track`: whose
    microphone it was heard by; `voice`: which of those who share that one, empty: known by the track.
    """

    line: str
    speaker: str
    start_ms: int | None
    end_ms: int | None
    text: str
    machine_text: str | None
    version: int
    struck: bool
    adopted: bool
    segments: list[str]
    merged_into: str
    track: str
    voice: str
    voice_confidence: float
    evidence: list[str] = []
    """Items of evidence that the wording names by their mark."""
    template: str = ""
    """The text it was put in from, as `id@version`."""
    in_writing: bool = False
    """Said in writing by its speaker."""


class MinutesView(msgspec.Struct, frozen=True):
    """The minutes in reading order, struck lines included."""

    lines: list[MinutesLine]


async def read_minutes(call: Call) -> MinutesView:
    """The minutes; a party sees them while inside, and again when the sitting is over."""
    entries, _ = await readable(call)
    lines = await asyncio.to_thread(_lines, entries)
    return MinutesView(msgspec.convert(lines, list[MinutesLine]))


async def play_line(call: Call) -> web.Response:
    """What was recorded of one line: the stretch of its own microphone, as WAV."""
    from recordings.excerpt import NotRecorded, excerpt

    entries, _ = await readable(call)
    found = await asyncio.to_thread(_stretch, entries, call.part("line"))
    if found is None:
        raise ApiError("no_sound")
    who, start, end = found
    folder = call.parts.settings.recordings / call.part("sitting")
    try:
        sound = await asyncio.to_thread(excerpt, folder, who, max(0, start - _BEFORE_MS), end + _AFTER_MS)
    except NotRecorded as error:
        raise ApiError("no_sound") from error
    return web.Response(body=sound, content_type="audio/wav")


async def readable(call: Call) -> tuple[list[journal.Entry], bool]:
    """The entries that the caller may know, for the minutes; and whether they may know all there is of it."""
    entries = await journal.read(call.parts.database, call.part("sitting"))
    if call.visitor is None:
        return entries, True
    # Of a review by a panel everything stays in the secondary file.
    afterwards = call.hearing.kind != REVIEW
    heard = await asyncio.to_thread(_heard_by, call.visitor.participant.id, entries, afterwards)
    party = call.visitor.participant.role in PARTIES
    return heard, party and any(entry.type == "Closed" for entry in heard)


def _heard_by(participant: str, entries: list[journal.Entry], afterwards: bool) -> list[journal.Entry]:
    """Without what was said while they were not there to hear it; raises `ApiError` for who is not inside."""
    room, earshot = Room(), Earshot()
    for entry in entries:
        event = entry.event()
        room = evolve(room, event)
        earshot.take(room, entry.seq, entry.media_time, event)
    person = room.people.get(participant)
    if person is None or not inside(room, participant):
        over = room.phase == "closed" and person is not None and person.participant.role in PARTIES
        if not (over and afterwards):
            raise ApiError("not_inside")
    if not reads_minutes(room, participant):
        raise ApiError("minutes_kept")
    return [entry for entry in entries if not earshot.hidden(entry.seq, participant)]


def _fold(entries: list[journal.Entry]) -> Minutes:
    minutes = Minutes()
    for entry in entries:
        minutes.apply(entry.as_dict())
    return minutes


def _lines(entries: list[journal.Entry]) -> list[dict[str, Any]]:
    return _fold(entries).lines()


def _stretch(entries: list[journal.Entry], name: str) -> tuple[str, int, int] | None:
    """Whose microphone a line was heard by, and from when to when in ms; None where nothing was heard."""
    line = _fold(entries).line(name)
    if line is None or line.start_ms is None or line.end_ms is None:
        return None
    heard = {
        entry.body["utterance"]: str(entry.body["participant"])
        for entry in entries
        if entry.type == "UtteranceHeard"
    }
    # The wording may have been given to another speaker meanwhile: the sound has not.
    who = next((heard[segment] for segment in line.segments if segment in heard), None)
    return (who, line.start_ms, line.end_ms) if who else None


_ONE = "/api/sittings/{sitting}/minutes"
ROUTES = (
    Route(
        "GET",
        _ONE,
        read_minutes,
        Auth.SHARED,
        "The minutes",
        act=Act.READ_RECORD,
        gives=MinutesView,
        refusals=("not_inside", "minutes_kept"),
    ),
    Route(
        "GET",
        _ONE + "/{line}/sound",
        play_line,
        Auth.SHARED,
        "The sound of a line",
        act=Act.READ_RECORD,
        media="audio/wav",
        refusals=("not_inside", "minutes_kept", "no_sound"),
    ),
)
