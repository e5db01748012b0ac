"""What follows when a sitting goes on at a place: its hearing is booked there, and everybody is told."""

import asyncio

from aiohttp import web
from sqlmodel import Session

from ..law.readouts import texts
from ..rules.onsite.events import SwitchedOnSite
from ..store import hearings, outbox, rebooking
from ..store.hearings import Booking
from .notices import DISPATCH
from .routes import PARTS

READY = web.AppKey("ready", asyncio.Event)
"""Set once the key of personal data is open."""
BRING = "on_site"
"""What people are to bring, as a text of the law's folder."""


async def go_on_site(app: web.Application, sitting: str, chair: str, switch: SwitchedOnSite) -> None:
    """Book the hearing of a sitting at the place, in the name of whoever presided, and tell all; once."""
    parts, dispatch = app[PARTS], app[DISPATCH]
    # A restart takes sittings up before the key of personal data is open.
    await app[READY].wait()
    own = parts.settings.law
    bring = texts(own if own.is_dir() else None).get(BRING)
    said = (bring.en if parts.settings.language == "en" else bring.zh) if bring else ""
    reason = f"转为线下进行：{switch.reason}。{said}".strip()
    now = parts.now()

    def write(session: Session) -> Booking | None:
        before = hearings.find_by_sitting(session, sitting)
        by = before.accounts.get(chair, "") if before else ""
        booking = rebooking.go_on_site(
            session,
            sitting,
            switch=switch,
            by=by,
            now=now,
            reason=reason,
            hours=parts.settings.ticket_hours,
        )
        if booking is not None:
            channels = list(dispatch.channels)
            outbox.queue(session, parts.privacy[0], booking, "rebooked", dispatch.law, channels, by, now)
        return booking

    if await parts.database.write(write) is not None:
        dispatch.wake()
