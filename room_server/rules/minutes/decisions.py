"""What a wish about the minutes leads to: nothing heard is lost, no change is overwritten unseen. Pure."""

from collections.abc import Callable
from typing import Any

import msgspec

from .. import signing
from ..evidence.mentions import cited
from ..refusal import Refused
from ..room import Person, Room
from . import commands as c
from . import events as e
from .state import Line
from .wording import MOST_CHARACTERS, written

MOST_BOOKMARKS = 500


def corrected(room: Room, ref: str, text: str) -> list[e.LineEdited]:
    """What a granted correction does to the line it names; nothing where it names none or says no wording."""
    line = room.minutes.lines.get(ref)
    if line is None or not text.strip():
        return []
    _unsigned(room)
    text = written(text.strip())
    found = cited(room.exhibits, text)
    return [e.LineEdited(line=ref, version=line.version + 1, text=text, speaker=None, evidence=found)]


def _unsigned(room: Room) -> None:
    if signing.is_being_signed(room):
        raise Refused("being_signed")


def _known(room: Room, line: str, base: int) -> Line:
    _unsigned(room)
    known = room.minutes.lines.get(line)
    if known is None:
        raise Refused("no_such_line")
    if known.version != base:
        raise Refused("stale")
    return known


def _standing(room: Room, line: str, base: int) -> Line:
    known = _known(room, line, base)
    if known.struck:
        raise Refused("line_struck")
    return known


def _edit(room: Room, _: Person, wish: c.EditLine) -> list[Any]:
    _known(room, wish.line, wish.base)
    if wish.speaker and wish.speaker not in room.people:
        raise Refused("nobody")
    text = written(wish.text)
    edited = e.LineEdited(
        line=wish.line,
        version=wish.base + 1,
        text=text,
        speaker=wish.speaker,
        evidence=cited(room.exhibits, text),
    )
    return [edited]


def _insert(room: Room, _: Person, wish: c.InsertLine) -> list[Any]:
    _may_follow(room, wish.after)
    return [_inserted(room, wish, after=wish.after)]


def _insert_text(room: Room, _: Person, wish: c.InsertText) -> list[Any]:
    _may_follow(room, wish.after)
    found: list[e.LineInserted] = []
    for paragraph in wish.paragraphs:
        line = _inserted(room, paragraph, after=found[-1].line if found else wish.after, ahead=len(found))
        found.append(msgspec.structs.replace(line, template=wish.template, form=wish.version))
    return list(found)


def _may_follow(room: Room, after: str) -> None:
    _unsigned(room)
    if after and after not in room.minutes.lines:
        raise Refused("no_such_line")


def _inserted(room: Room, said: c.InsertLine | c.Paragraph, after: str, ahead: int = 0) -> e.LineInserted:
    if said.speaker and said.speaker not in room.people:
        raise Refused("nobody")
    text = written(said.text)
    found = cited(room.exhibits, text)
    return e.LineInserted(
        line=_next(room, ahead), after=after, text=text, speaker=said.speaker, evidence=found
    )


def _next(room: Room, ahead: int = 0) -> str:
    return f"h{room.minutes.made + 1 + ahead}"


def _strike(room: Room, _: Person, wish: c.StrikeLine) -> list[Any]:
    _known(room, wish.line, wish.base)
    return [e.LineStruck(line=wish.line, version=wish.base + 1)]


def _split(room: Room, _: Person, wish: c.SplitLine) -> list[Any]:
    line = _standing(room, wish.line, wish.base)
    text, rest = line.text[: wish.at].rstrip(), line.text[wish.at :].lstrip()
    if not text or not rest:
        raise Refused("nothing_to_split")
    split = e.LineSplit(
        line=wish.line,
        version=wish.base + 1,
        text=text,
        next=_next(room),
        rest=rest,
        at_ms=line.cut(wish.at),
        evidence=cited(room.exhibits, text),
        rest_evidence=cited(room.exhibits, rest),
    )
    return [split]


def _merge(room: Room, _: Person, wish: c.MergeLines) -> list[Any]:
    line, other = _standing(room, wish.line, wish.base), _standing(room, wish.other, wish.other_base)
    if line.speaker != other.speaker:
        raise Refused("other_speaker")
    if wish.line == wish.other or not _follows(room, wish, line, other):
        raise Refused("not_neighbours")
    text = joined(line.text, other.text)
    if len(text) > MOST_CHARACTERS:
        raise Refused("merged_too_long")
    merged = e.LinesMerged(
        line=wish.line,
        version=wish.base + 1,
        text=text,
        other=wish.other,
        other_version=wish.other_base + 1,
        evidence=cited(room.exhibits, text),
    )
    return [merged]


def joined(text: str, more: str) -> str:
    """Two texts as one: a space only between what needs one."""
    apart = text[-1:].isascii() and text[-1:].isalnum() and more[:1].isascii() and more[:1].isalnum()
    return text + (" " if apart else "") + more


def _follows(room: Room, wish: c.MergeLines, line: Line, other: Line) -> bool:
    """Whether nothing that stands is between the two: else words would change places with others'."""
    standing = {name: known for name, known in room.minutes.lines.items() if not known.struck}
    if other.start_ms is None:
        behind = [name for name, known in standing.items() if _stands_after(known, wish.line)]
        # What was inserted last stands first.
        return behind[-1:] == [wish.other]
    if any(_stands_after(known, wish.line) for known in standing.values()):
        return False
    heard = [(known.start_ms, n, name) for n, (name, known) in enumerate(standing.items())]
    order = [name for _, _, name in sorted(one for one in heard if one[0] is not None)]
    if wish.line not in order:
        return False
    at = order.index(wish.line)
    return order[at + 1 : at + 2] == [wish.other]


def _stands_after(known: Line, line: str) -> bool:
    return known.start_ms is None and known.after == line


def _adopt(room: Room, _: Person, wish: c.AdoptLines) -> list[Any]:
    _unsigned(room)
    lines = room.minutes.lines
    same = [name for name, base in wish.lines.items() if name in lines and lines[name].version == base]
    adopted = {name: lines[name].version + 1 for name in same if not _settled(lines[name])}
    if not adopted and len(same) < len(wish.lines):
        raise Refused("stale")
    return [e.LinesAdopted(lines=adopted)] if adopted else []


def _settled(line: Line) -> bool:
    return line.struck or line.adopted


def _mark(room: Room, _: Person, wish: c.SetBookmark) -> list[Any]:
    if len(room.minutes.bookmarks) >= MOST_BOOKMARKS:
        raise Refused("too_many_bookmarks")
    return [e.Bookmarked(bookmark=f"b{room.minutes.marked + 1}", note=wish.note.strip())]


def _drop(room: Room, _: Person, wish: c.DropBookmark) -> list[Any]:
    if wish.bookmark not in room.minutes.bookmarks:
        return []
    return [e.BookmarkDropped(bookmark=wish.bookmark)]


DECISIONS: dict[type, Callable[[Room, Person, Any], list[Any]]] = {
    c.EditLine: _edit,
    c.InsertLine: _insert,
    c.InsertText: _insert_text,
    c.StrikeLine: _strike,
    c.SplitLine: _split,
    c.MergeLines: _merge,
    c.AdoptLines: _adopt,
    c.SetBookmark: _mark,
    c.DropBookmark: _drop,
}
