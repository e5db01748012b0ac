"""The scribe worker: packets of speech come in through the tap, utterances go out as events."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .backlog import Backlog
from .catching_up import Missed, caught_up
from .cross_talk import Judgement, Recent, Verdict, judge
from .dictation import EngineAbsent, dictate
from .engine import Engine, describe, open_engine
from .fallback import Fallback
from .interim import Heard, Interim
from .lag import LagMeter
from .listener import Listener
from .overhearing import dropped
from .scribe import LATER, Errand, Scribe
from .segmenter import Segment
from .tap import Frame, Kind
from .tap_server import TapServer
from .underway import Underway
from .utterance import Utterance
from .voices.sharing import Sharing
from .warming import stay_at_home, warm_up
from .wording.script import Script
from .wording.wording import VERBATIM, Wording

logger = logging.getLogger(__name__)

_IDLE_S = 1.5
_TICK_S = 0.25
_MOST_STREAMS = 256
_SETTLE_S = 0.15
_DRAIN_S = 40.0
_CATCH_UP_S = 25.0
"""How long a scribe that is behind may still read what lies in the tap when a room is drained."""
_FAILURES = 3
_TORN_WITHIN_S = 3.0
"""Streams that begin so soon after a scribe took up a running hearing were there before it."""
_TORN_MS = 400.0
_WHY = {"forgotten": "late"}


@dataclass(slots=True)
class _Room:
    """What is known of a room that is listened to."""

    hot_words: tuple[str, ...] = ()
    wording: Wording = VERBATIM
    chair: str = ""
    resumed_at: float = -1e9
    """When this scribe took the room up in the middle of the hearing."""
    draining: bool = False
    """It is over: what is missed now is left to the recording."""


class _Stream:
    """One person's stream in one room."""

    def __init__(self, begins_ms: float, torn: bool) -> None:
        self.recent = Recent()
        self.listener = Listener(heard=self.recent.add)
        self.heard_at = 0.0
        self._begins_ms = begins_ms
        self._torn = torn

    def torn(self, segment: Segment) -> bool:
        """Whether this is the rest of a sentence whose beginning another scribe heard."""
        torn, self._torn = self._torn, False
        return torn and segment.start_ms - self._begins_ms < _TORN_MS


