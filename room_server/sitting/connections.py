"""The media connections of one sitting's devices: made, lost, back; what a loss means for their people."""

import logging
import time
from collections.abc import Sequence
from typing import Protocol

from ..engine.seam import WorkerError, WorkerGone
from ..ledger import Lifelines
from ..rules import events as e
from ..rules import protocol as p
from ..rules.decisions import Refused, may_offer
from ..rules.places import Phase
from ..rules.room import Room
from .audience import Audience, Screen
from .devices import Devices
from .inbox import Step
from .media_link import MediaLink

logger = logging.getLogger(__name__)

SCREEN = "screen"


class Host(Protocol):
    """What connections need of the sitting they belong to."""

    id: str
    room: Room
    audience: Audience
    ending: bool

    def post(self, step: Step) -> None:
        """Have a step done in the sitting's inbox."""

    async def note(self, events: Sequence[e.Event]) -> None:
        """Store facts of the system, if there are any; in the inbox only."""


class Connections:
    """What browsers and encoders ask of the media worker, and what it tells of their connections."""

    def __init__(self, host: Host, link: MediaLink, devices: Devices) -> None:
        self._host = host
        self._link = link
        self._devices = devices
        self._lifelines = Lifelines()

    def take(self, at: int, event: e.Event) -> None:
        """One more fact of the journal, Unix ms."""
        self._lifelines.take(at, event)

    async def offer(self, screen: Screen, plane: str, sdp: str) -> str:
        """Connect a device's publish or subscribe plane; the answer's SDP. Raises `Refused`."""
        host = self._host
        if host.audience.screens.get(screen.participant) is not screen:
            raise Refused("not_allowed")
        if host.room.phase is Phase.CLOSED:
            raise Refused("closed")
        may_offer(host.room, screen.participant, plane)
        key = (screen.participant, screen.device)
        method = "share" if plane == SCREEN else plane
        number = self._devices.offer(key, plane)
        try:
            answer = await self._link.call(method, *key, sdp, wait=8.0)
        except WorkerGone:
            raise Refused("media_down") from None
        except WorkerError as error:
            logger.warning("sitting %s: offer refused: %s", host.id, error.kind)
            if error.kind == "ValueError":
                raise Refused("bad_sdp", str(error)) from None
            raise Refused("internal") from None
        seated = host.audience.screens.get(screen.participant) is screen
        if not seated or not self._devices.latest_offer(key, plane, number):
            # A later offer or another device has come meanwhile: this answer is nobody's any more.
            raise Refused("media_down")
        self._devices.answered(key)
        if answer.get("slots"):
            host.audience.show_slots(*key, answer["slots"])
        return str(answer["sdp"])

    def view(self, screen: Screen, wanted: p.View) -> None:
        """Whose pictures a device wants to be sent first, how many at most, and how large it shows them."""
        key = (screen.participant, screen.device)
        asked = (list(wanted.first), wanted.most, wanted.sizes, wanted.hidden)
        self._host.post(lambda: self._link.tell("view", *key, *asked))

    def hang_up(self, screen: Screen, plane: str) -> None:
        """End one connection of a device; the device itself stays."""
        key = (screen.participant, screen.device)
        self._host.post(lambda: self._link.tell("drop_peer", *key, "gone", plane))

    def peer_up(self, participant: str, device: str, plane: str) -> None:
        """A connection of a device stands, or stands again."""
        if plane == SCREEN:
            return
        self._devices.stands((participant, device), plane)
        self._host.post(lambda: self.returned(participant, device, plane))

    def peer_lost(self, participant: str, device: str, plane: str, why: str, gone: bool = True) -> None:
        """The media worker lost a connection of a device; one that is `gone` cannot come back by itself."""
        if plane == SCREEN:
            # A screen comes and goes: its person is cut off only when voice and camera are.
            return
        key = (participant, device)
        if gone:
            self._devices.gone(key)
        for stand_in in self._host.audience.stand_ins(participant):
            if stand_in.device == device:
                stand_in.lost(plane)
        # One that never stood was not lost, and one that was closed was closed on purpose.
        if why == "silent" or (why == "failed" and self._devices.stood(key, plane)):
            self._host.post(lambda: self.missed(participant, device, plane))

    async def missed(self, who: str, device: str, what: str) -> None:
        """Note that a seated person's line was lost; it never ends anything."""
        host = self._host
        screen = host.audience.screens.get(who)
        seated = who in host.room.people and host.room.people[who].connected
        if host.ending or not seated or host.room.phase is Phase.CLOSED:
            return
        if screen is None or screen.device == device:
            await host.note(self._lifelines.lost(who, device, what))

    async def returned(self, who: str, device: str, what: str) -> None:
        """Note that something of a person's line is back."""
        if self._host.room.phase is not Phase.CLOSED:
            await self._host.note(self._lifelines.back(who, device, what, int(time.time() * 1000)))
