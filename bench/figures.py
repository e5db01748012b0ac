"""The arithmetic of the benchmarks: quantiles, spreads, the search for the highest load, targets. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

DELAY_LIMIT_MS = 20.0
LOSS_LIMIT = 1e-4
"""Share of packets that may be missing at a load that counts as borne: scheduling noise of one moment."""

WHOLE = 0.98
"""Share of what is due that must come: the edges of the measured time are blurred; withheld is not borne."""


def quantile(counts: Sequence[int], share: float, bin_ms: float) -> float:
    """Milliseconds that `share` of the packets stay under; 0.0 when there are none."""
    wanted, seen = sum(counts) * share, 0
    for place, count in enumerate(counts):
        seen += count
        if count and seen >= wanted:
            return round((place + 1) * bin_ms, 2)
    return 0.0


def spread(values: Sequence[float]) -> dict[str, float]:
    """Mean, least and most of a measure taken several times."""
    if not values:
        return {"mean": 0.0, "min": 0.0, "max": 0.0}
    return {
        "mean": round(sum(values) / len(values), 3),
        "min": round(min(values), 3),
        "max": round(max(values), 3),
    }


def median(values: Sequence[float]) -> float:
    """The middle one; of an even number the upper."""
    return sorted(values)[len(values) // 2] if values else 0.0


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Ours per theirs, by the geometric mean over rounds that were measured one after the other."""
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=False) if a > 0 and b > 0]
    if not pairs:
        return 0.0
    return round(math.exp(sum(math.log(a / b) for a, b in pairs) / len(pairs)), 3)


def bearable(p95_ms: float, lost: int, received: int, due: int) -> bool:
    """Whether a server bears a load: all that is due (`due` packets) comes, in time, and nothing is lost."""
    whole = received > 0 and received >= due * WHOLE
    return whole and p95_ms < DELAY_LIMIT_MS and lost <= received * LOSS_LIMIT


@dataclass
class Search:
    """The highest load (publishers that send) a server bears: doubles carefully, then halves the interval.

    A load counts as not borne when it failed twice: once may have been somebody else's noise.
    """

    first: int
    most: int
    """No load above this is tried."""
    fineness: float = 0.04
    growth: float = 1.4
    passed: int = 0
    failed: int | None = None
    _again: int | None = field(default=None, init=False)

    def next(self) -> int | None:
        """The load to try; None when the answer is known."""
        if self._again is not None:
            return self._again
        if self.failed is None:
            if self.passed >= self.most:
                return None
            return min(self.most, max(self.first, math.ceil(self.passed * self.growth)))
        if self.failed - self.passed <= max(1, self.passed * self.fineness):
            return None
        return (self.passed + self.failed) // 2

    def heard(self, load: int, borne: bool) -> None:
        """What a trial of `load` showed."""
        if borne:
            self.passed, self._again = max(self.passed, load), None
        elif self._again == load:
            self.failed, self._again = load, None
        else:
            self._again = load

    @property
    def open_ended(self) -> bool:
        """Whether even the most was borne: the true limit is higher."""
        return self.failed is None


@dataclass(frozen=True, slots=True)
class Target:
    """A line of the speed table: `value` must be `sense` `limit`; `stretch` is the better limit."""

    measure: str
    value: float | None
    limit: float
    stretch: float | None = None
    sense: Literal["<=", ">="] = "<="
    unit: str = ""
    coarse: bool = False
    """Measured too shortly to be judged."""

    def plain(self) -> dict[str, Any]:
        """As it is printed and kept."""
        return {
            "measure": self.measure,
            "value": "not measured" if self.value is None else f"{self.value:g}{self.unit}",
            "target": f"{self.sense} {self.limit:g}{self.unit}",
            "verdict": self.verdict(),
        }

    def verdict(self) -> str:
        """`met`, `stretch` when even the better limit is, `missed`; `not measured`, or not well enough."""
        if self.value is None:
            return "not measured"
        if self.coarse:
            return "coarse"
        if self.stretch is not None and self._within(self.value, self.stretch):
            return "stretch"
        return "met" if self._within(self.value, self.limit) else "missed"

    def _within(self, value: float, limit: float) -> bool:
        return value <= limit if self.sense == "<=" else value >= limit
