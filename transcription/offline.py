"""Speech out of files: a sitting's recorded tracks, or any sound file; the second file that knows PyAV."""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .listener import Listener
from .many_hands import written
from .overhearing import Dropped, Overhearing
from .pcm import PER_MS, RATE, Pcm
from .scribe import Errand, Recogniser, utterance_of
from .segmenter import Pace, Segment
from .utterance import Utterance
from .wording.script import Script
from .wording.wording import Wording


class SoundUnreadable(Exception):
    """The file holds no sound that can be decoded."""


def transcribe(
    folder: Path,
    manifest: Mapping[str, Any],
    recogniser: Recogniser,
    language: str = "zh",
    hot_words: Sequence[str] = (),
    unreadable: Callable[[str], None] | None = None,
    script: Script = Script.AS_SPOKEN,
    told: Callable[[Dropped], None] | None = None,
) -> Iterator[Utterance]:
    """Write down a whole recording, in the order of speech; the speaker is the track's participant.

    A file that cannot be read to its end raises `SoundUnreadable`, or is told to `unreadable` and left there.
    Speech out of a loudspeaker is left out, as it is live, and `told`.
    """
    voices = [track for track in manifest["tracks"] if track["source"] == "microphone"]
    wording = Wording(tuple(hot_words), script=script)
    guard = Overhearing(folder, manifest, told)
    reader = _Reader(folder, recogniser, language, tuple(hot_words), wording, unreadable, guard)
    readers = [reader.utterances(track) for track in voices]
    yield from heapq.merge(*readers, key=lambda u: u.start_ms)


@dataclass(frozen=True, slots=True)
class _Reader:
    folder: Path
    recogniser: Recogniser
    language: str
    hot_words: tuple[str, ...]
    wording: Wording
    unreadable: Callable[[str], None] | None
    guard: Overhearing

    def utterances(self, track: Mapping[str, Any]) -> Iterator[Utterance]:
        """One track's utterances, file by file."""
        who = track["participant"]
        own = self.guard.own(who, self._segments(track))
        for segment, found in written(self.recogniser, own, self.language, self.hot_words):
            if not found.doubt:
                errand = Errand(who, segment, _nobody, wording=self.wording)
                errand.cross_talk = self.guard.source(who, segment)
                yield utterance_of(errand, found, self.recogniser.engine)

    def _segments(self, track: Mapping[str, Any]) -> Iterator[Segment]:
        for file in sorted(track["files"], key=lambda f: f["start_ms"]):
            try:
                # Only the name: a manifest cannot lead out of its folder.
                yield from recorded(self.folder / Path(file["file"]).name, float(file["start_ms"]))
            except SoundUnreadable as error:
                if self.unreadable is None:
                    raise
                self.unreadable(str(error))


def _nobody(errand: Errand, utterance: Utterance | None, reason: str) -> None:
    """Nobody waits for these errands."""


def recorded(path: Path, start_ms: float, pace: Pace | None = None) -> Iterator[Segment]:
    """Speech in one recorded Opus track; holes in the recording stay holes in time."""
    import av

    listener = Listener(pace, batch=16)
    try:
        with av.open(str(path)) as file:
            if not file.streams.audio:
                raise SoundUnreadable(f"{path.name} has no sound")
            for packet in file.demux(file.streams.audio[0]):
                if packet.pts is not None and packet.size:
                    at_ms = start_ms + float(packet.pts * packet.time_base) * 1000
                    yield from listener.packet(bytes(packet), at_ms)
    except av.error.FFmpegError as error:
        # What a crash left at the end of a file does not take away what came before it.
        yield from listener.pause()
        raise SoundUnreadable(f"{path.name} cannot be read to its end") from error
    yield from listener.pause()


def sounding(path: Path, longest_s: float, pace: Pace | None = None) -> Iterator[Segment | float]:
    """Speech in any sound file, its time counted from the first sample; the last item is the length in s."""
    import av

    listener = Listener(pace, batch=16)
    count = 0
    try:
        with av.open(str(path)) as file:
            if not file.streams.audio:
                raise SoundUnreadable("the file has no sound")
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in file.decode(file.streams.audio[0]):
                for part in resampler.resample(frame):
                    samples = part.to_ndarray()[0]
                    yield from listener.sound(Pcm(count / PER_MS, samples))
                    count += samples.size
                if count > longest_s * RATE:
                    raise SoundUnreadable(f"the sound is longer than {longest_s:.0f} seconds")
    except av.error.FFmpegError as error:
        raise SoundUnreadable("the file is no sound file that can be decoded") from error
    yield from listener.stop()
    yield count / RATE
