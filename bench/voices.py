"""`heting bench voices`: how often words at a shared microphone go to the wrong person.

Thirty seconds of real dialogue of two people, the sample with its truth that the wheel of pyannote.audio
carries; it and the encoder's weights are fetched from the package index into bench/results/ where they are
not there. The measure is the diarization error rate.
"""

import subprocess
import sys
import time
import wave
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from bench.diarization_error import Span, error_rate, spans_of
from bench.figures import Target
from transcription.listener import Listener
from transcription.pcm import PER_MS, RATE, Pcm, Samples
from transcription.segmenter import Segment
from transcription.voices.embedder import Embedder
from transcription.voices.standing import CURE, PACKAGE, open_embedder
from transcription.voices.track import SharedTrack
from transcription.voices.turns import separate
from transcription.weights import Standing, State

_WHEELS = Path(__file__).parent / "results" / "wheels"
_PACKAGE = "pyannote.audio==4.0.7"
_SAMPLE = "pyannote/audio/sample/sample"
_PEOPLE = 2
_COLLAR_S = 0.25
_LIMIT = 15.0


class NotToBeHad(Exception):
    """The dialogue, or the encoder."""


def run() -> dict[str, Any]:
    """The error rates of the pass over a whole track and of what is told live, or why there are none."""
    try:
        standing, embedder = _encoder()
        sound, truth = _dialogue()
    except NotToBeHad as error:
        print(f"voices: not measured: {error}", file=sys.stderr)
        return {"measured": False, "reason": str(error), "cure": CURE, "rows": [_target(None).plain()]}
    began = time.process_time()
    speech = _speech(sound)
    whole = _whole(speech, embedder)
    spent = time.process_time() - began
    live = _live(speech, embedder)
    found = {"whole_track": _judged(truth, whole), "live": _judged(truth, live)}
    return {
        "measured": True,
        "der_percent": found["whole_track"]["der_percent"],
        **found,
        "real_time_factor": round(spent / (sound.size / RATE), 3),
        "conditions": {
            "sample": f"{_PACKAGE}, sample.wav: {sound.size / RATE:.0f} s, two people, one channel",
            "people": _PEOPLE,
            "collar_s": _COLLAR_S,
            "overlap": "counted; one voice at a time is answered",
            "embedder": f"{embedder.name}, sha256 {standing.sha256[:12]}",
        },
        "rows": [_target(found["whole_track"]["der_percent"]).plain()],
    }


def _target(percent: float | None) -> Target:
    return Target("diarization error, 2 people given, collar 0.25, %", percent, _LIMIT)


def _judged(truth: Sequence[Span], answer: Sequence[Span]) -> dict[str, Any]:
    fair, strict = error_rate(truth, answer, _COLLAR_S), error_rate(truth, answer, 0.0)
    return {
        "der_percent": round(fair.percent, 1),
        **asdict(fair),
        "der_percent_no_collar": round(strict.percent, 1),
    }


def _whole(speech: Sequence[Segment], embedder: Embedder) -> list[Span]:
    return [
        Span(str(turn.voice), turn.start_ms / 1000, turn.end_ms / 1000)
        for turn in separate(speech, _PEOPLE, embedder)
    ]


def _live(speech: Sequence[Segment], embedder: Embedder) -> list[Span]:
    """Each stretch is judged by what came before it; what is said to be nobody's counts as missed."""
    track = SharedTrack(embedder, _PEOPLE)
    return [
        Span(part.voice, part.segment.start_ms / 1000, part.segment.end_ms / 1000)
        for segment in speech
        for part in track.hear(segment)
        if part.voice
    ]


def _speech(sound: Samples) -> list[Segment]:
    listener, found = Listener(batch=16), []
    for at in range(0, sound.size, RATE):
        found += listener.sound(Pcm(at / PER_MS, sound[at : at + RATE]))
    return found + listener.stop()


def _encoder() -> tuple[Standing, Embedder]:
    """The one that is installed, else the one out of its wheel."""
    standing, embedder = open_embedder()
    if standing.state is State.ABSENT:
        path = _WHEELS / "pretrained.pt"
        if not path.is_file():
            with zipfile.ZipFile(_wheel(PACKAGE)) as wheel:
                path.write_bytes(wheel.read("resemblyzer/pretrained.pt"))
        standing, embedder = open_embedder(path)
    if embedder is None:
        raise NotToBeHad(standing.reason)
    return standing, embedder


def _dialogue() -> tuple[Samples, list[Span]]:
    with zipfile.ZipFile(_wheel(_PACKAGE)) as wheel:
        truth = spans_of(wheel.read(f"{_SAMPLE}.rttm").decode())
        with wave.open(BytesIO(wheel.read(f"{_SAMPLE}.wav"))) as file:
            if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
                raise NotToBeHad("the sample has another format than expected")
            pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return (pcm / 32768).astype(np.float32), truth


def _wheel(package: str) -> Path:
    """The package's wheel, without what it depends on; nothing of it is installed."""
    name, _, version = package.partition("==")
    pattern = (
        f"{name.replace('.', '?').capitalize()}-{version}-*.whl",
        f"{name.replace('.', '?')}-{version}-*.whl",
    )

    def kept() -> list[Path]:
        return [path for one in pattern for path in _WHEELS.glob(one)]

    if not kept():
        command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
        subprocess.run(
            [*command, "--only-binary=:all:", "-d", str(_WHEELS), package], capture_output=True, check=False
        )
    if not kept():
        raise NotToBeHad(f"the wheel of {package} cannot be fetched")
    return kept()[0]
