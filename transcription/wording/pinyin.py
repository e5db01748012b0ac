"""How Chinese sounds, and which sounds are taken for one another: the one file that knows pypinyin."""

import functools
import re
from dataclasses import dataclass

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+")


@dataclass(frozen=True, slots=True)
class Sound:
    """A syllable without its tone, and with it (`zhang`, `zhang1`)."""

    plain: str
    toned: str


@dataclass(frozen=True, slots=True)
class Ear:
    """What speakers and recognisers confuse: zh/z, ch/c, sh/s; ang/an, eng/en, ing/in; n/l; f/h."""

    flat_tongue: bool = True
    nasals: bool = True
    n_as_l: bool = True
    f_as_h: bool = False

    def key(self, syllable: str) -> str:
        """The syllable as this ear hears it; what sounds alike has one key."""
        if self.flat_tongue and syllable[:2] in ("zh", "ch", "sh"):
            syllable = syllable[0] + syllable[2:]
        if self.nasals and syllable.endswith(("ang", "eng", "ing")):
            syllable = syllable[:-1]
        if self.n_as_l and syllable.startswith("n") and len(syllable) > 1:
            syllable = "l" + syllable[1:]
        if self.f_as_h and syllable.startswith("f"):
            syllable = "h" + syllable[1:]
        return syllable


ORDINARY = Ear()


@functools.lru_cache(maxsize=512)
def sounds(text: str) -> tuple[Sound | None, ...]:
    """One sound per character in its context; None for what is no Chinese character."""
    from pypinyin import Style, lazy_pinyin

    found: list[Sound | None] = [None] * len(text)
    for run in _HAN.finditer(text):
        toned = lazy_pinyin(run.group(), style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False)
        if len(toned) == len(run.group()):
            found[run.start() : run.end()] = [Sound(sound.rstrip("12345"), sound) for sound in toned]
    return tuple(found)
