"""What writing down costs: CPU per listened stream, time from the last word to text, and how true it is."""

import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from tests.support.speech import VOICES, Samples, opus, quiet, spoken
from transcription.decoder import OpusDecoder
from transcription.listener import Listener
from transcription.tap import Frame, Kind, frame_bytes
from transcription.vad import CHUNK, VoiceDetector
from transcription.whisper import Whisper
from transcription.worker import ScribeWorker

ROOM = "bench"
PEOPLE = ("+f2", "+m1", "+m3", "+f4")


def run(sentences: int = 36) -> dict[str, Any]:
    """Measure with the rehearsal voices; about a minute."""
    phrases = (VOICES / "phrases.txt").read_text(encoding="utf-8").split()[:sentences]
    return {
        "decode_us_per_packet": _decoding(phrases[0]),
        "vad_us_per_chunk": {f"batch_{n}": _detecting(phrases[0], n) for n in (1, 2, 4, 16)},
        "listen_core_percent_per_stream": _listening(phrases[:4]),
        "truth": {f"loss_{loss}_percent": _truth(phrases, loss) for loss in (0, 2)},
        "text_after_speech_ms": {f"{n}_people": asyncio.run(_latency(phrases, n)) for n in (1, 4)},
        "rss_mb": round(psutil.Process().memory_info().rss / 1e6),
        "target_text_after_speech_ms": 1500,
    }


def _sound(phrase: str, voice: str = PEOPLE[0]) -> Samples:
    return np.concatenate([quiet(500), spoken(phrase, voice), quiet(900)])


def _decoding(phrase: str) -> float:
    payloads = opus(_sound(phrase)) * 5
    decoder = OpusDecoder()
    began = time.process_time()
    for number, payload in enumerate(payloads):
        decoder.feed(payload, number * 20.0)
    return round((time.process_time() - began) / len(payloads) * 1e6, 1)


def _detecting(phrase: str, batch: int) -> float:
    sound = np.tile(_sound(phrase), 4)
    parts = sound[: sound.size // (CHUNK * batch) * CHUNK * batch].reshape(-1, CHUNK * batch)
    detector = VoiceDetector()
    began = time.process_time()
    for part in parts:
        detector.probabilities(part)
    return round((time.process_time() - began) / (len(parts) * batch) * 1e6, 1)


def _listening(phrases: list[str]) -> float:
    payloads = opus(np.concatenate([_sound(phrase) for phrase in phrases]))
    listener = Listener()
    began = time.process_time()
    for number, payload in enumerate(payloads):
        listener.packet(payload, number * 20.0)
    return round((time.process_time() - began) / (len(payloads) * 0.02) * 100, 2)


def _truth(phrases: list[str], loss: int) -> dict[str, Any]:
    whisper, lottery = Whisper(VOICES), np.random.default_rng(7)
    exact = wrong = letters = 0
    spent = 0.0
    for number, phrase in enumerate(phrases):
        listener = Listener()
        segments = []
        for index, payload in enumerate(opus(_sound(phrase, PEOPLE[number % len(PEOPLE)]))):
            if lottery.random() * 100 >= loss:
                segments += listener.packet(payload, index * 20.0)
        began = time.process_time()
        text = "".join(whisper.recognise(s.audio, "zh", ()).text for s in segments + listener.pause())
        spent += time.process_time() - began
        exact += text == phrase
        wrong += _distance(text, phrase)
        letters += len(phrase)
    return {
        "sentences": len(phrases),
        "exact": exact,
        "cer": round(wrong / letters, 4),
        "cpu_ms_per_sentence": round(spent / len(phrases) * 1000),
    }


async def _latency(phrases: list[str], people: int) -> dict[str, int]:
    """Everybody speaks at the real pace, one after the other with 700 ms between two beginnings."""
    told: list[float] = []
    zero = time.monotonic()

    def emit(event: dict[str, Any]) -> None:
        if event["type"] == "utterance":
            told.append((time.monotonic() - zero) * 1000 - event["end_ms"])

    with tempfile.TemporaryDirectory() as folder:
        tap = str(Path(folder) / "tap.sock")
        worker = ScribeWorker(emit, {"tap": tap, "model": str(VOICES), "rehearsal": True, "threads": 1})
        await worker.start()
        await worker.listen(ROOM, {})
        _, writer = await asyncio.open_unix_connection(tap)
        sounds = [
            opus(np.concatenate([_sound(p, PEOPLE[n]) for p in phrases[n * 4 : n * 4 + 4]]))
            for n in range(people)
        ]
        zero = time.monotonic()
        await asyncio.gather(*(_speak(writer, f"p{n}", s, n * 700.0, zero) for n, s in enumerate(sounds)))
        await worker.drain(ROOM)
        writer.close()
        await worker.close()
    told.sort()
    return {"utterances": len(told), "p50": round(told[len(told) // 2]), "max": round(told[-1])}


async def _speak(
    writer: asyncio.StreamWriter, participant: str, payloads: list[bytes], start_ms: float, zero: float
) -> None:
    for number, payload in enumerate(payloads):
        at_ms = start_ms + number * 20.0
        await asyncio.sleep(max(0.0, zero + at_ms / 1000 + 0.02 - time.monotonic()))
        writer.write(frame_bytes(Frame(Kind.PACKET, f"{ROOM}/{participant}", at_ms, payload)))


def _distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, left in enumerate(a):
        fresh = [i + 1]
        for j, right in enumerate(b):
            fresh.append(min(row[j] + (left != right), row[j + 1] + 1, fresh[j] + 1))
        row = fresh
    return row[-1]


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
