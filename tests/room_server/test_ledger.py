"""The ledger: never more than one open interval per person, and only what the journal tells."""

import itertools
import random
from typing import Any

import pytest

from room_server.ledger import Interval, Lifelines, intervals, ledger_of
from room_server.rules import events as e
from tests.support.people import APPLICANT, MEDIATOR
from tests.support.sealed_case import Pen

A, M, ONE, TWO = APPLICANT.id, MEDIATOR.id, "device-one", "device-two"
OPENED = 10_000


def told(*facts: tuple[int, str, dict[str, Any]]) -> list[dict[str, Any]]:
    """A journal whose sitting was opened at `OPENED`; times are Unix ms."""
    people = [{"id": p.id, "name": p.name, "role": p.role, "side": p.side} for p in (MEDIATOR, APPLICANT)]
    rows = [(0, "SittingPrepared", {"participants": people}), *facts, (OPENED, "Opened", {})]
    return [{"at": at, "type": kind, "body": body} for at, kind, body in sorted(rows, key=lambda row: row[0])]


def lost(at: int, evidence: str = "socket", who: str = A) -> tuple[int, str, dict[str, Any]]:
    return at, "Disconnected", {"participant": who, "device": ONE, "evidence": evidence}


def back(at: int, who: str = A) -> tuple[int, str, dict[str, Any]]:
    return at, "Reconnected", {"participant": who, "device": ONE, "away_ms": 0}


def left(at: int, cause: str) -> tuple[int, str, dict[str, Any]]:
    return at, "Left", {"participant": A, "cause": cause}


def test_a_loss_and_a_return_are_an_interval_counted_from_the_opening() -> None:
    entries = told(lost(12_000), back(24_500), lost(30_000, "media"))
    assert intervals(entries) == {
        A: [Interval(2_000, 14_500, "socket", True), Interval(20_000, None, "media", False)]
    }


def test_a_second_kind_of_loss_widens_the_same_interval() -> None:
    entries = told(lost(12_000), lost(14_000, "both"), back(20_000))
    assert intervals(entries) == {A: [Interval(2_000, 10_000, "both", True)]}


def test_the_grace_ending_does_not_end_it_but_going_on_purpose_does() -> None:
    silent = told(lost(12_000), left(17_000, "silent"), back(57_000))
    assert intervals(silent) == {A: [Interval(2_000, 47_000, "socket", True)]}
    gone = told(lost(12_000, "media"), left(15_000, "left"), back(19_000))
    assert intervals(gone) == {A: [Interval(2_000, 5_000, "media", False)]}


def test_the_close_ends_what_is_open_without_a_return() -> None:
    entries = told(lost(9_000), (50_000, "Closed", {}))
    assert intervals(entries) == {A: [Interval(-1_000, 40_000, "socket", False)]}


def test_a_clock_that_was_set_back_makes_no_negative_interval() -> None:
    entries = told()
    entries += [dict(zip(("at", "type", "body"), row, strict=True)) for row in (lost(12_000), back(11_000))]
    assert intervals(entries) == {A: [Interval(2_000, 2_000, "socket", True)]}


def test_the_ledger_names_everybody_expected() -> None:
    made = ledger_of(told(lost(12_000), back(13_000)))
    assert (made["version"], made["zero_ms"], made["service"]) == (2, OPENED, [])
    assert [(row["participant"], row["name"], len(row["intervals"])) for row in made["participants"]] == [
        (M, MEDIATOR.name, 0),
        (A, APPLICANT.name, 1),
    ]
    assert made["participants"][1]["intervals"] == [
        {"from_ms": 2_000, "to_ms": 3_000, "evidence": "socket", "back": True}
    ]


def summed(at: int, worst: str, poor: int, bad: int) -> tuple[int, str, dict[str, Any]]:
    return at, "LineSummed", {"participant": A, "worst": worst, "poor_ms": poor, "bad_ms": bad}


