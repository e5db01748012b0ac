"""The texts of notices and the times of reminders: what is shipped, and an installation's own."""

import string
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from .limits import SHIPPED, LawError, read_table

FILE = "notices.toml"
FIELDS = frozenset(
    {
        "organisation",
        "name",
        "title",
        "case_number",
        "kind",
        "when",
        "minutes",
        "form",
        "place",
        "link",
        "join",
        "entry_code",
        "reason",
        "limit",
        "due",
    }
)
Channel = Literal["email", "message", "print"]


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in both languages."""

    zh: Annotated[str, msgspec.Meta(min_length=1)]
    en: Annotated[str, msgspec.Meta(min_length=1)]


class Template(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice: `subject` and `body` for mail, `short` for SMS and WeChat."""

    id: str
    version: str
    subject: Text
    short: Text
    body: Text


class Reminder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a hearing is told of again."""

    id: str
    minutes_before: Annotated[int, msgspec.Meta(ge=5, le=30 * 24 * 60)]
    template: str
    channels: list[Channel]


class NoticeLaw(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file, or all of them together."""

    version: str
    template: list[Template] = []
    reminder: list[Reminder] = []

    def named(self, identifier: str) -> Template:
        """The template with an id; raises `KeyError`."""
        texts = {template.id: template for template in self.template}
        # An installation's own reminder may have no wording for staff: they get the common one.
        return texts.get(identifier) or texts[identifier.removeprefix("staff.")]


@lru_cache(maxsize=8)
def notice_law(own: Path | None = None) -> NoticeLaw:
    """The shipped texts with those of `own` over them; raises `LawError`."""
    folders = [SHIPPED, *([own] if own else [])]
    tables = [read_table(path, NoticeLaw) for folder in folders if (path := folder / FILE).is_file()]
    templates = {template.id: template for table in tables for template in table.template}
    reminders = {reminder.id: reminder for table in tables for reminder in table.reminder}
    for template in templates.values():
        _check_fields(template)
    if unknown := sorted({reminder.template for reminder in reminders.values()} - templates.keys()):
        raise LawError(f"reminders name unknown texts: {', '.join(unknown)}")
    return NoticeLaw(
        version="+".join(table.version for table in tables),
        template=list(templates.values()),
        reminder=list(reminders.values()),
    )


def fill(text: str, fields: dict[str, str | int]) -> str:
    """A text with its fields; what a field holds is never read as a text itself."""
    return string.Formatter().vformat(text, (), fields)


def _check_fields(template: Template) -> None:
    for text in (template.subject, template.short, template.body):
        for wording in (text.zh, text.en):
            named = {name for _, name, _, _ in string.Formatter().parse(wording) if name is not None}
            if unknown := sorted(named - FIELDS):
                raise LawError(f"the notice {template.id} names unknown fields: {', '.join(unknown)}")
