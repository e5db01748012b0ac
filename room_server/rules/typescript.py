"""The wire contract for the browser: `python -m room_server.rules.typescript` writes `TARGET`."""

import enum
import sys
import types
import typing
from typing import Any

import msgspec

from . import procedure_tables, protocol
from .commands import Command
from .consents.events import ConsentText
from .events import Event
from .joining import Speaker
from .minutes.commands import Paragraph
from .minutes.events import Hint
from .minutes.wording import MOST_CHARACTERS
from .people import LISTEN_ONLY, PRESIDING, STAFF, Participant, Role
from .saying import limits as saying
from .second_pass.events import Suggestion

TARGET = "web_client/src/core/protocol.ts"
_HEAD = """\
// Generated from room_server/rules by `python -m room_server.rules.typescript`. Do not edit.
/* eslint-disable */
"""
_PLAIN: dict[Any, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
    None: "null",
    Any: "unknown",
}


def protocol_text() -> str:
    """The whole file."""
    parts = [_HEAD, f"export const PROTOCOL_VERSION = {protocol.VERSION}\n"]
    parts.append(f"export const MAX_FRAME_BYTES = {protocol.MAX_FRAME_BYTES}\n")
    parts.append("/** Of one paragraph of the minutes, in code points. */")
    parts.append(f"export const MOST_CHARACTERS = {MOST_CHARACTERS}\n")
    parts.append("/** Of one text that is said in writing. */")
    parts.append(f"export const MOST_SAID = {saying.MOST_CHARACTERS}\n")
    parts.append(_enumeration(Role))
    parts += [_roles("STAFF", STAFF), _roles("PRESIDING", PRESIDING), _roles("LISTEN_ONLY", LISTEN_ONLY)]
    for struct in (Participant, Speaker, protocol.Slot, ConsentText, Hint, Suggestion, Paragraph):
        parts.append(_interface(struct))
    for name, union, suffix in (
        ("Command", Command, ""),
        ("Event", Event, ""),
        ("Up", protocol.Up, "Frame"),
        ("Down", protocol.Down, "Frame"),
    ):
        parts += [_interface(member, suffix) for member in typing.get_args(union)]
        parts.append(_union(name, union, suffix))
    return "\n".join(parts)


def _interface(struct: type[msgspec.Struct], suffix: str = "") -> str:
    lines = [f"export interface {struct.__name__}{suffix} {{"]
    config = struct.__struct_config__
    if config.tag_field is not None:
        lines.append(f"  {config.tag_field}: '{config.tag}'")
    hints = typing.get_type_hints(struct)
    sent_by_us = struct in (*typing.get_args(protocol.Up), *typing.get_args(Command), Paragraph)
    for field in msgspec.structs.fields(struct):
        # What we may leave out when sending; the server always sends every field.
        optional = "?" if sent_by_us and not field.required else ""
        lines.append(f"  {field.encode_name}{optional}: {_type(hints[field.name])}")
    return "\n".join([*lines, "}", ""])


def _union(name: str, union: Any, suffix: str) -> str:
    members = "".join(f"\n  | {member.__name__}{suffix}" for member in typing.get_args(union))
    return f"export type {name} ={members}\n"


def _enumeration(words: type[enum.StrEnum]) -> str:
    members = "".join(f"\n  | '{word}'" for word in words)
    return f"export type {words.__name__} ={members}\n"


def _roles(name: str, roles: frozenset[Role]) -> str:
    members = ", ".join(f"'{role}'" for role in Role if role in roles)
    return f"export const {name}: readonly Role[] = [{members}]\n"


def _type(hint: Any) -> str:
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin = typing.get_origin(hint)
    if origin is list:
        inner = _type(typing.get_args(hint)[0])
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if origin is tuple:
        return f"[{', '.join(_type(member) for member in typing.get_args(hint))}]"
    if origin is dict:
        return f"Record<string, {_type(typing.get_args(hint)[1])}>"
    if origin in (typing.Union, types.UnionType):
        members = typing.get_args(hint)
        if members == typing.get_args(Command):
            return "Command"
        if members == typing.get_args(Event):
            return "Event"
        return " | ".join(_type(member) for member in members)
    if isinstance(hint, type) and (issubclass(hint, msgspec.Struct) or issubclass(hint, enum.Enum)):
        return hint.__name__
    raise TypeError(f"no TypeScript for {hint!r}")


def main() -> None:
    """Write both files, the first relative to the repository root or to the path given."""
    # The rules do no IO, so the one write of this tool uses the builtin and nothing of the house.
    with open(sys.argv[1] if len(sys.argv) > 1 else TARGET, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(protocol_text())
    with open(procedure_tables.TARGET, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(procedure_tables.tables_text())


if __name__ == "__main__":
    main()
