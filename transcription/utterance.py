"""What a person said: the noun that leaves the scribe."""

from dataclasses import asdict, dataclass
from typing import Any

from .wording.hints import Hint


@dataclass(frozen=True, slots=True)
class Word:
    """One word (in Chinese mostly one character) with its place on the media clock."""

    text: str
    start_ms: int
    end_ms: int
    probability: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """One stretch of one speaker's speech, as a machine wrote it down."""

    speaker: str
    start_ms: int
    end_ms: int
    text: str
    words: tuple[Word, ...]
    confidence: float
    """From 0 to 1, of the words too; 0: the engine tells none."""
    language: str
    engine: str
    spoken: str = ""
    """The recogniser's own words where `text` writes them otherwise; `words` are always of these."""
    hints: tuple[Hint, ...] = ()
    """What parts of `text` may have meant; suggestions only."""
    cross_talk: str = ""
    """Whose voice this probably is, out of the speaker's loudspeaker; empty: the speaker's own."""
    voice: str = ""
    """Which of the voices that share the speaker's microphone; empty: not told apart."""
    voice_confidence: float = 0.0

    def plain(self) -> dict[str, Any]:
        """The utterance as plain data, without the speaker's name for itself."""
        return {
            "start_ms": self.start_ms,
            "end_ms": self.end_ms,
            "text": self.text,
            "words": [[w.text, w.start_ms, w.end_ms, w.probability] for w in self.words],
            "confidence": self.confidence,
            "language": self.language,
            "engine": self.engine,
            "spoken": self.spoken,
            "hints": [asdict(hint) for hint in self.hints],
            "cross_talk": self.cross_talk,
            "voice": self.voice,
            "voice_confidence": self.voice_confidence,
        }
