"""Opus packets of one stream → 16 kHz PCM on media time; one of the two files here that know PyAV."""

from typing import Any

import numpy as np

from .clock import MediaClock
from .pcm import PER_MS, RATE, Pcm, Samples, silence

# RFC 6716: the encoder looks ahead 6.5 ms, so decoded sound lies that much behind its packet's time stamp.
LOOKAHEAD_MS = 6.5


class OpusDecoder:
    """Turns payloads with their media time into samples that stay true to it through loss, DTX and pauses."""

    def __init__(self) -> None:
        self.bad_packets = 0
        self.filled_ms = 0.0
        self._clock = MediaClock()
        self._out_ms = 0.0
        self._codec: Any = None
        self._resampler: Any = None

    def feed(self, payload: bytes, media_ms: float) -> list[Pcm]:
        """Decode one packet; silence in front of it stands for what is missing."""
        step = self._clock.step(media_ms)
        if self._codec is None or step.jump:
            self._open()
            self._out_ms = media_ms - LOOKAHEAD_MS
        self._out_ms += step.shift_ms
        sounds = []
        if step.fill_ms:
            self.filled_ms += step.fill_ms
            sounds.append(self._take(silence(step.fill_ms), step.fill_ms))
        samples = self._decode(payload)
        if samples.size:
            sounds.append(self._take(samples, samples.size / PER_MS))
        if step.jump and sounds:
            sounds[0] = Pcm(sounds[0].at_ms, sounds[0].samples, jump=True)
        return sounds

    def stop(self) -> None:
        """The stream pauses: what comes next stands on its own."""
        self._clock.stop()
        self._codec = None

    def _open(self) -> None:
        import av

        self._codec = av.CodecContext.create("libopus", "r")
        self._codec.sample_rate = 48_000
        self._codec.layout = "mono"
        self._codec.open()
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)

    def _take(self, samples: Samples, milliseconds: float) -> Pcm:
        sound = Pcm(self._out_ms, samples)
        self._out_ms += milliseconds
        return sound

    def _decode(self, payload: bytes) -> Samples:
        import av

        try:
            frames = self._codec.decode(av.Packet(payload)) if payload else []
        except av.error.FFmpegError:
            self.bad_packets += 1
            return silence(0)
        parts = []
        for frame in frames:
            self._clock.advance(frame.samples / frame.sample_rate * 1000)
            parts += [part.to_ndarray()[0] for part in self._resampler.resample(frame)]
        return np.concatenate(parts) if parts else silence(0)
