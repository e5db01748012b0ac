"""After the close, or after a crash: live files → playable files with duration and cues, and the manifest.

Each file is finished wholly (written, on the disk, read back and compared; then the manifest; only then is
the live file removed), so that finishing may be stopped and begun again at any time.
"""

import hashlib
import json
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .chain import GENESIS, Frame, Proof, Segment
from .depacketizer import opus_ms
from .live_log import Told, read_logs, remove_logs
from .manifest import NAME, Damage, FiledSegment, Gap, Manifest, RecordedFile, RecordedTrack, sync_folder
from .verify import SILENCE, SILENCE_MS, content

CRASH_MS = 250
WORTH_KEEPING = 4096
_LIVE = re.compile(r"(?P<track>.+)\.e(?P<epoch>\d+)(?:\.p(?P<part>\d+))?\.(?:webm|mkv)")


class NotKept(Exception):
    """The finished file does not hold what the live file held; the live file stays."""


def finish(folder: Path) -> dict[str, Any]:
    """Finish a folder of recordings; gives the manifest that lies in it afterwards."""
    _sweep(folder)
    told = read_logs(folder)
    manifest = Manifest.read(folder) if (folder / NAME).exists() else Manifest(told.zero_ms or 0)
    for track, gaps in told.gaps.items():
        _merge(manifest.track(track), gaps)
    for live in _live_files(folder):
        _finish_file(folder, live, manifest, told)
    for entry in manifest.tracks:
        _merge(entry, _crash_gaps(entry))
    plain = manifest.write(folder)
    remove_logs(folder)
    sync_folder(folder)
    return plain


def _sweep(folder: Path) -> None:
    """Take away what was begun and not finished; a full disk needs the room."""
    for draft in folder.glob("*.part"):
        draft.unlink()


def _live_files(folder: Path) -> list[Path]:
    found = []
    for path in folder.iterdir():
        if match := _LIVE.fullmatch(path.name):
            found.append((match["track"], int(match["epoch"]), int(match["part"] or 1), path))
    return [path for *_, path in sorted(found)]


def _finish_file(folder: Path, live: Path, manifest: Manifest, told: Told) -> None:
    entry = manifest.track(live.name[: live.name.rindex(".e")])
    if all(known.live != live.name for known in entry.files):
        claims = told.segments.get(live.name, [])
        try:
            done = _remux(folder, live, entry, claims)
        finally:
            _sweep(folder)
        manifest.damage += [
            Damage(done.file.file if done.file else live.name, text) for text in done.problems
        ]
        if done.file is None:
            _set_aside(live, claims, manifest)
            return
        entry.codec = done.codec
        entry.files.append(done.file)
        known = set(claims)
        entry.segments += [_filed(one, done.file.file, one in known) for one in done.segments]
        manifest.write(folder)
    live.unlink()


def _set_aside(live: Path, claims: list[Segment], manifest: Manifest) -> None:
    """Nothing could be read: a file that held something is kept for those who may read more of it."""
    if not claims and live.stat().st_size < WORTH_KEEPING:
        manifest.damage = [one for one in manifest.damage if one.file != live.name]
        live.unlink()
        return
    kept = live.with_name(f"{live.name}.damaged")
    manifest.damage.append(Damage(kept.name, "holds nothing that can be read"))
    for claim in claims:
        manifest.damage.append(Damage(live.name, f"segment {claim.number} of the journal is missing"))
    live.replace(kept)


