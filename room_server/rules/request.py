"""What somebody asked for in a hearing, as the room knows it."""

import msgspec

from .places import TABLE


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Something somebody asked for; `state`: open, granted, denied, withdrawn."""

    id: str
    participant: str
    kind: str
    place: str = TABLE
    state: str = "open"
    text: str = ""
    ref: str = ""
