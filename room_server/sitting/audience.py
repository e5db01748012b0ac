"""The screens of one sitting: who is connected, what each may see, and what each has been told."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from ..earshot import Earshot
from ..rules import events as e
from ..rules import protocol as p
from ..rules.chairing import may_write
from ..rules.evidence.decisions import may_turn
from ..rules.floor import attends
from ..rules.people import STAFF
from ..rules.places import SILENT_PLACES, TABLE
from ..rules.room import Room
from ..rules.visibility import view, visible
from .devices import Order


class Entry(Protocol):
    """One stored fact."""

    @property
    def seq(self) -> int:
        """1, 2, 3 … without a gap."""

    @property
    def at(self) -> int:
        """Unix ms."""

    @property
    def media_time(self) -> int | None:
        """Milliseconds since the sitting was opened."""

    @property
    def actor(self) -> str:
        """A participant id, or `system`."""

    def event(self) -> e.Event:
        """The fact as the rules know it."""


class Screen(Protocol):
    """One connected browser."""

    participant: str
    device: str
    order: Order
    """Which of its device's attempts this is."""

    def send(self, text: str) -> None:
        """Queue one frame; never blocks."""

    def close(self, word: str) -> None:
        """Say goodbye with a word and close."""


class StandIn:
    """The screen of a device that has none, e.g. an encoder: present, shown nothing, told when it is over."""

    def __init__(self, participant: str, device: str, ended: Callable[[str], None]) -> None:
        self.participant = participant
        self.device = device
        self.order: Order = (0, 0)
        self._ended = ended

    def send(self, text: str) -> None:
        """Nobody reads here."""

    def close(self, word: str) -> None:
        """The sitting has let the device go."""
        self._ended("")

    def lost(self, plane: str) -> None:
        """The media worker lost the connection of this plane (`publish`, `subscribe`)."""
        self._ended(plane)


