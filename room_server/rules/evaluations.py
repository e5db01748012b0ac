"""What the parties thought of a hearing, added up so that nobody can be found out. Pure.

A number is told only of a group of at least so many evaluations, and never together with others from which
a smaller group could be worked out.
"""

from collections.abc import Iterable, Sequence

import msgspec

QUESTIONS = ("process", "result", "mediator")
LOWEST, HIGHEST = 1, 5


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """One evaluation without its author; `quarter` is 1 to 4."""

    quarter: int
    presided: str
    """Who presided over the hearing: an id, or empty."""
    process: int
    result: int
    mediator: int
    text: str


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """The answers to one question: their mean, and how many were 1, 2, 3, 4 and 5."""

    mean: float
    counts: list[int]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Evaluations of one quarter, of one presiding person, or of a whole year; `key` says which."""

    key: str
    count: int
    process: Scores
    result: Scores
    mediator: Scores


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A year. Evaluations of quarters with fewer than `least` are `withheld` and count nowhere."""

    least: int
    counted: int
    withheld: int
    year: Group | None
    quarters: list[Group]
    presided: list[Group]
    texts: list[str]
    """In no order that says who wrote them."""


def report(given: Iterable[Given], least: int) -> Report:
    """Add up the evaluations of a year."""
    by_quarter: dict[int, list[Given]] = {}
    for one in given:
        by_quarter.setdefault(one.quarter, []).append(one)
    # Everything else is made of what is shown here: no difference between two numbers leads to fewer.
    shown = {quarter: ones for quarter, ones in sorted(by_quarter.items()) if len(ones) >= least}
    counted = [one for ones in shown.values() for one in ones]
    total = sum(len(ones) for ones in by_quarter.values())
    return Report(
        least=least,
        counted=len(counted),
        withheld=total - len(counted),
        year=_group("", counted) if counted else None,
        quarters=[_group(str(quarter), ones) for quarter, ones in shown.items()],
        presided=_by_presiding(counted, least),
        texts=sorted({one.text for one in counted if one.text}),
    )


def _by_presiding(counted: Sequence[Given], least: int) -> list[Group]:
    """One group per presiding person; so many of the smallest left out that the rest is large or empty."""
    people: dict[str, list[Given]] = {}
    for one in counted:
        people.setdefault(one.presided, []).append(one)
    groups = sorted(
        (_group(person, ones) for person, ones in people.items() if person and len(ones) >= least),
        key=lambda group: (-group.count, group.key),
    )
    while groups and 0 < len(counted) - sum(group.count for group in groups) < least:
        groups.pop()
    return groups


def _group(key: str, ones: Sequence[Given]) -> Group:
    scores = {question: _scores([getattr(one, question) for one in ones]) for question in QUESTIONS}
    return Group(key=key, count=len(ones), **scores)


def _scores(values: Sequence[int]) -> Scores:
    counts = [values.count(score) for score in range(LOWEST, HIGHEST + 1)]
    return Scores(mean=round(sum(values) / len(values), 2), counts=counts)
