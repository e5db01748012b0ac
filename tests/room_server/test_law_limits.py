"""The law as data: complete, sourced, and open to what an installation adds."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from room_server.law.limits import LawError, time_law

LAW = time_law()
REQUIRED = {
    *("med.limit", "med.court_online", "med.accept", "arb.limitation", "arb.accept", "arb.serve_claim"),
    *("arb.defence", "arb.serve_defence", "arb.tribunal", "arb.notice", "arb.postpone", "arb.evidence"),
    *("arb.court_mediation", "arb.award", "arb.award.recalc", "arb.suspend", "arb.notice_pub", "arb.simple"),
    *("sue", "annul", "arb_review.apply", "arb_review.decide", "court_confirm.apply", "court_confirm.decide"),
    *("enforce", "archive", "pia.keep"),
}


def test_every_limit_is_there_with_its_basis() -> None:
    assert LAW.limits.keys() >= REQUIRED
    for limit in LAW.limits.values():
        assert "第" in limit.basis or "规则" in limit.basis, limit.id
        assert limit.value or limit.set_by, limit.id


def test_short_limits_of_arbitration_are_working_days_and_say_how_surely() -> None:
    for limit in LAW.limits.values():
        if limit.id.startswith("arb") and limit.value in (3, 5, 10) and not limit.region:
            assert (limit.unit, limit.unit_source) == ("working_days", "M"), limit.id


def test_the_announced_years_add_up() -> None:
    """Days off and make-up days as in the notices: runs of days off in full, make-up days at weekends."""
    runs = {
        2024: {"元旦": 1, "春节": 8, "清明节": 3, "劳动节": 5, "端午节": 1, "中秋节": 3, "国庆节": 7},
        2025: {"元旦": 1, "春节": 8, "清明节": 3, "劳动节": 5, "端午节": 3, "国庆节、中秋节": 8},
        2026: {"元旦": 3, "春节": 9, "清明节": 3, "劳动节": 5, "端午节": 3, "中秋节": 3, "国庆节": 7},
    }
    for number, year in LAW.calendar.years.items():
        assert {run.name: len(run.days()) for run in year.off} == runs[number]
        assert all(day.weekday() >= 5 and day.year == number for day in year.worked)
        assert "国务院办公厅" in year.basis
        free = {day for run in year.off for day in run.days()}
        assert not free & set(year.worked)
        # A make-up day is given for each working day that became free beyond the public holidays.
        public = 11 if number < 2025 else 13
        weekdays_off = sum(day.weekday() < 5 for day in free)
        weekend_holidays = weekdays_off - len(year.worked)
        assert weekend_holidays <= public


def test_2025_has_the_248_working_days_that_the_ministry_counts() -> None:
    days = (date(2025, 1, 1) + timedelta(n) for n in range(365))
    assert sum(LAW.calendar.works(day) for day in days) == 248


def test_an_installation_adds_its_own_and_wins(tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "cn-2027.toml").write_text(
        'year = 2027\nbasis = "b"\nsource = "P"\nversion = "1"\n'
        'off = [{ name = "n", from = 2027-01-01, to = 2027-01-04 }]\nworked = [2027-01-10]\n'
    )
    (tmp_path / "limits.toml").write_text(
        'version = "here"\n[[limit]]\nid = "arb.award"\nzh = "z"\nen = "e"\nstarts = "accepted"\nvalue = 40\n'
        'unit = "natural_days"\nbasis = "本地规则"\nsource = "P"\n'
    )
    own = time_law(tmp_path)
    assert not own.calendar.works(date(2027, 1, 4)) and own.calendar.works(date(2027, 1, 10))
    assert own.limits["arb.award"].value == 40 and own.limits.keys() == LAW.limits.keys()
    assert own.version.endswith("+here")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version = ", "limits.toml"),
        ('version = "1"\n[[limit]]\nid = "x"\n', "limits.toml"),
        (
            'version = "1"\n[[limit]]\nid = "x"\nzh = "z"\nen = "e"\nstarts = "nothing"\nvalue = 1\n'
            'unit = "years"\nbasis = "b"\nsource = "D"\n',
            "nothing",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "limits.toml").write_text(text)
    with pytest.raises(LawError, match=said):
        time_law(tmp_path)
