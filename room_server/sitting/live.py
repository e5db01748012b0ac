"""One live run of a hearing: one inbox, one task. Wish → rules → journal → effects → every screen."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from ..ledger import MEDIA, SOCKET
from ..rates import Rates
from ..rules import events as e
from ..rules import protocol as p
from ..rules.commands import Command, Say, ShareScreen, StopScreen
from ..rules.decisions import Refused, decide, lowered, noted, watching
from ..rules.places import Phase
from ..rules.room import SYSTEM, Room, evolve
from ..rules.saying.decisions import said
from ..rules.saying.limits import AT_ONCE, PER_MINUTE
from .audience import Audience, Entry, Screen
from .connections import SCREEN, Connections
from .devices import Devices
from .inbox import Inbox, Step
from .media_link import MediaLink
from .needs import Journal, Media
from .vigil import Vigil

logger = logging.getLogger(__name__)

GRACE_S = 5.0
"""How long a dropped socket may come back before its person counts as gone."""
DOORS = ("whip-", "whep-")
"""How the names of devices begin that came in by WHIP or WHEP."""
PARK_S = 60.0
"""How long the connections of whoever counts as gone wait for them, with all routes closed."""
RETURN_S = 20.0
"""How long everybody may take to come back after this process was restarted."""

Adopt = Callable[["Sitting", str, str, Iterable[str]], Screen | None]
"""Makes a stand-in for a participant's device whose planes a media worker still has; None: it has to go."""


