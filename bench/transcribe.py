"""`heting bench transcribe`: what writing down costs with real dimensions, how late text is, how true, and
how a long recording fares against plain faster-whisper in the same run. About five minutes on two cores.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.figures import Target
from bench.random_whisper import SIZES, make
from bench.speech import PEOPLE, ROOM, _distance, _sound, _speak
from tests.support.speech import VOICES, Samples, opus, quiet
from transcription.engine import Engine
from transcription.listener import Listener
from transcription.many_hands import written
from transcription.pcm import RATE, Pcm
from transcription.scribe import Recognition, Scribe
from transcription.segmenter import Segment
from transcription.utterance import Word
from transcription.weights import Standing, State
from transcription.whisper import Whisper
from transcription.worker import ScribeWorker

TOKENS_PER_S = 6
"""What Mandarin at the pace of a hearing takes: four and a half characters, a third more tokens."""
UTTERANCE_S = 5.0
_WINDOW_TOKENS = 28 * TOKENS_PER_S
_CORES = os.cpu_count() or 1


def run() -> dict[str, Any]:
    """All figures, with the conditions under which they were taken."""
    phrases = (VOICES / "phrases.txt").read_text(encoding="utf-8").split()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        models = {name: make(Path(folder) / name, size) for name, size in SIZES.items()}
        sizes = {name: _cost(path) for name, path in models.items()}
        delay = asyncio.run(_delay(phrases, models["tiny"]))
        long = {name: _against_plain(models[name], minutes) for name, minutes in (("tiny", 2), ("small", 1))}
    found: dict[str, Any] = {
        "sizes": sizes,
        "text_delay_ms": {"people": 4, "model": "tiny dimensions, random weights", **delay},
        "against_plain": {**long, "rehearsal_voices": _against_plain_in_words(phrases[:36])},
        "cer": {name: _truth(phrases[:36], *how) for name, how in _WAYS.items()},
        "words_from_no_speech": _noises(),
        "conditions": {
            "cores": _CORES,
            "load_before": round(load, 2),
            "engine": "faster-whisper, CTranslate2 int8, CPU",
            "sizes": f"random weights of the real dimensions, one thread, {UTTERANCE_S:.0f} s of speech = "
            f"{round(UTTERANCE_S * TOKENS_PER_S)} tokens, beam 5, with word times; CPU seconds",
            "against_plain": "the same sound and settings (language given, beam 5, temperature 0, no "
            "previous text, no time tokens); random weights: as many tokens a window in both, word times "
            "in ours only, which has to tell utterances apart",
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
        Target("words from 10 minutes without speech", float(found["words_from_no_speech"]["words"]), 0),
        *(
            Target(f"times plain faster-whisper, long file, {name}", one["times_faster"], 1.5, sense=">=")
            for name, one in plain.items()
        ),
    ]


# ---- what it costs -----------------------------------------------------------------------------


class Dimensioned:
    """A recogniser that does the work of a model of real dimensions for the tokens speech would have."""

    engine = "dimensioned"

    def __init__(self, folder: Path, threads: int = 1, hands: int = 1) -> None:
        from faster_whisper import WhisperModel

        self._model: Any = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads, num_workers=hands
        )
        self.model = self._model
        self.hands = hands
        self.packs = True

    def recognise(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """Encode, decode and align; the text is a stand-in."""
        seconds = audio.size / RATE
        list(self.segments(audio, max(1, round(seconds * TOKENS_PER_S))))
        return Recognition("字" * max(1, round(seconds * 4.5)), (), 0.9, language)

    def segments(self, audio: Samples, tokens: int, words: bool = True, **more: Any) -> Iterator[Any]:
        """The library's own way through one call, so many tokens a window."""
        found, _ = self._model.transcribe(
            audio,
            language="zh",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
            word_timestamps=words,
            # CTranslate2 stops at half of what it is allowed.
            max_new_tokens=2 * tokens,
            no_speech_threshold=None,
            **more,
        )
        yield from found


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


# ---- against plain faster-whisper --------------------------------------------------------------


def _timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    wall, cpu = time.monotonic(), time.process_time()
    answer = work()
    return time.monotonic() - wall, time.process_time() - cpu, answer


