"""A recogniser that does what the script says: answers, fails, stalls, comes late."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from transcription.pcm import Samples
from transcription.scribe import Recognition
from transcription.utterance import Word


class ScriptedFailure(Exception):
    """What an engine may throw."""


@dataclass
class ScriptedRecogniser:
    """Answers with the script's texts in turn, the last one for ever; a text of `!` fails, `?` is doubted."""

    script: Sequence[str] = ("好",)
    delay_s: float = 0.0
    engine: str = "scripted"
    heard: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    began: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def stall(self) -> None:
        """Hang on every utterance until `go_on`."""
        self.gate.clear()

    def go_on(self) -> None:
        """End the stall."""
        self.gate.set()

    def recognise(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """Follow the script."""
        self.began.set()
        self.gate.wait(10)
        time.sleep(self.delay_s)
        text = self.script[min(len(self.heard), len(self.script) - 1)]
        self.heard.append((audio.size, language, tuple(hot_words)))
        if text == "!":
            raise ScriptedFailure
        words = tuple(Word(letter, i * 100, i * 100 + 100, 0.9) for i, letter in enumerate(text))
        return Recognition(text, words, 0.9, language, "scripted" if text == "?" else "")
