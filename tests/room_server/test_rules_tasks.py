"""What becomes a task, and by which day: with the announced calendar of 2026."""

from datetime import date, timedelta

from room_server.law.limits import time_law
from room_server.rules.calendar import Calendar
from room_server.rules.deadlines import Deadline, Fact, State, deadlines
from room_server.rules.tasks import (
    SOON_DAYS,
    Promise,
    TaskKind,
    ask_again,
    dated,
    in_order,
    of_deadlines,
    of_promise,
)

LAW = time_law()
TODAY = date(2026, 9, 21)


def promise(due: date, kept: bool = False, asked: date | None = None) -> Promise:
    return Promise(id="u_1", case="c_1", item="支付工资", due=due, kept=kept, asked=asked)


def test_deadlines_that_run_out_soon_are_tasks_with_the_law_s_own_day() -> None:
    facts = [Fact(kind="applied", day=date(2026, 9, 14))]
    found = deadlines(facts, LAW.applying("arbitration"), LAW.calendar, TODAY)
    tasks = of_deadlines("c_1", found, TODAY)
    accept = next(task for task in tasks if task.subject == "arb.accept")
    # Five working days after a Monday, one of which is the Sunday that is worked before National Day.
    assert (accept.due, accept.days_left) == (date(2026, 9, 20), -1)


def test_what_is_kept_suspended_or_far_away_is_no_task() -> None:
    def one(state: State, days: int | None) -> Deadline:
        return Deadline(
            limit="x",
            begins=TODAY,
            due=None if days is None else TODAY + timedelta(days=days),
            state=state,
            met=None,
            days_left=days,
            extended=False,
            anew_by="",
            unknown_years=[],
        )

    states = [
        one(State.RUNNING, SOON_DAYS),
        one(State.OVERDUE, -400),
        one(State.RUNNING, SOON_DAYS + 1),
        one(State.SUSPENDED, None),
        one(State.MET, 1),
        one(State.LATE, -1),
        one(State.KEPT, 1),
    ]
    assert [task.days_left for task in of_deadlines("c_1", states, TODAY)] == [SOON_DAYS, -400]


def test_a_promise_is_asked_about_on_the_first_working_day_after_it_was_due() -> None:
    # 25 to 27 September 2026 are days off of the Mid-Autumn Festival.
    task = of_promise(promise(date(2026, 9, 24)), LAW.calendar, TODAY)
    assert task is not None
    assert (task.kind, task.due, task.days_left) == (TaskKind.PERFORMANCE, date(2026, 9, 28), 7)
    assert of_promise(promise(date(2026, 9, 24), kept=True), LAW.calendar, TODAY) is None
    assert of_promise(promise(TODAY + timedelta(days=60)), LAW.calendar, TODAY) is None


def test_whoever_has_asked_asks_again_after_five_working_days() -> None:
    task = of_promise(promise(date(2026, 9, 10), asked=date(2026, 9, 18)), LAW.calendar, TODAY)
    assert task is not None
    assert task.due == ask_again(date(2026, 9, 18), LAW.calendar)
    # An asking before the day says nothing about whether it was kept.
    early = of_promise(promise(date(2026, 9, 23), asked=date(2026, 9, 2)), LAW.calendar, TODAY)
    assert early is not None and early.due == date(2026, 9, 24)


def test_five_working_days_over_a_weekend() -> None:
    assert ask_again(date(2026, 9, 10), Calendar()) == date(2026, 9, 17)


def test_the_most_urgent_comes_first() -> None:
    later = dated(TaskKind.HEARING, "c_1", "h_1", "t", TODAY, TODAY)
    first = dated(TaskKind.RESUME, "c_2", "h_2", "t", TODAY - timedelta(days=3), TODAY)
    assert in_order([later, first]) == [first, later]
    assert first.days_left == -3