def test_a_dead_service_is_nobodys_line_and_lines_are_summed_over_stays() -> None:
    facts: list[tuple[int, str, dict[str, Any]]] = [(30_000, "Closed", {})]
    facts += [(12_000, "MediaLost", {}), (12_400, "MediaRestored", {}), (20_000, "MediaLost", {})]
    stays = summed(15_000, "bad", 3_000, 2_000), summed(30_000, "poor", 1_000, 0)
    made = ledger_of(told(*facts, *stays))
    assert made["service"] == [{"from_ms": 2_000, "to_ms": 2_400}, {"from_ms": 10_000, "to_ms": 20_000}]
    good, bad = (row["line"] for row in made["participants"])
    assert good == {"worst": "good", "poor_ms": 0, "bad_ms": 0}
    assert bad == {"worst": "bad", "poor_ms": 4_000, "bad_ms": 2_000}
    assert [row["intervals"] for row in made["participants"]] == [[], []]


def test_the_first_version_of_the_ledger_can_still_be_made() -> None:
    made = ledger_of(told(lost(12_000)), 1)
    assert set(made) == {"version", "zero_ms", "participants"}
    assert set(made["participants"][0]) == {"participant", "name", "intervals"}


class Course:
    """Lifelines whose facts are taken at once, as the sitting does it."""

    def __init__(self) -> None:
        self.lines = Lifelines()
        self.now = 0
        self.said: list[str] = []

    def take(self, events: list[e.Event]) -> None:
        for event in events:
            self.lines.take(self.now, event)
            said = getattr(event, "evidence", None) or f"back {getattr(event, 'away_ms', '')}"
            self.said.append(str(said))

    def lost(self, what: str, device: str = ONE) -> None:
        self.take(self.lines.lost(A, device, what))

    def back(self, what: str, device: str = ONE) -> None:
        self.take(self.lines.back(A, device, what, self.now))


def test_only_what_is_new_is_told_and_all_must_be_back() -> None:
    course = Course()
    course.back("socket")
    for what in ("publish", "subscribe", "publish", "socket", "socket"):
        course.lost(what)
    assert course.said == ["media", "both"]
    course.now = 12_000
    for what in ("subscribe", "socket"):
        course.back(what)
    assert course.said == ["media", "both"]
    course.back("publish")
    assert course.said == ["media", "both", "back 12000"]


def test_another_device_makes_good_what_the_first_lost() -> None:
    course = Course()
    course.lost("publish")
    course.now = 3_000
    course.back("socket", TWO)
    assert course.said == ["media", "back 3000"]


def test_after_a_restart_either_media_plane_will_do() -> None:
    lines = Lifelines()
    lines.take(0, e.Disconnected(participant=A, device=ONE, evidence="both"))
    assert lines.back(A, ONE, "socket", 5) == []
    assert lines.back(A, ONE, "publish", 7) == [e.Reconnected(participant=A, device=ONE, away_ms=7)]


@pytest.mark.parametrize("seed", range(30))
def test_whatever_happens_at_most_one_interval_is_open(seed: int) -> None:
    dice, course = random.Random(seed), Course()
    pen = Pen()
    pen.write("SittingPrepared", None, participants=[{"id": A, "name": "n"}])
    pen.write("Opened", 0)
    kept = course.take

    def take(events: list[e.Event]) -> None:
        kept(events)
        for event in events:
            body = {name: getattr(event, name) for name in event.__struct_fields__}
            pen.write(type(event).__name__, course.now, **body)

    course.take = take  # type: ignore[method-assign]
    for _ in range(200):
        course.now += dice.randrange(1, 4000)
        act = dice.choice((course.lost, course.back))
        act(dice.choice(("socket", "publish", "subscribe")), dice.choice((ONE, ONE, ONE, TWO)))
    found = intervals(pen.entries)[A]
    assert len(found) > 5
    assert all(one.back and one.to_ms is not None for one in found[:-1])
    assert all(one.to_ms is not None and one.to_ms <= two.from_ms for one, two in itertools.pairwise(found))
    away = [entry["body"]["away_ms"] for entry in pen.entries if entry["type"] == "Reconnected"]
    assert away == [one.to_ms - one.from_ms for one in found if one.back and one.to_ms is not None]
