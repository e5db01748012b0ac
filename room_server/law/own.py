"""An installation's own law: everything it words or counts itself, read before anybody relies on it."""

from collections.abc import Callable
from pathlib import Path

from .consents import consents
from .hearings import hearing_kinds
from .interruptions import waits
from .limits import LawError, time_law
from .minutes import complete, forms
from .notices import notice_law
from .packages import package_law
from .readouts import texts
from .terms import terms
from .vocabulary import spoken_terms
from .watching import purposes

_READERS: tuple[Callable[[Path], object], ...] = (
    time_law,
    terms,
    hearing_kinds,
    consents,
    waits,
    notice_law,
    package_law,
    purposes,
    spoken_terms,
    lambda own: complete(forms(own), texts(own / "texts")),
)


def faults(own: Path) -> list[str]:
    """What is wrong with the files of a folder, each fault once; empty when all of it can be used."""
    found: list[str] = []
    for read in _READERS:
        try:
            read(own)
        except LawError as error:
            found.append(str(error))
    return list(dict.fromkeys(found))
