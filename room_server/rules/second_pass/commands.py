"""The wishes about a second pass and what it suggests."""

from typing import Annotated

import msgspec

_Ids = Annotated[
    list[Annotated[str, msgspec.Meta(min_length=1, max_length=64)]],
    msgspec.Meta(min_length=1, max_length=2000),
]


class _Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    pass


class StartSecondPass(_Command, frozen=True, tag="StartSecondPass"):
    """Have the recording written down again, by a model of that name (empty: the largest there is)."""

    model: Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9._-]*$")] = ""


class StopSecondPass(_Command, frozen=True, tag="StopSecondPass"):
    """Give the second pass up; what it has suggested so far stays."""


class TakeSuggestions(_Command, frozen=True, tag="TakeSuggestions"):
    """Have lines say what was suggested; suggestions about lines changed since are left out."""

    suggestions: _Ids


class DismissSuggestions(_Command, frozen=True, tag="DismissSuggestions"):
    """Leave lines as they are and be asked no more."""

    suggestions: _Ids


class ReopenSuggestions(_Command, frozen=True, tag="ReopenSuggestions"):
    """Undo: the line says again what it said before, and the suggestion is open again."""

    suggestions: _Ids
