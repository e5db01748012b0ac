"""SenseVoice and Paraformer through sherpa-onnx, from a local directory only: the one file that knows it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from .doubt import doubt
from .layouts import layout_of
from .onnx_facts import NoOnnx, metadata
from .pcm import RATE, Samples
from .scribe import Recognition
from .utterance import Word

_PATIENCE_S = 180.0
_SHORTEST_S = 0.4
"""Less sound than a network's window makes sherpa-onnx read beyond its end."""
_LAST_WORD_MS = 240
_NO_CONFIDENCE = 0.0
_LANGUAGES = {"zh": "zh", "cmn": "zh"}


class Family(StrEnum):
    """The kinds of network that are understood."""

    SENSE_VOICE = "sense-voice"
    PARAFORMER = "paraformer"


class Unfit(ValueError):
    """A directory is no model that sherpa-onnx could load; the text says why and what to do."""


_FRAMES = ("vocab_size", "lfr_window_size", "lfr_window_shift", "neg_mean", "inv_stddev")
_NEEDED = {
    Family.PARAFORMER: _FRAMES,
    Family.SENSE_VOICE: (
        *_FRAMES,
        *("normalize_samples", "with_itn", "without_itn"),
        *("lang_auto", "lang_zh", "lang_en", "lang_ja", "lang_ko", "lang_yue"),
    ),
}
_CURE = "fetch the model again, or export it with sherpa-onnx's own scripts"


@dataclass(frozen=True, slots=True)
class Found:
    """A directory's network, vocabulary and kind."""

    family: Family
    weights: Path
    tokens: Path


def looked_at(directory: Path) -> Found:
    """Tell the kind of model by the network's own facts; raises `Unfit`.

    What sherpa-onnx misses it does not report but ends the process: everything is looked at before.
    """
    layout = layout_of([path.name for path in directory.iterdir()])
    found = directory / layout.weights
    try:
        facts = metadata(found)
    except NoOnnx as error:
        raise Unfit(f"{found.name}: {error}; {_CURE}") from error
    family = _family(facts)
    if family is None:
        raise Unfit(f"{found.name} is neither SenseVoice nor Paraformer by its metadata; {_CURE}")
    missing = [key for key in _NEEDED[family] if not facts.get(key)]
    if missing:
        raise Unfit(f"{found.name} lacks in its metadata: {', '.join(missing)}; {_CURE}")
    _measured(found, facts)
    _counted(directory / "tokens.txt", family, int(facts["vocab_size"]))
    return Found(family, found, directory / "tokens.txt")


def tried(directory: Path) -> Found:
    """Load the model and let it hear something in a process of its own, which may die of it."""
    found = looked_at(directory)
    place = str(Path(__file__).parents[1])
    command = [sys.executable, "-m", "transcription.sherpa", str(directory)]
    paths = os.pathsep.join(filter(None, (place, os.environ.get("PYTHONPATH", ""))))
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_S,
        )
    except subprocess.TimeoutExpired as error:
        raise Unfit(f"{found.weights.name} does not load within {_PATIENCE_S:.0f} s") from error
    if done.returncode or "exception" in done.stderr.lower():
        raise Unfit(f"{found.weights.name} does not load: {_last(done.stderr, done.returncode)}; {_CURE}")
    return found


