"""Who is kept apart during a rehearsal, and since when: isolation and deliberation, as the chair sees it."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..rules.procedures import PROCEDURES
from ..rules.procedures.stage import Group
from .measure.traffic import Caucus, Isolation

ISOLATION, DELIBERATION, TABLE = "isolation", "deliberation", "table"
_AMONG_EXPERTS = frozenset(
    stage.code for table in PROCEDURES.values() for stage in table.stages if stage.group is Group.PANEL
)
"""Stages in which a panel is among itself at the table."""


class Apart:
    """Takes the chair's events after each step; what lasted from one step to another becomes a window.

    A window begins once people were told of it and ends before the step that ended it was begun, so that
    what was under way meanwhile is in none.
    """

    def __init__(
        self, isolations: list[Isolation], deliberations: list[Caucus], panel: frozenset[str] = frozenset()
    ) -> None:
        """`panel`: the keys of those who are among themselves when the experts talk."""
        self._panel = panel
        self._isolations = isolations
        self._deliberations = deliberations
        self._isolated: dict[str, int] = {}
        self._deliberating: frozenset[str] = frozenset()
        self._since = 0

    def look(self, before: int, now: int, events: Sequence[dict[str, Any]], names: Mapping[str, str]) -> None:
        """`before` and `now`: when the step began and ended (monotonic ns); `names`: participant → key."""
        places = {event["participant"]: event["place"] for event in events if event["type"] == "Moved"}
        isolated = {names[who] for who, place in places.items() if place == ISOLATION and who in names}
        for who in set(self._isolated) - isolated:
            self._isolations.append(Isolation(self._isolated.pop(who), before, who))
        for who in isolated - set(self._isolated):
            self._isolated[who] = now
        stage = next((e["stage"] for e in reversed(events) if e["type"] == "StageEntered"), "")
        apart = {who for who, place in places.items() if place == DELIBERATION}
        if stage in _AMONG_EXPERTS:
            there = {who for who, place in places.items() if place == TABLE}
            apart = {who for who in there if names.get(who) in self._panel}
        members = frozenset(names[who] for who in apart & set(names))
        if members != self._deliberating:
            if self._deliberating:
                self._deliberations.append(Caucus(self._since, before, self._deliberating))
            self._deliberating, self._since = members, now

    def end(self, now: int) -> None:
        """Everybody goes."""
        self._isolations += [Isolation(since, now, who) for who, since in self._isolated.items()]
        if self._deliberating:
            self._deliberations.append(Caucus(self._since, now, self._deliberating))
        self._isolated.clear()
        self._deliberating = frozenset()
