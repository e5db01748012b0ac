"""The forwarding benchmark: its options, its figures, and a short real run on each plane."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import pytest

from bench.contest import QUICK, Plan
from bench.crowd import Crowd
from bench.forward import parser, planned, rows, targets
from bench.load import Generator, possible
from bench.ours import Ours, PlaneMissing
from media.aiortc_bridge import Certificate


def test_options_change_the_plan() -> None:
    assert planned(parser().parse_args([])) == Plan()
    assert planned(parser().parse_args(["--quick"])) == QUICK
    some = planned(parser().parse_args(["--parts", "rounds,stall", "--rounds", "9", "--nack", "1"]))
    assert (some.parts, some.rounds, some.nack_percent) == (("rounds", "stall"), 9, 1.0)
    assert planned(parser().parse_args(["--quick", "--parts", "ramp"])).parts == ("ramp",)
    with pytest.raises(ValueError, match="sleep"):
        planned(parser().parse_args(["--parts", "sleep"]))


def plane(name: str, **more: Any) -> dict[str, Any]:
    """What a plane's figures look like."""
    figures = {"name": name, "us_per_packet": 6.0, "delay_ms": {"p95": 0.4}, "max_pps_p95_20ms": 9000}
    return {**figures, "rss_mb_per_connection": 1.2, **more}


def test_targets_are_those_of_the_planes_that_ran() -> None:
    found = {"planes": [plane("python", ratio=0.9)]}
    assert [(t.measure, t.verdict()) for t in targets(found)] == [
        ("python plane, CPU per packet / Janus", "met"),
        ("python plane, memory per connection", "met"),
    ]
    stalls = {"join": {"median": 1.0, "worst": 6.0}}
    found["planes"].append(plane("c", ratio=0.3, max_pps_to_janus=2.2, join_stall_ms=stalls))
    assert [(t.measure, t.verdict()) for t in targets(found)][2:] == [
        ("c plane, CPU per packet / Janus", "stretch"),
        ("c plane, highest load / Janus", "met"),
        ("c plane, rooms of three / Janus", "not measured"),
        ("c plane, longest stall by a join", "missed"),
        ("c plane, memory per connection", "met"),
    ]


def test_what_was_measured_coarsely_is_not_judged() -> None:
    found = {"planes": [plane("python", ratio=0.9, rss_mb_per_connection=None)], "coarse": True}
    assert [t.verdict() for t in targets(found)] == ["coarse", "not measured"]


def test_the_common_table_names_every_server() -> None:
    found = {"planes": [plane("python")], "janus": plane("janus"), "targets": []}
    assert [row["measure"] for row in rows(found)] == [
        "python: CPU per forwarded packet",
        "python: delay p95",
        "python: highest load, packets/s",
        "janus: CPU per forwarded packet",
        "janus: delay p95",
        "janus: highest load, packets/s",
    ]


async def forwarded(name: str) -> dict[str, Any]:
    """Two people at one plane for a second, then one of them leaves and comes back."""
    with tempfile.TemporaryDirectory() as folder:
        server = Ours(name, "127.0.0.1", None, realtime=False)
        try:
            await server.start()
        except PlaneMissing as missing:
            await server.stop()
            pytest.skip(f"no {name} plane: {missing}")
        generator = Generator(Path(folder))
        generator.start(None, realtime=False)
        room = Crowd(server, generator, Certificate(), "127.0.0.1", party=2)
        try:
            await room.add_room()
            room.turn(2)
            generator.tune(sample=1, lost_percent=5.0)
            sample = await room.measure(1.0, settle=1.0)
            await room.leave(0, "p1")
            await room.join(0, "p1")
            await asyncio.sleep(1.0)
            stats = await server.call("stats")
            census = await server.call("census")
        finally:
            await room.empty()
            await server.stop()
            await generator.stop()
    return {**sample.plain(), "stats": stats, "census": census}


@pytest.mark.skipif(not possible(), reason="the load generator needs gcc")
@pytest.mark.parametrize("name", ["python", "c"])
async def test_a_room_of_two_under_load(name: str) -> None:
    found = await forwarded(name)
    assert found["forged"] == 0
    assert found["out_per_s"] > 100
    assert found["resent"] > 0
    assert 0 < found["delay_ms"]["p50"] < 500
    peers = found["stats"]["rooms"]["room-0"]["peers"]
    assert {peer["state"] for peer in peers} == {"up"}
    assert len(peers) == 4
    assert [(p["plane"], p["refused"], p["malformed"]) for p in peers if p["refused"] or p["malformed"]] == []
    # Receivers report on what they were sent: the server knows the way there and back.
    assert any(peer["rtt_ms"] < 100 for peer in peers if peer["plane"] == "subscribe")
    assert found["census"]["descriptors"] > 0
