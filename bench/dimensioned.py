"""A recogniser that does the work of a model of real dimensions for the tokens that speech would have."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.support.speech import Samples
from transcription.fitted import fit
from transcription.pcm import RATE
from transcription.scribe import Recognition
from transcription.utterance import Word

TOKENS_PER_S = 6
"""What Mandarin at the pace of a hearing takes: four and a half characters, a third more tokens."""
_PER_TOKEN_MS = round(1000 / TOKENS_PER_S)


class Dimensioned:
    """Encodes and decodes with random weights; the text is a stand-in, spread over the sound.

    Without word times: random weights put the last word anywhere, and the library then goes back to it and
    decodes the rest again. Aligning adds about a twentieth (small: 0.2 CPU-s to 3.5 for 30 tokens).
    """

    engine = "dimensioned"

    def __init__(self, folder: Path, threads: int = 1, hands: int = 1, fitted: bool = False) -> None:
        from faster_whisper import WhisperModel

        self._model: Any = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads, num_workers=hands
        )
        if fitted:
            fit(self._model)
        self.hands = hands
        self.packs = not fitted
        self.tokens = 0

    def recognise(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """The work of one window or utterance."""
        seconds = audio.size / RATE
        tokens = max(1, round(seconds * TOKENS_PER_S))
        self.tokens += tokens
        list(self.segments(audio, tokens))
        words = tuple(
            Word(chr(0x4E00 + n * 7 % 9973), n * _PER_TOKEN_MS, n * _PER_TOKEN_MS + 100, 0.9)
            for n in range(tokens)
        )
        return Recognition("".join(word.text for word in words), words, 0.9, language)

    def segments(self, audio: Samples, tokens: int, **more: Any) -> Iterator[Any]:
        """The library's own way through one call, so many tokens a window."""
        found, _ = self._model.transcribe(
            audio,
            language="zh",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
            # CTranslate2 stops at half of what it is allowed.
            max_new_tokens=2 * tokens,
            no_speech_threshold=None,
            **more,
        )
        yield from found
