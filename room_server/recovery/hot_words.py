"""The words that help the scribe with a room: whoever sits in it, its case, what is claimed, terms of law."""

import logging
import re
from collections.abc import Iterable
from pathlib import Path

from ..law.limits import LawError
from ..law.terms import terms
from ..law.vocabulary import spoken_terms
from ..rules.room import Room
from ..store import case_words
from ..store.database import Database

logger = logging.getLogger(__name__)

MOST = 50
LONGEST = 40
_PARTED = re.compile(r"[（(、，,；;）)]|或者|等$")


async def people(database: Database, sitting: str, room: Room) -> list[str]:
    """The names of a room and its case, which are written as the case has them."""
    of_case = await database.read(lambda session: case_words.of_sitting(session, sitting))
    return chosen([*(person.participant.name for person in room.people.values()), *of_case.names])


async def hot_words(database: Database, sitting: str, room: Room, law: Path) -> list[str]:
    """At most 50 words, each once, the surest first: a recogniser may have room for the first ones only."""
    of_case = await database.read(lambda session: case_words.of_sitting(session, sitting))
    people = [person.participant.name for person in room.people.values()]
    try:
        claims, of_law = terms(law).claims, spoken_terms(law)
    except LawError as error:
        # A hearing does not wait for a list of words.
        logger.warning("words for the scribe: %s", error)
        claims, of_law = terms().claims, spoken_terms()
    claimed = [piece for code in of_case.claims if code in claims for piece in _PARTED.split(claims[code].zh)]
    return chosen([*people, *of_case.names, *claimed, *of_law])


def chosen(words: Iterable[str]) -> list[str]:
    """The first words that can be of use, each once."""
    bare = (" ".join(word.split()) for word in words)
    return list(dict.fromkeys(word for word in bare if 2 <= len(word) <= LONGEST))[:MOST]
