"""What the room knows of the reading back: what was laid, who has read it, and what they said to it. Pure."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ..minutes.state import Written
from . import events as e

WHOLE = 100


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said to a laying: `confirmed` or `refused`; a refusal holds once it is `noted`."""

    laying: int
    kind: str
    noted: bool = False


class Readback(msgspec.Struct, frozen=True, kw_only=True):
    """The newest laying (0: none yet) and the answers to it and to those before."""

    laying: int = 0
    digest: str = ""
    texts: dict[str, tuple[str, str]] = {}
    """Line → speaker and text, as they were laid."""
    read: dict[str, int] = {}
    """Who → how much of the newest laying they have read, in percent."""
    whole: frozenset[str] = frozenset()
    """Who has read to the end of any laying, or was read to: of later ones they are asked for the changes."""
    answers: dict[str, Answer] = {}
    live: bool = True

    def answer(self, who: str) -> Answer | None:
        """What somebody said to the newest laying; None: nothing, or to an earlier one only."""
        given = self.answers.get(who)
        return given if given is not None and given.laying == self.laying else None


def counted(written: Written, laid: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The lines to which an answer holds: those laid that still stand, and what people answer for since.

    What the machine hears meanwhile is a draft, and part of the minutes once somebody adopts it.
    """
    return {
        name: (line.speaker, line.text)
        for name, line in written.lines.items()
        if not line.struck and (line.adopted or name in laid)
    }


def standing(written: Written) -> dict[str, tuple[str, str]]:
    """All lines that stand."""
    return counted(written, written.lines)


def digest(texts: Mapping[str, tuple[str, str]]) -> str:
    """The digest of these lines, as `MinutesLaid` describes it."""
    rows = [[name, speaker, text] for name, (speaker, text) in sorted(texts.items())]
    return hashlib.sha256(msgspec.json.encode(rows)).hexdigest()


def has_changed(readback: Readback, written: Written) -> bool:
    """Whether the minutes are no longer those that were laid."""
    return counted(written, readback.texts) != readback.texts


def evolve(readback: Readback, written: Written, event: Any) -> Readback:
    """The reading back after a fact; the very same after one that is not about it."""
    if isinstance(event, e.MinutesLaid):
        return _set(readback, laying=event.laying, digest=event.digest, texts=standing(written), read={})
    fold = _FOLDS.get(type(event))
    return fold(readback, event) if fold else readback


def _set(readback: Readback, **changes: Any) -> Readback:
    return msgspec.structs.replace(readback, **changes)


def _read(readback: Readback, event: e.MinutesRead) -> Readback:
    if event.laying == readback.laying:
        readback = _set(readback, read={**readback.read, event.participant: event.share})
    return _wholly(readback, event.participant) if event.share >= WHOLE else readback


def _wholly(readback: Readback, who: str) -> Readback:
    return _set(readback, whole=readback.whole | {who})


def _answered(kind: str, noted: bool = False) -> Callable[[Readback, Any], Readback]:
    def fold(readback: Readback, event: Any) -> Readback:
        given = Answer(laying=event.laying, kind=kind, noted=noted)
        return _set(readback, answers={**readback.answers, event.participant: given})

    return fold


def _noted(readback: Readback, event: e.ReadingNoted) -> Readback:
    if event.what == "read_out":
        return _wholly(readback, event.participant)
    return _answered(event.what, noted=True)(readback, event)


_FOLDS: dict[type, Callable[[Readback, Any], Readback]] = {
    e.MinutesRead: _read,
    e.MinutesConfirmed: _answered("confirmed"),
    e.ConfirmationRefused: _answered("refused"),
    e.ReadingNoted: _noted,
    e.LiveMinutesAllowed: lambda readback, event: _set(readback, live=event.on),
}
