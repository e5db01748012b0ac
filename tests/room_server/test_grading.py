"""How long a line was poor or bad: told once, and only where it was not good."""

from room_server.rules import events as e
from room_server.sittings.grading import Grades


def test_time_is_spent_with_the_grade_that_holds() -> None:
    grades = Grades()
    for at, grade in ((0, "good"), (10_000, "poor"), (14_000, "bad"), (16_000, "good")):
        grades.take("p", grade, at)
    assert grades.end("p", 60_000) == [e.LineSummed(participant="p", worst="bad", poor_ms=4000, bad_ms=2000)]
    assert grades.end("p", 61_000) == [], "told once"


def test_a_good_line_and_a_hitch_are_not_worth_a_fact() -> None:
    grades = Grades()
    grades.take("good", "good", 0)
    grades.take("hitch", "poor", 0)
    grades.take("hitch", "good", 900)
    assert grades.end_all(60_000) == []


def test_while_nothing_is_known_no_time_is_spent() -> None:
    grades = Grades()
    grades.take("p", "bad", 0)
    grades.pause(2_000)
    grades.take("p", "poor", 30_000)
    (fact,) = grades.end_all(31_000)
    assert (fact.worst, fact.poor_ms, fact.bad_ms) == ("bad", 1_000, 2_000)
