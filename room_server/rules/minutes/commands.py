"""The wishes about the minutes; `base` is always the version the editor saw, so that no change is lost."""

from typing import Annotated

import msgspec

from .wording import MOST_CHARACTERS, MOST_SENT

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Text = Annotated[str, msgspec.Meta(max_length=MOST_SENT)]
_Version = Annotated[int, msgspec.Meta(ge=0)]
_Note = Annotated[str, msgspec.Meta(max_length=200)]


class _Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    pass


class EditLine(_Command, frozen=True, tag="EditLine"):
    """Replace a line of the minutes; a `speaker` that is left out stays."""

    line: _Id
    base: _Version
    text: _Text
    speaker: str | None = None


class InsertLine(_Command, frozen=True, tag="InsertLine"):
    """Add a human line after another (`after` empty: at the end). `speaker` empty: a stage direction."""

    text: _Text
    after: str = ""
    speaker: str = ""


class Paragraph(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One paragraph of a text that is put in; `speaker` empty: a stage direction."""

    text: _Text
    speaker: str = ""


class InsertText(_Command, frozen=True, tag="InsertText"):
    """Add the paragraphs of a text (see `/api/minutes-forms`) in their order, after a line or at the end."""

    template: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_.]{0,47}$")]
    version: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    paragraphs: Annotated[list[Paragraph], msgspec.Meta(min_length=1, max_length=40)]
    after: str = ""


class StrikeLine(_Command, frozen=True, tag="StrikeLine"):
    """Strike a line out; it stays in the history and can be restored by `EditLine`."""

    line: _Id
    base: _Version


class SplitLine(_Command, frozen=True, tag="SplitLine"):
    """Cut a line in two before the character `at`, counted in code points."""

    line: _Id
    base: _Version
    at: Annotated[int, msgspec.Meta(ge=1, le=MOST_CHARACTERS)]


class MergeLines(_Command, frozen=True, tag="MergeLines"):
    """Put the words of the line that follows (`other`, by the same speaker) behind those of `line`."""

    line: _Id
    base: _Version
    other: _Id
    other_base: _Version


class AdoptLines(_Command, frozen=True, tag="AdoptLines"):
    """Answer for lines as they stand; those that somebody changed meanwhile are left out."""

    lines: Annotated[dict[_Id, _Version], msgspec.Meta(min_length=1, max_length=2000)]


class SetBookmark(_Command, frozen=True, tag="SetBookmark"):
    """Mark this moment of the recording."""

    note: _Note = ""


class DropBookmark(_Command, frozen=True, tag="DropBookmark"):
    """Take a mark away."""

    bookmark: _Id
