"""All live sittings: made from bookings, taken up again after a restart, fed by the workers' events."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from ..crew.drains import Wish
from ..crew.numbers import listened, measured, states
from ..crew.placement import Placement
from ..disk import Reserve, weight
from ..engine.seam import WorkerGone
from ..finishing.steps import Finisher
from ..law.consents import consents
from ..law.interruptions import CHAIR, waits
from ..recovery.catching import listening, note_lost
from ..rules import events as e
from ..rules.onsite.events import SwitchedOnSite
from ..rules.places import IN_SESSION, Phase
from ..rules.room import Room
from ..settings import Settings
from ..sitting.live import Adopt, Sitting
from ..store import hearings, journal
from ..store.database import Database
from ..tickets import Tickets
from .agreeing import tell_consents
from .grading import Grades
from .happenings import Happenings
from .preparation import engine_facts, first_facts
from .pulse import Pulse
from .second_passes import SecondPasses
from .submissions import tell_submissions
from .supplies import MediaDoor, StoredJournal
from .worker_events import carry

logger = logging.getLogger(__name__)

_STATE: dict[type, str] = {
    e.Opened: "open",
    e.Adjourned: "adjourned",
    e.Resumed: "open",
    e.Closed: "closed",
}
GoOnSite = Callable[[str, str, SwitchedOnSite], Awaitable[None]]


async def _nowhere(sitting: str, chair: str, switch: SwitchedOnSite) -> None:
    """What becomes of a hearing that nobody books anew."""


class Sittings:
    """The registry; one task of its own carries the workers' events to the sittings."""

    def __init__(
        self, settings: Settings, database: Database, tickets: Tickets, placement: Placement, tap: str
    ) -> None:
        self._settings = settings
        self._database = database
        self._tickets = tickets
        self._placement = placement
        self._tap = tap
        self._journal = StoredJournal(database)
        self._live: dict[str, Sitting] = {}
        self._hearing_of: dict[str, str] = {}
        self._making, self._telling = asyncio.Lock(), asyncio.Lock()
        self._work: set[asyncio.Task[None]] = set()
        self._engine: dict[str, Any] = {}
        self._finisher = Finisher(settings, database, placement)
        self.second_passes = SecondPasses(settings, database, self.finish, self._held)
        self._reserve = Reserve(settings.data)
        self._happenings, self._pulse = Happenings(), Pulse()
        self._grades: dict[str, Grades] = {}
        self.adopt: Adopt = lambda *_: None
        """What becomes of devices without a page that the media workers still have after a restart."""
        self.go_on_site: GoOnSite = _nowhere
        """Books and tells of the other date of a hearing that goes on at a place."""
        self._early: list[tuple[str, dict[str, Any]]] | None = []

    async def start(self) -> None:
        """Take up every sitting that has not come to its end."""
        self._reserve.take()
        self._pulse.start()
        for sitting, hearing in await self._database.read(hearings.unclosed):
            live = await self._take_up(sitting, hearing)
            if live.room.phase is Phase.CLOSED:
                self._start(self._moved(live))
            else:
                await live.told(e.ControlRestarted())
                await self._tell_consents(live, hearing)
                await self._tell_submissions(live, hearing)
                live.expect_back()
                if self._placement.has(sitting):
                    await live.media_ready(self._tap, False)
                else:
                    await self._place(live)
                await self._listen(sitting)
        await self.second_passes.go_on()
        early, self._early = self._early or [], None
        for kind, event in early:
            self.hear(kind, event)

    def expect_end(self) -> None:
        """Sockets are about to end because this process stops."""
        for sitting in self._live.values():
            sitting.ending = True

    async def stop(self) -> None:
        """Say goodbye to everybody; nothing of a sitting is lost."""
        await self._pulse.stop()
        await self.second_passes.stop()
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        await asyncio.gather(*(sitting.stop() for sitting in self._live.values()))

    async def find(self, token: str) -> tuple[Sitting, str]:
        """The live sitting a ticket leads to and its participant; raises `TicketError`."""
        found = await self._tickets.admit(token)
        return await self.of_hearing(found.booking.id), found.participant.id

    async def of_hearing(self, hearing: str) -> Sitting:
        """The live sitting of a hearing, prepared when it is the first to come."""
        async with self._making:
            if current := self._current(hearing):
                return current
            now, past = (
                int(time.time() * 1000),
                [one for one, of in self._hearing_of.items() if of == hearing],
            )
            fresh = await self._database.write(lambda s: hearings.begin_sitting(s, hearing, now, past))
            live = await self._take_up(fresh, hearing)
            self._placement.assign(fresh)
            await live.furnish(self._tap)
            if not live.room.people:
                await live.told(*await self._first_facts(fresh, hearing))
                await self._database.write(lambda s: hearings.set_state(s, hearing, "waiting"))
            await self._tell_consents(live, hearing)
            await self._tell_submissions(live, hearing)
            await self._listen(fresh)
            return live

    def live(self, sitting: str) -> Sitting | None:
        """A sitting that is held in memory."""
        return self._live.get(sitting)

    def room(self, hearing: str) -> Room | None:
        """The live room of a hearing."""
        current = self._current(hearing)
        return current.room if current else None

    def _current(self, hearing: str) -> Sitting | None:
        """The sitting of a hearing; one that goes on at a place is followed by another."""
        found = [self._live[sitting] for sitting, of in self._hearing_of.items() if of == hearing]
        return next((sitting for sitting in found if sitting.room.onsite.switch is None), None)

    def grades(self, hearing: str) -> Mapping[str, str]:
        """How good the lines of a live hearing's people are now, by participant."""
        current = self._current(hearing)
        return current.audience.grades if current else {}

    async def tell(self, hearing: str, facts: Callable[[Room], Sequence[e.Event]]) -> None:
        """Write down in a hearing's live sitting what depends on its room; raises what `facts` raises."""
        await (await self.of_hearing(hearing)).state(facts)

    async def evidence_changed(self, hearing: str) -> None:
        """Something was submitted or withdrawn: whoever sits in a hearing of the same case is told."""
        for sitting, of in list(self._hearing_of.items()):
            await self._tell_submissions(self._live[sitting], of)

    async def _tell_submissions(self, live: Sitting, hearing: str) -> None:
        async with self._telling:
            await tell_submissions(self._database, live, hearing)

    async def consents_changed(self, hearing: str) -> None:
        """Somebody has answered a text: whoever sits in the hearing is told."""
        for sitting, of in list(self._hearing_of.items()):
            if of == hearing:
                await self._tell_consents(self._live[sitting], hearing)

    async def _tell_consents(self, live: Sitting, hearing: str) -> None:
        booking = await self._database.read(lambda s: hearings.find(s, hearing))
        own = self._settings.law
        if booking is not None:
            texts = consents(own if own.is_dir() else None)
            async with self._telling:
                await tell_consents(self._database, texts, live, hearing, booking.kind)

    def in_session(self) -> bool:
        """Whether any sitting is open or adjourned now."""
        return any(sitting.room.phase in IN_SESSION for sitting in self._live.values())

    async def health(self) -> dict[str, Any]:
        """The state of each part, without names of people."""
        return {**states(self._placement, self._engine), "sittings": len(self._live)}

    async def measurements(self) -> dict[str, Any]:
        """What `/metrics` tells."""
        live = list(self._live.values())
        people = [one.room.people[who].participant.role.value for one in live for who in one.audience.screens]
        folders = [self._settings.recordings / sitting.id for sitting in live]
        return {
            "rooms": Counter(sitting.room.phase.value for sitting in live),
            "participants": Counter(people),
            "recording_bytes": await asyncio.to_thread(weight, folders),
            "media": await measured(self._placement),
            "speech": await listened(self._placement),
            "happened": self._happenings.plain(),
            "loop_lag_s": self._pulse.worst(),
        }

    def crew(self) -> list[dict[str, Any]]:
        """Every media worker with what it carries."""
        return self._placement.crew("media")

    def tend(self, worker: str, wish: str) -> None:
        """Drain, replace or resume a media worker; `LookupError` when there is none of that name."""
        if worker not in [one["name"] for one in self.crew() if one["name"]]:
            raise LookupError(worker)
        self._placement.tend(worker, Wish(wish))
        # Sittings that nobody took may have waited for this.
        self._start(self._ready("media"))

    async def shut_out(self, hearing: str, participant: str) -> None:
        """Close the socket of a participant whose ticket was revoked."""
        for sitting, of in self._hearing_of.items():
            if of == hearing:
                await self._live[sitting].dismiss(participant, "revoked")

    async def finish(self, sitting: str) -> None:
        """Do the work after the close again, where it had failed."""
        self._start(self._finish(await self._held(sitting)))

    async def _held(self, sitting: str) -> Sitting:
        """A sitting in memory; what another process wrote into one that is over is known."""
        live = self._live.get(sitting)
        if live is not None and live.room.phase is not Phase.CLOSED:
            return live
        seq, _ = await journal.head(self._database, sitting)
        if live is not None and live.audience.seq == seq:
            return live
        booking = await self._database.read(lambda s: hearings.find_by_sitting(s, sitting))
        if booking is None:
            raise LookupError(sitting)
        return await self._take_up(sitting, booking.id)

    # ---- what the workers tell -----------------------------------------------------------------

    def hear(self, kind: str, event: dict[str, Any]) -> None:
        """Carry one event of a worker to its sitting; what adopted workers tell waits for the sittings."""
        if self._early is not None:
            self._early.append((kind, event))
            return
        told = str(event.get("type"))
        if told == "ready":
            self._start(self._ready(kind, bool(event.get("fresh"))))
        elif told == "lost":
            self._lost(event["rooms"])
        elif told == "engine":
            self._engine = event["engine"]
            for sitting in self._live.values():
                self._state_engine(sitting)
        elif (found := self._live.get(str(event.get("room")))) is not None:
            if told == "alarm" and event.get("word") == "disk_full":
                self._reserve.release()
            elif told == "alarm_over":
                self._reserve.take()
            elif told == "peer_up" and "after_ms" in event:
                self._happenings.connected(event["after_ms"])
            elif told == "quality":
                self._graded(found).take(event["participant"], event["grade"], int(time.time() * 1000))
            carry(found, told, event)

    def _graded(self, sitting: Sitting) -> Grades:
        return self._grades.setdefault(sitting.id, Grades())

    def _lost(self, rooms: Sequence[str]) -> None:
        # One that was told early may have been placed since.
        homeless = [room for room in rooms if room in self._live and not self._placement.has(room)]
        for live in [self._live[room] for room in homeless]:
            live.media_lost()
            self._start(self._place(live))

    async def _place(self, live: Sitting) -> None:
        """Bring a sitting that has no media worker to one that takes it, or leave it for the next one."""
        if live.room.phase is not Phase.CLOSED and self._placement.assign(live.id):
            await live.media_ready(self._tap, True)

    async def _ready(self, kind: str, fresh: bool = False) -> None:
        for sitting in list(self._live.values()):
            if kind == "media":
                await self._place(sitting)
            else:
                await self._listen(sitting.id, resumed=fresh)
        if kind == "scribe":
            self._engine = self._placement.info("scribe").get("engine", {})
            for sitting in list(self._live.values()):
                self._state_engine(sitting)
                if fresh and sitting.room.phase in IN_SESSION:
                    await note_lost(self._database, sitting)

    # ---- one sitting ---------------------------------------------------------------------------

    async def _take_up(self, sitting: str, hearing: str) -> Sitting:
        entries = await journal.read(self._database, sitting)
        booking = await self._database.read(lambda s: hearings.find(s, hearing))
        folder = str((self._settings.recordings / sitting).resolve())
        live = Sitting(
            sitting, self._journal, MediaDoor(self._placement, sitting), folder, entries, self._watch
        )
        live.vigil.wait_s = waits(self._settings.law)[CHAIR].seconds
        live.adopt, live.video_codec = self.adopt, booking.video_codec if booking else ""
        self._live[sitting] = live
        self._hearing_of[sitting] = hearing
        return live

    async def _first_facts(self, sitting: str, hearing: str) -> list[e.Event]:
        booking = await self._database.read(lambda s: hearings.find(s, hearing))
        if booking is None:
            raise LookupError(hearing)
        former = await self._database.read(lambda s: hearings.former_sitting(s, hearing, sitting))
        entries = await journal.read(self._database, former) if former else []
        told = [entry.event() for entry in entries]
        return first_facts(booking, sitting, self._settings, self._engine, told)

    def _state_engine(self, sitting: Sitting) -> None:
        if sitting.room.people and sitting.room.phase is not Phase.CLOSED:
            sitting.tell(*engine_facts(self._engine))

    async def _listen(self, sitting: str, resumed: bool = False) -> None:
        told = await listening(self._database, sitting, self._live[sitting].room, self._settings)
        context = {**told, "resumed": resumed}
        try:
            await self._placement.call("scribe", "listen", sitting, context)
        except WorkerGone:
            logger.warning("sitting %s: no scribe for now", sitting)

    def _watch(self, sitting: Sitting, event: e.Event) -> None:
        now = int(time.time() * 1000)
        self._happenings.take(event, now, sitting.opened_at)
        self.second_passes.watch(sitting, event)
        if isinstance(event, e.Left):
            sitting.tell(*self._graded(sitting).end(event.participant, now))
        elif isinstance(event, e.ChairTaken | e.MicrophoneShared):
            self._start(self._listen(sitting.id))
        elif isinstance(event, e.MediaLost):
            self._graded(sitting).pause(now)
        elif isinstance(event, e.Closed):
            sitting.tell(*self._graded(sitting).end_all(now))
            self._grades.pop(sitting.id, None)
        state = _STATE.get(type(event))
        if state is None:
            return
        hearing = self._hearing_of[sitting.id]
        if state == "closed" and sitting.room.onsite.switch is not None:
            self._start(self._moved(sitting))
            return
        self._start(self._note(sitting.id, hearing, state, sitting.opened_at))
        if state == "closed":
            self._start(self._finish(sitting))

    async def _moved(self, sitting: Sitting) -> None:
        """The sitting has ended to go on at a place: the hearing has another date before anything is made."""
        if (switch := sitting.room.onsite.switch) is not None:
            await self.go_on_site(sitting.id, sitting.room.chair, switch)
        await self._finish(sitting)

    async def _note(self, sitting: str, hearing: str, state: str, opened_at: int | None) -> None:
        await self._database.write(lambda s: hearings.set_state(s, hearing, state))
        if state == "open":
            await self._database.write(lambda s: hearings.mark(s, sitting, opened_at=opened_at))

    async def _finish(self, sitting: Sitting) -> None:
        if await self._finisher.finish(sitting):
            self._placement.release(sitting.id)
            # Only now is it past: a restart before this takes the work up again.
            now = int(time.time() * 1000)
            await self._database.write(lambda s: hearings.mark(s, sitting.id, closed_at=now))

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("work on a sitting failed", exc_info=task.exception())
