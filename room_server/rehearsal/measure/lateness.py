"""How late the text is: from the end of an utterance to the journal, and on to the screens. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .log import PersonLog
from .traffic import percentile


def text_delay(journal: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """From the end of an utterance to its entry in the journal, which every screen is shown at once."""
    return spread(
        float(entry["media_time"] - entry["body"]["end_ms"])
        for entry in journal
        if entry["type"] == "UtteranceHeard" and entry.get("media_time") is not None
    )


def on_screen(
    journal: Sequence[Mapping[str, Any]], logs: Iterable[PersonLog], clock_ns: int, same_clock: bool
) -> list[float]:
    """From the end of each utterance to when each of these screens first showed its text, in ms.

    `logs`: of people who are inside all the time; `clock_ns`: Unix time at the zero of the screens' clock.
    Without `same_clock` (a server elsewhere) the journal stands for the screens.
    """
    said = [e for e in journal if e["type"] == "UtteranceHeard" and e.get("media_time") is not None]
    if not same_clock:
        return [float(entry["media_time"] - entry["body"]["end_ms"]) for entry in said]
    # Media time and the time of day of one entry tell when media time was zero.
    ended = {e["body"]["utterance"]: e["at"] - e["media_time"] + e["body"]["end_ms"] for e in said}
    late = []
    for log in logs:
        # Whoever comes back is told everything again.
        first: dict[str, int] = {}
        for at, event in log.told():
            if event["type"] == "UtteranceHeard":
                first.setdefault(event["utterance"], at)
        late += [(at + clock_ns) / 1e6 - ended[name] for name, at in first.items() if name in ended]
    return late


def spread(late: Iterable[float]) -> dict[str, Any]:
    """Median and 95th percentile, None of nothing."""
    values = list(late)
    return {"p50": percentile(values, 0.5), "p95": percentile(values, 0.95)}
