"""What a wish about a second pass leads to: a line changes only when a person takes a suggestion. Pure."""

from collections.abc import Callable
from typing import Any

from .. import signing
from ..evidence.mentions import cited
from ..minutes.events import LineEdited, LinesAdopted, LineStruck, UtteranceHeard
from ..places import Phase
from ..refusal import Refused
from ..room import Person, Room
from . import commands as c
from . import events as e
from .state import DISMISSED, OPEN, TAKEN, Offer


def begun(room: Room, model: str) -> list[e.SecondPassBegan]:
    """The fact that a pass begins; raises `Refused` where one runs or nothing may be changed any more."""
    known = room.minutes.second_pass
    if known.running:
        raise Refused("second_pass_running")
    _changeable(room)
    return [e.SecondPassBegan(number=known.number + 1, model=model)]


def _stop(room: Room, _: Person, __: c.StopSecondPass) -> list[Any]:
    known = room.minutes.second_pass
    if not known.running:
        return []
    return [e.SecondPassEnded(number=known.number, outcome="stopped", model=known.model)]


def _changeable(room: Room) -> None:
    """Raises `Refused` where the minutes are being signed, or were closed with somebody's name to them."""
    if signing.is_being_signed(room):
        raise Refused("being_signed")
    answered = any(map(room.readback.answer, room.readback.answers))
    if room.phase is Phase.CLOSED and (answered or any(room.signed.values())):
        raise Refused("minutes_signed")


def is_stale(room: Room, one: e.Suggestion) -> bool:
    """Whether what a suggestion was about is not there any more; adopting a line does not change it."""
    if not one.line:
        return _name(one) in room.minutes.lines
    line = room.minutes.lines.get(one.line)
    return line is None or line.struck or line.text != one.said


def _name(one: e.Suggestion) -> str:
    return f"u{one.start_ms}.{one.participant}"


def _known(room: Room, names: list[str], *states: str) -> list[Offer]:
    offers = room.minutes.second_pass.offers
    if not all(name in offers for name in names):
        raise Refused("no_such_suggestion")
    return [offers[name] for name in dict.fromkeys(names) if offers[name].state in states]


def _take(room: Room, _: Person, wish: c.TakeSuggestions) -> list[Any]:
    _changeable(room)
    found = [offer.suggestion for offer in _known(room, wish.suggestions, OPEN)]
    fresh: dict[str, e.Suggestion] = {}
    for one in found:
        # Of two about one line the second would not know what the first made of it.
        if not is_stale(room, one):
            fresh.setdefault(one.line or one.suggestion, one)
    if not fresh:
        if found:
            raise Refused("stale")
        return []
    taken: dict[str, int] = {}
    changes: list[Any] = []
    for one in fresh.values():
        taken[one.suggestion], facts = _changed(room, one)
        changes += facts
    return [e.SuggestionsTaken(suggestions=taken), *changes]


def _changed(room: Room, one: e.Suggestion) -> tuple[int, list[Any]]:
    """The version a line gets by a suggestion, and the facts that give it."""
    if one.line:
        version = room.minutes.lines[one.line].version + 1
        return version, [_reworded(room, one.line, version, one.text)]
    heard = UtteranceHeard(
        utterance=_name(one),
        participant=one.participant,
        start_ms=one.start_ms,
        end_ms=one.end_ms,
        text=one.text,
        words=[],
        confidence=one.confidence,
        language="zh",
        engine="second pass",
    )
    return 1, [heard, LinesAdopted(lines={heard.utterance: 1})]


def _reworded(room: Room, line: str, version: int, text: str) -> LineEdited:
    cites = cited(room.exhibits, text)
    return LineEdited(line=line, version=version, text=text, speaker=None, evidence=cites)


def _dismiss(room: Room, _: Person, wish: c.DismissSuggestions) -> list[Any]:
    found = [offer.suggestion.suggestion for offer in _known(room, wish.suggestions, OPEN)]
    return [e.SuggestionsDismissed(suggestions=found)] if found else []


def _reopen(room: Room, _: Person, wish: c.ReopenSuggestions) -> list[Any]:
    found = _known(room, wish.suggestions, TAKEN, DISMISSED)
    if any(offer.state == TAKEN for offer in found):
        _changeable(room)
    names: list[str] = []
    changes: list[Any] = []
    for offer in found:
        one = offer.suggestion
        line = room.minutes.lines.get(one.line or _name(one))
        if offer.state == TAKEN:
            if line is None or line.struck or line.version != offer.taken_as:
                continue
            version, name = line.version + 1, one.line or _name(one)
            changes.append(
                _reworded(room, name, version, one.said)
                if one.line
                else LineStruck(line=name, version=version)
            )
        names.append(one.suggestion)
    if found and not names:
        raise Refused("stale")
    return [e.SuggestionsReopened(suggestions=names), *changes] if names else []


DECISIONS: dict[type, Callable[[Room, Person, Any], list[Any]]] = {
    c.StartSecondPass: lambda room, _, wish: begun(room, wish.model),
    c.StopSecondPass: _stop,
    c.TakeSuggestions: _take,
    c.DismissSuggestions: _dismiss,
    c.ReopenSuggestions: _reopen,
}
