"""Cross-talk in a recording: what the other microphones of it carried while one of them was heard."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .cross_talk import OWN, Judgement, Recent, Verdict, judge
from .decoder import OpusDecoder
from .pcm import PER_MS, Pcm
from .segmenter import Segment

_AROUND_MS = 700.0
"""An echo comes later than its original, by less than this."""
_RUN_UP_MS = 200.0
"""Decoded before the stretch: a decoder needs a moment to find its feet."""
_LONGEST_MS = 120_000.0


@dataclass(frozen=True, slots=True)
class Dropped:
    """A stretch of one person's microphone that was `source`'s voice out of a loudspeaker."""

    participant: str
    start_ms: int
    end_ms: int
    source: str

    def plain(self) -> dict[str, Any]:
        """The stretch as plain data."""
        return asdict(self)


def dropped(participant: str, segment: Segment, source: str) -> Dropped:
    """A segment that is left out."""
    return Dropped(participant, max(0, round(segment.start_ms)), max(0, round(segment.end_ms)), source)


class Overhearing:
    """Judges the segments of a recording's tracks; of the others only the same moments are decoded."""

    def __init__(
        self, folder: Path, manifest: Mapping[str, Any], told: Callable[[Dropped], None] | None = None
    ) -> None:
        """`told` learns of every segment that is left out."""
        self._folder = folder
        self._told = told
        self._tracks = [track for track in manifest["tracks"] if track["source"] == "microphone"]
        self._marked: dict[tuple[str, float], str] = {}

    def own(self, participant: str, segments: Iterable[Segment]) -> Iterator[Segment]:
        """The segments that may be the person's own speech."""
        for segment in segments:
            judged = self.judged(participant, segment)
            if judged.verdict is Verdict.DROPPED:
                if self._told is not None:
                    self._told(dropped(participant, segment, judged.source))
                continue
            if judged.verdict is Verdict.MARKED:
                self._marked[participant, segment.start_ms] = judged.source
            yield segment

    def source(self, participant: str, segment: Segment) -> str:
        """Whose voice a segment that was let through probably is; empty: their own."""
        return self._marked.get((participant, segment.start_ms), "")

    def judged(self, participant: str, segment: Segment) -> Judgement:
        """Whose voice a segment is."""
        begin = segment.audio_ms - _AROUND_MS
        end = segment.audio_ms + segment.audio.size / PER_MS + _AROUND_MS
        others = {
            track["participant"]: recent
            for track in self._tracks
            if track["participant"] != participant
            and (recent := self._heard(track["files"], begin, end)).size
        }
        return judge(segment.audio, segment.audio_ms, others) if others else OWN

    def _heard(self, files: Iterable[Mapping[str, Any]], begin: float, end: float) -> Recent:
        recent = Recent(_LONGEST_MS)
        for file in sorted(files, key=lambda f: f["start_ms"]):
            start = float(file["start_ms"])
            if start < end and start + float(file["duration_ms"]) > begin:
                # Only the name: a manifest cannot lead out of its folder.
                for pcm in sound_between(self._folder / Path(file["file"]).name, start, begin, end):
                    recent.add(pcm)
        return recent


def sound_between(path: Path, file_ms: float, begin: float, end: float) -> Iterator[Pcm]:
    """The decoded sound of a stretch of a recorded Opus track; where a file breaks off it is silent."""
    import av

    decoder = OpusDecoder()
    with contextlib.suppress(av.error.FFmpegError), av.open(str(path)) as file:
        if not file.streams.audio:
            return
        first = begin - _RUN_UP_MS
        if first > file_ms:
            # What cannot be sought in is read from its beginning.
            with contextlib.suppress(av.error.FFmpegError):
                file.seek(int((first - file_ms) * 1000))
        for packet in file.demux(file.streams.audio[0]):
            if packet.pts is None or not packet.size:
                continue
            at_ms = file_ms + float(packet.pts * packet.time_base) * 1000
            if at_ms > end:
                return
            if at_ms >= first:
                yield from decoder.feed(bytes(packet), at_ms)
