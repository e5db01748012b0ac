"""What the packet logs of a hearing prove: who got what from whom, how late, and what leaked. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .log import PersonLog, Sent

Logs = Mapping[str, PersonLog]
NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Caucus:
    """A private talk as its members' screens showed it: from told to the wish to return, monotonic ns."""

    start: int
    end: int
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Isolation:
    """A time in which one person waits and must get nothing of anybody, monotonic ns."""

    start: int
    end: int
    who: str


@dataclass(frozen=True, slots=True)
class Floor:
    """A time in which only some may be heard: from told to the wish that ended it, monotonic ns."""

    start: int
    end: int
    speakers: frozenset[str]


def pairs(logs: Logs, people: Mapping[str, str]) -> list[dict[str, Any]]:
    """Per ordered pair: audio packets and whole video frames of `from` that reached `to`.

    `first_picture_ms`: from when `to` was connected and saw both in one place to the first video packet.
    """
    rows = []
    for origin, log in logs.items():
        frames = _frames(log.sent)
        audio = {packet.digest for packet in log.sent if packet.medium == "audio"}
        for to, other in logs.items():
            if to == origin:
                continue
            got = {packet.digest for packet in other.received}
            whole = sum(1 for frame in frames if got.issuperset(frame))
            rows.append(
                {
                    "from": origin,
                    "to": to,
                    "video_frames": whole,
                    "audio_packets": len(audio & got),
                    "first_picture_ms": _first_picture(
                        log, other, people.get(origin, ""), people.get(to, "")
                    ),
                }
            )
    return rows


def delays_ms(logs: Logs) -> list[float]:
    """The time of every forwarded packet from one process's encryption to the other's decryption."""
    left = _departures(logs)
    late = []
    for log in logs.values():
        seen: set[int] = set()
        for packet in log.received:
            if packet.digest in left and packet.digest not in seen:
                seen.add(packet.digest)
                late.append((packet.at - left[packet.digest][1].at) / NS_PER_MS)
    return late


def leaked(logs: Logs, caucuses: list[Caucus]) -> int:
    """Packets sent by members inside a caucus that anybody outside it received."""
    left = _departures(logs)
    count = 0
    for name, log in logs.items():
        for packet in log.received:
            origin, sent = left.get(packet.digest, ("", None))
            count += sent is not None and any(_private(caucus, origin, name, sent.at) for caucus in caucuses)
    return count


def overheard(logs: Logs, isolations: list[Isolation]) -> int:
    """Packets sent by anybody during an isolation that the isolated person received."""
    left = _departures(logs)
    count = 0
    for isolation in isolations:
        for packet in logs[isolation.who].received if isolation.who in logs else ():
            _, sent = left.get(packet.digest, ("", None))
            count += sent is not None and isolation.start <= sent.at < isolation.end
    return count


def spoken_out_of_turn(logs: Logs, floors: list[Floor]) -> int:
    """Audio packets that anybody received from those who had not been given the floor."""
    left = _departures(logs)
    count = 0
    for log in logs.values():
        for packet in log.received:
            origin, sent = left.get(packet.digest, ("", None))
            if sent is not None and sent.medium == "audio":
                count += any(f.start <= sent.at < f.end and origin not in f.speakers for f in floors)
    return count


def foreign(logs: Logs) -> int:
    """Packets that arrived though nobody here sent them: altered on the way, or somebody else's."""
    known = {packet.digest for log in logs.values() for packet in log.sent}
    return sum(packet.digest not in known for log in logs.values() for packet in log.received)


def join_ms(log: PersonLog, participant: str) -> float | None:
    """How long the person waited for the machine: hello to connected, and company to first picture.

    The time before the door, until the chair lets somebody in, is not counted. None: no picture came.
    """
    hello, connected, company = log.first("hello"), log.first("connected"), _company(log, participant)
    if hello is None or connected is None or company is None:
        return None
    after = max(connected, company)
    first = next((packet.at for packet in log.received if packet.medium == "video"), None)
    if first is None:
        return None
    return (connected - hello + max(0, first - after)) / NS_PER_MS


def joins_ms(logs: Logs, people: Mapping[str, str]) -> list[float]:
    """How long each person that saw a picture had waited."""
    waits = (join_ms(log, people.get(key, "")) for key, log in logs.items())
    return [wait for wait in waits if wait is not None]


def spread(delays: list[float]) -> dict[str, Any]:
    """Middle and tail of the forwarding delay."""
    return {"p50": percentile(delays, 0.5), "p95": percentile(delays, 0.95), "packets": len(delays)}


def joining(waits: list[float]) -> dict[str, Any]:
    """Middle and worst of the joins."""
    return {"p50": percentile(waits, 0.5), "max": round(max(waits), 3) if waits else None}


def percentile(values: list[float], share: float) -> float | None:
    """The value below which a share of all values lies; None without values."""
    if not values:
        return None
    return round(sorted(values)[min(len(values) - 1, int(share * len(values)))], 3)


def _first_picture(sender: PersonLog, receiver: PersonLog, origin: str, to: str) -> float | None:
    connected, company = receiver.first("connected"), _company(receiver, to, origin)
    if connected is None or company is None:
        return None
    pictures = {packet.digest for packet in sender.sent if packet.medium == "video"}
    first = next((packet.at for packet in receiver.received if packet.digest in pictures), None)
    return None if first is None else round(max(0, first - max(connected, company)) / NS_PER_MS, 1)


def _company(log: PersonLog, participant: str, other: str = "") -> int | None:
    """When a person first saw themselves where the other (or, without one, anybody) was."""
    places: dict[str, str] = {}
    for at, event in log.told():
        if event["type"] != "Moved":
            continue
        places[event["participant"]] = event["place"]
        here = places.get(participant, "lobby")
        company = [who for who, place in places.items() if place == here and who != participant]
        if here != "lobby" and (other in company if other else company):
            return at
    return None


def _private(caucus: Caucus, origin: str, listener: str, at: int) -> bool:
    inside = caucus.start <= at < caucus.end
    return inside and origin in caucus.members and listener not in caucus.members


def _departures(logs: Logs) -> dict[int, tuple[str, Sent]]:
    """Digest → sender and packet, without the few payloads that were sent more than once."""
    counts = Counter(packet.digest for log in logs.values() for packet in log.sent)
    return {
        packet.digest: (name, packet)
        for name, log in logs.items()
        for packet in log.sent
        if counts[packet.digest] == 1
    }


def _frames(sent: list[Sent]) -> list[list[int]]:
    frames: list[list[int]] = []
    frame: list[int] = []
    for packet in sent:
        if packet.medium == "video":
            frame.append(packet.digest)
            if packet.end:
                frames.append(frame)
                frame = []
    return frames
