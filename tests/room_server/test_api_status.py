"""Health for everybody, gauges for those who watch."""

import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from room_server.api import status
from room_server.rules import events as e
from tests.support.callers import Caller, Picture, running, table, until
from tests.support.desk_server import desk_server

ROOT = Path(__file__).parents[2]


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


def families(text: str) -> dict[str, str]:
    """What Prometheus' own parser finds: name and type of every family."""
    found = list(text_string_to_metric_families(text))
    assert all(family.documentation and family.type != "unknown" for family in found)
    return {family.name: family.type for family in found}


def samples(text: str) -> dict[tuple[str, ...], float]:
    """What it reads: name and label values, in the order of the labels' names → value."""
    return {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


async def test_metrics_are_in_prometheus_format(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        answer = await server.anonymous().get("/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        told = samples(answer.body.decode())
    assert told["heting_room_total", "open"] == 2
    assert told["heting_participant_total", "mediator"] == 1
    assert told["heting_recording_bytes",] == 9
    assert told["heting_control_loop_lag_seconds",] == 0.002
    assert told["process_open_fds",] > 3 and told["process_resident_memory_bytes",] > 10_000_000


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
        assert told["heting_packet_total", direction, "0"] == count > 60
        assert told["heting_nack_total", direction, "0"] == stats["port"][f"nacks_{direction}"]
        carried = told["heting_forward_packet_total", direction, "video", "0"]
        assert 20 < carried <= count
        assert told["heting_packet_bytes_total", direction, "video", "0"] > 20 * carried
    assert told["heting_pli_total", "out", "0"] > 0
    assert (told["heting_worker_up", "0"], told["heting_worker_up", "1"]) == (1, 0)
    assert (told["heting_worker_accepting", "0"], told["heting_worker_accepting", "1"]) == (1, 0)
    assert (
        told["heting_peer_total", "publish", "up", "0"]
        == told["heting_peer_total", "subscribe", "up", "0"]
        == 1
    )
    assert told["heting_track_published_total", "0"] == 1
    assert told["heting_track_subscribed_total", "sent", "0"] == 1
    assert told["heting_line_total", "good"] + told["heting_line_total", "poor"] <= 2
    assert told["heting_worker_port", stats["plane"], "0"] == stats["port"]["number"]
    assert told["heting_worker_resident_bytes", "0"] > 10_000_000
    assert told["heting_worker_cpu_seconds_total", "0"] > 0 and told["heting_worker_open_fds", "0"] > 3
    assert told["heting_worker_loop_lag_seconds_count", "0"] > 50
    assert told["heting_retransmission_ratio", "0"] < 0.5


async def test_distributions_add_up(tmp_path: Path) -> None:
    async with running() as (worker, _), desk_server(tmp_path) as server:
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_camera=["ben"]))
        anna, ben = Caller(worker, "r", "anna"), Caller(worker, "r", "ben")
        await anna.publish(Picture())
        await ben.subscribe(0, 1)
        await until(lambda: sum(worker._observed.plain()["score"]["counts"]) > 2)
        stats = server.live.stats = await worker.stats()
        told = samples((await server.anonymous().get("/metrics")).body.decode())
        await anna.close()
        await ben.close()
    measured = sum(stats["forward_delay"]["counts"])
    assert told["heting_forward_latency_seconds_bucket", "+Inf", "0"] == measured > 0
    assert told["heting_forward_latency_seconds_count", "0"] == measured
    assert 0 < told["heting_forward_latency_seconds_sum", "0"] < 10
    bounds = [v for k, v in told.items() if k[0] == "heting_forward_latency_seconds_bucket"]
    assert bounds == sorted(bounds) and len(bounds) == len(stats["forward_delay"]["counts"])
    lines = told["heting_rtt_ms_count", "0"]
    for name in ("heting_packet_loss_percent", "heting_jitter_us", "heting_quality_score"):
        assert told[f"{name}_count", "0"] == lines > 2
    assert 1 <= told["heting_quality_score_sum", "0"] / lines <= 4.5


async def test_what_has_happened_is_counted(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        happened = server.live.happened
        for event in (
            e.Joined(participant="p", device="d"),
            e.Disconnected(participant="p", device="d", evidence="media"),
            e.Reconnected(participant="p", device="d", away_ms=4200),
            e.Left(participant="p", cause="silent"),
            e.RecordingAlarm(word="disk_full", track=""),
            e.Closed(),
        ):
            happened.take(event, 61_000, 1_000)
        happened.connected(150)
        server.live.speech = {"pending": 2, "waiting_s": 1.5, "streams": 3, "scribe": {"written": 7}}
        told = samples((await server.anonymous().get("/metrics")).body.decode())
    assert told["heting_participant_join_total",] == 1
    assert told["heting_participant_leave_total", "silent"] == 1
    assert told["heting_disconnect_total", "media"] == told["heting_reconnect_total",] == 1
    assert told["heting_recording_alarm_total", "disk_full"] == 1 and told["heting_media_lost_total",] == 0
    assert told["heting_away_seconds_sum",] == 4.2
    assert (
        told["heting_room_duration_seconds_bucket", "60.0"]
        == told["heting_room_duration_seconds_count",]
        == 1
    )
    assert told["heting_session_join_latency_ms_bucket", "100.0"] == 0
    assert told["heting_session_join_latency_ms_bucket", "200.0"] == 1
    assert (told["heting_scribe_up",], told["heting_scribe_pending",]) == (1, 2)
    assert told["heting_utterance_total", "written"] == 7


async def test_without_any_media_worker_the_rest_is_told(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        told = samples((await server.anonymous().get("/metrics")).body.decode())
    of_workers = {key: value for key, value in told.items() if key[0].startswith("heting_worker_")}
    assert of_workers == {
        ("heting_worker_up", "0"): 0.0,
        ("heting_worker_up", "1"): 0.0,
        ("heting_worker_accepting", "0"): 1.0,
        ("heting_worker_accepting", "1"): 0.0,
        **{("heting_worker_rooms", worker): 1.0 for worker in "01"},
        **{("heting_worker_epoch", worker): 3.0 for worker in "01"},
    }
    assert told["heting_scribe_up",] == 0


async def exposed(tmp_path: Path) -> dict[str, str]:
    """Every family that `/metrics` has."""
    async with desk_server(tmp_path) as server:
        return families((await server.anonymous().get("/metrics")).body.decode())


async def test_every_metric_is_in_the_operators_table(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(heting_[a-z_]+)` \| (\w+) \|", text, re.M))
    found = {name: kind for name, kind in (await exposed(tmp_path)).items() if name.startswith("heting_")}
    counted = {name + ("_total" if kind == "counter" else ""): kind for name, kind in found.items()}
    assert rows == counted


async def test_the_dashboard_asks_for_what_there_is(tmp_path: Path) -> None:
    board = json.loads((ROOT / "deploy" / "grafana.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    assert len(asked) >= 15 and len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    there = set()
    for name, kind in (await exposed(tmp_path)).items():
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(kind, ("",))
        there |= {name + ending for ending in endings}
    wanted = {name for expr in asked for name in re.findall(r"\b(?:heting|process)_[a-z_]+", expr)}
    assert wanted - there == set()


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
