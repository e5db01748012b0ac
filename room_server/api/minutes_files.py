"""The minutes to take along, for whoever may read them: Word, captions, speaker times, data."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from aiohttp import web

from transcription.minutes import Minutes

from ..casefile.rendering import as_captions, as_rttm, as_subtitles
from ..finishing.record import minutes_of
from ..rules.permissions import Act
from ..store import journal
from .minutes import readable
from .refusals import ApiError
from .routes import Auth, Call, Handler, Route

_MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "json": "application/json",
    "rttm": "text/plain",
}


def _make(kind: str, entries: Sequence[journal.Entry], whole: bool) -> bytes:
    """One file of the minutes; not `whole`: what was written, and nothing that is noted beside it."""
    plain = [entry.as_dict() for entry in entries]
    minutes = minutes_of(plain)
    if not whole:
        minutes |= {"notes": [], "corrections": [], "confirmations": {}}
    if kind == "docx":
        from signing.minutes_docx import write_docx

        return write_docx(minutes)
    return _TEXTS[kind](minutes, plain)


def _data(minutes: dict[str, Any], plain: Sequence[dict[str, Any]]) -> bytes:
    """The minutes as data: every line with all its versions, its segments and times."""
    folded = Minutes()
    for entry in plain:
        folded.apply(entry)
    lines = [line | {"versions": folded.history(line["line"])} for line in minutes["lines"]]
    return msgspec.json.encode({**minutes, "sitting": plain[0]["body"]["sitting"], "lines": lines})


_TEXTS: dict[str, Callable[[dict[str, Any], Sequence[dict[str, Any]]], bytes]] = {
    "vtt": lambda minutes, _: as_captions(minutes).encode(),
    "srt": lambda minutes, _: as_subtitles(minutes).encode(),
    "rttm": lambda minutes, plain: as_rttm(minutes, plain[0]["body"]["sitting"]).encode(),
    "json": _data,
}


def _sender(kind: str) -> Handler:
    async def send(call: Call) -> web.Response:
        entries, whole = await readable(call)
        if not entries:
            # Booked, and nobody has come yet: there is nothing that could be written down.
            raise ApiError("not_found")
        body = await asyncio.to_thread(_make, kind, entries, whole)
        name = quote(f"笔录-{call.part('sitting')}.{kind}", safe="")
        return web.Response(
            body=body,
            content_type=_MEDIA[kind],
            charset="utf-8" if kind in ("vtt", "srt", "rttm", "json") else None,
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    return send


ROUTES = tuple(
    Route(
        "GET",
        f"/api/sittings/{{sitting}}/minutes.{kind}",
        _sender(kind),
        Auth.SHARED,
        f"The minutes as {kind}",
        act=Act.READ_RECORD,
        media=media,
        refusals=("not_inside", "minutes_kept", "not_found"),
    )
    for kind, media in _MEDIA.items()
)
