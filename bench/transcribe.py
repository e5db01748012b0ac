"""`heting bench transcribe`: what writing down costs with real dimensions, how late text is, how true, and
how a long recording fares against plain faster-whisper in the same run. About five minutes on two cores.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.beside_plain import CONDITIONS, against_plain, against_plain_in_words, percent, segments_of
from bench.dimensioned import TOKENS_PER_S, Dimensioned
from bench.figures import Target
from bench.random_whisper import SIZES, make
from bench.speech import PEOPLE, ROOM, _distance, _sound, _speak
from tests.support.speech import VOICES, Samples, opus, quiet
from transcription.engine import Engine
from transcription.listener import Listener
from transcription.many_hands import written
from transcription.pcm import RATE
from transcription.scribe import Scribe
from transcription.weights import Standing, State
from transcription.whisper import Whisper
from transcription.worker import ScribeWorker

UTTERANCE_S = 5.0
_CORES = os.cpu_count() or 1


def main(options: Sequence[str]) -> int:
    """The figures for a person or, with `--json`, for a program."""
    parser = argparse.ArgumentParser(prog="heting bench transcribe", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--full", action="store_true", help="ten minutes of each sound without speech")
    chosen = parser.parse_args(options)
    print(json.dumps(run(chosen.full), ensure_ascii=False, indent=None if chosen.json else 1))
    return 0


def run(full: bool = False) -> dict[str, Any]:
    """All figures, with the conditions under which they were taken; `full`: longer without speech."""
    phrases = (VOICES / "phrases.txt").read_text(encoding="utf-8").split()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        models = {name: make(Path(folder) / name, size) for name, size in SIZES.items()}
        sizes = {name: _cost(path) for name, path in models.items()}
        delay = asyncio.run(_delay(phrases, models["tiny"]))
        long = {name: against_plain(models[name], seconds) for name, seconds in (("tiny", 90), ("small", 60))}
    found: dict[str, Any] = {
        "sizes": sizes,
        "text_delay_ms": {"people": 4, "model": "tiny dimensions, random weights", **delay},
        "against_plain": {**long, "rehearsal_voices": against_plain_in_words(phrases[:36])},
        "cer": {name: _truth(phrases[:36], *how) for name, how in _WAYS.items()},
        "words_from_no_speech": _noises(600 if full else 150),
        "conditions": {
            "cores": _CORES,
            "load_before": round(load, 2),
            "engine": "faster-whisper, CTranslate2 int8, CPU",
            "sizes": f"random weights of the real dimensions, one thread, {UTTERANCE_S:.0f} s of speech = "
            f"{round(UTTERANCE_S * TOKENS_PER_S)} tokens, beam 5, no word times; CPU seconds",
            "against_plain": CONDITIONS,
            "cer": "espeak-ng voices, rehearsal model of a closed vocabulary: says nothing about real speech",
        },
    }
    return {**found, "rows": [target.plain() for target in _targets(found)]}


def _targets(found: dict[str, Any]) -> list[Target]:
    delay, cer, plain = found["text_delay_ms"], found["cer"], found["against_plain"]
    return [
        Target("text after an utterance, 4 people, tiny, p95 ms", delay["p95"], 1000),
        Target("Whisper small, real-time factor on one core", found["sizes"]["small"]["rtf"], 1.0),
        Target("CER, rehearsal script through Opus, %", cer["opus"]["percent"], 3),
        Target("CER at 5 % packet loss, %", cer["loss_5_percent"]["percent"], 8),
        Target("CER at 20 dB noise, %", cer["noise_20_db"]["percent"], 10),
        Target(
            f"words from {found['words_from_no_speech']['minutes']} minutes without speech",
            float(found["words_from_no_speech"]["words"]),
            0,
        ),
        *(
            Target(f"times plain faster-whisper, {name}, {way}", one[way]["times_faster"], 1.5, sense=">=")
            for name, one in plain.items()
            for way in ("whole_windows", "fitted_windows")
        ),
    ]


# ---- what it costs -----------------------------------------------------------------------------


def _cost(folder: Path) -> dict[str, Any]:
    recogniser = Dimensioned(folder)
    speech = _speechlike(UTTERANCE_S)
    recogniser.recognise(speech, "zh", ())
    spent = []
    for _ in range(3):
        began = time.process_time()
        recogniser.recognise(speech, "zh", ())
        spent.append(time.process_time() - began)
    cpu = sorted(spent)[1]
    return {
        "cpu_s_per_utterance": round(cpu, 3),
        "rtf": round(cpu / UTTERANCE_S, 3),
        "rooms_per_core": round(UTTERANCE_S / cpu, 1),
        "model_mb": round((folder / "model.bin").stat().st_size / 1e6),
    }


def _speechlike(seconds: float) -> Samples:
    return (np.random.default_rng(3).standard_normal(int(seconds * RATE)) * 0.05).astype(np.float32)


# ---- how late ----------------------------------------------------------------------------------


async def _delay(phrases: list[str], model: Path) -> dict[str, int]:
    """Four people at the real pace, one after the other with 700 ms between two beginnings."""
    told: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        tap = str(Path(folder) / "tap.sock")
        zero = 0.0

        def emit(event: dict[str, Any]) -> None:
            if event["type"] == "utterance":
                told.append((time.monotonic() - zero) * 1000 - event["end_ms"])

        scribe = _Worker(emit, {"tap": tap}, Dimensioned(model))
        await scribe.start()
        await scribe.listen(ROOM, {})
        _, writer = await asyncio.open_unix_connection(tap)
        sounds = [
            opus(np.concatenate([_sound(p, PEOPLE[n]) for p in phrases[n * 6 : n * 6 + 6]])) for n in range(4)
        ]
        zero = time.monotonic()
        await asyncio.gather(
            *(_speak(writer, f"p{n}", sound, n * 700.0, zero) for n, sound in enumerate(sounds))
        )
        await scribe.drain(ROOM)
        writer.close()
        await scribe.close()
    told.sort()
    return {
        "utterances": len(told),
        "p50": round(told[len(told) // 2]),
        "p95": round(told[int(len(told) * 0.95)]),
    }


class _Worker(ScribeWorker):
    """The real worker with a recogniser that is given to it."""

    def __init__(
        self, emit: Callable[[dict[str, Any]], None], need: dict[str, Any], recogniser: Dimensioned
    ) -> None:
        super().__init__(emit, need)
        self._given = recogniser

    async def _open_engine(self) -> None:
        self._engine = Engine("dimensioned", Standing(State.READY, "random"), self._given)
        self._scribe = Scribe(self._given)
        self._scribe.start()


# ---- how true ----------------------------------------------------------------------------------

_WAYS = {"opus": (0.0, None), "loss_5_percent": (5.0, None), "noise_20_db": (0.0, 20.0)}


def _truth(phrases: list[str], loss: float, noise_db: float | None) -> dict[str, Any]:
    whisper, lottery = Whisper(VOICES), np.random.default_rng(11)
    wrong = exact = 0
    for number, phrase in enumerate(phrases):
        sound = _sound(phrase, PEOPLE[number % 4])
        if noise_db is not None:
            voiced = sound[np.abs(sound) > 1e-4]
            level = float(np.sqrt((voiced**2).mean())) / 10 ** (noise_db / 20)
            sound = (sound + lottery.standard_normal(sound.size) * level).astype(np.float32)
        listener = Listener()
        segments = []
        for index, payload in enumerate(opus(sound)):
            if lottery.random() * 100 >= loss:
                segments += listener.packet(payload, index * 20.0)
        segments += listener.pause()
        text = "".join(found.text for _, found in written(whisper, segments, "zh", ()) if not found.doubt)
        wrong += _distance(text, phrase)
        exact += text == phrase
    return {
        "percent": percent(wrong, "".join(phrases)),
        "sentences": len(phrases),
        "exact": exact,
    }


def _noises(seconds: int) -> dict[str, Any]:
    """So long of each: silence, mains hum, typing, music of chords."""
    whisper, lottery = Whisper(VOICES), np.random.default_rng(5)
    at = np.arange(seconds * RATE) / RATE
    hum = sum(np.sin(2 * np.pi * 50 * k * at) / k for k in (1, 2, 3, 5)) * 0.05
    keys = np.zeros(at.size)
    for begin in lottery.integers(0, at.size - 800, seconds * 5):
        keys[begin : begin + 800] += lottery.standard_normal(800) * np.exp(-np.arange(800) / 120) * 0.2
    chords = [(262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294)]
    music = np.concatenate(
        [
            sum(np.sin(2 * np.pi * f * at[:RATE]) for f in chords[n % 4]) * 0.08 * np.exp(-at[:RATE])
            for n in range(seconds)
        ]
    )
    found = {}
    for name, sound in (("silence", quiet(seconds * 1000)), ("hum", hum), ("typing", keys), ("music", music)):
        heard = written(whisper, segments_of(np.asarray(sound, np.float32)), "zh", ())
        found[name] = sum(len(r.text) for _, r in heard if not r.doubt)
    return {"words": sum(found.values()), "minutes": round(4 * seconds / 60), **found}
