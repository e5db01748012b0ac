"""What is measured as Prometheus metric families. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

_DROPPED = ("send_failed", "bad_length", "bad_check", "unknown_address", "unknown_kind")
_BOTH_WAYS = (
    ("packets", "Datagrams", ("packets_in", "packets_out")),
    ("nacks", "Packets asked for again, by us (out) or of us (in)", ("nacks_in", "nacks_out")),
    ("plis", "Key frames asked for, by us (out) or of us (in)", ("key_frames_in", "key_frames_out")),
)
_AGES = (
    ("uptime_seconds", "Age of the media worker", "uptime_s"),
    ("resident_bytes", "Memory of the media worker", "rss"),
    ("connections", "Publishing and subscribing connections", "peers"),
)
_GRADES = ("good", "poor", "bad")

Pairs = Iterable[tuple[str, float]]
Stats = Mapping[str, Any]


class Exposition(Collector):
    """One reading of everything, as a registry asks for it. `worker` is a place among the media workers."""

    def __init__(self, measured: Mapping[str, Any]) -> None:
        self._measured = measured

    def collect(self) -> Iterator[Metric]:
        """Every family; what a media worker counts only while it lives."""
        measured = self._measured
        rooms, people = dict(measured["rooms"]), dict(measured["participants"])
        crew: Sequence[Mapping[str, Any]] = measured["media"]
        yield GaugeMetricFamily("heting_sittings", "Sittings held in memory", value=sum(rooms.values()))
        yield _gauges("heting_rooms", "Sittings by phase", "phase", rooms.items())
        yield _gauges("heting_participants", "Connected people by role", "role", people.items())
        weight = measured["recording_bytes"]
        yield GaugeMetricFamily("heting_recording_bytes", "Recordings of the live sittings", value=weight)
        up = [(str(place), float(one["stats"] is not None)) for place, one in enumerate(crew)]
        yield _gauges("heting_media_up", "Whether the media worker lives", "worker", up)
        rooms_of = [(str(place), float(one["rooms"])) for place, one in enumerate(crew)]
        yield _gauges("heting_media_rooms", "Rooms of the media worker", "worker", rooms_of)
        epochs = [(str(place), float(one["epoch"])) for place, one in enumerate(crew)]
        yield _gauges("heting_media_epoch", "Grows with each new media worker", "worker", epochs)
        alive = [(str(place), one["stats"]) for place, one in enumerate(crew) if one["stats"] is not None]
        yield from _media(alive)


def _media(alive: Sequence[tuple[str, Stats]]) -> Iterator[Metric]:
    for name, text, source in _AGES:
        pairs = [(worker, stats.get(source, 0)) for worker, stats in alive]
        yield _gauges(f"heting_media_{name}", text, "worker", pairs)
    for name, text, sources in _BOTH_WAYS:
        family = CounterMetricFamily(f"heting_media_{name}", text, labels=["worker", "direction"])
        for worker, stats in alive:
            for direction, source in zip(("in", "out"), sources, strict=True):
                family.add_metric([worker, direction], stats.get("port", {}).get(source, 0))
        yield family
    dropped = CounterMetricFamily(
        "heting_media_dropped", "Datagrams that ended at the port", labels=["worker", "reason"]
    )
    resent = CounterMetricFamily("heting_media_resent", "Packets sent again", labels=["worker"])
    text = "Slots that went over to another layer of their video"
    switches = CounterMetricFamily("heting_media_layer_switches", text, labels=["worker"])
    tap = CounterMetricFamily("heting_tap_packets", "Packets for the scribe", labels=["worker", "outcome"])
    for worker, stats in alive:
        for reason in _DROPPED:
            dropped.add_metric([worker, reason], stats.get("port", {}).get(reason, 0))
        resent.add_metric([worker], stats.get("port", {}).get("resent", 0))
        switches.add_metric([worker], stats.get("port", {}).get("layer_switches", 0))
        for outcome in ("sent", "dropped"):
            tap.add_metric([worker, outcome], stats.get("tap", {}).get(outcome, 0))
    yield from (dropped, resent, switches, tap)
    yield _gauges("heting_media_lines", "People by how good their line is", "grade", _lines(alive).items())
    yield _delays(alive)


def _lines(alive: Sequence[tuple[str, Stats]]) -> dict[str, int]:
    grades = dict.fromkeys(_GRADES, 0)
    for _, stats in alive:
        for room in stats.get("rooms", {}).values():
            for grade, count in room.get("grades", {}).items():
                grades[grade] = grades.get(grade, 0) + count
    return grades


def _delays(alive: Sequence[tuple[str, Stats]]) -> HistogramMetricFamily:
    """Every 64th packet is measured; a bucket counts what is at most its bound."""
    text = "From the kernel's receipt of a packet to its last forwarding; one packet in 64"
    family = HistogramMetricFamily("heting_media_forward_delay_seconds", text, labels=["worker"])
    for worker, stats in alive:
        delay = stats.get("forward_delay")
        if not delay:
            continue
        buckets, seen = [], 0
        for bound, count in zip([*delay["bounds_ms"], None], delay["counts"], strict=True):
            seen += count
            buckets.append(("+Inf" if bound is None else str(bound / 1000), float(seen)))
        family.add_metric([worker], buckets, delay.get("sum_ms", 0.0) / 1000)
    return family


def _gauges(name: str, text: str, label: str, pairs: Pairs) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, count in pairs:
        family.add_metric([value], count)
    return family
