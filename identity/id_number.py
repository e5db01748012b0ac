"""The citizen identity number of GB 11643: check digit, birth date, sex, and how to show it. Pure."""

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_EARLIEST = date(1880, 1, 1)

# First two digits: region of first registration. 83 is the residence permit of people from Taiwan.
_REGIONS = frozenset(
    f"{area}{place}"
    for area, places in (
        ("1", "12345"),
        ("2", "123"),
        ("3", "1234567"),
        ("4", "123456"),
        ("5", "01234"),
        ("6", "12345"),
        ("7", "1"),
        ("8", "123"),
    )
    for place in places
)
# Permanent residents from abroad (since 2023): a 9, then the region, then the country.
_FOREIGN = "9"
_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX")


def normalise(text: str) -> str:
    """The number as it is compared and kept: half-width, capital X, no blanks."""
    return "".join(text.translate(_FULL_WIDTH).split()).upper()


def check_digit(first: str) -> str:
    """The last character that belongs to the first 17 digits (ISO 7064, MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def is_valid(number: str, today: date) -> bool:
    """Whether it is a well-formed number of somebody born by a day, with the right check digit."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    born = birth_date(number)
    region = number[1:3] if number[0] == _FOREIGN else number[:2]
    if region not in _REGIONS or born is None:
        return False
    if not _EARLIEST <= born <= today:
        return False
    return check_digit(number[:17]) == number[17]


def birth_date(number: str) -> date | None:
    """The birth date in the number; `None` when it is no date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> str:
    """`male` or `female`, by the 17th digit."""
    return "male" if int(number[16]) % 2 else "female"


def age(number: str, on: date) -> int | None:
    """Full years on a day; `None` when the number holds no date."""
    born = birth_date(number)
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def mask(number: str) -> str:
    """The number for screens: `350203********1234`."""
    return (
        f"{number[:6]}{'*' * max(0, len(number) - 10)}{number[-4:]}"
        if len(number) > 10
        else "*" * len(number)
    )
