"""Who gets whose packets: pure tables. Only what a route allows is ever bound to a slot."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .packet import Track
from .ranking import Ranking
from .tiles import Tiles


@dataclass(frozen=True, slots=True)
class Route:
    """Where one track may go; `why` names the reason for the gap while it is not recorded."""

    to: frozenset[str] = frozenset()
    record: bool = False
    scribe: bool = False
    why: str = ""


NOWHERE = Route()


def read_routes(table: dict[str, Any]) -> tuple[int, dict[str, Route]]:
    """The revision and the routes of a whole table in the form of the worker's `route` call."""
    routes = {
        track: Route(
            frozenset(one.get("to", ())),
            bool(one.get("record", False)),
            bool(one.get("scribe", False)),
            str(one.get("why", "")),
        )
        for track, one in table.get("tracks", {}).items()
    }
    return int(table.get("revision", 0)), routes


class Layer(Protocol):
    """One stream of a track: whatever iterates over `outlets` for each packet."""

    outlets: tuple[Any, ...]


class Source(Protocol):
    """A live track."""

    track: Track

    @property
    def layers(self) -> Sequence[Layer]:
        """Its streams: the same picture in several sizes, lowest first, or only one."""


class Slot(Protocol):
    """One place of a subscriber, for one track of its kind at a time."""

    mid: str
    kind: str
    source: Any
    inlet: Any
    """The layer of the source that is sent now."""
    next: Any
    """The layer that will be sent from its next key frame on."""
    paused: bool
    """Bound, but not to be sent."""

    def show(self, source: Any, now: float) -> None:
        """Put another live track, or none, under this slot."""

    def withhold(self, paused: bool, now: float) -> bool:
        """Stop sending, or go on; True when that is a change."""


@dataclass(slots=True, eq=False)
class Listener:
    """One subscribing connection of a participant."""

    participant: str
    slots: Sequence[Slot]
    changed: bool = field(default=False)
    codecs: frozenset[str] = frozenset({"opus", "vp8", "h264"})
    """What it can decode: no other track is ever bound to its slots."""
    observer: bool = False
    """It only watches: what it needs weighs on nobody."""
    first: tuple[str, ...] = ()
    """Whose pictures it asks for."""
    most: int | None = None
    """How many pictures it shows at most."""
    tiles: Tiles = field(default_factory=Tiles)
    """How large it shows them."""
    left_out: frozenset[Track] = frozenset()
    """What it may get and has no slot for."""

    def pictures(self, slots: int) -> int:
        """How many of its slots for pictures are used."""
        return slots if self.most is None else max(0, min(slots, self.most))


