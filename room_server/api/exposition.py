"""What is measured as Prometheus metric families: people and sittings; media is beside this. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from .media_exposition import histogram, media

_COUNTS = (
    ("heting_participant_join", "People who came in", "joins", ""),
    ("heting_participant_leave", "People who went, by cause", "leaves", "cause"),
    ("heting_disconnect", "Connections that were lost, by evidence", "disconnects", "evidence"),
    ("heting_reconnect", "Connections that came back", "reconnects", ""),
    ("heting_media_lost", "Sittings that lost their media worker", "media_losses", ""),
    ("heting_recording_alarm", "Alarms of the recorder, by word", "recording_alarms", "word"),
)
_SPREADS = (
    ("heting_session_join_latency_ms", "From a media offer to a connection that stands", "join_ms"),
    ("heting_away_seconds", "How long people were cut off who came back", "away_s"),
    ("heting_text_delay_seconds", "From the end of an utterance to its text", "text_s"),
    ("heting_room_duration_seconds", "From the opening of a sitting to its close", "sitting_s"),
)
_SPEECH = (
    ("pending", "Utterances that wait to be written down", "pending"),
    ("waiting_seconds", "Speech in them, in seconds", "waiting_s"),
    ("streams", "Voices that are listened to", "streams"),
)

Pairs = Iterable[tuple[str, float]]


class Exposition(Collector):
    """One reading of everything, as a registry asks for it. `worker` is a place among the media workers."""

    def __init__(self, measured: Mapping[str, Any], refused: Mapping[str, int]) -> None:
        self._measured = measured
        self._refused = refused

    def collect(self) -> Iterator[Metric]:
        """Every family; what a worker counts only while it lives."""
        measured = self._measured
        yield _gauges("heting_room_total", "Sittings by phase", "phase", measured["rooms"].items())
        people = measured["participants"].items()
        yield _gauges("heting_participant_total", "Connected people by role", "role", people)
        weight = measured["recording_bytes"]
        yield GaugeMetricFamily("heting_recording_bytes", "Recordings of the live sittings", value=weight)
        lag = measured["loop_lag_s"]
        text = "The longest delay of the control process's event loop since the last reading"
        yield GaugeMetricFamily("heting_control_loop_lag_seconds", text, value=lag)
        text = "Requests and frames refused because they came too fast, by what they were counted by"
        limited = CounterMetricFamily("heting_limited", text, labels=["by"])
        for counted_by, count in self._refused.items():
            limited.add_metric([counted_by], count)
        yield limited
        yield from _happened(measured["happened"])
        yield from _speech(measured["speech"])
        yield from media(measured["media"])


def _happened(happened: Mapping[str, Any]) -> Iterator[Metric]:
    for name, text, source, label in _COUNTS:
        family = CounterMetricFamily(name, text, labels=[label] if label else [])
        found = [(value, count) for kind, value, count in happened["counts"] if kind == source]
        for value, count in found or ([] if label else [("", 0)]):
            family.add_metric([value] if label else [], count)
        yield family
    for name, text, source in _SPREADS:
        spread = HistogramMetricFamily(name, text, labels=[])
        histogram(spread, [], happened[source])
        yield spread


def _speech(stats: Mapping[str, Any] | None) -> Iterator[Metric]:
    up = float(stats is not None)
    yield GaugeMetricFamily("heting_scribe_up", "Whether the scribe lives", value=up)
    for name, text, source in _SPEECH:
        value = (stats or {}).get(source, 0)
        yield GaugeMetricFamily(f"heting_scribe_{name}", text, value=value)
    written = CounterMetricFamily("heting_utterance", "Utterances by what became of them", labels=["outcome"])
    for outcome, count in (stats or {}).get("scribe", {}).items():
        written.add_metric([outcome], count)
    yield written


def _gauges(name: str, text: str, label: str, pairs: Pairs) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, count in pairs:
        family.add_metric([value], count)
    return family
