"""What a second recogniser heard beside what the minutes say: line by line, by track and media time. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from transcription.wording.figures import written

from ..rules.minutes.decisions import joined
from ..rules.second_pass.events import Suggestion
from .spans import Interval

Entry = Mapping[str, Any]

NEAR_MS = 300
"""A voice detector's borders lie no closer than this."""
FAR_MS = 1000
"""A word of an utterance that has a line belongs to it up to this distance."""
_LEAST_LETTERS = 2
_LONGEST = 4000


@dataclass(slots=True, eq=False)
class _Place:
    """A stretch of one track that the minutes have a line of, or struck out, or left out knowingly."""

    start_ms: int
    end_ms: int
    line: Mapping[str, Any] | None
    pieces: list[str] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)

    def distance(self, at_ms: float) -> float:
        return max(self.start_ms - at_ms, at_ms - self.end_ms, 0.0)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start_ms: int
    end_ms: int


def compared(
    lines: Sequence[Mapping[str, Any]],
    entries: Iterable[Entry],
    heard: Iterable[Mapping[str, Any]],
    listened: Mapping[str, Sequence[Interval]],
    number: int,
) -> list[Suggestion]:
    """What pass `number` suggests, in the order of speech.

    `lines` are those of `transcription.minutes`; `heard` utterances as the scribe tells them; `listened`:
    participant → when their speech was to be written down. Speech outside that suggests nothing.
    """
    places = _places(lines, entries)
    strays: list[tuple[str, _Word, float]] = []
    for one in sorted(heard, key=lambda u: int(u["start_ms"])):
        own = places.get(one["participant"], [])
        for place, text, words in _shares(one, own):
            if place is not None:
                place.pieces.append(text)
                place.confidences.append(float(one["confidence"]))
            else:
                within = listened.get(one["participant"], ())
                whole = _Word(text, words[0].start_ms, words[-1].end_ms)
                if any(start <= (whole.start_ms + whole.end_ms) / 2 <= end for start, end in within):
                    strays.append((one["participant"], whole, float(one["confidence"])))
    found = [_changed(who, place) for who, own in places.items() for place in own]
    missing = [_missing(*stray) for stray in strays if len(letters(stray[1].text)) >= _LEAST_LETTERS]
    ordered = sorted((one for one in [*found, *missing] if one), key=lambda s: (s["start_ms"], s["line"]))
    return [Suggestion(suggestion=f"p{number}.{at}", **one) for at, one in enumerate(ordered, 1)]


def letters(text: str) -> str:
    """What of a text makes a difference: no punctuation, width or case, and numbers in figures."""
    plain = unicodedata.normalize("NFKC", written(text).text).casefold()
    return "".join(char for char in plain if char.isalnum())


def _places(lines: Sequence[Mapping[str, Any]], entries: Iterable[Entry]) -> dict[str, list[_Place]]:
    tracks: dict[str, str] = {}
    found: dict[str, list[_Place]] = {}
    for entry in entries:
        body = entry["body"]
        if entry["type"] == "UtteranceHeard":
            tracks[body["utterance"]] = body["participant"]
        elif entry["type"] == "SpeechDropped":
            left_out = _Place(body["start_ms"], body["end_ms"], None)
            found.setdefault(body["participant"], []).append(left_out)
    for line in lines:
        if line["start_ms"] is None or line["end_ms"] is None:
            continue
        by = {tracks.get(name, line["speaker"]) for name in line["segments"]}
        # One that was put together out of two tracks is compared with neither.
        standing = line if len(by) == 1 and not line["struck"] else None
        for who in by:
            found.setdefault(who, []).append(_Place(line["start_ms"], line["end_ms"], standing))
    return found


def _nearest(places: Sequence[_Place], word: _Word, within_ms: float) -> _Place | None:
    """The place a word belongs to; where two lie one on the other, the one that stands."""
    at = (word.start_ms + word.end_ms) / 2
    near = [place for place in places if place.distance(at) <= within_ms]
    return min(near, key=lambda place: (place.distance(at), place.line is None), default=None)


def _shares(
    heard: Mapping[str, Any], places: Sequence[_Place]
) -> list[tuple[_Place | None, str, list[_Word]]]:
    """An utterance's words by the place they belong to; one that lies in one place keeps its own text."""
    words = [_Word(str(text), int(start), int(end)) for text, start, end, *_ in heard["words"]]
    if not words:
        words = [_Word(heard["text"], heard["start_ms"], heard["end_ms"])]
    targets = [_nearest(places, word, NEAR_MS) for word in words]
    # Its first and last words may lie outside a line that was cut too close.
    near = [place for place in dict.fromkeys(targets) if place is not None]
    targets = [t or _nearest(near, word, FAR_MS) for t, word in zip(targets, words, strict=True)]
    runs: list[tuple[_Place | None, list[_Word]]] = []
    for target, word in zip(targets, words, strict=True):
        if runs and runs[-1][0] is target:
            runs[-1][1].append(word)
        else:
            runs.append((target, [word]))
    if len(runs) == 1:
        return [(runs[0][0], heard["text"], runs[0][1])]
    return [(target, written("".join(w.text for w in run).strip()).text, run) for target, run in runs]


def _changed(who: str, place: _Place) -> dict[str, Any] | None:
    """A suggestion about a line, if it was heard otherwise."""
    line, text = place.line, ""
    for piece in place.pieces:
        text = joined(text, piece)
    if line is None or not letters(text) or letters(text) == letters(line["text"]):
        return None
    return {
        "line": line["line"],
        "version": line["version"],
        "participant": who,
        "start_ms": place.start_ms,
        "end_ms": place.end_ms,
        "said": line["text"],
        "text": text[:_LONGEST],
        "confidence": round(sum(place.confidences) / len(place.confidences), 3),
    }


def _missing(who: str, heard: _Word, confidence: float) -> dict[str, Any]:
    """A suggestion of a line that the minutes do not have."""
    span = {"start_ms": heard.start_ms, "end_ms": heard.end_ms}
    return {
        "line": "",
        "version": 0,
        "participant": who,
        **span,
        "said": "",
        "text": heard.text[:_LONGEST],
        "confidence": round(confidence, 3),
    }
