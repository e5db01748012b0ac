"""Health for everybody, gauges for those who watch."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from room_server.api import status
from tests.support.callers import Caller, Picture, running, table, until
from tests.support.desk_server import desk_server


async def test_health_shows_the_parts(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        answer = await server.anonymous().get("/health")
        assert answer.json == {
            "status": "ok",
            "version": status.version(),
            "parts": {"media": {"state": "up"}},
        }
        server.live.parts["media"] = {"state": "down"}
        assert (await server.anonymous().get("/health")).json["status"] == "degraded"


async def test_metrics_are_in_prometheus_format(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        answer = await server.anonymous().get("/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert "heting_sittings 2.0" in answer.body.decode()


def samples(text: str) -> dict[tuple[str, ...], float]:
    """What Prometheus' own parser reads: name and label values, in the order of the labels' names → value."""
    families = list(text_string_to_metric_families(text))
    assert all(family.documentation and family.type != "unknown" for family in families)
    return {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in families
        for one in family.samples
    }


async def test_what_a_living_media_worker_counts_is_told_with_labels(tmp_path: Path) -> None:
    async with running() as (worker, _), desk_server(tmp_path) as server:
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_camera=["ben"]))
        anna, ben = Caller(worker, "r", "anna"), Caller(worker, "r", "ben")
        await anna.publish(Picture())
        await ben.subscribe(0, 1)
        await until(lambda: ben.frames("video") > 60)
        stats = server.live.stats = await worker.stats()
        told = samples((await server.anonymous().get("/metrics")).body.decode())
        await anna.close()
        await ben.close()
    for direction in ("in", "out"):
        count = stats["port"][f"packets_{direction}"]
        assert told["heting_media_packets_total", direction, "0"] == count > 60
        assert told["heting_media_nacks_total", direction, "0"] == stats["port"][f"nacks_{direction}"]
    assert told["heting_media_plis_total", "out", "0"] > 0
    assert (told["heting_media_up", "0"], told["heting_media_up", "1"]) == (1, 0)
    assert told["heting_media_connections", "0"] == 2 and ("heting_media_connections", "1") not in told
    assert told["heting_media_lines", "good"] + told["heting_media_lines", "poor"] <= 2
    measured = sum(stats["forward_delay"]["counts"])
    assert told["heting_media_forward_delay_seconds_bucket", "+Inf", "0"] == measured > 0
    assert told["heting_media_forward_delay_seconds_count", "0"] == measured
    assert 0 < told["heting_media_forward_delay_seconds_sum", "0"] < 10
    bounds = [v for k, v in told.items() if k[0].endswith("delay_seconds_bucket")]
    assert bounds == sorted(bounds) and len(bounds) == len(stats["forward_delay"]["counts"])
    assert told["heting_media_resident_bytes", "0"] > 10_000_000


async def test_without_any_media_worker_the_rest_is_told(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        told = samples((await server.anonymous().get("/metrics")).body.decode())
    expected: dict[tuple[str, ...], float] = {
        ("heting_sittings",): 2.0,
        ("heting_rooms", "open"): 2.0,
        ("heting_participants", "mediator"): 1.0,
        ("heting_recording_bytes",): 9.0,
        **{("heting_media_up", worker): 0.0 for worker in "01"},
        **{("heting_media_rooms", worker): 1.0 for worker in "01"},
        **{("heting_media_epoch", worker): 3.0 for worker in "01"},
        **{("heting_media_lines", grade): 0.0 for grade in ("good", "poor", "bad")},
    }
    assert told == expected


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("127.0.0.1", True), ("::1", True), ("192.168.1.5", False), (None, False), ("", False)],
)
def test_this_machine_is_known_by_its_address(address: str | None, allowed: bool) -> None:
    assert status._is_this_machine(address) is allowed


async def test_metrics_stay_at_home_behind_a_proxy(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
            answer = await server.anonymous().get("/metrics", headers={name: "203.0.113.9"})
            assert answer.status == 403


async def test_a_token_opens_metrics_from_anywhere_and_is_then_needed(tmp_path: Path) -> None:
    async with desk_server(tmp_path, metrics_token="口令-1") as server:
        wrong = ("Bearer wrong", "Bearer \udcff", "", "Basic 口令-1")
        for header, expected in (("Bearer 口令-1", 200), *((text, 403) for text in wrong)):
            headers = {"Authorization": header, "X-Forwarded-For": "203.0.113.9"}
            assert (await server.anonymous().get("/metrics", headers=headers)).status == expected
