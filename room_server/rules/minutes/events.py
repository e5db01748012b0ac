"""The facts of the minutes: what was heard, and what people made of it."""

from typing import Any

import msgspec

from ..fact import Fact


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """What was written as `said`, `length` characters at `at`, sounds like `text`; `kind`: hot_word."""

    at: int
    length: int
    text: str
    said: str
    kind: str


class UtteranceHeard(Fact, frozen=True, tag="UtteranceHeard"):
    """What the recogniser made of one stretch of one person's speech: a machine fact, immutable.

    `words` are `[text, start_ms, end_ms, probability]`; times are media time. `text` writes numbers in
    figures; where it does, `spoken` has the recogniser's own words, which are those of `words`.
    `hints` suggest names and terms of the case for what sounds like them; only a person takes one up.
    `cross_talk`: another participant whose voice this probably is, out of a loudspeaker; empty: their own.
    `voice` (v1, v2, …): which of the people who share the participant's microphone, as far as voices tell;
    `voice_confidence`: how much nearer to it than to the next, 0 to 1. Empty: known by the track.
    `speaker`: whom staff have named that voice before; empty: nobody, the line is the participant's.
    """

    utterance: str
    participant: str
    start_ms: int
    end_ms: int
    text: str
    words: list[list[Any]]
    confidence: float
    language: str
    engine: str
    spoken: str = ""
    hints: list[Hint] = msgspec.field(default_factory=list)
    cross_talk: str = ""
    voice: str = ""
    voice_confidence: float = 0.0
    speaker: str = ""


class SpeechMissed(Fact, frozen=True, tag="SpeechMissed"):
    """Speech that was recorded but not written down live.

    `reason`: overloaded, failed, late (not done when the hearing closed), scribe_lost (the scribe died: may
    hold speech or none), torn (a sentence whose beginning the lost scribe had heard).
    """

    participant: str
    start_ms: int
    end_ms: int
    reason: str


class SpeechDropped(Fact, frozen=True, tag="SpeechDropped"):
    """A stretch of a microphone was not written down: it was the voice of `source`, out of a loudspeaker."""

    participant: str
    start_ms: int
    end_ms: int
    source: str


class SpeechCaughtUp(Fact, frozen=True, tag="SpeechCaughtUp"):
    """Missed speech was looked for in the recording afterwards; its utterances were told with this."""

    participant: str
    start_ms: int
    end_ms: int
    utterances: int


class LineEdited(Fact, frozen=True, tag="LineEdited"):
    """A line of the minutes has another wording, or speaker; `evidence`: the items it names by their mark."""

    line: str
    version: int
    text: str
    speaker: str | None
    evidence: list[str] = msgspec.field(default_factory=list)


class LineInserted(Fact, frozen=True, tag="LineInserted"):
    """A line was put in by hand after another one; without a speaker: a stage direction.

    `evidence`: the items it names by their mark; `template` and `form`: the text it was put in from, and that
    text's version (empty: none).
    """

    line: str
    after: str
    text: str
    speaker: str
    evidence: list[str] = msgspec.field(default_factory=list)
    template: str = ""
    form: str = ""


class LineStruck(Fact, frozen=True, tag="LineStruck"):
    """A line was struck out; it stays in the history."""

    line: str
    version: int


class LineSplit(Fact, frozen=True, tag="LineSplit"):
    """A line was cut in two: it keeps `text`, the new line `next` of the same speaker has `rest`.

    What was heard up to media time `at_ms` belongs to the first, what came after to the second; None where
    nothing was heard.
    """

    line: str
    version: int
    text: str
    next: str
    rest: str
    at_ms: int | None
    evidence: list[str] = msgspec.field(default_factory=list)
    rest_evidence: list[str] = msgspec.field(default_factory=list)


class LinesMerged(Fact, frozen=True, tag="LinesMerged"):
    """The words of `other` now stand in `line`, as `text`; `other` stays in the history."""

    line: str
    version: int
    text: str
    other: str
    other_version: int
    evidence: list[str] = msgspec.field(default_factory=list)


class LinesAdopted(Fact, frozen=True, tag="LinesAdopted"):
    """A person answers for these lines as they stand; line → its version from now on."""

    lines: dict[str, int]


class Bookmarked(Fact, frozen=True, tag="Bookmarked"):
    """Staff marked this moment, to find it again; the moment is the entry's media time."""

    bookmark: str
    note: str


class BookmarkDropped(Fact, frozen=True, tag="BookmarkDropped"):
    """A mark was taken away."""

    bookmark: str


LineFact = (
    UtteranceHeard
    | SpeechMissed
    | SpeechCaughtUp
    | SpeechDropped
    | LineEdited
    | LineInserted
    | LineStruck
    | LineSplit
    | LinesMerged
    | LinesAdopted
    | Bookmarked
    | BookmarkDropped
)
