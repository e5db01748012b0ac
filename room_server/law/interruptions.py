"""How long is waited before something follows from an interruption; shipped, and an installation's own."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from .limits import SHIPPED, read_table

FILE = "interruptions.toml"
CHAIR = "chair"
DESERTED = "deserted"


class Wait(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One time that is waited, in seconds."""

    id: str
    zh: str
    en: str
    seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)]
    basis: str
    source: Literal["L", "P", "M", "D"]


class Waits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of waits."""

    version: str
    wait: list[Wait] = []


@lru_cache(maxsize=8)
def waits(own: Path | None = None) -> dict[str, Wait]:
    """The shipped waits by their id, with those of `own` over them; raises `LawError`."""
    folders = [SHIPPED, *([own] if own else [])]
    tables = [read_table(path, Waits) for folder in folders if (path := folder / FILE).is_file()]
    return {wait.id: wait for table in tables for wait in table.wait}