def _against_plain(folder: Path, minutes: int) -> dict[str, Any]:
    """Random weights: the same tokens a window in both, plain with as many threads as there are cores."""
    phrases = (VOICES / "phrases.txt").read_text(encoding="utf-8").split()
    sound = np.tile(_long(phrases), 4)[: minutes * 60 * RATE]
    ours, plain = Dimensioned(folder, 1, _CORES), Dimensioned(folder, _CORES)
    wall, cpu, _ = _timed(lambda: list(written(_Whole(ours), _segments(sound), "zh", ())))
    theirs, their_cpu, _ = _timed(
        lambda: list(plain.segments(sound, _WINDOW_TOKENS, words=False, vad_filter=True))
    )
    return _compared(sound, (wall, cpu), (theirs, their_cpu))


class _Whole:
    """Takes a window's text for that of its last utterance: noise has no word times to be divided by."""

    engine = "whole"
    packs = True

    def __init__(self, inner: Dimensioned) -> None:
        self.hands = inner.hands
        self._inner = inner

    def recognise(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """The full work of a window, with one word for each half second."""
        list(self._inner.segments(audio, _WINDOW_TOKENS))
        words = tuple(
            Word(chr(0x4E00 + at * 7 % 9973), at, at + 100, 0.9)
            for at in range(0, round(audio.size / RATE * 1000), 200)
        )
        return Recognition("".join(w.text for w in words), words, 0.9, language)


def _against_plain_in_words(phrases: list[str]) -> dict[str, Any]:
    """The rehearsal model, which knows one sentence a window: plain gets the cuts, or loses the text."""
    from faster_whisper import WhisperModel

    truth = "".join(phrases)
    sound = _long(phrases)
    plain: Any = WhisperModel(str(VOICES), device="cpu", compute_type="int8", cpu_threads=_CORES)
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

    ours = Whisper(VOICES, threads=1, hands=_CORES)
    wall, cpu, found = _timed(lambda: list(written(ours, _segments(sound), "zh", ())))
    text = "".join(recognition.text for _, recognition in found if not recognition.doubt)
    cuts = [t for s in _segments(sound) for t in (s.audio_ms / 1000, s.audio_ms / 1000 + s.audio.size / RATE)]
    whole = _timed(lambda: theirs(vad_filter=True))
    cut = _timed(lambda: theirs(clip_timestamps=cuts))
    return {
        **_compared(sound, (wall, cpu), (cut[0], cut[1])),
        "cer_percent": {
            "ours": _percent(_distance(text, truth), truth),
            "plain_at_our_cuts": _percent(_distance(cut[2], truth), truth),
            "plain_vad_filter": _percent(_distance(whole[2], truth), truth),
        },
        "plain_vad_filter_wall_s": round(whole[0], 2),
    }


def _compared(sound: Samples, ours: tuple[float, float], plain: tuple[float, float]) -> dict[str, Any]:
    return {
        "sound_s": round(sound.size / RATE),
        "ours": {"wall_s": round(ours[0], 2), "cpu_s": round(ours[1], 2)},
        "plain": {"wall_s": round(plain[0], 2), "cpu_s": round(plain[1], 2)},
        "times_faster": round(plain[0] / ours[0], 2),
        "times_less_cpu": round(plain[1] / ours[1], 2),
    }


def _long(phrases: list[str]) -> Samples:
    return np.concatenate([_sound(phrase, PEOPLE[n % 4]) for n, phrase in enumerate(phrases)])


def _segments(sound: Samples) -> Iterator[Segment]:
    listener = Listener(batch=16)
    for at in range(0, sound.size, RATE):
        yield from listener.sound(Pcm(at / RATE * 1000, sound[at : at + RATE]))
    yield from listener.stop()


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
        "percent": _percent(wrong, "".join(phrases)),
        "sentences": len(phrases),
        "exact": exact,
    }


def _percent(wrong: int, truth: str) -> float:
    return round(wrong / len(truth) * 100, 2)


def _noises(seconds: int = 150) -> dict[str, Any]:
    """Ten minutes without speech, a quarter each: silence, mains hum, typing, music of chords."""
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
        heard = written(whisper, _segments(np.asarray(sound, np.float32)), "zh", ())
        found[name] = sum(len(r.text) for _, r in heard if not r.doubt)
    return {"words": sum(found.values()), **found}
