"""The second pass over a recording, the decisions about what it suggests, and marks that are dropped."""

import asyncio
from typing import Annotated

import msgspec

from ..rules.commands import (
    Command,
    DismissSuggestions,
    DropBookmark,
    ReopenSuggestions,
    StartSecondPass,
    StopSecondPass,
    TakeSuggestions,
)
from ..rules.people import Action, may
from ..rules.permissions import Act
from ..rules.refusal import Refused
from .refusals import ApiError
from .routes import Auth, Call, Route

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Ids = Annotated[list[_Id], msgspec.Meta(max_length=2000)]


class StartPass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`model`: the id of an installed one; empty: the largest."""

    model: Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9._-]*$")] = ""


class SpeechModel(msgspec.Struct, frozen=True):
    """A model that is installed and could write."""

    id: str
    title: str


class PassView(msgspec.Struct, frozen=True):
    """`share`: how much of the recording is read, 0 to 1; null while nothing reads it.

    What was suggested, and what became of it, are facts of the journal.
    """

    share: float | None
    models: list[SpeechModel]


class Decided(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ids of suggestions: to be taken over, dismissed, or opened again."""

    take: _Ids = msgspec.field(default_factory=list)
    dismiss: _Ids = msgspec.field(default_factory=list)
    reopen: _Ids = msgspec.field(default_factory=list)


async def read_pass(call: Call) -> PassView:
    """How far the pass is, and by which models another one could be made."""
    from transcription.models import list_models

    listed = await asyncio.to_thread(list_models, call.parts.settings.model_folder)
    ready = [one for one in listed if one["state"] == "ready" and one["task"] == "speech"]
    models = [SpeechModel(one["id"], one["title"]) for one in ready]
    return PassView(call.parts.live.second_passes.share(call.part("sitting")), models)


async def start_pass(call: Call, body: StartPass) -> None:
    """Have the recording written down again."""
    await _wish(call, StartSecondPass(model=body.model))


async def stop_pass(call: Call) -> None:
    """Give the running pass up."""
    await _wish(call, StopSecondPass())


async def decide(call: Call, body: Decided) -> None:
    """Take suggestions over, dismiss them, open them again; in this order."""
    if body.take:
        await _wish(call, TakeSuggestions(suggestions=body.take))
    if body.dismiss:
        await _wish(call, DismissSuggestions(suggestions=body.dismiss))
    if body.reopen:
        await _wish(call, ReopenSuggestions(suggestions=body.reopen))


async def drop_bookmark(call: Call) -> None:
    """Take a mark away that was set during the hearing; one that is not there is none."""
    await _wish(call, DropBookmark(bookmark=call.part("bookmark")))


async def _wish(call: Call, command: Command) -> None:
    """As the person that the caller is in this hearing: the room's own rules decide."""
    hearing = call.hearing
    mine = [who for who, account in hearing.accounts.items() if account == call.account.id]
    seats = [seat for seat in map(hearing.participant, mine) if seat is not None]
    seat = next((one for one in seats if may(one.role, Action.EDIT_MINUTES)), None)
    if seat is None:
        raise ApiError("not_allowed")
    try:
        await call.parts.live.second_passes.wish(call.part("sitting"), seat.id, command)
    except Refused as refusal:
        raise ApiError(_WORDS.get(refusal.word, "not_allowed")) from refusal


_WORDS = {
    "being_signed": "being_signed",
    "minutes_signed": "minutes_signed",
    "second_pass_running": "second_pass_running",
    "no_such_suggestion": "no_such_suggestion",
    "stale": "suggestion_stale",
    "not_open_yet": "not_adjourned",
    "already_open": "not_adjourned",
}
_PASS = "/api/sittings/{sitting}/second-pass"
ROUTES = (
    Route(
        "GET",
        _PASS,
        read_pass,
        Auth.MEMBER,
        "How far the second pass is",
        act=Act.READ_RECORD,
        gives=PassView,
    ),
    Route(
        "POST",
        _PASS,
        start_pass,
        Auth.MEMBER,
        "Have the recording written down again by a larger model",
        takes=StartPass,
        status=204,
        act=Act.READ_RECORD,
        refusals=("not_allowed", "not_adjourned", "second_pass_running", "being_signed", "minutes_signed"),
    ),
    Route(
        "DELETE",
        _PASS,
        stop_pass,
        Auth.MEMBER,
        "Give the second pass up",
        status=204,
        act=Act.READ_RECORD,
        refusals=("not_allowed", "not_adjourned"),
    ),
    Route(
        "POST",
        "/api/sittings/{sitting}/suggestions",
        decide,
        Auth.MEMBER,
        "Take over, dismiss or open again what a second pass suggests",
        takes=Decided,
        status=204,
        act=Act.READ_RECORD,
        refusals=(
            "not_allowed",
            "not_adjourned",
            "no_such_suggestion",
            "suggestion_stale",
            "being_signed",
            "minutes_signed",
        ),
    ),
    Route(
        "DELETE",
        "/api/sittings/{sitting}/bookmarks/{bookmark}",
        drop_bookmark,
        Auth.MEMBER,
        "Take a mark away",
        status=204,
        act=Act.READ_RECORD,
        refusals=("not_allowed", "not_adjourned"),
    ),
)
