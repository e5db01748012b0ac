"""Which days are worked: weekends, announced days off and make-up working days. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

DAY = timedelta(days=1)
_SATURDAY = 5


class DaysOff(msgspec.Struct, frozen=True, kw_only=True):
    """A run of days off, both ends included."""

    name: str
    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")

    def days(self) -> list[date]:
        """Each of its days."""
        return [self.first + DAY * n for n in range((self.last - self.first).days + 1)]


class YearOfWork(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One year as it was announced; `source` as in the reference of the law: L, P, M or D."""

    year: int
    basis: str
    source: str
    version: str
    off: list[DaysOff]
    worked: list[date]


class Calendar:
    """The announced years; in every other year only weekends are free, and whoever asks is told."""

    def __init__(self, years: Iterable[YearOfWork] = ()) -> None:
        self.years = {year.year: year for year in years}
        self._off = {day for year in self.years.values() for run in year.off for day in run.days()}
        self._worked = {day for year in self.years.values() for day in year.worked}

    def works(self, day: date) -> bool:
        """Whether a day is a working day."""
        if day in self._worked:
            return True
        return day not in self._off and day.weekday() < _SATURDAY

    def unknown(self, first: date, last: date) -> list[int]:
        """The years of a span of days whose days off have not been announced here."""
        return [year for year in range(first.year, last.year + 1) if year not in self.years]

    def on_or_after(self, day: date) -> date:
        """The day itself when it is worked, else the next that is."""
        while not self.works(day):
            day += DAY
        return day

    def on_or_before(self, day: date) -> date:
        """The day itself when it is worked, else the last before it that is."""
        while not self.works(day):
            day -= DAY
        return day
