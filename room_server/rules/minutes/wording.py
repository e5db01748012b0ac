"""What may be written down: bounded, and without characters that a reader could not see. Pure."""

import re

from ..refusal import Refused

MOST_CHARACTERS = 4000
"""Of one paragraph of the minutes, in code points."""
MOST_SENT = 100_000
"""What a wish may bring at most: a text between the two is refused with a word, a longer one is no frame."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Bidirectional overrides and isolates (UAX #9) show a text in another order than it is signed in.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")


def written(text: str, most: int = MOST_CHARACTERS, word: str = "line_too_long") -> str:
    """A text as it goes into the journal; raises `Refused` (`word`) for one that is too long.

    Markup is text like any other: it is neither removed nor meant.
    """
    text = _REORDERING.sub("", _CONTROL.sub("", _BREAKS.sub("\n", text)))
    if len(text) > most:
        raise Refused(word)
    return text
