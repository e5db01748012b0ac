"""Which guest sits at which track: the recorder's and the scribe's sinks of one room, by route."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .guests import Guest, RecorderFactory, RecorderLike
from .packet import Sink, Track
from .router import Route, Router
from .source import Source
from .tap import Tap, TapSink

Tell = Callable[[dict[str, Any]], None]


class Seats:
    """Seats guests when a track is live and routed to them, pauses them when it is not."""

    def __init__(self, room: str, tell: Tell, tap: Tap | None, want_key_frame: Callable[[str], None]) -> None:
        self._room, self._tell, self._tap, self._want_key_frame = room, tell, tap, want_key_frame
        self._recorder: RecorderLike | None = None
        self._recording: dict[str, Guest] = {}
        self._listening: dict[str, Guest] = {}
        self.zero_ms = 0.0
        self.failed = 0
        self._loop = asyncio.get_running_loop()

    def begin(self, factory: RecorderFactory | None, folder: Path, zero_ms: int, epoch: int) -> None:
        """Media time is known; recording begins if there is a recorder. Does nothing the second time."""
        self.zero_ms = zero_ms
        if factory is not None and self._recorder is None:
            self._recorder = factory(folder, zero_ms, epoch, self._tell_soon, self._want_key_frame)

    async def end(self) -> None:
        """Close the recorder in a thread; its last events are told before this returns."""
        recorder, self._recorder = self._recorder, None
        for guest in self._recording.values():
            guest.gone = True
        self._recording.clear()
        if recorder is not None:
            await self._loop.run_in_executor(None, recorder.close)

    def arrange(self, router: Router) -> None:
        """Bring every live track's guests in line with its route."""
        for source in router.sources.values():
            if isinstance(source, Source):
                route = router.of(source.track.id)
                guests = (self._record(source, route), self._listen(source, route))
                source.seat(
                    tuple(guest for guest in guests if guest is not None and not guest.gone), time.time()
                )

    def leave(self, source: Source, why: str) -> None:
        """A track ended; its recording goes on when it comes back."""
        source.seat((), time.time())
        recording = self._recording.get(source.track.id)
        if recording is not None:
            recording.pause(why)
        listening = self._listening.pop(source.track.id, None)
        if listening is not None:
            listening.close()

    def stats(self) -> dict[str, float]:
        """How many guests sit here, how many had to leave, and how far the recorder is behind, in seconds."""
        lag = self._recorder.lag if self._recorder is not None else 0.0
        seated = len(self._recording) + len(self._listening)
        return {"guests": seated, "guests_failed": self.failed, "recorder_lag_s": round(lag, 3)}

    def _record(self, source: Source, route: Route) -> Guest | None:
        guest = self._recording.get(source.track.id)
        if guest is not None and guest.track != source.track:
            # It came back in another codec, which goes into a file of its own.
            guest.pause("codec")
            guest = None
        if guest is None and self._recorder is not None and route.record:
            guest = self._guest(self._recorder.sink(source.track), source.track)
            self._recording[source.track.id] = guest
            source.want_key_frame(time.time())
        elif guest is not None and route.record:
            if guest.paused:
                guest.resume()
                source.want_key_frame(time.time())
        elif guest is not None:
            guest.pause(route.why)
        return guest

    def _listen(self, source: Source, route: Route) -> Guest | None:
        track = source.track
        guest = self._listening.get(track.id)
        if track.kind != "audio" or self._tap is None:
            return None
        if guest is None and route.scribe:
            stream = f"{self._room}/{track.participant}"
            guest = self._guest(TapSink(self._tap, stream, lambda: self.zero_ms), track)
            self._listening[track.id] = guest
        elif guest is not None and route.scribe:
            guest.resume()
        elif guest is not None:
            guest.pause(route.why)
        return guest

    def _guest(self, sink: Sink, track: Track) -> Guest:
        return Guest(sink, lambda guest: self._lost(guest, track.id), track)

    def _lost(self, guest: Guest, track: str) -> None:
        self.failed += 1
        self._tell({"type": "alarm", "track": track, "word": "write_failed"})

    def _tell_soon(self, event: dict[str, Any]) -> None:
        """From the recorder's thread to the loop."""
        self._loop.call_soon_threadsafe(self._tell, event)
