"""How one is told of one's own hearings as staff: `/api/me/notices`."""

from typing import Annotated

import msgspec

from ..rules.permissions import Act
from ..store import staff_notices as store
from ..store.staff_notices import Wishes
from .notices import DISPATCH
from .refusals import ApiError
from .routes import Auth, Call, Route

Email = Annotated[str, msgspec.Meta(max_length=254, pattern=r"^([^@\s<>,;]+@[^@\s<>,;]+)?$")]
Phone = Annotated[str, msgspec.Meta(max_length=20, pattern=r"^(\+?[0-9][0-9 \-]{4,18})?$")]


class NoticeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Your own; `channels`: those that this installation has (`email`, `message`)."""

    email: str
    phone: str
    by_email: bool
    by_message: bool
    reminders: bool
    channels: list[str]


class NewNoticeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In place of those before; a way is switched on with an address only."""

    email: Email = ""
    phone: Phone = ""
    by_email: bool = False
    by_message: bool = False
    reminders: bool = True


async def show(call: Call) -> NoticeSettings:
    """What you have set."""
    account, privacy = call.account.id, call.parts.privacy[0]
    wishes = await call.parts.database.read(lambda s: store.wishes_of(s, privacy, account))
    channels = sorted(call.request.app[DISPATCH].channels)
    return NoticeSettings(**msgspec.structs.asdict(wishes), channels=channels)


async def change(call: Call, wanted: NewNoticeSettings) -> NoticeSettings:
    """Set it; what has been queued already still goes out."""
    if (wanted.by_email and not wanted.email) or (wanted.by_message and not wanted.phone):
        raise ApiError("malformed", "email" if wanted.by_email and not wanted.email else "phone")
    account, privacy, now = call.account.id, call.parts.privacy[0], call.parts.now()
    wishes = Wishes(**msgspec.structs.asdict(wanted))
    await call.parts.database.write(lambda s: store.set_wishes(s, privacy, account, wishes, now))
    return await show(call)


_AT = "/api/me/notices"
ROUTES = (
    Route(
        "GET",
        _AT,
        show,
        Auth.STAFF,
        "How you are told of your hearings",
        act=Act.SIGNED_IN,
        gives=NoticeSettings,
    ),
    Route(
        "PUT",
        _AT,
        change,
        Auth.STAFF,
        "Set how you are told",
        act=Act.SIGNED_IN,
        takes=NewNoticeSettings,
        gives=NoticeSettings,
    ),
)
