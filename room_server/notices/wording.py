"""What can be said of a hearing to one person, as the texts of notices and invitations name it. Pure."""

from datetime import datetime, timedelta, timezone
from typing import Literal

import msgspec

from ..rules.people import Participant
from ..rules.planning import HearingKind
from ..store.hearings import Booking

CHINA = timezone(timedelta(hours=8), "UTC+08:00")
Language = Literal["zh", "en"]
_FORMS = {
    "online": ("线上参加（视频）", "online, by video"),
    "mixed": ("部分人员到场，部分人员线上参加", "some on site, some online"),
    "onsite": ("到场参加", "on site"),
}
_DAYS = "一二三四五六日"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Every field that a text may name in braces, in one language."""

    organisation: str
    name: str
    title: str
    case_number: str
    kind: str
    when: str
    minutes: int
    form: str
    place: str
    link: str
    join: str = ""
    """Where an entry code is typed."""
    entry_code: str = ""
    reason: str = ""
    limit: str = ""
    """A time limit of the law that runs out."""
    due: str = ""
    """Its day."""


def said(
    booking: Booking,
    person: Participant,
    kind: HearingKind | None,
    *,
    organisation: str,
    link: str,
    join: str = "",
    entry_code: str = "",
    language: Language = "zh",
    reason: str = "",
) -> Said:
    """The fields for one person."""
    english = language == "en"
    names = (kind.zh, kind.en) if kind else (booking.kind, booking.kind)
    return Said(
        organisation=organisation,
        name=person.name,
        title=booking.title,
        case_number=booking.case_number or ("not numbered yet" if english else "尚未编号"),
        kind=names[english],
        when=moment(booking.starts_at, language),
        minutes=booking.plan.minutes,
        form=_FORMS[booking.plan.form][english],
        place=place(booking, language),
        link=link,
        join=join,
        entry_code=entry_code,
        reason=reason,
    )


def place(booking: Booking, language: Language = "zh") -> str:
    """Where it is held, for people: the chamber and how to find it, or the line."""
    where = "，".join(part for part in (booking.plan.chamber_name, booking.plan.place) if part)
    online = "online" if language == "en" else "线上"
    if booking.plan.form == "online":
        return online
    if booking.plan.form == "mixed":
        return f"{where} / {online}" if where else online
    return where or ("to be told" if language == "en" else "另行通知")


def moment(at: int, language: Language = "zh") -> str:
    """A time in words, China time: `2026年12月1日（星期二）09:30`."""
    then = datetime.fromtimestamp(at / 1000, CHINA)
    if language == "en":
        return f"{then:%A, %-d %B %Y, %H:%M} (UTC+8)"
    return f"{then.year}年{then.month}月{then.day}日（星期{_DAYS[then.weekday()]}）{then:%H:%M}"
