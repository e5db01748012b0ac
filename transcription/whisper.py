"""Whisper through faster-whisper, from a local directory only: the one file that knows it."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .doubt import doubt
from .fitted import fit
from .pcm import RATE, Samples
from .scribe import Recognition
from .utterance import Word

# Whisper mixes scripts and forgets signs in Chinese unless a sentence shows it how.
MANDARIN = "以下是普通话的庭审记录，使用简体中文和标点符号。"
_HOT_WORDS = 120


class Whisper:
    """A `Recogniser`; the directory must have been examined before (see `weights`)."""

    def __init__(
        self,
        directory: Path,
        threads: int = 1,
        prompt: str = "",
        beam: int = 5,
        hands: int = 1,
        fitted: bool = False,
    ) -> None:
        """`hands`: how many threads may call at once; `fitted`: see `transcription.fitted`."""
        from faster_whisper import WhisperModel

        device = _device()
        self._model: Any = WhisperModel(
            str(directory),
            device=device,
            compute_type="int8" if device == "cpu" else "float16",
            cpu_threads=threads,
            num_workers=hands,
            local_files_only=True,
        )
        if fitted:
            fit(self._model)
        self.hands = hands
        self._fitted = fitted
        self._prompt = prompt
        self._beam = beam
        self._times_words = _has_alignment_heads(directory)
        self.engine = "faster-whisper"

    @property
    def packs(self) -> bool:
        """Whether several utterances may share a window: their words can be told apart by their times."""
        # A fitted window costs what is in it: nothing is saved by sharing one.
        return self._times_words and bool(self._prompt) and not self._fitted

    @property
    def sketches(self) -> bool:
        """Whether half a sentence is worth reading: the rehearsal voices know whole ones only."""
        return bool(self._prompt)

    def recognise(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """Write down one utterance."""
        segments, _ = self._model.transcribe(
            audio,
            language=language,
            beam_size=self._beam,
            temperature=(0.0, 0.4),
            condition_on_previous_text=False,
            initial_prompt=self._prompt or None,
            hotwords="，".join(hot_words)[:_HOT_WORDS] or None,
            word_timestamps=self._times_words,
        )
        found = list(segments)
        if not found:
            return Recognition("", (), 0.0, language, "empty")
        return self._judged(found, audio.size / RATE, language)

    def sketch(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """The text so far by the quickest way there is: one beam, one temperature, no word times."""
        segments, _ = self._model.transcribe(
            audio,
            language=language,
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
            initial_prompt=self._prompt or None,
            hotwords="，".join(hot_words)[:_HOT_WORDS] or None,
        )
        found = list(segments)
        if not found:
            return Recognition("", (), 0.0, language, "empty")
        return self._judged(found, audio.size / RATE, language)

    def _judged(self, found: list[Any], seconds: float, language: str) -> Recognition:
        text = "".join(s.text for s in found).strip()
        weight = sum(max(len(s.text), 1) for s in found)
        log_probability = sum(s.avg_logprob * max(len(s.text), 1) for s in found) / weight
        no_speech = min(s.no_speech_prob for s in found)
        reason = doubt(text, seconds, no_speech, log_probability, self._prompt)
        words = tuple(
            Word(w.word, round(w.start * 1000), round(w.end * 1000), round(float(w.probability), 3))
            for s in found
            for w in s.words or ()
        )
        return Recognition(text, words, round(math.exp(log_probability), 3), language, reason)


def _device() -> str:
    """`cuda` where CTranslate2 has a graphics processor to work on."""
    import ctranslate2

    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def _has_alignment_heads(directory: Path) -> bool:
    settings = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    return bool(settings.get("alignment_heads"))
