"""The recorder of one room: a sink per track, and one thread that does all writing."""

import errno
import logging
import re
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from media.packet import ClockedSink, Packet, Track

from .live_log import LiveLog
from .timeline import SenderClock
from .track_recording import CODECS, RETRY_S, TrackRecording

logger = logging.getLogger(__name__)

POLL_S = 0.1
CALM_S = 5.0
"""An alarm is over when nothing failed for this long: a disk that is almost full would ring all the time."""
QUEUE_PACKETS = 20_000
HEADROOM = 64 * 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SAFE_ID = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")

Inbox = deque[tuple[TrackRecording, Callable[[TrackRecording, Any], None], Any]]


class TrackSink:
    """Hands one track's packets to the writer thread; never blocks, never touches a file."""

    def __init__(self, recording: TrackRecording, inbox: Inbox, clock: Callable[[], float]) -> None:
        self._recording = recording
        self._inbox = inbox
        self._clock = clock
        self._dropping = False

    def write(self, packet: Packet) -> None:
        """Take one packet, or drop it when the writer is far behind."""
        inbox = self._inbox
        if len(inbox) < QUEUE_PACKETS:
            inbox.append((self._recording, TrackRecording.packet, packet))
            self._dropping = False
        elif not self._dropping:
            self._dropping = True
            inbox.append((self._recording, TrackRecording.overflowed, self._clock()))

    def report(self, ntp: float, timestamp: int, arrival: float) -> None:
        """Take one sender report."""
        self._inbox.append((self._recording, TrackRecording.report, (ntp, timestamp, arrival)))

    def pause(self, reason: str) -> None:
        """Stop recording for a reason."""
        self._inbox.append((self._recording, TrackRecording.pause, (reason or "withheld", self._clock())))

    def resume(self) -> None:
        """Go on recording."""
        self._inbox.append((self._recording, TrackRecording.resume, self._clock()))

    def close(self) -> None:
        """The publisher is gone; perhaps the track comes back."""
        self.pause("offline")


class Recorder:
    """Records the tracks of one room into one folder.

    `tell` and `want_key_frame` are called from the writer thread.
    """

    def __init__(
        self,
        folder: Path,
        zero_ms: int,
        epoch: int,
        tell: Callable[[dict[str, Any]], None],
        want_key_frame: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._make_folder()
        self._zero_ms = zero_ms
        self._epoch = epoch
        self._tell = tell
        self._want_key_frame = want_key_frame
        self._clock = clock
        self._inbox: Inbox = deque()
        self._tracks: dict[str, TrackRecording] = {}
        self._codecs: dict[str, str] = {}
        self._senders: dict[str, SenderClock] = {}
        self._failing: set[str] = set()
        self._word = ""
        self._calm_at = 0.0
        self.lag = 0.0
        """How long the oldest packet of the last turn had waited to be written, seconds."""
        self._resting: dict[TrackRecording, float] = {}
        self._log = LiveLog(folder, zero_ms, epoch)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def sink(self, track: Track) -> ClockedSink:
        """The sink of a track; asked for again, the same recording goes on, perhaps in another codec."""
        if not _SAFE_ID.fullmatch(track.id):
            raise ValueError("a track id may have letters, digits, - and _ around dots")
        known = self._tracks.get(track.id)
        if known is None:
            sender = self._senders.setdefault(track.participant, SenderClock())
            known = TrackRecording(track, self._zero_ms, sender, self, self._want_key_frame)
            self._tracks[track.id] = known
            sink = TrackSink(known, self._inbox, self._clock)
        else:
            if self._codecs[track.id] != track.codec:
                self._inbox.append((known, TrackRecording.recode, track))
            sink = TrackSink(known, self._inbox, self._clock)
            sink.resume()
        self._codecs[track.id] = track.codec
        if track.codec not in CODECS:
            sink.pause("codec")
        return sink

    def close(self) -> None:
        """Write everything that came so far, end all files and tell the last facts; blocks."""
        self._closing.set()
        self._thread.join()

    def next_path(self, track: str, suffix: str) -> Path:
        """A free name for a live file of a track; after a full disk, not before there is room to go on."""
        self._make_folder()
        if self._word == "disk_full":
            disk = shutil.disk_usage(self._folder)
            # Room that somebody freed for the journal must not go into the next second of video.
            if disk.free < min(HEADROOM, disk.total // 20):
                raise OSError(errno.ENOSPC, "not enough room to go on")
        stem, part = f"{track}.e{self._epoch}", 1
        while any((self._folder / f"{stem}{known}").exists() for known in (".webm", ".mkv")):
            part += 1
            stem = f"{track}.e{self._epoch}.p{part}"
        return self._folder / f"{stem}{suffix}"

    def tell(self, fact: dict[str, Any]) -> None:
        """Log a fact and pass it on."""
        self._log.add(fact)
        self._say(fact)

    def failed(self, track: str, error: OSError) -> str:
        """Raise the alarm once; gives the word that gaps carry."""
        word = "disk_full" if error.errno in _FULL else "write_failed"
        self._failing.add(track)
        if not self._word:
            self._word = word
            logger.warning("recording stopped: %s (errno %s)", word, error.errno)
            self._say({"type": "alarm", "track": track, "word": word})
        return word

    def works(self, track: str) -> None:
        """A track is written again; the alarm ends when all are, for a while."""
        self._failing.discard(track)
        self._calm_at = self._clock() + CALM_S

    def _run(self) -> None:
        while not self._closing.wait(POLL_S):
            self._turn()
        self._turn()
        for recording in list(self._tracks.values()):
            self._guarded(recording, TrackRecording.close, self._clock())
        self._end_alarm(float("inf"))
        self._log.close()

    def _end_alarm(self, now: float) -> None:
        if self._word and not self._failing and now >= self._calm_at:
            word, self._word = self._word, ""
            logger.warning("recording goes on: no more %s", word)
            self._say({"type": "alarm_over", "word": word})

    def _turn(self) -> None:
        inbox = self._inbox
        oldest = inbox[0][2] if inbox else None
        for _ in range(len(inbox)):
            self._guarded(*inbox.popleft())
        now = self._clock()
        if oldest is None or isinstance(oldest, Packet):
            self.lag = max(0.0, now - oldest.arrival) if oldest is not None else 0.0
        for recording in list(self._tracks.values()):
            self._guarded(recording, TrackRecording.tick, now)
        self._end_alarm(now)

    def _guarded(
        self, recording: TrackRecording, act: Callable[[TrackRecording, Any], None], argument: Any
    ) -> None:
        """Whatever one track does, the others are recorded on."""
        resting = self._resting
        if resting and act is TrackRecording.packet and resting.get(recording, 0.0) > self._clock():
            return
        try:
            act(recording, argument)
        except Exception as error:
            logger.exception("a track broke its recording")
            resting[recording] = self._clock() + RETRY_S
            recording.lose(OSError(errno.EIO, str(error)), self._clock())

    def _say(self, fact: dict[str, Any]) -> None:
        try:
            self._tell(fact)
        except Exception:
            logger.exception("nobody heard a fact of the recorder")

    def _make_folder(self) -> None:
        with suppress(OSError):  # the file that cannot be opened in it raises the alarm
            self._folder.mkdir(parents=True, exist_ok=True)
