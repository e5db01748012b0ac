"""The sound behind each line of the minutes, written down again: it must give the line's text. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Replay:
    """One line: its text as the machine heard it live, and what its sound gives now (None: not asked)."""

    line: str
    text: str
    played: bool
    again: str | None

    @property
    def true(self) -> bool:
        """Whether the sound is there and, where it was written down again, says the same."""
        return self.played and self.again in (None, self.text)


def figures(replays: Sequence[Replay]) -> dict[str, Any]:
    """How many lines were played and written down again, and those that gave another text or no sound."""
    return {
        "lines_played": sum(one.played for one in replays),
        "lines_replayed": sum(one.again is not None for one in replays),
        "replay_mismatches": [
            {"line": one.line, "text": one.text, "again": one.again} for one in replays if not one.true
        ],
    }


def faults(mismatches: Sequence[dict[str, Any]]) -> list[str]:
    """Each mismatch in words."""
    return [
        f"minutes: the sound of {one['text']!r} "
        + ("is not there" if one["again"] is None else f"gives {one['again']!r}")
        for one in mismatches
    ]
