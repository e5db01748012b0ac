"""The forms of the minutes: texts to put in, stage directions, and how speakers are named."""

import asyncio

from ..law.minutes import MinutesForms, complete, forms
from ..law.readouts import texts
from .routes import Auth, Call, Route


async def list_forms(call: Call) -> MinutesForms:
    """What this installation writes: its own wording where it has one."""
    law = call.parts.settings.data / "law"
    return await asyncio.to_thread(lambda: complete(forms(law), texts(law / "texts")))


ROUTES = (
    Route(
        "GET",
        "/api/minutes-forms",
        list_forms,
        Auth.OPEN,
        "Forms of the minutes: texts to put in, stage directions, names of speakers",
        gives=MinutesForms,
    ),
)