class Sitting:
    """The live sitting; everything that changes it goes through its inbox."""

    def __init__(
        self,
        identity: str,
        journal: Journal,
        media: Media,
        folder: str,
        entries: Sequence[Entry],
        watch: Callable[["Sitting", e.Event], None],
    ) -> None:
        self.id = identity
        self.room = Room()
        self.opened_at: int | None = None
        self.audience = Audience()
        self._journal = journal
        self._link = MediaLink(identity, media)
        self._folder = folder
        self._watch = watch
        self._devices = Devices()
        self._texts = Rates(PER_MINUTE / 60, AT_ONCE)
        self.connections = Connections(self, self._link, self._devices)
        self.video_codec = ""
        """Which one the hearing wants first; empty: as the server has it."""
        self.adopt: Adopt = lambda *_: None
        self.ending = False
        """This process is about to stop: sockets that end now are not lost by those who sit at them."""
        for entry in entries:
            self._take(entry, entry.event())
        self._inbox = Inbox(f"sitting {identity}")
        self.vigil = Vigil(self)

    # ---- the inbox -----------------------------------------------------------------------------

    async def wish(self, actor: str, command: Command) -> None:
        """Ask the room for something; raises `Refused`."""
        await self._inbox.ask(lambda: self._grant(actor, command))

    def post(self, step: Step) -> None:
        """Have a step done after all that was asked for before."""
        self._inbox.post(step)

    def later(self, name: str, seconds: float, step: Step) -> None:
        """Have a step done after a while, instead of an earlier one of this name."""
        self._inbox.later(name, seconds, step)

    def forget(self, name: str) -> None:
        """Have nothing done later under this name."""
        self._inbox.forget(name)

    async def note(self, events: Sequence[e.Event]) -> None:
        """Store facts of the system, if there are any; from within the inbox only."""
        if events:
            await self._record(SYSTEM, events)

    async def state(self, facts: Callable[[Room], Sequence[e.Event]]) -> None:
        """Store facts of the system that depend on the room as it is by then; raises what `facts` raises."""
        await self._inbox.ask(lambda: self.note(facts(self.room)))

    def tell(self, *events: e.Event) -> None:
        """Report facts; they are stored and shown in the order of the reports."""
        self._inbox.post(lambda: self._record(SYSTEM, events))

    async def told(self, *events: e.Event) -> None:
        """Report facts and wait until they are stored."""
        await self._inbox.ask(lambda: self._record(SYSTEM, events))

    async def enter(self, screen: Screen, since: int, takeover: bool) -> bool:
        """Seat a browser; False when another device of the person is in the room and must be asked about."""
        seated: bool = await self._inbox.ask(lambda: self._seat(screen, since, takeover))
        return seated

    def leave(self, screen: Screen) -> None:
        """A browser's socket has ended."""
        self._inbox.post(lambda: self._unseat(screen))

    async def dismiss(self, participant: str, word: str) -> None:
        """Show one person the door."""
        await self._inbox.ask(lambda: self._dismiss(participant, word))

    async def furnish(self, tap: str | None) -> None:
        """Give a (new) media worker this sitting's room, recording and routes."""
        await self._inbox.ask(lambda: self._furnish(tap))

    def expect_back(self) -> None:
        """After a restart: whoever was connected has a while to come back before they count as gone."""
        for who, person in self.room.people.items():
            if person.connected and who not in self.audience.screens:
                self._inbox.later(who, RETURN_S, partial(self._give_up, who))
        self.vigil.look()

    async def stop(self) -> None:
        """End the task and say goodbye to every screen."""
        await self._inbox.stop()
        for screen in list(self.audience.screens.values()):
            screen.close("stopping")

    # ---- facts ---------------------------------------------------------------------------------

    async def _grant(self, actor: str, command: Command) -> None:
        try:
            events = decide(self.room, actor, command)
        except Refused as refusal:
            if grave := noted(self.room, actor, command, refusal.word):
                await self._record(actor, grave)
            raise
        if isinstance(command, Say):
            self._count_text(actor)
            if not events:
                text = said(self.room, self.room.people[actor], command)
                self.audience.show_said(self.room, actor, text)
        if events:
            await self._record(actor, events)

    def _count_text(self, actor: str) -> None:
        if self._texts.take(actor):
            raise Refused("too_many_texts")

    async def _record(self, actor: str, events: Sequence[e.Event]) -> None:
        now = int(time.time() * 1000)
        zero = self.opened_at
        facts = [(actor, now, None if zero is None else now - zero, event) for event in events]
        entries = await self._journal.append(self.id, facts)
        for entry, event in zip(entries, events, strict=True):
            self._take(entry, event)
        for entry, event in zip(entries, events, strict=True):
            if isinstance(event, e.Opened):
                await self._link.tell("begin_recording", entry.at, self._folder)
        # Routes before screens: nobody is told that a talk is private before it is.
        await self._link.route(self.room)
        self.audience.broadcast(self.room, entries)
        for event in events:
            await self._follow(event)
        self.vigil.look()

    def _take(self, entry: Entry, event: e.Event) -> None:
        self.room = evolve(self.room, event)
        if isinstance(event, e.Opened):
            self.opened_at = entry.at
        self.audience.remember(self.room, entry, event)
        self.connections.take(entry.at, event)

    # ---- effects: they never answer, what goes wrong comes back as a fact ----------------------

    async def _follow(self, event: e.Event) -> None:
        # After it was told: whoever is shown the door has read why.
        if isinstance(event, e.Refused):
            await self._dismiss(event.participant, "refused")
        elif isinstance(event, e.Left) and event.cause == "left":
            await self._dismiss(event.participant, "left")
        elif isinstance(event, (e.TrackStarted, e.TrackEnded)) and event.source == SCREEN:
            await self._show_for_stand_in(event.participant, isinstance(event, e.TrackStarted))
        elif isinstance(event, e.ScreenStopped):
            shown = self.audience.screens.get(event.participant)
            if shown is not None:
                await self._link.tell("drop_peer", shown.participant, shown.device, "gone", SCREEN)
        elif isinstance(event, e.Closed):
            for stand_in in self.audience.stand_ins():
                await self._dismiss(stand_in.participant, "closed")
        self._watch(self, event)

    async def _show_for_stand_in(self, participant: str, begins: bool) -> None:
        # An encoder that sends a second picture has no button to ask with.
        if self.audience.stand_ins(participant):
            with contextlib.suppress(Refused):
                wish = ShareScreen() if begins else StopScreen(participant=participant)
                await self._grant(participant, wish)

    async def _dismiss(self, participant: str, word: str) -> None:
        screen = self.audience.screens.pop(participant, None)
        if screen is not None:
            screen.close(word)
            await self._drop(participant, screen.device, word)

    async def _drop(self, participant: str, device: str, why: str) -> None:
        self._devices.forget((participant, device))
        self.audience.forget_slots(participant)
        await self._link.tell("drop_peer", participant, device, why)

    async def _furnish(self, tap: str | None) -> None:
        if self.room.phase is Phase.CLOSED:
            return
        options = {"tap": tap, "codec": self.video_codec}
        opened = await self._link.tell("open_room", self._link.epoch, options)
        for device in (opened or {}).get("devices", ()):
            if device["peer"].startswith(DOORS) and not await self._keep(device):
                continue
            who, peer = device["participant"], device["peer"]
            self._devices.answered((who, peer))
            self.audience.show_slots(who, peer, device["slots"])
            if not self.room.people[who].connected:
                self._park(who, peer)
                continue
            if who not in self.audience.screens:
                self._devices.park(who, peer)
            await self.connections.returned(who, peer, MEDIA)
        for who, grade in (opened or {}).get("grades", {}).items():
            self.audience.show_quality(self.room, who, grade)
        if self.opened_at is not None:
            await self._link.tell("begin_recording", self.opened_at, self._folder)
        self._link.forget_routes()
        await self._link.route(self.room)

    async def _keep(self, device: dict[str, Any]) -> bool:
        """Whether a device that came in by a door has a stand-in here, or gets one; else it goes."""
        who, name = device["participant"], device["peer"]
        known = any(stand_in.device == name for stand_in in self.audience.stand_ins(who))
        screen = None if known else self.adopt(self, who, name, device["planes"])
        if known or (screen is not None and await self._seat(screen, 0, False)):
            return True
        await self._link.tell("drop_peer", who, name, "gone")
        return False

    # ---- people come and go --------------------------------------------------------------------

    async def _seat(self, screen: Screen, since: int, takeover: bool) -> bool:
        who = screen.participant
        before = self.audience.screens.get(who)
        if before is not None and self._devices.overtaken(screen):
            return False
        if before is not None and before.device != screen.device:
            if not takeover:
                return False
            del self.audience.screens[who]
            before.close("taken_over")
            await self._drop(who, before.device, "taken_over")
            shown = lowered(self.room.people[who])
            await self._record(SYSTEM, [e.TakenOver(participant=who, device=screen.device), *shown])
        elif before is not None:
            del self.audience.screens[who]
            before.close("replaced")
        self._devices.seat(screen)
        await self._unpark(who, screen.device)
        if not self.room.people[who].connected and self.room.phase is not Phase.CLOSED:
            person = self.room.people[who]
            joined = e.Joined(participant=who, device=screen.device)
            await self._record(SYSTEM, [joined, *watching(person, person.place)])
        await self.connections.returned(who, screen.device, SOCKET)
        live = self._devices.alive((who, screen.device))
        self.audience.seat(self.room, screen, since, self._link.epoch, live)
        return True

    async def _unseat(self, screen: Screen) -> None:
        who = screen.participant
        if self.audience.screens.get(who) is not screen:
            return
        del self.audience.screens[who]
        self._devices.park(who, screen.device)
        self._inbox.later(who, GRACE_S, lambda: self._give_up(who))
        await self.connections.missed(who, screen.device, SOCKET)

    async def _give_up(self, who: str) -> None:
        if who in self.audience.screens or not self.room.people[who].connected:
            return
        await self._record(SYSTEM, [e.Left(participant=who, cause="silent")])
        device = self._devices.unpark(who)
        if device.startswith(DOORS):
            await self._drop(who, device, "silent")
        elif device:
            await self._link.tell("drop_peer", who, device, "silent", SCREEN)
            self._park(who, device)

    def _park(self, who: str, device: str) -> None:
        """Somebody counts as gone and no route leads to or from them: their connections wait a while."""
        self._devices.park(who, device)
        self._inbox.later(who, PARK_S, lambda: self._unpark(who, ""))

    async def _unpark(self, who: str, device: str) -> None:
        """Who comes back goes on with the connections of the same device; those of another one are over."""
        self._inbox.forget(who)
        parked = self._devices.unpark(who)
        if parked and parked != device:
            await self._drop(who, parked, "silent")

    # ---- the media worker --------------------------------------------------------------------------

    def media_lost(self) -> None:
        """The media worker is gone and with it every connection."""
        self._devices.forget_all()
        self.audience.forget_slots()
        self.audience.forget_quality()
        self.audience.show(p.Media(epoch=self._link.epoch, up=False))
        for stand_in in self.audience.stand_ins():
            stand_in.lost("")
        if self.room.phase is not Phase.CLOSED:
            self.tell(e.MediaLost(epoch=self._link.epoch))

    async def media_ready(self, tap: str | None, fresh: bool) -> None:
        """A media worker is there: give it the room; browsers make new connections to a fresh one."""
        await self.furnish(tap)
        if fresh and self.room.phase is not Phase.CLOSED:
            await self.told(e.MediaRestored(epoch=self._link.epoch))
            self.audience.show(p.Media(epoch=self._link.epoch, up=True))
