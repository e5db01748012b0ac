"""What outlives the streams: totals never fall, and every line is counted once a second."""

from types import SimpleNamespace
from typing import Any

from media.observations import Buckets, Observations
from media.packet import Track
from media.quality import mean_opinion
from media.source import Source
from tests.support.callers import Caller, Picture, running, table, until


def test_a_bucket_counts_what_is_at_most_its_bound() -> None:
    buckets = Buckets((1.0, 2.0))
    for value in (0.5, 1.0, 1.5, 9.0):
        buckets.add(value)
    assert buckets.plain() == {"bounds": [1.0, 2.0], "counts": [2, 1, 1], "sum": 12.0}


def test_a_clean_line_pleases_and_a_lossy_or_slow_one_does_not() -> None:
    clean = mean_opinion(0.0, 0.02, 0.001)
    assert 4.3 < clean < 4.5
    assert clean > mean_opinion(0.05, 0.02, 0.001) > mean_opinion(0.15, 0.02, 0.001) > 1
    assert clean > mean_opinion(0.0, 0.4, 0.001) > mean_opinion(0.0, 1.2, 0.001)
    assert mean_opinion(0.9, 2.0, 0.5) == 1.0


class Inlet:
    """Counts as it is told."""

    video, rid = True, ""

    def __init__(self, packets: int) -> None:
        self.packets = packets

    def stats(self) -> dict[str, int]:
        """Everything follows from the packets."""
        rest = dict.fromkeys(("asked_again", "repaired", "recovered", "given_up", "duplicates"), 0)
        return {"packets": self.packets, "octets": 100 * self.packets, **rest}


class Room:
    """One source of one layer, and a line."""

    def __init__(self, inlet: Inlet | None) -> None:
        source = Source.__new__(Source)
        source.layers = [inlet] if inlet else []  # type: ignore[list-item]
        source.track = Track("p.camera", "video", "camera", "vp8", 90000)
        self.router = SimpleNamespace(sources={"p.camera": source})
        self.peers: dict[str, Any] = {}

    def lines(self) -> list[tuple[float, float, float]]:
        """A line without a fault."""
        return [(0.0, 0.02, 0.001)]


def packets(seen: Observations) -> int:
    """The total of incoming video."""
    totals = {tuple(key): count for *key, count in seen.plain()["totals"]}
    return int(totals.get(("in", "video", "packets"), 0))


def test_totals_go_on_when_a_stream_ends_and_another_begins() -> None:
    seen, inlet = Observations(), Inlet(10)
    told = []
    for count in (10, 25):
        inlet.packets = count
        seen.look([Room(inlet)])  # type: ignore[list-item]
        told.append(packets(seen))
    seen.look([Room(None)])  # type: ignore[list-item]
    told.append(packets(seen))
    inlet.packets = 3  # As a new stream would, in the same place.
    seen.look([Room(inlet)])  # type: ignore[list-item]
    told.append(packets(seen))
    assert told == [10, 25, 25, 28]
    assert sum(seen.plain()["score"]["counts"]) == 4


async def test_real_streams_are_counted_in_and_out_and_nothing_is_kept_of_the_gone() -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_camera=["ben"]))
        anna, ben = Caller(worker, "r", "anna"), Caller(worker, "r", "ben")
        await anna.publish(Picture())
        await ben.subscribe(0, 1)
        await until(lambda: ben.frames("video") > 30)
        worker._observed.look(worker._rooms.values())
        await anna.close()
        await ben.close()
        await worker.close_room("r")
        worker._observed.look([])
        totals = {tuple(key): count for *key, count in (await worker.stats())["observed"]["totals"]}
        assert worker._observed._seen == {}
    came, left = totals["in", "video", "packets"], totals["out", "video", "packets"]
    assert came >= left > 0 and totals["in", "video", "bytes"] > came