class Router:
    """Live tracks, routes and listeners of one room.

    A track sits in the same slot as long as it is live and routed. When there are more tracks than slots of
    their kind, the `Ranking` says who comes first; a voice that begins takes the slot of the quietest at once
    (`attend`), a picture follows who is heard more calmly (`prefer`). A listener with a single picture sees
    whoever speaks: the one shown stays while they go on, then the loudest other takes over.
    """

    def __init__(self) -> None:
        self.revision = -1
        self.routes: dict[str, Route] = {}
        self.sources: dict[str, Source] = {}
        self.listeners: list[Listener] = []
        self.ranking = Ranking()
        self.unheard = False
        """Whether there are more voices than slots: then `attend` is to be called many times a second."""
        self._try_again = 0.0

    def of(self, track: str) -> Route:
        """The route of a track; nowhere if the table does not name it."""
        return self.routes.get(track, NOWHERE)

    def replace(
        self, revision: int, routes: dict[str, Route], now: float, presiding: Collection[str] = ()
    ) -> bool:
        """Take a whole new table; False (and nothing done) when it is older than the one in force."""
        if revision < self.revision:
            return False
        self.revision, self.routes = revision, routes
        self.ranking.seat(routes, presiding)
        self._settle(now)
        return True

    def publish(self, source: Source, now: float) -> None:
        """A track is live; it takes the place of an older source of the same id."""
        self.sources[source.track.id] = source
        self._settle(now)

    def unpublish(self, source: Source, now: float) -> bool:
        """A source ends; False if another has taken its place already."""
        if self.sources.get(source.track.id) is not source:
            return False
        del self.sources[source.track.id]
        self._settle(now)
        return True

    def subscribe(self, listener: Listener, now: float) -> None:
        """A connection with free slots came."""
        self.listeners.append(listener)
        self._settle(now)

    def viewers(self, participant: str) -> list[frozenset[str]]:
        """What each listener of the others that shows pictures can decode; observers do not count."""
        return [
            one.codecs
            for one in self.listeners
            if one.participant != participant
            and not one.observer
            and any(slot.kind == "video" for slot in one.slots)
        ]

    def unsubscribe(self, listener: Listener, now: float) -> None:
        """A connection is gone."""
        if listener in self.listeners:
            self.listeners.remove(listener)
            for slot in listener.slots:
                self._bind(listener, slot, None, now)
            self._settle(now)

    def prefer(self, participants: Sequence[str], now: float) -> None:
        """Who is heard now, loudest first."""
        self.ranking.spoke(participants, now)
        if any(listener.left_out or _single_picture(listener) for listener in self.listeners):
            self._settle(now)

    def attend(self, levels: Iterable[tuple[str, int]], now: float) -> None:
        """How loud everybody is just now: whoever begins to speak gets a slot before the word is over."""
        loud = {who for who, level in levels if self.ranking.hear(who, level, now)}
        if now < self._try_again:
            return
        settled = False
        for listener in self.listeners:
            if any(track.kind == "audio" and track.participant in loud for track in listener.left_out):
                before = listener.left_out
                self._seat(listener, "audio", now)
                settled = settled or before != listener.left_out
                # All slots are taken by louder voices: no need to look again at once.
                self._try_again = now + 0.1 if before == listener.left_out else self._try_again
        if settled:
            self.regroup()

    def view(self, listener: Listener, first: Sequence[str], most: int | None, now: float) -> None:
        """Whose pictures a listener asks for, and how many pictures it shows at most."""
        listener.first, listener.most = tuple(first), most
        self._seat(listener, "video", now)
        self.regroup()

    def _wanted(self, listener: Listener, kind: str, now: float) -> list[Source]:
        """The tracks this listener may get, most wanted first."""
        found = [
            source
            for track, source in self.sources.items()
            if source.track.kind == kind
            and source.track.codec in listener.codecs
            and listener.participant in self.of(track).to
            and source.track.participant != listener.participant
        ]
        ranking = self.ranking
        if kind == "audio":
            seated = [slot.source for slot in listener.slots]
            found.sort(key=lambda source: ranking.voice(source.track, source in seated, now))
        elif (single := _single_picture(listener)) is not None:
            shown = single.source.track.participant if single.source else ""
            found.sort(key=lambda source: ranking.single(source.track, shown))
        else:
            found.sort(key=lambda source: ranking.picture(source.track, listener.first))
        return found

    def videos(self, listener: Listener) -> list[Slot]:
        """The bound video slots, most important first: a screen, who was asked for, who is shown large, who
        speaks now, what flows, the table."""
        found = [slot for slot in listener.slots if slot.kind == "video" and slot.source is not None]
        area = listener.tiles.area
        largest = max((area(slot.source.track.participant) for slot in found), default=0)
        found.sort(
            key=lambda slot: (
                slot.source.track.source != "screen",
                slot.source.track.participant not in listener.first,
                area(slot.source.track.participant) * 2 < largest,
                slot.source.track.participant not in self.ranking.speaking,
                slot.paused,
                self.ranking.order(slot.source.track),
            )
        )
        return found

    def _settle(self, now: float) -> None:
        for listener in self.listeners:
            for kind in ("audio", "video"):
                self._seat(listener, kind, now)
        self.regroup()

    def regroup(self) -> None:
        """The packets of each layer go to the slots that get it or wait for it, but to paused ones."""
        senders: dict[int, list[Slot]] = {}
        for listener in self.listeners:
            for slot in listener.slots:
                if not slot.paused:
                    for layer in (slot.inlet, slot.next):
                        senders.setdefault(id(layer), []).append(slot)
        for source in self.sources.values():
            for layer in source.layers:
                layer.outlets = tuple(senders.get(id(layer), ()))
        self.unheard = any(track.kind == "audio" for one in self.listeners for track in one.left_out)

    def _seat(self, listener: Listener, kind: str, now: float) -> None:
        slots = [slot for slot in listener.slots if slot.kind == kind]
        found = self._wanted(listener, kind, now)
        count = len(slots) if kind == "audio" else listener.pictures(len(slots))
        wanted = found[:count]
        others = {track for track in listener.left_out if track.kind != kind}
        listener.left_out = frozenset(others | {source.track for source in found[count:]})
        for slot in slots:
            if slot.source is not None and slot.source not in wanted:
                self._bind(listener, slot, None, now)
        seated = [slot.source for slot in slots]
        waiting = [source for source in wanted if source not in seated]
        free = (slot for slot in slots if slot.source is None)
        for source, slot in zip(waiting, free, strict=False):
            self._bind(listener, slot, source, now)

    def _bind(self, listener: Listener, slot: Slot, source: Source | None, now: float) -> None:
        if slot.source is source:
            return
        if slot.source is not None:
            old: Source = slot.source
            for layer in old.layers:
                layer.outlets = tuple(outlet for outlet in layer.outlets if outlet is not slot)
        slot.show(source, now)
        listener.changed = True

    def take_changes(self) -> list[Listener]:
        """The listeners whose slots changed since the last call."""
        changed = [listener for listener in self.listeners if listener.changed]
        for listener in changed:
            listener.changed = False
        return changed


def _single_picture(listener: Listener) -> Slot | None:
    """The only video slot of a listener, if it has just one."""
    pictures = [slot for slot in listener.slots if slot.kind == "video"]
    return pictures[0] if len(pictures) == 1 else None


def describe(slots: Iterable[Slot]) -> list[dict[str, str]]:
    """The slots as they are told to a browser."""
    return [
        {
            "mid": slot.mid,
            "medium": slot.kind,
            "participant": slot.source.track.participant if slot.source else "",
            "source": slot.source.track.source if slot.source else "",
        }
        for slot in slots
    ]
