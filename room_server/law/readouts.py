"""The texts of a hearing: what is read out and what the chair is told to do, versioned and editable."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from .limits import LawError

SHIPPED = Path(__file__).parent / "texts"


class ReadOutText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One text. `source`: L read in the law, P read in a public page, M from memory, D decided here."""

    id: str
    zh: str
    en: str
    basis: str
    source: Literal["L", "P", "M", "D"]
    title_zh: str = ""
    title_en: str = ""
    version: str = ""


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: str
    text: list[ReadOutText] = []


@lru_cache(maxsize=8)
def texts(own: Path | None = None) -> dict[str, ReadOutText]:
    """All texts by id; files in `own` add entries, and win where an id is the same. Raises `LawError`.

    Read once: a changed file counts from the next start.
    """
    found: dict[str, ReadOutText] = {}
    for folder in (SHIPPED, *([own] if own else ())):
        for path in sorted(folder.glob("*.toml")):
            found.update(_read(path))
    return found


def _read(path: Path) -> dict[str, ReadOutText]:
    try:
        file = msgspec.toml.decode(path.read_bytes(), type=_File)
    except (msgspec.MsgspecError, UnicodeError, ValueError) as error:
        raise LawError(f"{path}: {error}") from error
    stated = [msgspec.structs.replace(one, zh=one.zh.strip(), en=one.en.strip()) for one in file.text]
    return {one.id: msgspec.structs.replace(one, version=one.version or file.version) for one in stated}
