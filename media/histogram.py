"""Durations in buckets: cheap to add to, plain to tell."""

from bisect import bisect_left

BOUNDS_MS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 20.0, 50.0, 100.0, 500.0)


class Histogram:
    """Counts per bucket; the last bucket is everything above the last bound."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_MS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """One duration."""
        self.total += seconds
        self.counts[bisect_left(BOUNDS_MS, seconds * 1000)] += 1

    def quantile(self, share: float) -> float:
        """Milliseconds that `share` of all durations stay under, linear within a bucket; 0 when empty."""
        wanted, seen, low = sum(self.counts) * share, 0, 0.0
        for bound, count in zip(BOUNDS_MS, self.counts, strict=False):
            if count and seen + count >= wanted:
                return low + (bound - low) * (wanted - seen) / count
            seen, low = seen + count, bound
        return low if seen or self.counts[-1] else 0.0

    def plain(self) -> dict[str, object]:
        """Bounds, counts and the usual quantiles, for stats."""
        return {
            "bounds_ms": list(BOUNDS_MS),
            "counts": list(self.counts),
            "sum_ms": round(self.total * 1000, 3),
            **{f"p{share}": round(self.quantile(share / 100), 3) for share in (50, 95, 99)},
        }
