"""For what purposes a live hearing may be watched from outside; shipped, and an installation's own."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from .limits import SHIPPED, read_table

FILE = "watching.toml"


class Purpose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One purpose; `note`: it says nothing by itself and has to be worded."""

    id: str
    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    en: str
    note: bool = False
    basis: str
    source: Literal["L", "P", "M", "D"]


class Purposes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of purposes."""

    version: str
    purpose: list[Purpose] = []


@lru_cache(maxsize=8)
def purposes(own: Path | None = None) -> dict[str, Purpose]:
    """The shipped purposes by their id, with those of `own` over them; raises `LawError`."""
    folders = [SHIPPED, *([own] if own else [])]
    tables = [read_table(path, Purposes) for folder in folders if (path := folder / FILE).is_file()]
    return {one.id: one for table in tables for one in table.purpose}


def worded(purpose: Purpose, note: str) -> str:
    """A purpose as the journal keeps it: in Chinese, with what was noted."""
    return f"{purpose.zh}：{note}" if note else purpose.zh
