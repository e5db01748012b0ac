"""After the close: has the scribe write down from the recording what it missed, each stretch once."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from ..engine.seam import WorkerError, WorkerGone
from ..reports import fact_of
from ..rules import events as e
from ..rules.room import Room
from ..rules.voices.microphones import shared_microphones
from ..settings import Settings
from ..store import journal
from ..store.database import Database
from .hot_words import hot_words, people
from .spans import Hole, holes, lost

logger = logging.getLogger(__name__)
_TRIES = 5
_AGAIN_S = 3.0
_WAIT_S = 120.0
_SLOWEST = 6.0
"""A stretch may take so many times its length, and `_WAIT_S` more."""


class Ledger(Protocol):
    """The sitting, as far as its catching up needs it."""

    @property
    def id(self) -> str:
        """Id of the sitting."""

    async def told(self, *events: e.Event) -> None:
        """Report facts and wait until they are stored."""


class LiveLedger(Ledger, Protocol):
    """A sitting that is not over."""

    @property
    def opened_at(self) -> int | None:
        """When media time began."""

    async def state(self, facts: Callable[[Room], Sequence[e.Event]]) -> None:
        """Store facts that depend on the room as it is after all that was reported before."""


class Workers(Protocol):
    """Where the scribe is asked."""

    async def call(self, kind: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Ask a worker."""


async def listening(database: Database, sitting: str, room: Room, settings: Settings) -> dict[str, Any]:
    """What helps the scribe with a room: names and terms, whose characters stay, who presides, who shares."""
    # The rehearsal voices know one script by heart: any hint makes them say something else.
    words = [] if settings.rehearsal else await hot_words(database, sitting, room, settings.law)
    return {
        "hot_words": words,
        "people": await people(database, sitting, room),
        "chair": room.chair,
        "shared": shared_microphones(room),
    }


async def note_lost(database: Database, sitting: LiveLedger) -> None:
    """A fresh scribe listens to a running sitting: what the one before may not have told is missed speech."""
    # What it did tell is stored before the journal is read.
    await sitting.state(lambda room: ())
    if sitting.opened_at is not None:
        now = int(time.time() * 1000) - sitting.opened_at
        entries = await journal.read(database, sitting.id)
        if missed := await asyncio.to_thread(lost, entries, now):
            await sitting.told(*missed)


async def catch_up(
    entries: Sequence[journal.Entry], sitting: Ledger, workers: Workers, folder: Path, words: list[str]
) -> list[Hole]:
    """Fill the holes of a closed sitting; those that stay open are given back.

    A stretch's utterances and the fact that it is done are stored together, so that whoever is killed in
    between writes nothing twice.
    """
    found = await asyncio.to_thread(holes, entries)
    stay, gone = [], 0
    while found:
        try:
            facts = await _filled(workers, sitting.id, folder, found[0], words)
        except WorkerGone:
            gone += 1
            logger.warning("sitting %s: no scribe to catch up with, for now", sitting.id)
            if gone == _TRIES:
                break
            await asyncio.sleep(_AGAIN_S)
        except WorkerError as error:
            logger.warning("sitting %s: missed speech could not be written down: %s", sitting.id, error)
            stay.append(found.pop(0))
        else:
            await sitting.told(*facts)
            found.pop(0)
    return [*stay, *found]


async def _filled(
    workers: Workers, sitting: str, folder: Path, hole: Hole, words: list[str]
) -> list[e.Event]:
    wait = _WAIT_S + _SLOWEST * (hole.until_ms - hole.from_ms) / 1000
    where = (hole.participant, hole.from_ms, hole.until_ms)
    answer = await workers.call("scribe", "catch_up", sitting, str(folder), *where, words, wait=wait)
    return filled(hole, answer["utterances"], answer.get("dropped", ()))


def filled(
    hole: Hole, utterances: Sequence[dict[str, Any]], dropped: Sequence[dict[str, Any]] = ()
) -> list[e.Event]:
    """The facts of one hole that is a hole no more; what was left out as another's voice is among them."""
    heard = [fact for one in utterances if (fact := fact_of("utterance", one)) is not None]
    out = [fact for one in dropped if (fact := fact_of("cross_talk", one)) is not None]
    span = {"start_ms": hole.start_ms, "end_ms": hole.end_ms}
    return [*heard, *out, e.SpeechCaughtUp(participant=hole.participant, **span, utterances=len(heard))]
