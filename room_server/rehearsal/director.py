"""Plays a script against a server: seats the people, gives them their cues, fetches what came of it."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from ..law.readouts import texts
from .actor import Actor, Mishap
from .apart import Apart
from .company import Company
from .desk import Desk, Reply, is_nearby
from .formalities import FORMALITIES
from .measure import log
from .measure.report import Material
from .measure.traffic import Caucus, Floor
from .proving import unpack, verified
from .replaying import replayed
from .reviewing import REVIEWING, Review
from .script import STAFF, Person, Script, Step

CAUCUS = "caucus:1"
SETTLE_S = 2.0
PAPERS_S = 120.0
Progress = Callable[[str], None]
Verify = Callable[[Path], Awaitable[str]]


class Director:
    """One hearing played once."""

    def __init__(
        self,
        script: Script,
        desk: Desk,
        folder: Path,
        progress: Progress,
        *,
        number: str = "",
        desks: Mapping[str, Desk] | None = None,
        company: Company | None = None,
        verify: Verify | None = None,
        limit: float = 0.0,
        papers_s: float = PAPERS_S,
        settle_s: float = SETTLE_S,
    ) -> None:
        """`limit`: seconds for everything, by default three times the script and a minute.

        `number`: of the case, by default a fresh one; `desks`: those of staff who have accounts of their own.
        """
        self.material = Material(script, clock_ns=time.time_ns() - time.monotonic_ns())
        self.opened = asyncio.Event()
        """Set once the sitting is open, or never will be."""
        self._script = script
        self._desk = desk
        self._number = number or fresh_number()
        self._desks = desks or {}
        self._folder = folder
        self._progress = progress
        self._company = company or Company()
        self._verify = verify or verified
        self._limit = limit or script.seconds() * 3 + 60
        self._papers_s = papers_s
        self._settle_s = settle_s
        self._actors: dict[str, Actor] = {}
        self._played: dict[str, list[Actor]] = {}
        panel = frozenset(p.key for p in script.people if p.role in (*STAFF, "expert"))
        self._separate = Apart(self.material.isolations, self.material.deliberations, panel)
        self._tokens: dict[str, str] = {}
        self._apart = self._floor_since = 0
        self._holder = ""
        self._at = ""
        self._hearing = ""

    async def play(self) -> Material:
        """Play it all; whatever goes wrong stands in the material's errors."""
        started = time.monotonic()
        limit = self._limit
        errors = self.material.errors
        try:
            async with asyncio.timeout(limit):
                await self._perform()
                await self._collect()
        except TimeoutError:
            errors.append(f"gave up after {limit:.0f} s at: {self._at}")
        except Mishap as mishap:
            errors.append(f"{mishap} (at: {self._at})")
        except (aiohttp.ClientError, OSError) as error:
            errors.append(f"no answer from the server: {error or type(error).__name__} (at: {self._at})")
        finally:
            if not self.opened.is_set():
                await self._company.fall_out()
                self.opened.set()
            await asyncio.gather(*(actor.part() for actor in self._actors.values()))
        self.material.seconds = time.monotonic() - started
        self.material.people = {key: actors[-1].participant for key, actors in self._played.items()}
        self.material.logs = {
            key: log.joined(log.read(actor.log) for actor in actors) for key, actors in self._played.items()
        }
        return self.material

    def pids(self) -> list[int]:
        """The process ids of the people, in the order of their entrance."""
        return [actor.pid for actors in self._played.values() for actor in actors]

    @property
    def chair(self) -> Actor:
        """Whoever presides."""
        return self._actors[self._script.chair()]

    def actor(self, who: str) -> Actor:
        """Somebody of the script who is there."""
        return self._actors[who]

    @property
    def review(self) -> Review:
        """What was done in the review by a panel."""
        return self.material.review

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody of the script."""
        return self._script.people

    async def ask(self, who: str, method: str, path: str, body: Any = None) -> Reply:
        """A request about the hearing by the holder of a ticket."""
        return await self._desk.ask(self._tokens[who], method, f"/api/hearings/{self._hearing}{path}", body)

    def _everybody(self) -> list[Actor]:
        return list(self._actors.values())

    async def _perform(self) -> None:
        self.say("booking the hearing (彩排)")
        hearing = await self._desk.book(self._script, self._number, int(time.time() * 1000))
        self._hearing = hearing["id"]
        self._tokens = await self._desk.tickets(hearing, self._script)
        for key, desk in self._desks.items():
            self._tokens[key] = await desk.enter(hearing)
        deeds = {
            "enter": self._enter,
            "admit": self._admit,
            "open": self._open,
            "stage": self._advance,
            "turn": self._turn,
            "read": self._read,
            "say": self._speak,
            "floor": self._floor,
            "free": self._free,
            "caucus": self._caucus,
            "return": self._return,
            "wait": self._wait,
            "close": self._close,
        }
        for step in self._script.steps:
            await self._steady()
            began = time.monotonic_ns()
            if step.do in FORMALITIES:
                await FORMALITIES[step.do](self, step)
            elif step.do in REVIEWING:
                await REVIEWING[step.do](self, step)
            else:
                await deeds[step.do](step)
            self._look(began)

    def _look(self, began: int) -> None:
        names = {actors[-1].participant: key for key, actors in self._played.items()}
        if self._script.chair() in self._actors:
            self._separate.look(began, time.monotonic_ns(), self.chair.events, names)

    async def _steady(self) -> None:
        """Nobody goes on while the media service is away."""
        for actor in self._everybody():
            if not actor.connected:
                self.say(f"{actor.key}: waiting for the media service")
                await actor.until("no media connection", lambda a=actor: a.connected, 30.0)  # type: ignore[misc]

    def say(self, line: str) -> None:
        """Tell how it goes."""
        self._at = line
        self._progress(line)

    async def _enter(self, step: Step) -> None:
        self.say(f"{', '.join(step.who)}: entering")
        await asyncio.gather(*(self._come_in(who) for who in step.who))
        for who in step.who:
            await self._actors[who].wish({"type": "Knock"})

    async def _come_in(self, who: str) -> None:
        async with self._company.door:
            await self._seat(who)

    async def _seat(self, who: str) -> None:
        person = next(person for person in self._script.people if person.key == who)
        before = self._played.setdefault(who, [])
        actor = await Actor.start(who, self._folder, len(before) + 1)
        self._actors[who] = actor
        before.append(actor)
        await self._answer_texts(who)
        nearby = is_nearby(self._desk.url)
        await actor.cue(
            "join",
            url=self._desk.url,
            ticket=self._tokens[who],
            device=f"rehearsal-{secrets.token_hex(4)}",
            colour=person.colour,
            slots=max(2, len(self._script.people) - 1),
            loopback=nearby,
            trust=not nearby,
            listens=who in self._script.listeners(),
        )
        await actor.until("no media connection", lambda: actor.connected, 30.0)

    async def _answer_texts(self, who: str, stage: str = "") -> None:
        if who not in {person.key for person in self._script.staff()}:
            await self._desk.answer_texts(self._tokens[who], stage)

    async def _admit(self, step: Step) -> None:
        seated = {person.key for person in self._script.staff()}
        for who in step.who:
            actor = self._actors[who]
            if who not in seated:
                self.say(f"{who}: being let in")
                await self.chair.until_told("Knocked", participant=actor.participant)
                await self.chair.wish({"type": "Admit", "participant": actor.participant})
            await actor.until_told("Moved", participant=actor.participant)
        await asyncio.sleep(self._settle_s)

    async def _open(self, step: Step) -> None:
        await self._company.gather()
        self.say("the sitting is opened")
        await self.chair.wish({"type": "Open", "reason": step.reason})
        await asyncio.gather(*(actor.until_told("Opened") for actor in self._everybody()))
        self.opened.set()

    async def _advance(self, step: Step) -> None:
        self._end_floor()
        entered = {"type": "Advance", "origin": self._stage(), "to": step.to, "reason": step.reason}
        before = self._stages()
        for who in self._actors:
            await self._answer_texts(who, self._stage())
        await (self._actors[step.by] if step.by else self.chair).wish(entered)
        await self.chair.until("no StageEntered on the screen", lambda: self._stages() > before)
        self.say(f"stage {self._stage()}")

    def _stages(self) -> int:
        return sum(event["type"] == "StageEntered" for event in self.chair.events)

    def _stage(self) -> str:
        """The stage on the chair's screen."""
        entered = [event for event in self.chair.events if event["type"] == "StageEntered"]
        return str(entered[-1]["stage"]) if entered else ""

    async def _turn(self, step: Step) -> None:
        self._end_floor()
        self.say("the next side has the word")
        await self.chair.wish({"type": "PassTurn"})

    async def _read(self, step: Step) -> None:
        self.say(f"read out: {step.text}")
        version = await asyncio.to_thread(lambda: texts()[step.text].version)
        await self.chair.wish({"type": "Read", "text": step.text, "version": version})

    async def _speak(self, step: Step) -> None:
        voices = step.voices()
        texts_said = dict.fromkeys(text for _, _, text in voices)
        self.say(f"{' and '.join(who for who, _, _ in voices)}: {' / '.join(texts_said)}")
        await asyncio.gather(
            *(self._actors[who].say(self._script.clip_file(who, clip)) for who, clip, _ in voices)
        )
        await asyncio.sleep(self._script.pause)

    async def _floor(self, step: Step) -> None:
        self._end_floor()
        self.say(f"{step.who[0]}: has the floor")
        holder = self._actors[step.who[0]].participant
        await self.chair.wish({"type": "GiveFloor", "participant": holder})
        await self.chair.until_told("FloorGiven", participant=holder)
        self._floor_since, self._holder = time.monotonic_ns(), step.who[0]

    async def _free(self, step: Step) -> None:
        self._end_floor()
        self.say("everybody may speak")
        await self.chair.wish({"type": "FreeFloor"})
        await self.chair.until_told("FloorFreed")

    def _end_floor(self) -> None:
        if self._holder:
            # Those who lead may speak too, and where they are silent still send silence.
            speakers = frozenset({self._holder, *(person.key for person in self._script.staff())})
            self.material.floors.append(Floor(self._floor_since, time.monotonic_ns(), speakers))
            self._holder = ""

    async def _caucus(self, step: Step) -> None:
        self.say(f"{' and '.join(step.who)}: talking in private")
        await self._move(step, CAUCUS)
        self._apart = time.monotonic_ns()

    async def _return(self, step: Step) -> None:
        members = frozenset(step.who)
        self.material.caucuses.append(Caucus(self._apart, time.monotonic_ns(), members))
        self.say(f"{' and '.join(step.who)}: back at the table")
        await self._move(step, "table")
        await asyncio.sleep(self._settle_s / 2)

    async def _move(self, step: Step, place: str) -> None:
        movers = [self._actors[who] for who in step.who]
        people = [actor.participant for actor in movers]
        await self.chair.wish({"type": "Move", "participants": people, "place": place})
        for actor in movers:
            await actor.until_told("Moved", participant=actor.participant, place=place)

    async def _wait(self, step: Step) -> None:
        self.say(f"waiting {step.seconds:.0f} s")
        await asyncio.sleep(step.seconds)

    async def _close(self, step: Step) -> None:
        self.say("the sitting is closed")
        self._end_floor()
        outcome = {"outcome": step.outcome, "reason": step.reason}
        self._separate.end(time.monotonic_ns())
        await self.chair.wish({"type": "Close", **outcome})
        await self.chair.until_told("Closed")
        await asyncio.gather(*(actor.part() for actor in self._everybody()))

    async def lose(self, who: str) -> None:
        """Somebody's line breaks: their connections end without a word."""
        self._end_floor()
        await self._actors.pop(who).part()

    async def bring_back(self, who: str) -> None:
        """They come again, from another device."""
        await self._come_in(who)
        await self.chair.until_told("Joined", participant=self._actors[who].participant)
        await asyncio.sleep(self._settle_s)

    async def _collect(self) -> None:
        sitting = self.chair.sitting
        self.say("waiting for the case file")
        self.material.journal = await self._papers(sitting)
        self.material.lines = await self._desk.minutes(sitting)
        self.say("playing every line of the minutes")
        self.material.replays = await replayed(self._desk, sitting, self.material)
        self.material.manifest = await self._desk.recording(sitting)
        self.say("fetching and verifying the case file")
        path = await self._desk.download(sitting, self._folder)
        self.material.case_file = str(path)
        self.material.papers = await asyncio.to_thread(unpack, path, self._folder / "case")
        self.material.verify = await self._verify(path)

    async def _papers(self, sitting: str) -> list[dict[str, Any]]:
        deadline = time.monotonic() + self._papers_s
        while time.monotonic() < deadline:
            journal = await self._desk.journal(sitting)
            for entry in journal:
                if entry["type"] == "WorkFailed":
                    body = entry["body"]
                    raise Mishap(f"the server failed at {body['work']}: {body['reason']}")
                if entry["type"] == "DocumentMade" and entry["body"]["kind"] == "casefile":
                    return journal
            await asyncio.sleep(0.5)
        raise Mishap(f"no case file within {self._papers_s:.0f} s of the close")


def fresh_number() -> str:
    """A case number that no other rehearsal has."""
    return f"彩排-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
