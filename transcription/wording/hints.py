"""What a text may have meant of a case's names and terms: suggestions by sound, never more than that."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .pinyin import ORDINARY, Ear, Sound, sounds

_MOST = 5
_SHORTEST = 2
_NEAR = 4
"""From so many characters on one syllable may be a letter off."""


@dataclass(frozen=True, slots=True)
class Hint:
    """`length` characters at `at` were written as `said` and sound like `text`; `kind`: hot_word."""

    at: int
    length: int
    text: str
    said: str
    kind: str = "hot_word"


def hints(text: str, words: Sequence[str], ear: Ear = ORDINARY) -> tuple[Hint, ...]:
    """Where the text sounds like one of the words and is written otherwise; at most five."""
    lexicon = _lexicon(tuple(words), ear)
    if not lexicon or len(text) < _SHORTEST:
        return ()
    taken = _exact(text, words)
    heard = sounds(text)
    found: list[Hint] = []
    # A long name goes before a short one that lies in it.
    for word in lexicon:
        for at in range(len(text) - len(word.text) + 1):
            span = range(at, at + len(word.text))
            if len(found) < _MOST and not taken.intersection(span) and word.like(heard[at : span.stop], ear):
                found.append(Hint(at, len(word.text), word.text, text[at : span.stop]))
                taken.update(span)
    return tuple(sorted(found, key=lambda hint: hint.at))


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    toned: tuple[str, ...]
    keys: tuple[str, ...]

    def like(self, heard: Sequence[Sound | None], ear: Ear) -> bool:
        """Whether these syllables may have been this word."""
        known = [sound for sound in heard if sound is not None]
        if len(known) < len(self.keys):
            return False
        if len(self.keys) == _SHORTEST:
            # Two syllables are soon alike: only the same ones, tones included, are worth a question.
            return tuple(sound.toned for sound in known) == self.toned
        off = [
            (key, ear.key(s.plain))
            for key, s in zip(self.keys, known, strict=True)
            if key != ear.key(s.plain)
        ]
        return not off or (len(self.keys) >= _NEAR and len(off) == 1 and _one_letter(*off[0]))


def _one_letter(one: str, other: str) -> bool:
    """Whether a letter put in, left out or exchanged makes one of the other."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    rest = same + (len(one) == len(other))
    return one[rest:] == other[same + 1 :]


@functools.lru_cache(maxsize=64)
def _lexicon(words: tuple[str, ...], ear: Ear) -> tuple[_Word, ...]:
    return tuple(sorted(_readable(words, ear), key=lambda word: -len(word.text)))


def _readable(words: Sequence[str], ear: Ear) -> Iterator[_Word]:
    for text in dict.fromkeys(words):
        found = [sound for sound in sounds(text) if sound is not None]
        if len(text) >= _SHORTEST and len(found) == len(text):
            yield _Word(text, tuple(s.toned for s in found), tuple(ear.key(s.plain) for s in found))


def _exact(text: str, words: Sequence[str]) -> set[int]:
    """Places where a word stands already as it should."""
    taken: set[int] = set()
    for word in filter(None, words):
        at = text.find(word)
        while at >= 0:
            taken.update(range(at, at + len(word)))
            at = text.find(word, at + 1)
    return taken
