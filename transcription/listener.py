"""One stream from packet to segment: decoder, voice detector and segmenter in a row."""

from collections.abc import Callable

import numpy as np

from .decoder import OpusDecoder
from .pcm import PER_MS, Pcm, Samples, silence
from .segmenter import Pace, Segment, Segmenter
from .vad import CHUNK, CHUNK_MS, VoiceDetector


class Listener:
    """Listens to one stream; streams know nothing of one another, so people may talk at once."""

    def __init__(
        self, pace: Pace | None = None, batch: int = 2, heard: Callable[[Pcm], None] | None = None
    ) -> None:
        """`heard` is told all decoded sound, also what is no speech."""
        self.decoder = OpusDecoder()
        self.segmenter = Segmenter(pace)
        self._detector = VoiceDetector()
        self._batch = batch
        self._heard = heard
        self._rest: Samples = silence(0)

    @property
    def speaking(self) -> bool:
        """Whether somebody is in the middle of an utterance."""
        return self.segmenter.speaking

    def packet(self, payload: bytes, media_ms: float) -> list[Segment]:
        """Take one Opus packet."""
        return [s for pcm in self.decoder.feed(payload, media_ms) for s in self.sound(pcm)]

    def sound(self, pcm: Pcm) -> list[Segment]:
        """Take samples that are already decoded."""
        if self._heard:
            self._heard(pcm)
        done = self.stop() if pcm.jump else []
        start_ms = pcm.at_ms - self._rest.size / PER_MS
        samples = np.concatenate([self._rest, pcm.samples]) if self._rest.size else pcm.samples
        count = samples.size // CHUNK
        if count < self._batch:
            self._rest = samples
            return done
        self._rest = samples[count * CHUNK :]
        odds = self._detector.probabilities(samples[: count * CHUNK])
        for i, probability in enumerate(odds):
            chunk = samples[i * CHUNK : (i + 1) * CHUNK]
            segment = self.segmenter.feed(chunk, start_ms + i * CHUNK_MS, probability)
            if segment:
                done.append(segment)
        return done

    def pause(self) -> list[Segment]:
        """The stream pauses or ends: hand over the open utterance."""
        self.decoder.stop()
        return self.stop()

    def stop(self) -> list[Segment]:
        """Close the open utterance and forget the stream so far."""
        self._rest = silence(0)
        self._detector.reset()
        segment = self.segmenter.flush()
        return [segment] if segment else []
