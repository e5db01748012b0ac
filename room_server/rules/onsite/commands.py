"""The wishes about going on at a place, and about who is there in person."""

from typing import Annotated

import msgspec

Who = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Why = Annotated[str, msgspec.Meta(max_length=500)]
# Stands in notices and calendars: no control characters, and none that turn the direction of what follows.
Place = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]*$")]
Moment = Annotated[int, msgspec.Meta(ge=1, le=4_102_444_800_000)]


class _Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    pass


class SwitchOnSite(_Command, frozen=True, tag="SwitchOnSite"):
    """End this sitting and go on at a place, at a `time` (Unix ms); the chair alone, with a reason.

    What was done stands: the next sitting of the hearing goes on in the stage this one is in.
    """

    reason: Why
    place: Place
    time: Moment


class PresentOnSite(_Command, frozen=True, tag="PresentOnSite"):
    """State that somebody has come in person, device or not; `on` false: that they have not after all."""

    participant: Who
    on: bool = True
