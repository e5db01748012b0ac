"""How long a line was poor or bad, summed up when its person goes or the sitting closes. Pure."""

from dataclasses import dataclass, field

from ..rules import events as e

RANKS = ("good", "poor", "bad")
LEAST_MS = 1000
"""Less of a poor line than this is not worth a fact."""


@dataclass(slots=True)
class _Course:
    grade: str
    since: int
    worst: str
    spent: dict[str, int] = field(default_factory=dict)


class Grades:
    """The grades of one sitting, as the media worker tells them."""

    def __init__(self) -> None:
        self._courses: dict[str, _Course] = {}

    def take(self, who: str, grade: str, now: int) -> None:
        """A line is graded anew, Unix ms."""
        course = self._courses.setdefault(who, _Course(grade, now, grade))
        _spend(course, now)
        course.grade = grade
        course.worst = max(course.worst, grade, key=RANKS.index)

    def pause(self, now: int) -> None:
        """Nobody's line is known for a while, e.g. because the media worker is gone."""
        for course in self._courses.values():
            _spend(course, now)
            course.grade = ""

    def end(self, who: str, now: int) -> list[e.LineSummed]:
        """Somebody is gone: what there is to tell of their line, if it was worse than good."""
        course = self._courses.pop(who, None)
        if course is None:
            return []
        _spend(course, now)
        poor, bad = course.spent.get("poor", 0), course.spent.get("bad", 0)
        if poor + bad < LEAST_MS:
            return []
        return [e.LineSummed(participant=who, worst=course.worst, poor_ms=poor, bad_ms=bad)]

    def end_all(self, now: int) -> list[e.LineSummed]:
        """The sitting is over."""
        return [fact for who in list(self._courses) for fact in self.end(who, now)]


def _spend(course: _Course, now: int) -> None:
    if course.grade:
        course.spent[course.grade] = course.spent.get(course.grade, 0) + max(0, now - course.since)
    course.since = now
