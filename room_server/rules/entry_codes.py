"""Entry codes: a ticket in twelve figures, to be read out, printed and typed. Pure; the key is handed in.

Eleven figures come from the ticket and a key, the twelfth checks them (Damm): every single wrong figure and
every two neighbours in the wrong order are told from a code that is simply not ours, and cost no attempt.
"""

import hashlib
import hmac
import unicodedata

FIGURES = 12
MAX_TYPED = 64
_GROUP = 4
_FREE = 10 ** (FIGURES - 1)
"""How many codes there are: the last figure follows from the others."""
_BETWEEN = frozenset("-‐‑‒–—―−_.·,'")
# The quasigroup of order ten of H. M. Damm (Total anti-symmetrische Quasigruppen, 2004).
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


class Mistyped(ValueError):
    """What was typed is no entry code: too short, too long, or a figure is wrong."""


def entry_code(key: bytes, ticket: str, turn: int = 0) -> str:
    """The twelve figures of a ticket; `turn` counts up when they are another ticket's already."""
    made = hmac.new(key, f"heting entry code\0{ticket}\0{turn}".encode(), hashlib.sha256).digest()
    figures = f"{int.from_bytes(made) % _FREE:0{FIGURES - 1}d}"
    return figures + str(_check(figures))


def digest(key: bytes, code: str) -> str:
    """What the database knows of a code."""
    return hmac.new(key, f"heting entry code digest\0{code}".encode(), hashlib.sha256).hexdigest()


def read_typed(typed: str) -> str:
    """The figures of what somebody typed or pasted; raises `Mistyped`.

    Spaces, dashes and full-width figures do not matter.
    """
    if len(typed) > MAX_TYPED:
        raise Mistyped("long")
    plain = unicodedata.normalize("NFKC", typed)
    code = "".join(letter for letter in plain if not (letter.isspace() or letter in _BETWEEN))
    if len(code) != FIGURES or not (code.isascii() and code.isdigit()) or _check(code):
        raise Mistyped("figures")
    return code


def spaced(code: str) -> str:
    """A code as people read it: `4821 9037 5516`."""
    return " ".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def _check(figures: str) -> int:
    interim = 0
    for figure in figures:
        interim = int(_DAMM[interim][int(figure)])
    return interim
