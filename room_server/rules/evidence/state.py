"""What a room knows of its evidence: the fold of the facts about it. Pure."""

from collections.abc import Callable
from typing import Any

import msgspec

from . import events as e


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One submitted item."""

    submitted: e.EvidenceSubmitted
    withdrawn: bool = False
    examined: dict[str, e.EvidenceExamined] = {}
    """Side → what it says now."""
    note: str = ""
    original: bool = False


class Showing(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown at the table now."""

    number: int
    evidence: str
    page: int
    presenter: str


class Exhibits(msgspec.Struct, frozen=True, kw_only=True):
    """The items of a sitting and which of them is shown."""

    items: dict[str, Item] = {}
    shown: Showing | None = None
    showings: int = 0


def evolve(exhibits: Exhibits, event: Any) -> Exhibits:
    """The exhibits after a fact; the very same after one that is not about them."""
    fold = _FOLDS.get(type(event))
    return fold(exhibits, event) if fold else exhibits


def put_away(exhibits: Exhibits) -> Exhibits:
    """Nothing is shown any more."""
    return msgspec.structs.replace(exhibits, shown=None) if exhibits.shown else exhibits


def _with(exhibits: Exhibits, evidence: str, **changes: Any) -> Exhibits:
    item = exhibits.items.get(evidence)
    if item is None:
        return exhibits
    changed = msgspec.structs.replace(item, **changes)
    return msgspec.structs.replace(exhibits, items={**exhibits.items, evidence: changed})


def _submitted(exhibits: Exhibits, event: e.EvidenceSubmitted) -> Exhibits:
    if event.evidence in exhibits.items:
        return exhibits
    items = {**exhibits.items, event.evidence: Item(submitted=event)}
    return msgspec.structs.replace(exhibits, items=items)


def _withdrawn(exhibits: Exhibits, event: e.EvidenceWithdrawn) -> Exhibits:
    exhibits = _with(exhibits, event.evidence, withdrawn=True)
    shown = exhibits.shown
    return put_away(exhibits) if shown and shown.evidence == event.evidence else exhibits


def _presented(exhibits: Exhibits, event: e.EvidencePresented) -> Exhibits:
    shown = Showing(number=event.showing, evidence=event.evidence, page=event.page, presenter=event.presenter)
    return msgspec.structs.replace(exhibits, shown=shown, showings=event.showing)


def _turned(exhibits: Exhibits, event: e.PageTurned) -> Exhibits:
    if exhibits.shown is None or exhibits.shown.number != event.showing:
        return exhibits
    shown = msgspec.structs.replace(exhibits.shown, page=event.page)
    return msgspec.structs.replace(exhibits, shown=shown)


def _examined(exhibits: Exhibits, event: e.EvidenceExamined) -> Exhibits:
    item = exhibits.items.get(event.evidence)
    said = {**(item.examined if item else {}), event.party: event}
    return _with(exhibits, event.evidence, examined=said)


_FOLDS: dict[type, Callable[[Exhibits, Any], Exhibits]] = {
    e.EvidenceSubmitted: _submitted,
    e.EvidenceWithdrawn: _withdrawn,
    e.EvidencePresented: _presented,
    e.PageTurned: _turned,
    e.PresentingStopped: lambda exhibits, event: put_away(exhibits),
    e.EvidenceExamined: _examined,
    e.EvidenceNoted: lambda exhibits, event: _with(exhibits, event.evidence, note=event.note),
    e.OriginalChecked: lambda exhibits, event: _with(exhibits, event.evidence, original=event.checked),
}
