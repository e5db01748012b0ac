"""The unified social credit code of GB 32100: 18 characters with a check character. Pure."""

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FULL_WIDTH = {0xFF10 + n: str(n) for n in range(10)} | {
    base + n: chr(ord("A") + n) for base in (0xFF21, 0xFF41) for n in range(26)
}


def normalise(text: str) -> str:
    """The code as it is compared and kept: half-width capitals, no blanks."""
    return "".join(text.translate(_FULL_WIDTH).split()).upper()


def check_character(first: str) -> str:
    """The last character that belongs to the first 17."""
    total = sum(_ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(first))
    return _ALPHABET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    """Whether it is 18 characters of the alphabet with the right check character."""
    return len(code) == 18 and set(code) <= set(_ALPHABET) and check_character(code[:17]) == code[17]
