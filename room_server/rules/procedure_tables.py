"""The procedures for the browser: `python -m room_server.rules.typescript` writes `TARGET` too."""

from typing import Any

import msgspec

from .people import COLUMNS_OF_ROLES, CONDUCT, PERMISSIONS, Role
from .places import NEEDS
from .procedures import PROCEDURES
from .procedures.matrix import FLOOR
from .procedures.stage import Procedure, Stage
from .words import REFUSALS

HINDRANCES = ("not_allowed", "chair_only", "not_presiding")
"""Refusals that say who one is, whatever one wishes for."""
OBSTACLES = ("silent_in_stage", "witness_not_called", "screened", "no_caucus_now")
"""Refusals that say where the hearing stands, whoever wishes for it."""

TARGET = "web_client/src/core/procedures.ts"
_HEAD = """\
// Generated from room_server/rules/procedures by `python -m room_server.rules.typescript`. Do not edit.
import type { Role } from './protocol'

export interface Stage {
  code: string
  zh: string
  en: string
  group: string
  next?: string[]
  jump_from?: string[]
  returns?: boolean
  aside?: boolean
  blocked?: boolean
  clerk_drives?: boolean
  texts?: string[]
  prompt?: string
  turns?: string[]
  hears?: boolean
  needs?: string
  requires?: string[]
  undoes?: string[]
  limit_s?: number
  signs?: string[]
  binding?: boolean
  checks?: boolean
  minuted?: boolean
}

export interface Procedure {
  name: string
  lobby: string
  first: string
  end: string
  caucus: Record<string, string>
  outcomes: Record<string, string[]>
  stands_in: Role[]
  presides: Role[]
  stages: Stage[]
}
"""


def tables_text() -> str:
    """The whole file."""
    parts = [_HEAD, "export const PROCEDURES: Record<string, Procedure> = {"]
    for table in PROCEDURES.values():
        parts.append(f"  {table.name}: {{")
        parts += [f"    {name}: {_json(value)}," for name, value in _course(table).items()]
        stages = [f"      {_json(_stage(one))}," for one in table.stages]
        parts += ["    stages: [", *stages, "    ],", "  },"]
    parts += ["}", "", "export const FLOOR: Record<string, Record<string, string>> = {"]
    parts += [f"  {group.value}: {_json(row)}," for group, row in FLOOR.items()]
    parts += ["}", "", "export const COLUMNS: Partial<Record<Role, string>> = " + _json(COLUMNS_OF_ROLES), ""]
    return "\n".join([*parts, *_powers()])


def _powers() -> list[str]:
    """Who may wish for what, and what a refusal says: for buttons that nobody should press in vain."""
    needs = {command.__name__: action.value for command, action in NEEDS.items()}
    permissions = {role.value: sorted(PERMISSIONS[role]) for role in Role}
    said = {word: dict(zip(("zh", "en"), REFUSALS[word], strict=True)) for word in (*HINDRANCES, *OBSTACLES)}
    return [
        "export const NEEDS: Record<string, string> = " + _json(needs),
        "export const PERMISSIONS: Record<Role, string[]> = " + _json(permissions),
        "export const CONDUCT: string[] = " + _json(sorted(CONDUCT)),
        "export const HINDRANCES = " + _json(said),
        "",
    ]


def _course(table: Procedure) -> dict[str, Any]:
    kept = ("name", "lobby", "first", "end", "caucus", "outcomes")
    plain: dict[str, Any] = {name: getattr(table, name) for name in kept}
    return plain | {"stands_in": sorted(table.stands_in), "presides": list(table.presides)}


def _stage(stage: Stage) -> dict[str, Any]:
    fields = {field.name: field for field in msgspec.structs.fields(Stage)}
    values = {name: getattr(stage, name) for name in fields}
    return {name: value for name, value in values.items() if value != fields[name].default}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
