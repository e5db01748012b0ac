"""Missed speech, written down from the recording: exactly that stretch of exactly that track."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .decoder import OpusDecoder
from .dictation import EngineBusy, written
from .listener import Listener
from .many_hands import written as recognised
from .offline import SoundUnreadable
from .overhearing import Dropped, Overhearing
from .pcm import PER_MS, Pcm
from .scribe import Errand, Recogniser, Scribe, utterance_of
from .segmenter import Segment
from .utterance import Utterance
from .wording.script import Script
from .wording.wording import Wording

_RUN_UP_MS = 1000.0
"""So much before the stretch is decoded too: a decoder needs a moment to find its feet."""
_BUSY_S = 1.0
_TRIES = 300
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Missed:
    """A stretch of one person's track on the media clock that has no text; sound outside it is left out."""

    participant: str
    start_ms: float
    end_ms: float


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a finished recording; raises `SoundUnreadable`."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SoundUnreadable(f"the recording in {folder} has no readable manifest") from error
    return manifest


def stretch(folder: Path, manifest: Mapping[str, Any], missed: Missed) -> Iterator[Segment]:
    """The speech within a missed stretch; what the recording does not have is not there to be found."""
    for track in manifest["tracks"]:
        if track["source"] != "microphone" or track["participant"] != missed.participant:
            continue
        for file in sorted(track["files"], key=lambda f: f["start_ms"]):
            begin = float(file["start_ms"])
            if begin < missed.end_ms and begin + float(file["duration_ms"]) > missed.start_ms:
                # Only the name: a manifest cannot lead out of its folder.
                yield from _cut(folder / Path(file["file"]).name, begin, missed)


def _cut(path: Path, file_ms: float, missed: Missed) -> Iterator[Segment]:
    import av

    decoder, listener = OpusDecoder(), Listener(batch=16)
    from_ms = missed.start_ms - _RUN_UP_MS
    try:
        with av.open(str(path)) as file:
            if not file.streams.audio:
                raise SoundUnreadable(f"{path.name} has no sound")
            if from_ms > file_ms:
                file.seek(int((from_ms - file_ms) * 1000))
            for packet in file.demux(file.streams.audio[0]):
                if packet.pts is None or not packet.size:
                    continue
                at_ms = file_ms + float(packet.pts * packet.time_base) * 1000
                if at_ms > missed.end_ms + _RUN_UP_MS:
                    break
                for pcm in decoder.feed(bytes(packet), at_ms) if at_ms >= from_ms else ():
                    yield from listener.sound(_within(pcm, missed))
    except av.error.FFmpegError as error:
        yield from listener.stop()
        raise SoundUnreadable(f"{path.name} cannot be read to its end") from error
    yield from listener.stop()


def _within(pcm: Pcm, missed: Missed) -> Pcm:
    """What of these samples lies in the stretch."""
    first = min(max(0, round((missed.start_ms - pcm.at_ms) * PER_MS)), pcm.samples.size)
    last = min(max(first, round((missed.end_ms - pcm.at_ms) * PER_MS)), pcm.samples.size)
    return Pcm(pcm.at_ms + first / PER_MS, pcm.samples[first:last], pcm.jump)


def missed_speech(
    folder: Path,
    manifest: Mapping[str, Any],
    recogniser: Recogniser,
    missed: Missed,
    unreadable: Callable[[str], None],
    language: str = "zh",
    script: Script = Script.AS_SPOKEN,
    hot_words: Sequence[str] = (),
    told: Callable[[Dropped], None] | None = None,
) -> Iterator[Utterance]:
    """The utterances of a missed stretch, by a recogniser that nobody else waits for.

    Speech out of a loudspeaker is left out, as it is live, and `told`.
    """
    wording, guard = Wording(tuple(hot_words), script=script), Overhearing(folder, manifest, told)
    own = guard.own(missed.participant, stretch(folder, manifest, missed))
    try:
        for segment, found in recognised(recogniser, own, language, tuple(hot_words)):
            if not found.doubt:
                errand = Errand(missed.participant, segment, lambda *_: None, wording=wording)
                errand.cross_talk = guard.source(missed.participant, segment)
                yield utterance_of(errand, found, recogniser.engine)
    except SoundUnreadable as error:
        unreadable(str(error))


async def catch_up(
    folder: Path,
    missed: Missed,
    scribe: Scribe,
    hot_words: Sequence[str] = (),
    language: str = "zh",
    wording: Wording | None = None,
    told: Callable[[Dropped], None] | None = None,
) -> list[Utterance]:
    """Have a stretch written down behind all live speech; speech out of a loudspeaker is left out and `told`.

    Raises `SoundUnreadable`, `EngineFailed`, or `EngineBusy` when live speech left no room for minutes.
    """
    manifest = await asyncio.to_thread(manifest_of, folder)
    how = replace(wording or Wording(), names=tuple(hot_words))
    guard = Overhearing(folder, manifest, told)
    segments = guard.own(missed.participant, stretch(folder, manifest, missed))
    found: list[Utterance] = []
    while part := await asyncio.to_thread(_some, segments):
        awaited = [_through(scribe, s, language, missed.participant, how) for s in part]
        told_of = zip(part, await asyncio.gather(*awaited), strict=True)
        who = missed.participant
        found += [replace(one, cross_talk=guard.source(who, segment)) for segment, one in told_of if one]
    return found


async def caught_up(
    folder: Path, missed: Missed, scribe: Scribe, hot_words: Sequence[str], wording: Wording
) -> dict[str, Any]:
    """The same as plain data: `utterances`, and `dropped`; raises as `catch_up`."""
    out: list[Dropped] = []
    found = await catch_up(folder, missed, scribe, hot_words, wording=wording, told=out.append)
    utterances = [{"participant": one.speaker, **one.plain()} for one in found]
    return {"utterances": utterances, "dropped": [one.plain() for one in out]}


def _some(segments: Iterator[Segment]) -> list[Segment]:
    return list(itertools.islice(segments, _AT_ONCE))


async def _through(
    scribe: Scribe, segment: Segment, language: str, speaker: str, wording: Wording
) -> Utterance | None:
    for _ in range(_TRIES):
        try:
            return await written(scribe, segment, language, wording.names, speaker, wording)
        except EngineBusy:
            await asyncio.sleep(_BUSY_S)
    raise EngineBusy