class Audience:
    """Sends every screen exactly the facts its person may know, from any point on."""

    def __init__(self) -> None:
        self.screens: dict[str, Screen] = {}
        self.seq = 0
        self._told: list[tuple[int, e.Event, str]] = []
        self._earshot = Earshot()
        self._views: dict[str, tuple[bool, bool]] = {}
        self._slots: dict[tuple[str, str], str] = {}
        self._grades: dict[str, str] = {}
        self._dominant: dict[str, str] = {}
        self._editing: dict[str, str] = {}

    def remember(self, room: Room, entry: Entry, event: e.Event) -> None:
        """Take one more fact into what can be told; `room` as it is with this fact."""
        frame = p.Told(
            seq=entry.seq, at=entry.at, media_time=entry.media_time, actor=entry.actor, event=event
        )
        self._told.append((entry.seq, event, p.encode(frame)))
        self.seq = entry.seq
        self._earshot.take(room, entry.seq, entry.media_time, event)
        if isinstance(event, e.Left):
            self._grades.pop(event.participant, None)
            self._editing.pop(event.participant, None)

    def seat(self, room: Room, screen: Screen, since: int, epoch: int, live: bool) -> None:
        """Welcome a browser and tell it everything after `since`; `epoch` and `live` are of its media."""
        self.screens[screen.participant] = screen
        person = room.people[screen.participant].participant
        welcome = p.Welcome(
            protocol=p.VERSION,
            participant=person.id,
            role=person.role,
            name=person.name,
            sitting=room.sitting,
            epoch=epoch,
            live=live,
            seq=self.seq,
            now=int(time.time() * 1000),
        )
        screen.send(p.encode(welcome))
        self._catch_up(room, screen, since)
        slots = self._slots.get((screen.participant, screen.device))
        if slots:
            screen.send(slots)
        for who, line in self._editing.items() if person.role in STAFF else ():
            screen.send(p.encode(p.Editing(participant=who, line=line)))

    def broadcast(self, room: Room, entries: Sequence[Entry]) -> None:
        """Tell new facts; whoever has just come in or gone out is told anew what they may see."""
        count = len(entries)
        for who, screen in list(self.screens.items()):
            if self._views.get(who) != view(room, who):
                screen.send(p.encode(p.Reset()))
                self._catch_up(room, screen, 0)
                continue
            self._send(room, screen, self._told[-count:])
        moved = {event.participant for _, event, _ in self._told[-count:] if isinstance(event, e.Moved)}
        for who, screen in self.screens.items() if moved else ():
            self._send_grades(room, screen, set(self._grades) if who in moved else moved)

    def show(self, frame: p.Down) -> None:
        """Send a passing frame to every screen."""
        text = p.encode(frame)
        for screen in self.screens.values():
            screen.send(text)

    def show_staff(self, room: Room, frame: p.Down) -> None:
        """Send a passing frame to the screens of those who run the hearing."""
        text = p.encode(frame)
        for who, screen in self.screens.items():
            if room.people[who].participant.role in STAFF:
                screen.send(text)

    def show_speaking(self, room: Room, participants: Sequence[str]) -> None:
        """Tell each screen who of those in its own place is heard now, and who has the word there."""
        texts: dict[str, str] = {}
        for who, screen in self.screens.items():
            place = room.people[who].place
            if place not in texts:
                heard = [s for s in participants if s in room.people and room.people[s].place == place]
                texts[place] = p.encode(
                    p.Speaking(participants=heard, dominant=self._word(room, place, heard))
                )
            screen.send(texts[place])

    def _word(self, room: Room, place: str, heard: Sequence[str]) -> str:
        """Whoever has the word keeps it while they go on and while nobody speaks."""
        before = self._dominant.get(place, "")
        there = before in room.people and room.people[before].place == place
        if heard and (not there or before not in heard):
            self._dominant[place] = heard[0]
        elif not there:
            self._dominant.pop(place, None)
        return self._dominant.get(place, "")

    def show_said(self, room: Room, participant: str, text: str) -> None:
        """Let those at somebody's place read what they say in writing, where nothing is written down."""
        place = room.people[participant].place
        frame = p.encode(p.Said(participant=participant, text=text, at=int(time.time() * 1000)))
        for who, screen in self.screens.items():
            person = room.people[who]
            if person.place == place and (place != TABLE or attends(room, person)):
                screen.send(frame)

    def show_quality(self, room: Room, participant: str, grade: str) -> None:
        """How good somebody's line is now: for themselves and for those at the same place."""
        if participant in room.people and room.people[participant].connected:
            self._grades[participant] = grade
            for screen in self.screens.values():
                self._send_grades(room, screen, {participant})

    def show_pointer(self, room: Room, screen: Screen, frame: p.Point) -> None:
        """Let the others at the table see where somebody points, if it is they who show it."""
        who, shown = screen.participant, room.exhibits.shown
        if self.screens.get(who) is not screen or shown is None or not may_turn(room, who):
            return
        if (shown.number, shown.page) != (frame.showing, frame.page):
            return
        pointer = p.Pointer(participant=who, showing=frame.showing, page=frame.page, x=frame.x, y=frame.y)
        text = p.encode(pointer)
        for other, seated in self.screens.items():
            if other != who and room.people[other].place == TABLE:
                seated.send(text)

    def show_editing(self, room: Room, screen: Screen, line: str) -> None:
        """Let the staff see which line of the minutes somebody who may write them has open."""
        who = screen.participant
        if self.screens.get(who) is not screen or not may_write(room, who):
            return
        line = line if line in room.minutes.lines else ""
        if self._editing.get(who, "") != line:
            self._editing[who] = line
            self.show_staff(room, p.Editing(participant=who, line=line))

    @property
    def earshot(self) -> Earshot:
        """Who was there to hear what."""
        return self._earshot

    @property
    def grades(self) -> Mapping[str, str]:
        """How good the line of each is now, of those whose line is known."""
        return self._grades

    def forget_quality(self) -> None:
        """Nobody's line is known any more."""
        self._grades.clear()

    def _send_grades(self, room: Room, screen: Screen, about: set[str]) -> None:
        place = room.people[screen.participant].place
        for who in sorted(about & set(self._grades)):
            together = room.people[who].place == place and place not in SILENT_PLACES
            if together or who == screen.participant:
                screen.send(p.encode(p.Quality(participant=who, grade=self._grades[who])))

    def show_slots(self, participant: str, device: str, slots: Iterable[dict[str, Any]]) -> None:
        """Tell one device whose tracks its m-lines carry now."""
        text = p.encode(p.Slots(slots=[p.Slot(**slot) for slot in slots]))
        self._slots[(participant, device)] = text
        self._send_one(participant, device, text)

    def show_one(self, participant: str, device: str, frame: p.Down) -> None:
        """Send a passing frame to one device, if it is there."""
        self._send_one(participant, device, p.encode(frame))

    def _send_one(self, participant: str, device: str, text: str) -> None:
        screen = self.screens.get(participant)
        if screen is not None and screen.device == device:
            screen.send(text)

    def stand_ins(self, participant: str | None = None) -> list[StandIn]:
        """Devices without a screen: one person's, or everybody's."""
        seated = self.screens.values() if participant is None else [self.screens.get(participant)]
        return [screen for screen in seated if isinstance(screen, StandIn)]

    def forget_slots(self, participant: str | None = None) -> None:
        """Slots of one person's, or everybody's, connections are void."""
        self._slots = {k: v for k, v in self._slots.items() if participant and k[0] != participant}

    def _catch_up(self, room: Room, screen: Screen, since: int) -> None:
        self._views[screen.participant] = view(room, screen.participant)
        self._send(room, screen, [told for told in self._told if told[0] > since])
        screen.send(p.encode(p.CaughtUp(seq=self.seq)))
        self._send_grades(room, screen, set(self._grades))

    def _send(self, room: Room, screen: Screen, told: Iterable[tuple[int, e.Event, str]]) -> None:
        for seq, event, text in told:
            if not self._earshot.hidden(seq, screen.participant) and visible(room, screen.participant, event):
                screen.send(text)
