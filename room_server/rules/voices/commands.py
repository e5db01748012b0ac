"""The wish to say whose voice it is."""

from typing import Annotated

import msgspec

_Who = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Voice = Annotated[str, msgspec.Meta(pattern=r"^v[0-9]{1,4}$")]


class NameVoice(msgspec.Struct, frozen=True, kw_only=True, tag="NameVoice", forbid_unknown_fields=True):
    """Say that a voice at the participant's shared microphone is this `speaker`'s; empty: nobody's any more.

    All its lines follow, but those that were given to somebody by hand.
    """

    participant: _Who
    voice: _Voice
    speaker: Annotated[str, msgspec.Meta(max_length=64)] = ""
