"""Which items of evidence a text names by their mark. Pure."""

import re

from .sides import MARKS
from .state import Exhibits

_MARK = re.compile("(?:" + "|".join(MARKS.values()) + r")[0-9]+")


def cited(exhibits: Exhibits, text: str) -> list[str]:
    """The ids of the items whose marks a text has, each once, in the order of the text.

    A mark is never given twice, so that the id is what the paragraph means whatever becomes of the item.
    """
    marks = {item.submitted.mark: name for name, item in exhibits.items.items()}
    named = (marks.get(found) for found in _MARK.findall(text))
    return list(dict.fromkeys(name for name in named if name is not None))
