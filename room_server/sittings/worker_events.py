"""What a worker tells of one sitting: what passes goes to its screens, what is a fact to its journal."""

from typing import Any

from ..reports import fact_of
from ..rules import events as e
from ..rules import protocol as p
from ..rules.voices.microphones import spoken_by
from ..sitting.interim import show_interim
from ..sitting.live import Sitting


def carry(sitting: Sitting, told: str, event: dict[str, Any]) -> None:
    """Let a sitting know one event, `told` being its kind."""
    if told == "slots":
        sitting.audience.show_slots(event["participant"], event["peer"], event["slots"])
    elif told == "speaking":
        sitting.audience.show_speaking(sitting.room, event["participants"])
    elif told == "quality":
        sitting.audience.show_quality(sitting.room, event["participant"], event["grade"])
    elif told == "lag":
        sitting.audience.show_staff(sitting.room, p.Lag(seconds=event["seconds"]))
    elif told == "interim":
        frame = p.Interim(participant=event["participant"], start_ms=event["start_ms"], text=event["text"])
        show_interim(sitting.audience, sitting.room, frame)
    elif told == "peer_lost":
        names = (event["participant"], event["peer"], event["plane"])
        sitting.connections.peer_lost(*names, event["why"], event.get("gone", True))
    elif told == "renew":
        sitting.audience.show_one(event["participant"], event["peer"], p.Renew(plane=event["plane"]))
    elif told == "peer_up":
        sitting.connections.peer_up(event["participant"], event["peer"], event["plane"])
    elif (fact := fact_of(told, event)) is not None and not _known(sitting, fact):
        sitting.tell(spoken_by(sitting.room, fact) if isinstance(fact, e.UtteranceHeard) else fact)


def _known(sitting: Sitting, fact: e.Event) -> bool:
    return isinstance(fact, e.UtteranceHeard) and fact.utterance in sitting.room.minutes.lines
