"""The short form of the soak: people come and go for a while, and nothing of them stays behind."""

import pytest

from bench.load import possible
from bench.ours import PlaneMissing
from bench.soak import Plan, endure

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not possible(), reason="the load generator needs gcc"),
]

SHORT = Plan(minutes=0.25, rooms=3, party=3, joins=1.5, stay=0.7, warm_up=6.0, every=5.0, pinned=False)


@pytest.mark.parametrize("plane", ["python", "c"])
async def test_who_came_and_went_leaves_nothing_behind(plane: str) -> None:
    try:
        found = await endure(plane, SHORT)
    except PlaneMissing as missing:
        pytest.skip(f"no {plane} plane: {missing}")
    assert found["failed_because"] == []
    assert found["visits"] >= 15
    assert found["leaked"] == {"descriptors": 0, "threads": 0, "tasks": 0, "connections": 0}
    # In so short a time allocators still grow into their arenas: the long form is stricter.
    assert found["rss_growth"] < 0.1
    assert all(row["out_per_s"] > 100 and row["forged"] == 0 for row in found["rows"])
