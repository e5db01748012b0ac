"""Time limits: what the law counts, day by day, and what holds for every limit."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from room_server.law.limits import time_law
from room_server.rules.calendar import Calendar
from room_server.rules.deadlines import Deadline, Fact, Limit, State, Unit, deadlines, run_back, run_out

LAW = time_law()
CALENDAR = LAW.calendar
UNHURRIED = settings(deadline=None)
DAYS = st.dates(date(2023, 6, 1), date(2028, 6, 1))
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["working_days", "natural_days", "months", "years"])


def fact(kind: str, day: str, until: str | None = None) -> Fact:
    return Fact(kind=kind, day=date.fromisoformat(day), until=date.fromisoformat(until) if until else None)


def standing(
    today: str, *facts: Fact, procedure: str = "arbitration", region: str = ""
) -> dict[str, Deadline]:
    found = deadlines(facts, LAW.applying(procedure, region), CALENDAR, date.fromisoformat(today))
    return {deadline.limit: deadline for deadline in found}


@pytest.mark.parametrize(
    ("begins", "value", "unit", "due"),
    [
        # Friday; Saturday and Sunday do not count as working days.
        ("2026-10-16", 5, "working_days", "2026-10-23"),
        # Over the National Day and the two Sundays and Saturdays worked for it.
        ("2026-09-18", 5, "working_days", "2026-09-24"),
        ("2026-09-29", 5, "working_days", "2026-10-12"),
        # The 45th day is Monday 2 November.
        ("2026-09-18", 45, "natural_days", "2026-11-02"),
        # The 15th day is 2 October: the first day worked after the National Day is the 8th.
        ("2026-09-17", 15, "natural_days", "2026-10-08"),
        # A last day on a Saturday that is worked stays.
        ("2026-09-25", 15, "natural_days", "2026-10-10"),
        ("2025-02-28", 1, "years", "2026-02-28"),
        # 28 February 2026 is a Saturday worked for the Spring Festival; 2027 is not announced.
        ("2024-02-29", 2, "years", "2026-02-28"),
        ("2026-01-31", 1, "months", "2026-02-28"),
        ("2025-06-12", 1, "years", "2026-06-12"),
        # A year on is Saturday 3 October, within the National Day.
        ("2025-10-03", 1, "years", "2026-10-08"),
    ],
)
def test_a_limit_runs_out(begins: str, value: int, unit: Unit, due: str) -> None:
    assert run_out(date.fromisoformat(begins), value, unit, CALENDAR).isoformat() == due


def test_a_notice_before_a_hearing_counts_working_days_back() -> None:
    # Hearing on Thursday 29 October: 28, 27, 26, 23, 22.
    assert run_back(date(2026, 10, 29), 5, "working_days", CALENDAR) == date(2026, 10, 22)
    # Over the National Day: 9, 8 October, then 30, 29, 28 September.
    assert run_back(date(2026, 10, 10), 5, "working_days", CALENDAR) == date(2026, 9, 28)


def test_the_whole_way_of_an_arbitration_case() -> None:
    found = standing("2026-10-20", fact("applied", "2026-09-15"), fact("accepted", "2026-09-18"))
    assert found["arb.accept"].state is State.MET
    assert found["arb.serve_claim"].due == date(2026, 9, 24)
    assert found["arb.serve_claim"].state is State.OVERDUE
    assert found["arb.serve_claim"].days_left == -26
    assert found["arb.award"].due == date(2026, 11, 2)
    assert found["arb.award"].days_left == 13
    assert "med.limit" not in found and "sue" not in found


def test_an_approved_extension_lengthens_the_limit() -> None:
    accepted = fact("accepted", "2026-09-18")
    found = standing("2026-10-20", accepted, fact("extension_approved", "2026-10-28"))
    # 60 days: 17 November.
    assert (found["arb.award"].due, found["arb.award"].extended) == (date(2026, 11, 17), True)
    # One that was approved before the limit began is not its own.
    earlier = standing("2026-10-20", accepted, fact("extension_approved", "2026-09-01"))
    assert not earlier["arb.award"].extended


@pytest.mark.parametrize(
    "kind",
    ["party_added", "material_supplemented", "claim_added", "claim_changed", "counterclaim", "transferred"],
)
def test_the_cases_of_article_46_begin_the_limit_anew(kind: str) -> None:
    found = standing("2026-10-20", fact("accepted", "2026-09-18"), fact(kind, "2026-10-09"))
    award = found["arb.award"]
    # 45 days from 9 October: Monday 23 November.
    assert (award.begins, award.due, award.anew_by) == (date(2026, 10, 9), date(2026, 11, 23), kind)


def test_what_happened_before_acceptance_begins_nothing_anew() -> None:
    found = standing(
        "2026-10-20", fact("material_supplemented", "2026-09-10"), fact("accepted", "2026-09-18")
    )
    assert found["arb.award"].anew_by == ""


def test_a_suspension_stops_the_clock_and_its_days_do_not_count() -> None:
    accepted, stopped = fact("accepted", "2026-09-18"), fact("suspended", "2026-10-09")
    standing_still = standing("2026-12-20", accepted, stopped)["arb.award"]
    assert (standing_still.state, standing_still.due) == (State.SUSPENDED, None)
    found = standing("2026-12-20", accepted, stopped, fact("resumed", "2026-10-19"))["arb.award"]
    # 10 days later than 2 November: the 12th.
    assert (found.due, found.state) == (date(2026, 11, 12), State.OVERDUE)


def test_a_suspension_after_the_last_day_saves_nothing() -> None:
    late = standing("2026-12-20", fact("accepted", "2026-09-18"), fact("suspended", "2026-11-20"))[
        "arb.award"
    ]
    assert (late.state, late.due) == (State.OVERDUE, date(2026, 11, 2))


def test_two_times_that_overlap_are_left_out_once() -> None:
    found = standing(
        "2026-12-20",
        fact("accepted", "2026-09-18"),
        fact("suspended", "2026-10-09"),
        fact("public_notice", "2026-10-14"),
        fact("resumed", "2026-10-19"),
        fact("public_notice_over", "2026-10-19"),
    )
    assert found["arb.award"].due == date(2026, 11, 12)


def test_what_is_done_in_time_is_met_and_later_is_late() -> None:
    accepted = fact("accepted", "2026-09-18")
    met = standing("2026-10-20", accepted, fact("claim_served", "2026-09-24"))["arb.serve_claim"]
    late = standing("2026-10-20", accepted, fact("claim_served", "2026-09-25"))["arb.serve_claim"]
    assert (met.state, met.days_left, late.state) == (State.MET, None, State.LATE)


def test_a_notice_for_an_earlier_hearing_does_not_serve_the_next() -> None:
    first, notice = fact("hearing_day", "2026-10-15"), fact("notice_served", "2026-10-08")
    assert standing("2026-10-09", first, notice)["arb.notice"].state is State.MET
    again = standing("2026-10-20", first, notice, fact("hearing_day", "2026-11-12"))["arb.notice"]
    assert (again.state, again.due) == (State.RUNNING, date(2026, 11, 5))


def test_mediation_has_fifteen_days_or_the_day_both_agreed_on() -> None:
    applied = fact("applied", "2026-10-09")
    assert standing("2026-10-20", applied, procedure="mediation")["med.limit"].due == date(2026, 10, 26)
    agreed = fact("extension_agreed", "2026-10-20", until="2026-11-09")
    assert standing("2026-10-20", applied, agreed, procedure="mediation")["med.limit"].due == date(
        2026, 11, 9
    )


def test_an_evidence_period_is_what_the_tribunal_named() -> None:
    assert "arb.evidence" not in standing("2026-10-20", fact("evidence_period_set", "2026-10-09"))
    named = fact("evidence_period_set", "2026-10-09", until="2026-10-23")
    assert standing("2026-10-20", named)["arb.evidence"].due == date(2026, 10, 23)


def test_limitation_is_interrupted_and_never_calls_anybody_late_for_keeping() -> None:
    known = fact("infringement_known", "2024-10-09")
    assert standing("2026-10-20", known)["arb.limitation"].due == date(2025, 10, 9)
    claimed = fact("right_claimed", "2025-09-30")
    assert standing("2026-09-20", known, claimed)["arb.limitation"].due == date(2026, 9, 30)
    kept = standing("2036-10-20", fact("archived_award", "2026-10-20"))["archive.award"]
    assert (kept.state, kept.due) == (State.KEPT, date(2036, 10, 20))


def test_local_rules_are_for_their_place() -> None:
    simple = fact("simple_chosen", "2026-10-09")
    assert "arb.simple" not in standing("2026-10-20", simple)
    assert standing("2026-10-20", simple, region="浙江")["arb.simple"].due == date(2026, 11, 9)


def test_a_year_that_was_not_announced_is_named() -> None:
    running = standing("2026-12-20", fact("accepted", "2026-12-01"))["arb.award"]
    assert running.unknown_years == [2027]
    # Only weekends are known to be free: 15 January 2027 is a Friday.
    assert running.due == date(2027, 1, 15)


@UNHURRIED
@given(DAYS, st.integers(1, 60), UNITS)
def test_a_last_day_is_worked_and_after_the_first(begins: date, value: int, unit: Unit) -> None:
    due = run_out(begins, value, unit, CALENDAR)
    assert due > begins and CALENDAR.works(due)


@UNHURRIED
@given(DAYS, st.integers(1, 60))
def test_working_days_are_counted_one_by_one(begins: date, value: int) -> None:
    due = run_out(begins, value, "working_days", CALENDAR)
    days = [begins + timedelta(n) for n in range(1, (due - begins).days + 1)]
    assert sum(CALENDAR.works(day) for day in days) == value


@UNHURRIED
@given(DAYS, st.integers(1, 60), UNITS, st.integers(0, 40))
def test_what_begins_later_never_runs_out_earlier(begins: date, value: int, unit: Unit, later: int) -> None:
    assert run_out(begins + timedelta(later), value, unit, CALENDAR) >= run_out(begins, value, unit, CALENDAR)


@UNHURRIED
@given(DAYS, st.integers(1, 60), UNITS)
def test_more_time_is_never_less(begins: date, value: int, unit: Unit) -> None:
    assert run_out(begins, value + 1, unit, CALENDAR) >= run_out(begins, value, unit, CALENDAR)


@UNHURRIED
@given(DAYS, st.integers(10, 60), st.integers(0, 9), st.integers(0, 90))
def test_days_that_do_not_count_are_added(begins: date, value: int, after: int, length: int) -> None:
    first = begins + timedelta(after)
    still = [(first, first + timedelta(length))]
    plain = begins + timedelta(value + length)
    assert run_out(begins, value, "natural_days", CALENDAR, still) == CALENDAR.on_or_after(plain)


@UNHURRIED
@given(DAYS, st.integers(1, 20))
def test_counting_back_mirrors_counting_on(until: date, value: int) -> None:
    back = run_back(until, value, "working_days", CALENDAR)
    between = [back + timedelta(n) for n in range((until - back).days)]
    assert CALENDAR.works(back) and sum(CALENDAR.works(day) for day in between) == value


KINDS = st.sampled_from(sorted(LAW.facts))
FACTS = st.lists(
    st.builds(lambda kind, day, until: Fact(kind=kind, day=day, until=until), KINDS, DAYS, st.none() | DAYS),
    max_size=12,
)


@UNHURRIED
@given(FACTS, DAYS)
def test_any_facts_at_all_have_an_answer(facts: list[Fact], today: date) -> None:
    found = deadlines(facts, LAW.limits.values(), CALENDAR, today)
    assert found == deadlines(reversed(facts), LAW.limits.values(), CALENDAR, today) or len(
        {(f.kind, f.day) for f in facts}
    ) < len(facts)
    for deadline in found:
        assert (deadline.due is None) == (deadline.state is State.SUSPENDED)
        if deadline.state is State.OVERDUE:
            assert deadline.due is not None and deadline.due < today


def test_weekends_alone_are_free_without_any_announcement() -> None:
    bare = Calendar()
    assert not bare.works(date(2026, 1, 4)) and bare.works(date(2026, 10, 1))
    assert bare.unknown(date(2026, 1, 1), date(2027, 1, 1)) == [2026, 2027]


def test_a_limit_of_its_own_can_be_given() -> None:
    limit = Limit(id="x", zh="x", en="x", starts="a", value=3, unit="months", basis="b", source="D")
    (made,) = deadlines([fact("a", "2026-03-31")], [limit], CALENDAR, date(2026, 4, 1))
    assert made.due == date(2026, 6, 30)