class ScribeWorker:
    """Turns the Opus packets of every room it listens to into utterances; exchanges plain data only."""

    def __init__(self, emit: Callable[[dict[str, Any]], None], need: dict[str, Any]) -> None:
        self._emit = emit
        self._need = need
        self._script = Script(need.get("script") or Script.AS_SPOKEN)
        self._engine: Engine | None = None
        self._scribe: Scribe | None = None
        self._rooms: dict[str, _Room] = {}
        self._backlog = Backlog()
        self._lags = LagMeter()
        self._streams: dict[str, _Stream] = {}
        self._underway = Underway()
        self._sharing = Sharing()
        self._parting: set[asyncio.Task[None]] = set()
        self._counts = dict.fromkeys(("packets", "unlistened", "segments", "unwritten", "cross_talk"), 0)
        self._tap = TapServer(self._frame)
        self._interim = Interim(need, emit, Heard(lambda: self._streams, self._wording, self._is_own))
        self._http: Any = None
        self._failures = 0
        self._failing = False
        self._ticking: asyncio.Task[None] | None = None

    async def start(self) -> dict[str, Any]:
        """Open the engine and the tap; a missing model is a state, not an error."""
        self._loop = asyncio.get_running_loop()
        stay_at_home()
        await self._open_engine()
        if self._need.get("tap"):
            await self._tap.start(Path(self._need["tap"]))
        if self._need.get("http"):
            await self._serve_http(Path(self._need["http"]))
        self._ticking = asyncio.create_task(self._tick())
        return {"engine": self._stated()}

    async def close(self) -> None:
        """Stop listening; idempotent."""
        if self._ticking:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
            self._ticking = None
        await self._tap.close()
        self._streams.clear()
        self._rooms.clear()
        self._sharing.close()
        if self._scribe:
            await asyncio.to_thread(self._scribe.close)
            self._scribe = None
        if self._http:
            await self._http.cleanup()
            self._http = None

    async def listen(self, room: str, context: dict[str, Any] | None = None) -> None:
        """From now on write down what this room says.

        `hot_words` help with names, `people` among them are written as they are given, `chair` is who
        presides; `resumed`: another scribe listened before.
        """
        told = context or {}
        known = self._rooms.get(room, _Room())
        if told.get("resumed"):
            known.resumed_at = time.monotonic()
        known.hot_words = tuple(str(w)[:40] for w in (told.get("hot_words") or [])[:50] if str(w).strip())
        people = tuple(str(name)[:40] for name in (told.get("people") or [])[:50])
        known.wording = Wording(known.hot_words, script=self._script, people=people)
        known.chair, known.draining = str(told.get("chair") or ""), False
        self._rooms[room] = known
        self._sharing.declare(room, told.get("shared") or {})

    async def forget(self, room: str) -> None:
        """Stop listening to a room and drop what is still open of it."""
        self._rooms.pop(room, None)
        self._streams = {k: s for k, s in self._streams.items() if k.partition("/")[0] != room}
        self._backlog.forget(room)
        self._sharing.forget(room)
        if self._scribe:
            self._scribe.forget(room)

    async def drain(self, room: str) -> dict[str, Any]:
        """Wait until everything the room said so far is told; at most 40 s.

        What is not done by then is told as missed: nothing of the room comes after the answer.
        """
        # Told as missed before: the recording has it.
        self._backlog.forget(room)
        if room in self._rooms:
            self._rooms[room].draining = True
        if self._scribe:
            self._scribe.forget(room, LATER)
        deadline = time.monotonic() + _DRAIN_S
        await self._settle(room, time.monotonic() + _CATCH_UP_S)
        for name, stream in self._of(room):
            self._hand_in(name, stream.listener.pause())
        if not await self._underway.done(room, deadline - time.monotonic()):
            logger.warning("not everything of a room was written down in time")
            if self._scribe:
                self._scribe.forget(room)
            await asyncio.sleep(0)
        return {"pending": self._underway.of(room)}

    async def catch_up(
        self, room: str, folder: str, participant: str, start_ms: float, end_ms: float, hot_words: list[str]
    ) -> dict[str, Any]:
        """Write down a missed stretch of a finished recording: `utterances`, `dropped`, and no events."""
        if not self._scribe or not self._engine:
            raise EngineAbsent(self._stated()["reason"])
        wording = self._rooms.get(room, _Room(wording=Wording(script=self._script))).wording
        missed = Missed(participant, start_ms, end_ms)
        return await caught_up(Path(folder), missed, self._scribe, hot_words, wording)

    async def reload(self, model: str | None = None) -> dict[str, Any]:
        """Look at the model again, for instance after it was fetched; or write with another one."""
        self._need = {**self._need, "model": model or self._need.get("model")}
        old, self._scribe = self._scribe, None
        if old:
            await asyncio.to_thread(old.close)
        await self._open_engine()
        self._emit({"type": "engine", "engine": self._stated()})
        return {"engine": self._stated()}

    async def try_out(self, model: str) -> dict[str, Any]:
        """Load another model beside the one that writes, and let go of it again."""
        need = {**self._need, "model": model, "remote": None, "rehearsal": False}
        return {"engine": describe(await asyncio.to_thread(open_engine, need))}

    async def ping(self) -> dict[str, Any]:
        """Say that the loop runs."""
        return {"at": round(time.time() * 1000)}

    async def stats(self) -> dict[str, Any]:
        """Counters for people who operate this."""
        scribe = self._scribe
        return {
            **self._counts,
            "cpu_s": time.process_time(),
            "broken_taps": self._tap.broken,
            "rooms": len(self._rooms),
            "streams": len(self._streams),
            "pending": self._underway.total,
            "waiting_s": round(scribe.waiting_s, 1) if scribe else 0.0,
            "busy_s": round(scribe.busy_s, 1) if scribe else 0.0,
            "backlog_s": round(self._backlog.seconds, 1),
            "scribe": dict(scribe.counts) if scribe else {},
            "bad_packets": sum(s.listener.decoder.bad_packets for s in self._streams.values()),
            "engine": self._stated(),
        }

    async def _open_engine(self) -> None:
        self._engine = await asyncio.to_thread(open_engine, self._need)
        if isinstance(self._engine.recogniser, Fallback):
            self._engine.recogniser.changed = self._engine_changed
        if self._engine.recogniser:
            self._scribe = Scribe(self._engine.recogniser)
            self._scribe.start()
            await asyncio.to_thread(warm_up, self._script)

    def _stated(self) -> dict[str, str]:
        stated = describe(self._engine)
        if self._failing:
            stated |= {"state": "absent", "reason": "the engine fails on every utterance"}
        return stated

    def _engine_changed(self) -> None:
        """Another one writes from now on; told from any thread."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(lambda: self._emit({"type": "engine", "engine": self._stated()}))

    async def _serve_http(self, path: Path) -> None:
        # aiohttp is loaded only where somebody wants this door.
        from .openai_server import serve

        self._http = await serve(path, self._dictate, self._stated)

    async def _dictate(
        self, path: Path, language: str, hot_words: tuple[str, ...]
    ) -> tuple[list[Utterance], float]:
        if not self._scribe or not self._engine:
            raise EngineAbsent(self._stated()["reason"])
        return await dictate(path, self._scribe, language, hot_words)

    def _frame(self, frame: Frame) -> None:
        self._counts["packets"] += 1
        room = self._rooms.get(frame.room)
        if room is None:
            self._counts["unlistened"] += 1
            return
        if not self._scribe:
            return
        stream = self._streams.get(frame.stream)
        if stream is None:
            if frame.kind is not Kind.PACKET or len(self._streams) >= _MOST_STREAMS:
                return
            torn = time.monotonic() - room.resumed_at < _TORN_WITHIN_S
            stream = self._streams[frame.stream] = _Stream(frame.media_ms, torn)
        stream.heard_at = time.monotonic()
        if frame.kind is Kind.PACKET:
            self._hand_in(frame.stream, stream.listener.packet(frame.payload, frame.media_ms))
            return
        self._hand_in(frame.stream, stream.listener.pause())
        if frame.kind is Kind.END:
            del self._streams[frame.stream]

    def _of(self, room: str) -> list[tuple[str, _Stream]]:
        return [(k, s) for k, s in self._streams.items() if k.partition("/")[0] == room]

    async def _settle(self, room: str, deadline: float) -> None:
        """Let what lies in the tap's socket come in before the last utterances are closed."""
        while time.monotonic() < deadline:
            await asyncio.sleep(_SETTLE_S)
            latest = max((s.heard_at for _, s in self._of(room)), default=0.0)
            if time.monotonic() - latest >= _SETTLE_S:
                return

    def _hand_in(self, name: str, segments: list[Segment]) -> None:
        room, _, speaker = name.partition("/")
        known, stream = self._rooms.get(room, _Room()), self._streams.get(name)
        for segment in segments:
            self._counts["segments"] += 1
            if not self._scribe:
                self._counts["unwritten"] += 1
            elif stream and stream.torn(segment):
                self._unheard(room, speaker, segment, "torn")
            elif (judged := self._judged(room, speaker, segment)).verdict is Verdict.DROPPED:
                self._counts["cross_talk"] += 1
                left_out = dropped(speaker, segment, judged.source).plain()
                self._emit({"type": "cross_talk", "room": room, **left_out})
                self._interim.over(room, speaker, False)
            else:
                errand = Errand(speaker, segment, self._told, room, known.hot_words, wording=known.wording)
                errand.presiding, errand.cross_talk = speaker == known.chair, judged.source
                if self._sharing.shares(room, speaker):
                    self._underway.begin(room)
                    self._parting.add(task := asyncio.create_task(self._part(errand)))
                    task.add_done_callback(self._parting.discard)
                else:
                    self._put(errand, self._scribe)

    async def _part(self, errand: Errand) -> None:
        """Hand in what was said at a shared microphone voice by voice."""
        try:
            for part in await self._sharing.parts(errand.room, errand.speaker, errand.segment):
                if self._scribe and errand.room in self._rooms:
                    mine = replace(errand, segment=part.segment, voice=part.voice)
                    mine.voice_confidence = part.confidence
                    self._put(mine, self._scribe)
        finally:
            self._underway.end(errand.room)

    def _put(self, errand: Errand, scribe: Scribe) -> None:
        self._underway.begin(errand.room)
        scribe.put(errand)

    def _wording(self, room: str) -> Wording | None:
        return known.wording if (known := self._rooms.get(room)) and not known.draining else None

    def _is_own(self, room: str, speaker: str, segment: Segment) -> bool:
        own = self._judged(room, speaker, segment).verdict is not Verdict.DROPPED
        return own and not self._sharing.shares(room, speaker)

    def _judged(self, room: str, speaker: str, segment: Segment) -> Judgement:
        """Whose voice a segment is, by what the other people of the room have let be heard lately."""
        others = {name.partition("/")[2]: stream.recent for name, stream in self._of(room)}
        others.pop(speaker, None)
        return judge(segment.audio, segment.audio_ms, others)

    def _told(self, errand: Errand, utterance: Utterance | None, reason: str) -> None:
        try:
            self._loop.call_soon_threadsafe(self._publish, errand, utterance, reason)
        except RuntimeError:
            logger.warning("an utterance came after the worker's loop had closed")

    def _publish(self, errand: Errand, utterance: Utterance | None, reason: str) -> None:
        self._underway.end(errand.room)
        self._interim.over(errand.room, errand.speaker, utterance is not None)
        if reason not in ("overloaded", "forgotten"):
            self._watch_engine(reason)
        if utterance:
            self._emit(
                {"type": "utterance", "room": errand.room, "participant": errand.speaker, **utterance.plain()}
            )
        elif (
            reason in ("overloaded", "failed", "forgotten")
            and errand.room in self._rooms
            and not errand.again
        ):
            self._unheard(errand.room, errand.speaker, errand.segment, _WHY.get(reason, reason))
            if reason != "forgotten" and not self._rooms[errand.room].draining:
                self._backlog.keep(errand)

    def _unheard(self, room: str, speaker: str, segment: Segment, reason: str) -> None:
        times = {"start_ms": round(segment.start_ms), "end_ms": round(segment.end_ms)}
        self._emit({"type": "unheard", "room": room, "participant": speaker, **times, "reason": reason})

    def _catch_up_live(self) -> None:
        """In a quiet moment try again what was told as missed."""
        if self._scribe and self._scribe.idle and not self._failing and (errand := self._backlog.next()):
            self._put(errand, self._scribe)

    def _watch_engine(self, reason: str) -> None:
        """Say so when the engine stops answering, and when it is back."""
        self._failures = self._failures + 1 if reason == "failed" else 0
        failing = self._failures >= _FAILURES
        if failing != self._failing:
            self._failing = failing
            self._emit({"type": "engine", "engine": self._stated()})

    async def _tick(self) -> None:
        """Close utterances of streams that fell silent without a word: their packets just stopped."""
        before = time.monotonic()
        while True:
            await asyncio.sleep(_TICK_S)
            before, late = (now := time.monotonic()), now - before > 3 * _TICK_S
            if late:
                # This process was held up, not the speaker: what was sent meanwhile is read first.
                continue
            for told in self._lags.look(self._scribe.lags(now) if self._scribe else {}, now):
                self._emit(told)
            self._catch_up_live()
            self._interim.look(None if self._failing else self._scribe, now)
            for name, stream in list(self._streams.items()):
                if stream.listener.speaking and now - stream.heard_at > _IDLE_S:
                    self._hand_in(name, stream.listener.pause())