@dataclass(slots=True)
class _Finished:
    codec: str = ""
    file: RecordedFile | None = None
    segments: list[Segment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def _remux(folder: Path, live: Path, entry: RecordedTrack, claims: list[Segment]) -> _Finished:
    from .webm import FinalWebm, Unreadable, WebmFrames

    done = _Finished()
    last = entry.segments[-1] if entry.segments else None
    proof = Proof(claims, last.number + 1 if last else 1, last.sha256 if last else GENESIS)
    number = len(entry.files) + 1
    name = f"{entry.track}{'' if number == 1 else f'.{number}'}{live.suffix}"
    draft = folder / f"{name}.part"
    try:
        frames = WebmFrames(live)
    except Unreadable as error:
        done.problems.append(f"unreadable: {error}")
        return done
    done.codec = frames.codec
    reel = _Reel(frames.codec == "opus")
    final = None
    for frame in frames:
        if reel.last is not None and frame.pts_ms <= reel.last.pts_ms:
            done.problems.append(f"a frame at {frame.pts_ms} ms is out of order")
            continue
        proof.add(frame)
        final = final or FinalWebm(draft, live)
        for shifted, duration in reel.add(frame):
            final.add(shifted, duration)
    proof.end()
    if frames.problem:
        done.problems.append(f"ends early: {frames.problem}")
    done.problems += proof.problems
    if final is None:
        return done
    for shifted, duration in reel.end():
        final.add(shifted, duration)
    final.close()
    done.segments = proof.segments
    done.file = _shelve(folder, draft, name, live, reel, proof)
    return done


def _shelve(folder: Path, draft: Path, name: str, live: Path, reel: "_Reel", proof: Proof) -> RecordedFile:
    """Bring the finished file to the disk, read it back, and give it its name."""
    fd = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
    with draft.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    shelved = RecordedFile(
        name, live.name, reel.start_ms, reel.duration_ms, draft.stat().st_size, sha256, reel.fills
    )
    again = Proof(proof.segments)
    for frame in content(draft, shelved):
        again.add(frame)
    again.end()
    if again.problems != proof.problems or again.segments != proof.segments:
        raise NotKept(f"{name}: {'; '.join(again.problems) or 'more than was recorded'}")
    draft.replace(folder / name)
    sync_folder(folder)
    return shelved


class _Reel:
    """Frames shifted to begin at 0, each with its duration, holes in sound filled with silence."""

    def __init__(self, sound: bool) -> None:
        self.start_ms = self.duration_ms = 0
        self.fills: list[list[int]] = []
        self.last: Frame | None = None
        self._sound = sound
        self._usual = 33

    def add(self, frame: Frame) -> list[tuple[Frame, int]]:
        """Take a frame; give the one before it, and the silence between."""
        last, self.last = self.last, frame
        if last is None:
            self.start_ms = frame.pts_ms
            return []
        if self._sound:
            return self._with_silence(last, frame.pts_ms)
        duration = frame.pts_ms - last.pts_ms
        self._usual = max(10, min(100, duration))
        return [(self._shifted(last), duration)]

    def end(self) -> list[tuple[Frame, int]]:
        """Give the last frame."""
        last = self.last
        if last is None:
            return []
        duration = opus_ms(last.payload) if self._sound else self._usual
        self.duration_ms = last.pts_ms + duration - self.start_ms
        return [(self._shifted(last), duration)]

    def _with_silence(self, last: Frame, until: int) -> list[tuple[Frame, int]]:
        plays = opus_ms(last.payload)
        out = [(self._shifted(last), plays)]
        at = start = last.pts_ms + plays
        while at + SILENCE_MS <= until:
            out.append((Frame(at - self.start_ms, True, SILENCE), SILENCE_MS))
            at += SILENCE_MS
        if at > start:
            self.fills.append([start, at])
        return out

    def _shifted(self, frame: Frame) -> Frame:
        return Frame(frame.pts_ms - self.start_ms, frame.key, frame.payload)


def _filed(segment: Segment, file: str, told: bool) -> FiledSegment:
    return FiledSegment(
        segment.number,
        segment.start_ms,
        segment.end_ms,
        segment.frames,
        segment.sha256,
        segment.prev,
        file,
        told,
    )


def _merge(entry: RecordedTrack, gaps: list[Gap]) -> None:
    entry.gaps = sorted(set(entry.gaps) | set(gaps), key=lambda gap: (gap.start_ms, gap.end_ms))


def _crash_gaps(entry: RecordedTrack) -> list[Gap]:
    """What lies between two files and was explained by nobody, because the recorder died."""
    found = []
    for before, after in zip(entry.files, entry.files[1:], strict=False):
        at = before.start_ms + before.duration_ms
        for gap in entry.gaps:
            if gap.end_ms > at:
                if min(gap.start_ms, after.start_ms) - at >= CRASH_MS:
                    found.append(Gap(at, min(gap.start_ms, after.start_ms), "crash"))
                at = gap.end_ms
        if after.start_ms - at >= CRASH_MS:
            found.append(Gap(at, after.start_ms, "crash"))
    return found


if __name__ == "__main__":
    print(json.dumps(finish(Path(sys.argv[1])), indent=1, ensure_ascii=False))
