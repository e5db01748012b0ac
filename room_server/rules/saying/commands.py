"""The wishes of whoever takes part in writing."""

from typing import Annotated

import msgspec

from ..minutes.wording import MOST_SENT


class _Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    pass


class Say(_Command, frozen=True, tag="Say"):
    """Say something in writing to those at the same place, where one may speak now.

    At the table it enters the minutes; in a private talk it passes and is written down nowhere (`said`).
    """

    text: Annotated[str, msgspec.Meta(max_length=MOST_SENT)]


class DeclareWriting(_Command, frozen=True, tag="DeclareWriting"):
    """State that somebody takes part in writing, e.g. because they cannot speak, or (`on` false) that not."""

    participant: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    on: bool = True