class Sherpa:
    """A `Recogniser`; the directory must have been tried before (see `tried`)."""

    packs = False

    def __init__(self, found: Found, threads: int = 1, hands: int = 1) -> None:
        self.engine = "sherpa-onnx"
        self.family = found.family
        self.hands = hands
        self._found, self._threads = found, threads
        self._open: dict[str, Any] = {"zh": self._opened("zh")}

    @property
    def sketches(self) -> bool:
        """Such networks are quick, also with half a sentence."""
        return True

    def sketch(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """The text so far."""
        return self.recognise(audio, language, hot_words)

    def recognise(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """Write down one utterance; these networks take no hot words and tell no confidence (0)."""
        recogniser = self._for(language)
        stream = recogniser.create_stream()
        lacking = round(_SHORTEST_S * RATE) - audio.size
        sound = np.pad(audio, (0, lacking)) if lacking > 0 else audio
        stream.accept_waveform(RATE, np.ascontiguousarray(sound, np.float32))
        recogniser.decode_stream(stream)
        return _recognition(stream.result, audio.size / RATE, language)

    def _for(self, language: str) -> Any:
        wanted = _LANGUAGES.get(language, "auto") if self.family is Family.SENSE_VOICE else "zh"
        if wanted not in self._open:
            # A language is fixed when the network is loaded: all others share a copy that finds out itself.
            self._open[wanted] = self._opened(wanted)
        return self._open[wanted]

    def _opened(self, language: str) -> Any:
        import sherpa_onnx

        weights, tokens = str(self._found.weights), str(self._found.tokens)
        if self.family is Family.PARAFORMER:
            return sherpa_onnx.OfflineRecognizer.from_paraformer(weights, tokens, self._threads)
        # Only together with figures does SenseVoice write punctuation.
        return sherpa_onnx.OfflineRecognizer.from_sense_voice(
            weights, tokens, self._threads, language=language, use_itn=True
        )


def _recognition(result: Any, seconds: float, language: str) -> Recognition:
    text = result.text.strip()
    heard = str(result.lang).strip("<|>")
    reason = "no speech" if heard == "nospeech" else doubt(text, seconds, 0.0, 0.0)
    return Recognition(text, _words(result, seconds), _NO_CONFIDENCE, heard or language, reason)


def _words(result: Any, seconds: float) -> tuple[Word, ...]:
    """One word per token, up to the next one; none when the network tells no times."""
    begins = [round(at * 1000) for at in result.timestamps]
    if len(begins) != len(result.tokens) or not begins:
        return ()
    last = max(begins[-1], min(begins[-1] + _LAST_WORD_MS, round(seconds * 1000)))
    words: list[Word] = []
    whole = True
    for token, begin, end in zip(result.tokens, begins, [*begins[1:], last], strict=True):
        # Both ways in which vocabularies of pieces say where a Latin word begins.
        piece = token.replace("▁", " ")
        fresh = whole and piece.isascii() and words and not piece.startswith(" ")
        whole = not piece.endswith("@@")
        words.append(Word((" " if fresh else "") + piece.removesuffix("@@"), begin, end, _NO_CONFIDENCE))
    return tuple(words)


def _family(facts: dict[str, str]) -> Family | None:
    kind = facts.get("model_type", "")
    if kind.startswith("sense_voice") or (not kind and "with_itn" in facts):
        return Family.SENSE_VOICE
    if kind.startswith("paraformer") or (not kind and "lfr_window_size" in facts):
        return Family.PARAFORMER
    return None


def _measured(found: Path, facts: dict[str, str]) -> None:
    try:
        numbers = {key: int(facts[key]) for key in ("vocab_size", "lfr_window_size", "lfr_window_shift")}
        lengths = [len([float(x) for x in facts[key].split(",")]) for key in ("neg_mean", "inv_stddev")]
    except ValueError as error:
        raise Unfit(f"{found.name} has metadata that are no numbers; {_CURE}") from error
    if min(numbers.values()) < 1 or lengths != [80 * numbers["lfr_window_size"]] * 2:
        raise Unfit(f"{found.name} has metadata that do not fit together; {_CURE}")


def _counted(tokens: Path, family: Family, wanted: int) -> None:
    try:
        rows = [
            line.rsplit(maxsplit=1)
            for line in tokens.read_text(encoding="utf-8").splitlines()
            if line.strip()
        ]
        numbers = {int(row[-1]) for row in rows}
    except ValueError as error:
        raise Unfit(f"tokens.txt is no vocabulary of sherpa-onnx; {_CURE}") from error
    if not numbers.issuperset(range(wanted)):
        raise Unfit(f"tokens.txt has {len(numbers)} of the {wanted} tokens the network knows; {_CURE}")
    if family is Family.PARAFORMER and not any(row[0] == "</s>" for row in rows):
        raise Unfit(f"tokens.txt has no </s>; {_CURE}")


def _last(said: str, status: int) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if not lines:
        return f"the process ended with {status}"
    # "/project/…/file.cc:Init:114 'vocab_size' does not exist": where it stands helps nobody.
    return lines[-1].split(" ", 1)[-1][:160] if lines[-1].startswith("/") else lines[-1][:160]


def _main(directory: str) -> None:
    recogniser = Sherpa(looked_at(Path(directory)))
    noise = np.random.default_rng(0).normal(0, 0.05, RATE).astype(np.float32)
    recogniser.recognise(noise, "zh", ())
    recogniser.recognise(np.zeros(160, np.float32), "zh", ())


if __name__ == "__main__":
    _main(sys.argv[1])
