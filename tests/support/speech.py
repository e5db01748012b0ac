"""Synthetic Mandarin for tests: espeak-ng speaks, libopus encodes, nothing real is recorded."""

import functools
import io
import subprocess
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

VOICES = Path(__file__).parents[2] / "room_server" / "rehearsal" / "voices"
RATE = 16_000
FRAME_MS = 20

Samples = NDArray[np.float32]


@functools.cache
def spoken(text: str, voice: str = "+f2", pitch: int = 50, speed: int = 160) -> Samples:
    """The sentence at 16 kHz, as espeak-ng's Mandarin voice says it."""
    command = [
        "espeak-ng",
        "-v",
        "cmn-latn-pinyin" + voice,
        "-p",
        str(pitch),
        "-s",
        str(speed),
        "--stdout",
        text,
    ]
    wav = subprocess.run(command, capture_output=True, check=True).stdout
    # espeak-ng streams: its header does not know the length, so what follows the 44 bytes is the sound.
    rate = int.from_bytes(wav[24:28], "little")
    samples = np.frombuffer(wav[44 : 44 + (len(wav) - 44) // 2 * 2], np.int16)
    return resampled((samples / 32768).astype(np.float32), rate, RATE)


def resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    """The same sound at another rate."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=wanted)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None], np.float32), "flt", "mono")
    frame.sample_rate = rate
    parts = [part.to_ndarray()[0] for given in (frame, None) for part in resampler.resample(given)]
    return np.concatenate(parts).astype(np.float32)


def quiet(milliseconds: float) -> Samples:
    """Digital silence."""
    return np.zeros(round(milliseconds * RATE / 1000), np.float32)


def noise(milliseconds: float, level: float = 0.02, seed: int = 0) -> Samples:
    """White noise."""
    count = round(milliseconds * RATE / 1000)
    return (np.random.default_rng(seed).standard_normal(count) * level).astype(np.float32)


def tone(milliseconds: float, hertz: float = 440.0, level: float = 0.3) -> Samples:
    """A steady tone."""
    at = np.arange(round(milliseconds * RATE / 1000)) / RATE
    return (np.sin(2 * np.pi * hertz * at) * level).astype(np.float32)


def opus(samples: Samples, frame_ms: int = FRAME_MS, layout: str = "mono", **options: str) -> list[bytes]:
    """The sound as Opus payloads, by default of 20 ms as a browser sends them."""
    codec = av.CodecContext.create("libopus", "w")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate = 48_000
    codec.layout = layout
    codec.format = "s16"
    codec.bit_rate = 24_000
    codec.options = {"application": "voip", "frame_duration": str(frame_ms), **options}
    sound = (np.clip(resampled(samples, RATE, 48_000), -1, 1) * 32767).astype(np.int16)
    channels = codec.channels
    step = 48 * frame_ms
    packets = []
    for at in range(0, sound.size - step + 1, step):
        part = np.repeat(sound[at : at + step], channels)
        frame = av.AudioFrame.from_ndarray(part[None], "s16", layout)
        frame.sample_rate = 48_000
        frame.pts = at
        packets += codec.encode(frame)
    return [bytes(packet) for packet in [*packets, *codec.encode(None)]]


def wav(samples: Samples, rate: int = RATE) -> bytes:
    """The sound as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def webm(path: Path, samples: Samples, first_ms: int = 0) -> None:
    """The sound as a recorded Opus track whose first packet lies at `first_ms`."""
    with av.open(str(path), "w", format="webm") as file:
        stream = file.add_stream("libopus", rate=48_000, layout="mono")
        for number, payload in enumerate(opus(samples)):
            packet = av.Packet(payload)
            packet.stream = stream
            packet.time_base = Fraction(1, 1000)
            packet.pts = packet.dts = first_ms + number * FRAME_MS
            file.mux(packet)
