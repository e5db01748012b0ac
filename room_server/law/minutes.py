"""How minutes are written: texts to put in, stage directions and names of speakers, by kind of hearing."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from .limits import SHIPPED, LawError, read_table
from .readouts import ReadOutText

FILE = "minutes.toml"

_Source = Literal["L", "P", "M", "D"]
_By = Literal["presiding", "clerk", ""]


class TemplateParagraph(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One paragraph; `by`: who says it (empty: nobody, it is a stage direction)."""

    by: _By = ""
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Template(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text that is put into the minutes; `kinds`: of hearings it is offered in, none: all.

    `reads`: its paragraphs are those of that read-out text, said by `by`, and its version is that text's.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_.]{0,47}$")]
    title_zh: str
    title_en: str
    basis: str
    source: _Source
    kinds: list[str] = []
    by: _By = ""
    reads: str = ""
    paragraph: list[TemplateParagraph] = []
    version: str = ""


class Direction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stage direction, in its full-width brackets."""

    id: str
    text: Annotated[str, msgspec.Meta(pattern=r"^（.+）$", max_length=60)]
    kinds: list[str] = []


class NamingStyle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How speakers are named in some kinds of hearings; `short`: role, or role:side, and its short form."""

    id: str
    kinds: list[str]
    basis: str
    source: _Source
    short: dict[str, str] = {}


class MinutesForms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of forms, or all of them together."""

    version: str
    template: list[Template] = []
    direction: list[Direction] = []
    style: list[NamingStyle] = []


@lru_cache(maxsize=8)
def forms(own: Path | None = None) -> MinutesForms:
    """The shipped forms, with those of the folder `own` over them, by id; raises `LawError`."""
    folders = [SHIPPED, *([own] if own else [])]
    tables = [read_table(path, MinutesForms) for folder in folders if (path := folder / FILE).is_file()]
    stated = [
        msgspec.structs.replace(one, version=one.version or table.version)
        for table in tables
        for one in table.template
    ]
    return MinutesForms(
        version=" + ".join(table.version for table in tables),
        template=list({one.id: one for one in stated}.values()),
        direction=list({one.id: one for table in tables for one in table.direction}.values()),
        style=list({one.id: one for table in tables for one in table.style}.values()),
    )


def complete(found: MinutesForms, texts: Mapping[str, ReadOutText]) -> MinutesForms:
    """The forms with the words of the texts that they read; raises `LawError` for a text there is not."""
    return msgspec.structs.replace(found, template=[_complete(one, texts) for one in found.template])


def _complete(template: Template, texts: Mapping[str, ReadOutText]) -> Template:
    if not template.reads:
        return template
    text = texts.get(template.reads)
    if text is None:
        raise LawError(f"{FILE}: template {template.id} reads {template.reads}, which there is not")
    said = [TemplateParagraph(by=template.by, text=line) for line in text.zh.splitlines() if line.strip()]
    return msgspec.structs.replace(template, paragraph=said, version=text.version)


def style_for(found: MinutesForms, kind: str) -> NamingStyle | None:
    """How speakers are named in a kind of hearing; None: in full."""
    return next((one for one in found.style if kind in one.kinds), None)
