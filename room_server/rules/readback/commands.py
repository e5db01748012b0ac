"""The wishes about reading the minutes back."""

from typing import Annotated

import msgspec

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Reason = Annotated[str, msgspec.Meta(max_length=500)]
_Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class _Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    pass


class LayMinutes(_Command, frozen=True, tag="LayMinutes"):
    """Lay the minutes as they stand before everybody; again after every change."""


class ReportReading(_Command, frozen=True, tag="ReportReading"):
    """How much of the minutes laid by `laying` this person has had before their eyes, in percent."""

    laying: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    share: Annotated[int, msgspec.Meta(ge=0, le=100)]


class ConfirmMinutes(_Command, frozen=True, tag="ConfirmMinutes"):
    """Confirm the minutes with this digest; `version`: of the sentence that was confirmed."""

    digest: _Digest
    version: Annotated[str, msgspec.Meta(max_length=40)] = ""


class RefuseMinutes(_Command, frozen=True, tag="RefuseMinutes"):
    """Not confirm them; why is written down."""

    reason: _Reason


class NoteReading(_Command, frozen=True, tag="NoteReading"):
    """Note of somebody that the minutes were read out to them, that they confirmed by word of mouth, or that
    they refuse to confirm; the last two say how it came about."""

    participant: _Id
    what: Annotated[str, msgspec.Meta(pattern=r"^(read_out|confirmed|refused)$")]
    reason: _Reason = ""


class AllowLiveMinutes(_Command, frozen=True, tag="AllowLiveMinutes"):
    """Let parties read along while the minutes are written, or show them the minutes only to be checked."""

    on: bool
