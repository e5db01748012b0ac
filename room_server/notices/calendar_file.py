"""A hearing as a calendar file (RFC 5545, 5546): one event per hearing, told again when it changes."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from ..store.hearings import Booking
from .wording import Said, place

MIME = "text/calendar"
_NOBODY = "invalid:nomail"
"""The address of somebody whose mail address the file does not tell."""


def calendar_file(
    booking: Booking,
    words: Said,
    *,
    host: str,
    now: int,
    sender: str = "",
    method: Literal["REQUEST", "CANCEL"] | None = None,
) -> bytes:
    """The file. Its UID stays, its SEQUENCE grows with every change; CANCEL when it was called off.

    `host` makes the UID unique in the world, `sender` is the organiser's mail address.
    """
    from icalendar import Alarm, Calendar, Event, vCalAddress, vText

    cancelled = booking.state == "cancelled"
    event = Event()
    event.add("uid", f"{booking.id}@{host}")
    event.add("dtstamp", _at(now))
    event.add("dtstart", _at(booking.starts_at))
    event.add("dtend", _at(booking.starts_at) + timedelta(minutes=booking.plan.minutes))
    event.add("sequence", booking.sequence)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("summary", f"{words.kind} · {words.title}")
    event.add("location", place(booking))
    event.add("class", "PRIVATE")
    if not cancelled and words.link:
        event.add("url", words.link)
        event.add("description", "\n".join(_lines(words)))
    organiser = vCalAddress(f"mailto:{sender}" if sender else _NOBODY)
    organiser.params["cn"] = vText(words.organisation)
    event["organizer"] = organiser
    guest = vCalAddress(_NOBODY)
    guest.params["cn"] = vText(words.name)
    event.add("attendee", guest)
    if not cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", words.title)
        alarm.add("trigger", timedelta(minutes=-30))
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Heting//Heting//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", method or ("CANCEL" if cancelled else "REQUEST"))
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _lines(words: Said) -> list[str]:
    by_code = [f"{words.join}  {words.entry_code}"] if words.entry_code else []
    return [words.organisation, words.case_number, words.link, *by_code]


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC)
