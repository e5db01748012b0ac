"""Simplified or traditional characters, as an installation wants them: the one file that knows OpenCC."""

import functools
import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any


class Script(StrEnum):
    """How minutes are written."""

    SIMPLIFIED = "simplified"
    TRADITIONAL = "traditional"
    AS_SPOKEN = "as spoken"
    """As the recogniser writes: most write simplified characters, now and then others among them."""


# Traditional as Taiwan and Hong Kong print it in common (裡, 麵), words left as they were spoken.
_CONFIGURATION = {Script.SIMPLIFIED: "t2s", Script.TRADITIONAL: "s2tw"}


def in_script(text: str, script: Script, names: Sequence[str] = ()) -> str:
    """The text in that script; a name, in whichever script it was heard, is written as `names` has it."""
    if script is Script.AS_SPOKEN or not text:
        return text
    convert = _converter(script)
    known = _spellings(tuple(names), script)
    if not known:
        return str(convert(text))
    parts = _pattern(tuple(known)).split(text)
    return "".join(known.get(part) or convert(part) for part in parts if part)


@functools.cache
def _converter(script: Script) -> Any:
    import opencc

    return opencc.OpenCC(_CONFIGURATION[script]).convert


@functools.lru_cache(maxsize=64)
def _spellings(names: tuple[str, ...], script: Script) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in sorted(names, key=len, reverse=True):
        # What is heard in traditional characters is simplified anyway.
        for heard in {Script.SIMPLIFIED, script}:
            found.setdefault(_converter(heard)(name), name)
        found[name] = name
    return {heard: name for heard, name in found.items() if len(heard) > 1}


@functools.lru_cache(maxsize=64)
def _pattern(heard: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(heard, key=len, reverse=True)
    return re.compile("(" + "|".join(map(re.escape, longest_first)) + ")")
