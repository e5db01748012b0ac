"""The media workers as Prometheus metric families. `worker` is a place in the crew, not a process. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

Stats = Mapping[str, Any]
Alive = Sequence[tuple[str, Stats]]

_DROPPED = ("send_failed", "bad_length", "bad_check", "unknown_address", "unknown_kind")
_GRADES = ("good", "poor", "bad")
_BOTH_WAYS = (
    ("heting_packet", "Datagrams", ("packets_in", "packets_out")),
    ("heting_nack", "Packets asked for again, by us (out) or of us (in)", ("nacks_in", "nacks_out")),
    ("heting_pli", "Key frames asked for, by us (out) or of us (in)", ("key_frames_in", "key_frames_out")),
)
_OWN = (
    ("heting_worker_uptime_seconds", "Age of the media worker", "uptime_s"),
    ("heting_worker_resident_bytes", "Memory of the media worker", "rss"),
    ("heting_worker_open_fds", "File descriptors of the media worker", "fds"),
)
_OBSERVED = (
    ("heting_packet_loss_percent", "Recent loss of each line, each second", "loss_percent"),
    ("heting_rtt_ms", "Round trip of each line, each second", "rtt_ms"),
    ("heting_jitter_us", "Jitter of voices on each line, each second", "jitter_us"),
    ("heting_quality_score", "How people would rate each line (1 to 4.4), each second", "score"),
)
_REPAIR = {
    "asked_again": "asked for",
    "repaired": "came when asked",
    "recovered": "came along with later ones",
    "given_up": "never came",
}


def media(crew: Sequence[Mapping[str, Any]]) -> Iterator[Metric]:
    """Every family of the media workers."""
    places = [(str(place), one) for place, one in enumerate(crew)]
    alive = [(place, one["stats"]) for place, one in places if one["stats"] is not None]
    yield from _placed(places)
    yield from _machine(alive)
    yield from _port(alive)
    yield from _forwarded(alive)
    yield from _rooms(alive)
    for name, text, source in _OBSERVED:
        family = HistogramMetricFamily(name, text, labels=["worker"])
        for worker, stats in alive:
            histogram(family, [worker], stats.get("observed", {}).get(source))
        yield family


def histogram(family: HistogramMetricFamily, labels: list[str], plain: Mapping[str, Any] | None) -> None:
    """Add plain `bounds`, `counts` (one more) and `sum`; a bucket counts what is at most its bound."""
    if not plain:
        return
    buckets, seen = [], 0
    for bound, count in zip([*plain["bounds"], None], plain["counts"], strict=True):
        seen += count
        buckets.append(("+Inf" if bound is None else str(bound), float(seen)))
    family.add_metric(labels, buckets, plain["sum"])


def _placed(places: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[Metric]:
    up = GaugeMetricFamily("heting_worker_up", "Whether the media worker lives", labels=["worker"])
    open_to_new = GaugeMetricFamily(
        "heting_worker_accepting", "Whether the media worker takes new rooms", labels=["worker"]
    )
    rooms = GaugeMetricFamily("heting_worker_rooms", "Rooms of the media worker", labels=["worker"])
    epoch = GaugeMetricFamily("heting_worker_epoch", "Grows with each new media worker", labels=["worker"])
    for place, one in places:
        up.add_metric([place], float(one["stats"] is not None))
        open_to_new.add_metric([place], float(one["state"] == "up"))
        rooms.add_metric([place], one["rooms"])
        epoch.add_metric([place], one["epoch"])
    yield from (up, open_to_new, rooms, epoch)


def _machine(alive: Alive) -> Iterator[Metric]:
    for name, text, source in _OWN:
        family = GaugeMetricFamily(name, text, labels=["worker"])
        for worker, stats in alive:
            family.add_metric([worker], stats.get(source, 0))
        yield family
    spent = CounterMetricFamily("heting_worker_cpu_seconds", "Processor time used", labels=["worker"])
    port = GaugeMetricFamily("heting_worker_port", "UDP port, and the plane", labels=["worker", "plane"])
    lag = HistogramMetricFamily(
        "heting_worker_loop_lag_seconds", "How late the worker's 10 ms timer is", labels=["worker"]
    )
    for worker, stats in alive:
        spent.add_metric([worker], stats.get("cpu_s", 0.0))
        port.add_metric([worker, stats.get("plane", "")], stats.get("port", {}).get("number", 0))
        histogram(lag, [worker], _seconds(stats.get("loop_lag")))
    yield from (spent, port, lag)


def _port(alive: Alive) -> Iterator[Metric]:
    for name, text, sources in _BOTH_WAYS:
        family = CounterMetricFamily(name, text, labels=["worker", "direction"])
        for worker, stats in alive:
            for direction, source in zip(("in", "out"), sources, strict=True):
                family.add_metric([worker, direction], stats.get("port", {}).get(source, 0))
        yield family
    dropped = CounterMetricFamily(
        "heting_packet_dropped", "Datagrams that ended at the port", labels=["worker", "reason"]
    )
    switches = CounterMetricFamily(
        "heting_layer_switch", "Changes of a simulcast layer, at a key frame", labels=["worker"]
    )
    delay = HistogramMetricFamily(
        "heting_forward_latency_seconds",
        "From the kernel's receipt of a packet to its last forwarding; one packet in 64",
        labels=["worker"],
    )
    tap = CounterMetricFamily("heting_tap_packet", "Packets for the scribe", labels=["worker", "outcome"])
    for worker, stats in alive:
        for reason in _DROPPED:
            dropped.add_metric([worker, reason], stats.get("port", {}).get(reason, 0))
        switches.add_metric([worker], stats.get("port", {}).get("layer_switches", 0))
        histogram(delay, [worker], _seconds(stats.get("forward_delay")))
        for outcome in ("sent", "dropped"):
            tap.add_metric([worker, outcome], stats.get("tap", {}).get(outcome, 0))
    yield from (dropped, switches, delay, tap)


def _forwarded(alive: Alive) -> Iterator[Metric]:
    """What the streams counted, those that have ended among them."""
    labels = ["worker", "direction", "kind"]
    packets = CounterMetricFamily("heting_forward_packet", "RTP packets of tracks", labels=labels)
    octets = CounterMetricFamily("heting_packet_bytes", "Payload bytes of these packets", labels=labels)
    again = CounterMetricFamily("heting_rtx", "Packets sent again because asked", labels=["worker", "kind"])
    missed = CounterMetricFamily(
        "heting_packet_missing",
        "Packets that did not come: " + ", ".join(f"{k}: {v}" for k, v in _REPAIR.items()),
        labels=["worker", "kind", "outcome"],
    )
    ratio = GaugeMetricFamily(
        "heting_retransmission_ratio", "Packets sent again by packets sent", labels=["worker"]
    )
    for worker, stats in alive:
        out: Counter[str] = Counter()
        for direction, kind, what, count in stats.get("observed", {}).get("totals", ()):
            if what in ("packets", "bytes"):
                (packets if what == "packets" else octets).add_metric([worker, direction, kind], count)
            elif what == "resent":
                again.add_metric([worker, kind], count)
            elif what in _REPAIR:
                missed.add_metric([worker, kind, what], count)
            out[what] += count if direction == "out" else 0
        ratio.add_metric([worker], out["resent"] / out["packets"] if out["packets"] else 0.0)
    yield from (packets, octets, again, missed, ratio)


def _rooms(alive: Alive) -> Iterator[Metric]:
    peers = GaugeMetricFamily(
        "heting_peer_total", "Media connections by plane and state", labels=["worker", "plane", "state"]
    )
    published = GaugeMetricFamily("heting_track_published_total", "Tracks that flow in", labels=["worker"])
    subscribed = GaugeMetricFamily(
        "heting_track_subscribed_total", "Slots that carry a track", labels=["worker", "state"]
    )
    late = GaugeMetricFamily(
        "heting_recorder_write_lag_seconds",
        "How old packets were when recorded",
        labels=["worker"],
    )
    failed = GaugeMetricFamily(
        "heting_guests_failed", "Recorders and taps that broke off in open rooms", labels=["worker"]
    )
    grades: Counter[str] = Counter(dict.fromkeys(_GRADES, 0))
    for worker, stats in alive:
        rooms = list(stats.get("rooms", {}).values())
        for (plane, state), count in Counter(
            (peer["plane"], peer["state"]) for room in rooms for peer in room.get("peers", ())
        ).items():
            peers.add_metric([worker, plane, state], count)
        published.add_metric([worker], sum(len(room.get("tracks", ())) for room in rooms))
        slots = [slot for room in rooms for peer in room.get("peers", ()) for slot in _slots(peer)]
        withheld = sum(bool(slot["paused"]) for slot in slots)
        subscribed.add_metric([worker, "sent"], len(slots) - withheld)
        subscribed.add_metric([worker, "withheld"], withheld)
        late.add_metric([worker], max((room.get("recorder_lag_s", 0.0) for room in rooms), default=0.0))
        failed.add_metric([worker], sum(room.get("guests_failed", 0) for room in rooms))
        for room in rooms:
            grades.update(room.get("grades", {}))
    lines = GaugeMetricFamily("heting_line_total", "People by how good their line is", labels=["grade"])
    for grade, count in grades.items():
        lines.add_metric([grade], count)
    yield from (peers, published, subscribed, late, failed, lines)


def _slots(peer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [slot for slot in peer.get("slots", ()) if slot["track"]]


def _seconds(delay: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A histogram of milliseconds as one of seconds."""
    if not delay:
        return None
    bounds = [bound / 1000 for bound in delay["bounds_ms"]]
    return {"bounds": bounds, "counts": delay["counts"], "sum": delay.get("sum_ms", 0.0) / 1000}
