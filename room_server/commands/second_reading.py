"""`heting transcribe SITTING --second-pass`: suggestions about the minutes by a larger model."""

import asyncio
import json
import sys

from ..recovery.catching import listening
from ..recovery.second_pass import PassFailed, second_pass
from ..rules import events as e
from ..rules.decisions import Refused
from ..rules.places import Phase
from ..rules.room import Room, replay
from ..rules.second_pass.decisions import begun
from ..rules.words import say
from ..settings import Settings
from ..store import journal
from ..store.database import Database
from .transcribing import ClosedLedger, NotTranscribed


def main(settings: Settings, sitting: str, model: str, as_json: bool) -> int:
    """Read the recording again and store what is suggested; the exit status."""
    try:
        told = asyncio.run(read_again(settings, sitting, model, quiet=as_json))
    except (NotTranscribed, PassFailed) as error:
        if as_json:
            print(json.dumps({"ok": False, "error": str(error)}, ensure_ascii=False))
        else:
            print(f"heting: {error}", file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps({"ok": True, "sitting": sitting, **told}, ensure_ascii=False))
    else:
        print(
            f"{told['suggestions']} suggestions about {told['lines']} lines of {sitting} by {told['model']};"
            " nothing was changed: the clerk decides about each in the replay"
        )
    return 0


async def read_again(
    settings: Settings, sitting: str, model: str, quiet: bool = True
) -> dict[str, int | str]:
    """Run one pass over a closed sitting; how many `lines` were compared, how many `suggestions` made.

    Raises `NotTranscribed` and `PassFailed`.
    """
    database = Database(settings.database)
    await database.open()
    try:
        entries = await journal.read(database, sitting)
        room = replay(entry.event() for entry in entries)
        ledger = ClosedLedger(database, sitting, _opened_at(entries, room, sitting))
        try:
            (began,) = begun(room, model)
        except Refused as refusal:
            raise NotTranscribed(say(refusal.word, "en")) from refusal
        listens = await listening(database, sitting, room, settings)
        await ledger.told(began)
        words, show = listens["hot_words"], (lambda share: None) if quiet else _bar
        try:
            facts = await second_pass(settings, entries, began.number, model, words, show)
        except PassFailed as error:
            await ledger.told(_ended(began, "failed", str(error)))
            raise
        except asyncio.CancelledError:
            # Ctrl-C: nobody reads on, and the next one may begin.
            await ledger.told(_ended(began, "stopped"))
            raise
        await ledger.told(*facts)
        ended = next(fact for fact in facts if isinstance(fact, e.SecondPassEnded))
        count = sum(len(fact.suggestions) for fact in facts if isinstance(fact, e.TextSuggested))
        return {"lines": ended.lines, "suggestions": count, "model": ended.model, "engine": ended.engine}
    finally:
        await database.close()


def _ended(began: e.SecondPassBegan, outcome: str, reason: str = "") -> e.SecondPassEnded:
    return e.SecondPassEnded(number=began.number, outcome=outcome, reason=reason, model=began.model)


def _opened_at(entries: list[journal.Entry], room: Room, sitting: str) -> int:
    if not entries:
        raise NotTranscribed(f"there is no sitting {sitting}")
    opened = next((entry.at for entry in entries if entry.type == "Opened"), None)
    if opened is None or room.phase is not Phase.CLOSED:
        # Its own process writes the journal of a sitting that is held: ask for it on the desk.
        raise NotTranscribed(f"{sitting} is not closed: start the second pass on the desk, in a recess")
    return opened


def _bar(share: float) -> None:
    print(f"\r{share:4.0%}", end="", file=sys.stderr, flush=True)
