"""What the room knows of its second pass. Pure."""

from collections.abc import Callable
from typing import Any

import msgspec

from . import events as e

OPEN, TAKEN, DISMISSED = "open", "taken", "dismissed"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion and what became of it; `taken_as`: the version that its line got by it."""

    suggestion: e.Suggestion
    state: str = OPEN
    taken_as: int = 0


class SecondPass(msgspec.Struct, frozen=True, kw_only=True):
    """The newest pass (`number` 0: none yet) and its suggestions, by id."""

    number: int = 0
    running: bool = False
    model: str = ""
    offers: dict[str, Offer] = {}


def evolve(known: SecondPass, event: Any) -> SecondPass:
    """The second pass after a fact; the very same after one that is not about it."""
    fold = _FOLDS.get(type(event))
    return fold(known, event) if fold else known


def _began(_: SecondPass, event: e.SecondPassBegan) -> SecondPass:
    return SecondPass(number=event.number, running=True, model=event.model)


def _suggested(known: SecondPass, event: e.TextSuggested) -> SecondPass:
    more = {one.suggestion: Offer(suggestion=one) for one in event.suggestions}
    return msgspec.structs.replace(known, offers={**known.offers, **more})


def _ended(known: SecondPass, _: e.SecondPassEnded) -> SecondPass:
    return msgspec.structs.replace(known, running=False)


def _settled(known: SecondPass, changes: dict[str, tuple[str, int]]) -> SecondPass:
    offers = dict(known.offers)
    for name, (state, version) in changes.items():
        if name in offers:
            offers[name] = Offer(suggestion=offers[name].suggestion, state=state, taken_as=version)
    return msgspec.structs.replace(known, offers=offers)


_FOLDS: dict[type, Callable[[SecondPass, Any], SecondPass]] = {
    e.SecondPassBegan: _began,
    e.TextSuggested: _suggested,
    e.SecondPassEnded: _ended,
    e.SuggestionsTaken: lambda known, ev: _settled(
        known, {name: (TAKEN, version) for name, version in ev.suggestions.items()}
    ),
    e.SuggestionsDismissed: lambda known, ev: _settled(known, dict.fromkeys(ev.suggestions, (DISMISSED, 0))),
    e.SuggestionsReopened: lambda known, ev: _settled(known, dict.fromkeys(ev.suggestions, (OPEN, 0))),
}
