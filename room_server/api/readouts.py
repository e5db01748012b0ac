"""The texts that are read out and shown to the chair, with their versions."""

import asyncio

import msgspec

from ..law.readouts import ReadOutText, texts
from .routes import Auth, Call, Route


class ReadOutTexts(msgspec.Struct, frozen=True):
    """All texts, in the order of their files."""

    texts: list[ReadOutText]


async def list_texts(call: Call) -> ReadOutTexts:
    """What this installation reads out: its own wording where it has one."""
    own = call.parts.settings.data / "law" / "texts"
    return ReadOutTexts(list((await asyncio.to_thread(texts, own)).values()))


ROUTES = (
    Route(
        "GET",
        "/api/texts",
        list_texts,
        Auth.OPEN,
        "Texts read out at a hearing and prompts for its chair",
        gives=ReadOutTexts,
    ),
)
