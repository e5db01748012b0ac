"""What the room knows of its minutes: every line as it stands, and the marks. Pure."""

from collections.abc import Callable
from typing import Any

import msgspec

from ..saying.events import TextSaid
from ..second_pass import state as second
from ..voices.events import VoiceNamed
from . import events as e


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The newest wording of one line; `start_ms` is None where nothing was heard, `after` its anchor then.

    `words` are those of `UtteranceHeard`: what the machine heard, whatever the wording is now.
    """

    version: int
    text: str
    speaker: str
    struck: bool = False
    adopted: bool = False
    start_ms: int | None = None
    end_ms: int | None = None
    after: str = ""
    words: list[list[Any]] = []
    track: str = ""
    """Whose microphone it was heard by; empty where nothing was heard."""
    voice: str = ""
    """Which of the voices that share that microphone; empty: not told apart."""
    by_hand: bool = False
    """Whether somebody gave it to another speaker: naming its voice changes nothing then."""

    def cut(self, at: int) -> int | None:
        """The media time at which the character `at` of the wording begins, as near as is known."""
        if self.start_ms is None or self.end_ms is None:
            return None
        heard = sum(len(str(word[0])) for word in self.words)
        place, passed = at * heard // max(1, len(self.text)), 0
        for word in self.words:
            passed += len(str(word[0]))
            if passed > place:
                return int(word[1])
        return self.start_ms + (self.end_ms - self.start_ms) * at // max(1, len(self.text))


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """The minutes as the rules need them; `made` counts the lines that people made."""

    lines: dict[str, Line] = {}
    made: int = 0
    voices: dict[tuple[str, str], str] = {}
    """Whom staff have named a voice at a shared microphone."""
    bookmarks: frozenset[str] = frozenset()
    marked: int = 0
    second_pass: second.SecondPass = second.SecondPass()


def evolve(written: Written, event: Any) -> Written:
    """The minutes after a fact; the very same after one that is not about them."""
    if (again := second.evolve(written.second_pass, event)) is not written.second_pass:
        return _set(written, second_pass=again)
    fold = _FOLDS.get(type(event))
    return fold(written, event) if fold else written


def _set(written: Written, **changes: Any) -> Written:
    return msgspec.structs.replace(written, **changes)


def _change(written: Written, line: str, **changes: Any) -> Written:
    known = written.lines.get(line)
    if known is None:
        return written
    return _set(written, lines={**written.lines, line: msgspec.structs.replace(known, **changes)})


def _heard(written: Written, event: e.UtteranceHeard) -> Written:
    if event.utterance in written.lines:
        return written
    line = Line(
        version=0,
        text=event.text,
        speaker=event.speaker or event.participant,
        start_ms=event.start_ms,
        end_ms=event.end_ms,
        words=event.words,
        track=event.participant,
        voice=event.voice,
    )
    return _set(written, lines={**written.lines, event.utterance: line})


def _inserted(written: Written, event: e.LineInserted) -> Written:
    made = written.made + 1
    if event.line in written.lines:
        return _set(written, made=made)
    line = Line(version=0, text=event.text, speaker=event.speaker, adopted=True, after=event.after)
    return _set(written, lines={**written.lines, event.line: line}, made=made)


def _said(written: Written, event: TextSaid) -> Written:
    made = written.made + 1
    if event.line in written.lines:
        return _set(written, made=made)
    line = Line(version=0, text=event.text, speaker=event.participant, adopted=True)
    return _set(written, lines={**written.lines, event.line: line}, made=made)


def _edited(written: Written, event: e.LineEdited) -> Written:
    changes: dict[str, Any] = {} if event.speaker is None else {"speaker": event.speaker}
    known = written.lines.get(event.line)
    if known and event.speaker not in (None, known.speaker):
        changes["by_hand"] = True
    return _change(
        written,
        event.line,
        version=event.version,
        text=event.text,
        struck=False,
        adopted=True,
        **changes,
    )


def _split(written: Written, event: e.LineSplit) -> Written:
    known = written.lines.get(event.line)
    if known is None or event.next in written.lines:
        return written
    at = event.at_ms
    before = {} if at is None else {"end_ms": at, "words": [w for w in known.words if w[1] < at]}
    behind = {"after": event.line} if at is None else {"start_ms": at}
    words = [w for w in known.words if at is not None and w[1] >= at]
    rest = msgspec.structs.replace(known, version=0, text=event.rest, words=words, **behind)
    written = _change(written, event.line, version=event.version, text=event.text, **before)
    return _set(written, lines={**written.lines, event.next: rest}, made=written.made + 1)


def _merged(written: Written, event: e.LinesMerged) -> Written:
    line, other = written.lines.get(event.line), written.lines.get(event.other)
    if line is None or other is None:
        return written
    together: dict[str, Any] = {
        "adopted": line.adopted and other.adopted,
        "words": [*line.words, *other.words],
        "end_ms": other.end_ms if line.end_ms is None else max(line.end_ms, other.end_ms or 0),
        "voice": line.voice if line.voice == other.voice else "",
        "by_hand": line.by_hand or other.by_hand,
    }
    written = _change(written, event.line, version=event.version, text=event.text, **together)
    return _change(written, event.other, version=event.other_version, struck=True)


def _adopted(written: Written, event: e.LinesAdopted) -> Written:
    for line, version in event.lines.items():
        written = _change(written, line, version=version, adopted=True)
    return written


def _voice_named(written: Written, event: VoiceNamed) -> Written:
    for line, version in event.lines.items():
        written = _change(written, line, version=version, speaker=event.speaker or event.participant)
    return _set(written, voices={**written.voices, (event.participant, event.voice): event.speaker})


_FOLDS: dict[type, Callable[[Written, Any], Written]] = {
    e.UtteranceHeard: _heard,
    e.LineInserted: _inserted,
    TextSaid: _said,
    e.LineEdited: _edited,
    e.LineStruck: lambda written, ev: _change(
        written, ev.line, version=ev.version, struck=True, adopted=True
    ),
    e.LineSplit: _split,
    e.LinesMerged: _merged,
    e.LinesAdopted: _adopted,
    VoiceNamed: _voice_named,
    e.Bookmarked: lambda written, ev: _set(
        written, bookmarks=written.bookmarks | {ev.bookmark}, marked=written.marked + 1
    ),
    e.BookmarkDropped: lambda written, ev: _set(written, bookmarks=written.bookmarks - {ev.bookmark}),
}
