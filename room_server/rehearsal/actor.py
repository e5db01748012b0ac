"""The director's side of one synthetic person: its process, its cues and what it has told so far."""

import asyncio
import contextlib
import itertools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

LONGEST_LINE = 4 * 1024 * 1024
PARTING_S = 5.0


class Mishap(Exception):
    """The rehearsal cannot go on; the text says why."""


class Actor:
    """One synthetic person, seen from the director."""

    def __init__(self, key: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.key = key
        self.log = log
        self.participant = ""
        self.sitting = ""
        self.connected = False
        self.events: list[dict[str, Any]] = []
        self._process = process
        self._answers: dict[int, dict[str, Any]] = {}
        self._numbers = itertools.count(1)
        self._changed = asyncio.Event()
        self._failure = ""
        self._parting = False
        self._last_words: list[str] = []
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, key: str, folder: Path, time: int = 1) -> Self:
        """Start the person's process, for the first or a later time."""
        log = folder / (f"{key}.jsonl" if time == 1 else f"{key}-{time}.jsonl")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "room_server.rehearsal.person",
            str(log),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
            start_new_session=True,
        )
        return cls(key, process, log)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def cue(self, do: str, **more: Any) -> None:
        """Tell the person to do something."""
        if self._process.stdin is None or self._process.stdin.is_closing():
            raise Mishap(f"{self.key}: {self._failure or 'its process has ended'}")
        self._process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        with contextlib.suppress(ConnectionError):
            await self._process.stdin.drain()

    async def wish(self, command: dict[str, Any]) -> None:
        """Have the person send a command; raises `Mishap` if the room refuses."""
        answer = await self._answered("wish", 15.0, command=command)
        if answer["is"] == "refusal":
            raise Mishap(f"{self.key}: {command['type']} was refused: {answer['word']}")

    async def say(self, file: Path) -> None:
        """Have the person speak a recorded sentence to its end."""
        await self._answered("say", 30.0, file=str(file))

    async def until(self, what: str, true: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait until something holds that this person told; raises `Mishap` naming what was awaited."""
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    if self._failure:
                        raise Mishap(f"{self.key}: {self._failure}")
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise Mishap(f"{self.key}: {what}: not within {seconds:.0f} s") from None

    async def until_told(self, kind: str, seconds: float = 20.0, **about: Any) -> None:
        """Wait for an entry of the journal to appear on this person's screen."""
        await self.until(f"no {kind} on the screen", lambda: self.was_told(kind, **about), seconds)

    def was_told(self, kind: str, **about: Any) -> bool:
        """Whether such an entry is the newest of its kind about that participant, or the newest at all."""
        who = about.get("participant")
        for event in reversed(self.events):
            if event["type"] == kind and (who is None or event.get("participant") == who):
                return all(event.get(name) == value for name, value in about.items())
        return False

    async def part(self) -> None:
        """Let the person leave and end its process; ended by force if it does not."""
        self._parting = True
        with contextlib.suppress(Mishap, ConnectionError):
            await self.cue("leave")
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), PARTING_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await asyncio.gather(self._reader, return_exceptions=True)

    async def _answered(self, do: str, seconds: float, **more: Any) -> dict[str, Any]:
        number = next(self._numbers)
        await self.cue(do, id=number, **more)
        await self.until(f"{do} was not answered", lambda: number in self._answers, seconds)
        return self._answers.pop(number)

    async def _read(self) -> None:
        assert self._process.stdout is not None and self._process.stderr is not None
        words = asyncio.create_task(self._read_words(self._process.stderr))
        while line := await self._process.stdout.readline():
            self._take(json.loads(line))
            self._changed.set()
        await words
        code = await self._process.wait()
        if not self._parting and not self._failure:
            last = self._last_words[-1] if self._last_words else "without a word"
            self._failure = f"its process ended with {code}: {last}"
        self._changed.set()

    async def _read_words(self, stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            self._last_words = [*self._last_words[-19:], line.decode(errors="replace").strip()]

    def _take(self, told: dict[str, Any]) -> None:
        kind = told["is"]
        if kind == "welcome":
            self.participant, self.sitting = told["participant"], told["sitting"]
        elif kind == "connected":
            self.connected = True
        elif kind == "cut off":
            self.connected = False
        elif kind == "told":
            self.events.append(told["event"])
        elif kind == "failed":
            self._failure = told["reason"]
        elif "id" in told:
            self._answers[told["id"]] = told
