"""What the workers report, as facts of the journal. Pure."""

from typing import Any

import msgspec

from .rules import events as e


def fact_of(told: str, event: dict[str, Any]) -> e.Event | None:
    """A worker's event as a fact of the journal; None for what is none."""
    if told == "track_started":
        return e.TrackStarted(participant=event["participant"], source=event["source"], codec=event["codec"])
    if told == "track_ended":
        return e.TrackEnded(participant=event["participant"], source=event["source"])
    if told == "segment":
        return e.SegmentSealed(**_only(e.SegmentSealed, event))
    if told == "gap":
        return e.GapNoted(**_only(e.GapNoted, event))
    if told == "alarm":
        return e.RecordingAlarm(word=event["word"], track=event.get("track", ""))
    if told == "alarm_over":
        return e.RecordingRestored(word=event["word"])
    if told == "unheard":
        return e.SpeechMissed(**_only(e.SpeechMissed, event))
    if told == "cross_talk":
        return e.SpeechDropped(**_only(e.SpeechDropped, event))
    if told == "utterance":
        # The start time and the speaker name an utterance: a re-told one is the same line.
        name = f"u{event['start_ms']}.{event['participant']}"
        return msgspec.convert({"utterance": name, **_only(e.UtteranceHeard, event)}, e.UtteranceHeard)
    return None


def _only(kind: type, event: dict[str, Any]) -> dict[str, Any]:
    fields = set(kind.__struct_fields__)  # type: ignore[attr-defined]
    return {name: value for name, value in event.items() if name in fields}
