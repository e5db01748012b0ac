"""A long recording written down by our pipeline and by plain faster-whisper, one after the other."""

import math
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.dimensioned import Dimensioned
from bench.speech import PEOPLE, _distance, _sound
from tests.support.speech import VOICES, Samples
from transcription.listener import Listener
from transcription.many_hands import written
from transcription.pcm import RATE, Pcm
from transcription.segmenter import Segment
from transcription.whisper import Whisper

CORES = os.cpu_count() or 1
CONDITIONS = (
    "the same sound and settings (language given, beam 5, temperature 0, no previous text); plain: one call "
    "of transcribe(vad_filter=True) with as many threads as cores; whole_windows: ours as installed; "
    "fitted_windows: ours with speech_window=fitted, whose accuracy is known for the rehearsal voices only. "
    "Random weights: as many tokens in both, no word times; nothing is said about their text. Rehearsal "
    "voices: they hear one sentence a window, so plain gets our cuts; what it writes with its own filter is "
    "in cer_percent. On a machine that does other work read times_less_cpu."
)


def _timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    wall, cpu = time.monotonic(), time.process_time()
    answer = work()
    return time.monotonic() - wall, time.process_time() - cpu, answer


def against_plain(folder: Path, seconds: int) -> dict[str, Any]:
    """Random weights: the same tokens in all, plain with as many threads as there are cores."""
    phrases = (VOICES / "phrases.txt").read_text(encoding="utf-8").split()
    sound = np.tile(_long(phrases), 4)[: seconds * RATE]
    ways = {"whole_windows": False, "fitted_windows": True}
    found: dict[str, tuple[float, float]] = {}
    tokens = 0
    for name, fitted in ways.items():
        ours = Dimensioned(folder, 1, CORES, fitted)
        wall, cpu, _ = _timed(lambda o=ours: list(written(o, segments_of(sound), "zh", ())))  # type: ignore[misc]
        found[name] = wall, cpu
        tokens = max(tokens, ours.tokens)
    plain = Dimensioned(folder, CORES)
    windows = math.ceil(_heard_s(sound) / 30)
    theirs, their_cpu, _ = _timed(
        lambda: list(plain.segments(sound, round(tokens / windows), vad_filter=True))
    )
    return _compared(sound, found, (theirs, their_cpu))


def _heard_s(sound: Samples) -> float:
    """How much of a sound plain faster-whisper's own filter leaves."""
    from faster_whisper.vad import get_speech_timestamps

    return float(sum(one["end"] - one["start"] for one in get_speech_timestamps(sound))) / RATE


def against_plain_in_words(phrases: list[str]) -> dict[str, Any]:
    """The rehearsal model, which knows one sentence a window: plain gets the cuts, or loses the text."""
    from faster_whisper import WhisperModel

    truth = "".join(phrases)
    sound = _long(phrases)
    plain: Any = WhisperModel(str(VOICES), device="cpu", compute_type="int8", cpu_threads=CORES)
    settings: dict[str, Any] = {
        "language": "zh",
        "beam_size": 5,
        "temperature": 0.0,
        "condition_on_previous_text": False,
        "word_timestamps": True,
        "max_new_tokens": 48,
    }

    def theirs(**more: Any) -> str:
        return "".join(s.text for s in plain.transcribe(sound, **settings, **more)[0])

    took: dict[str, tuple[float, float]] = {}
    texts: dict[str, str] = {}
    for name, fitted in (("whole_windows", False), ("fitted_windows", True)):
        ours = Whisper(VOICES, threads=1, hands=CORES, fitted=fitted)
        wall, cpu, found = _timed(lambda o=ours: list(written(o, segments_of(sound), "zh", ())))  # type: ignore[misc]
        took[name] = wall, cpu
        texts[name] = "".join(recognition.text for _, recognition in found if not recognition.doubt)
    cuts = [
        t for s in segments_of(sound) for t in (s.audio_ms / 1000, s.audio_ms / 1000 + s.audio.size / RATE)
    ]
    whole = _timed(lambda: theirs(vad_filter=True))
    cut = _timed(lambda: theirs(clip_timestamps=cuts))
    texts |= {"plain_at_our_cuts": cut[2], "plain_vad_filter": whole[2]}
    return {
        **_compared(sound, took, (cut[0], cut[1])),
        "cer_percent": {name: percent(_distance(text, truth), truth) for name, text in texts.items()},
        "same_text_as_plain": {name: texts[name] == cut[2] for name in took},
        "plain_vad_filter_wall_s": round(whole[0], 2),
    }


def _compared(
    sound: Samples, ours: dict[str, tuple[float, float]], plain: tuple[float, float]
) -> dict[str, Any]:
    return {
        "sound_s": round(sound.size / RATE),
        "plain": {"wall_s": round(plain[0], 2), "cpu_s": round(plain[1], 2)},
        **{
            name: {
                "wall_s": round(wall, 2),
                "cpu_s": round(cpu, 2),
                "times_faster": round(plain[0] / wall, 2),
                "times_less_cpu": round(plain[1] / cpu, 2),
            }
            for name, (wall, cpu) in ours.items()
        },
    }


def percent(wrong: int, truth: str) -> float:
    """Character errors per hundred characters."""
    return round(wrong / len(truth) * 100, 2)


def _long(phrases: list[str]) -> Samples:
    return np.concatenate([_sound(phrase, PEOPLE[n % 4]) for n, phrase in enumerate(phrases)])


def segments_of(sound: Samples) -> Iterator[Segment]:
    """The utterances of a whole sound."""
    listener = Listener(batch=16)
    for at in range(0, sound.size, RATE):
        yield from listener.sound(Pcm(at / RATE * 1000, sound[at : at + RATE]))
    yield from listener.stop()
