"""The journal: its chain breaks at the first changed entry, and its table takes nothing back."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from room_server.rules import events as e
from room_server.store import hearings, journal
from room_server.store.chain import GENESIS, canonical
from room_server.store.database import Database
from room_server.store.journal import Fact, JournalError, entry_hash, verify_chain

ROOT = Path(__file__).parents[2]


def sitting(session: Session) -> str:
    booking = hearings.book(
        session, case_number="1", title="t", kind="mediation", starts_at=1, seats=[], now=1
    )
    return hearings.begin_sitting(session, booking.id, 1)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/heting.db")
    await database.open()
    yield database
    await database.close()


def fact(number: int) -> Fact:
    return ("p_1", number, None, e.Knocked(participant=f"p_{number}"))


def chain(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    prev = GENESIS
    for seq, body in enumerate(bodies, start=1):
        entry = {
            "sitting": "s_1",
            "seq": seq,
            "at": 1000 + seq,
            "media_time": None,
            "actor": "system",
            "type": "Knocked",
            "body": body,
            "prev_hash": prev,
        }
        entry["hash"] = prev = entry_hash(entry)
        entries.append(entry)
    return entries


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e9, 1e9)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
bodies = st.lists(st.dictionaries(st.text(max_size=8), values, max_size=4), min_size=1, max_size=6)


@settings(deadline=None)
@given(bodies)
def test_an_untouched_chain_holds(contents: list[dict[str, Any]]) -> None:
    assert verify_chain(chain(contents)) is None


@settings(deadline=None)
@given(bodies, st.data())
def test_any_single_change_is_found_where_it_was_made(
    contents: list[dict[str, Any]], data: st.DataObject
) -> None:
    entries = chain(contents)
    at = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(sorted(entries[at])))
    entries[at][field] = {"changed": True} if field == "body" else "changed"
    if field == "hash":
        # A forger who also corrects this entry's hash breaks the next one; a wrong hash breaks its own.
        assert verify_chain(entries) == at + 1
    else:
        assert verify_chain(entries, "s_1") == at + 1


@settings(deadline=None)
@given(bodies.filter(lambda contents: len(contents) > 2), st.data())
def test_a_missing_or_swapped_entry_is_found(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(contents) - 2))
    entries = chain(contents)
    assert verify_chain(entries[:at] + entries[at + 1 :]) == at + 1
    swapped = [*entries]
    swapped[at], swapped[at + 1] = swapped[at + 1], swapped[at]
    assert verify_chain(swapped) == at + 1


def test_a_recomputed_hash_breaks_the_next_entry() -> None:
    entries = chain([{"n": 1}, {"n": 2}, {"n": 3}])
    entries[0]["body"] = {"n": 9}
    entries[0]["hash"] = entry_hash(entries[0])
    assert verify_chain(entries) == 2


def test_extra_and_missing_fields_break_the_chain() -> None:
    for change in ({"note": "x"}, {"body": "text"}):
        entries = chain([{"n": 1}])
        entries[0] |= change
        entries[0]["hash"] = entry_hash(entries[0])
        assert verify_chain(entries) == 1
    assert verify_chain([{}]) == 1
    assert verify_chain([]) is None


def test_hash_is_the_documented_one() -> None:
    entry = chain([{"甲": "乙", "b": 0.5}])[0]
    import hashlib
    import json

    plain = {key: value for key, value in entry.items() if key != "hash"}
    text_form = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text_form.encode()).hexdigest() == entry["hash"]


@pytest.mark.parametrize("value", [float("nan"), 2**60, "\ud800", {1: 2}, object()])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(JournalError):
        canonical({"value": value})


async def test_append_numbers_chains_and_returns_what_is_stored(database: Database) -> None:
    identity = await database.write(sitting)
    heard = e.UtteranceHeard(
        utterance="u_1",
        participant="p_1",
        start_ms=0,
        end_ms=900,
        text="你好😀",
        words=[["你", 0, 400, 1.0], ["好", 400, 900, 0.25]],
        confidence=0.9,
        language="zh",
        engine="x",
    )
    first = await journal.append(database, identity, [("system", 5, None, e.Opened()), ("p_1", 6, 1, heard)])
    second = await journal.append(database, identity, [fact(7)], after=2)
    stored = await journal.read(database, identity)
    assert stored == first + second
    assert [entry.seq for entry in stored] == [1, 2, 3]
    assert verify_chain(entry.as_dict() for entry in stored) is None
    assert stored[1].event() == heard
    assert await journal.head(database, identity) == (3, stored[2].hash)
    assert [entry.seq for entry in await journal.read(database, identity, since=1, limit=1)] == [2]


async def test_an_empty_journal_and_no_facts(database: Database) -> None:
    identity = await database.write(sitting)
    assert await journal.head(database, identity) == (0, GENESIS)
    assert await journal.append(database, identity, []) == []
    assert await journal.read(database, "s_unknown") == []


async def test_whoever_does_not_know_the_head_is_refused(database: Database) -> None:
    identity = await database.write(sitting)
    await journal.append(database, identity, [fact(1)])
    with pytest.raises(JournalError, match="is at 1, not at 0"):
        await journal.append(database, identity, [fact(2)], after=0)
    with pytest.raises(JournalError):
        await journal.append(database, "s_unknown", [fact(1)])
    assert len(await journal.read(database, identity)) == 1


async def test_a_bad_fact_takes_its_whole_batch_with_it(database: Database) -> None:
    identity = await database.write(sitting)
    with pytest.raises(JournalError):
        await journal.append(database, identity, [fact(1), ("p", 2**60, None, e.Opened())])
    assert await journal.read(database, identity) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET at = 0",
        "DELETE FROM journal",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal",
        "INSERT INTO journal SELECT sitting, seq + 2, at, media_time, actor, type, body, hash, hash"
        " FROM journal",
        "INSERT INTO journal SELECT sitting, seq + 1, at, media_time, actor, type, body, prev_hash, hash"
        " FROM journal",
    ],
)
async def test_the_table_itself_takes_nothing_back(database: Database, statement: str) -> None:
    identity = await database.write(sitting)
    before = await journal.append(database, identity, [fact(1)])
    with pytest.raises(IntegrityError, match=r"append-only|must follow"):
        await database.write(lambda session: session.execute(text(statement)))
    assert await journal.read(database, identity) == before


async def test_many_appends_at_once_make_one_chain(database: Database) -> None:
    identities = [await database.write(sitting_of(number)) for number in range(2)]
    await asyncio.gather(
        *(journal.append(database, identities[n % 2], [fact(n), fact(n + 1)]) for n in range(60)),
        *(journal.read(database, identities[n % 2]) for n in range(20)),
    )
    for identity in identities:
        entries = await journal.read(database, identity)
        assert len(entries) == 60
        assert verify_chain((entry.as_dict() for entry in entries), identity) is None


def sitting_of(number: int) -> Any:
    def make(session: Session) -> str:
        booking = hearings.book(
            session, case_number=str(number), title="t", kind="mediation", starts_at=1, seats=[], now=1
        )
        return hearings.begin_sitting(session, booking.id, 1)

    return make


WRITER = """
import asyncio, sys
from room_server.rules import events as e
from room_server.store.database import Database
from room_server.store import journal

async def main() -> None:
    database = Database(sys.argv[1])
    await database.open()
    while True:
        facts = [("p", 1, None, e.Knocked(participant="p"))] * 3
        entries = await journal.append(database, sys.argv[2], facts)
        print(entries[-1].seq, flush=True)

asyncio.run(main())
"""


async def test_killed_in_the_middle_of_appending_the_chain_holds_and_nothing_told_is_lost(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/heting.db"
    database = Database(url)
    await database.open()
    identity = await database.write(sitting)
    told = 0
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, url, identity, cwd=ROOT, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        for _ in range(25):
            told = int(await asyncio.wait_for(process.stdout.readline(), 30))
        os.kill(process.pid, signal.SIGKILL)
        rest = await process.stdout.read()
        told = max([told, *(int(line) for line in rest.split(b"\n")[:-1] if line)])
        await process.wait()
    entries = await journal.read(database, identity)
    assert verify_chain(entry.as_dict() for entry in entries) is None
    assert len(entries) >= told > 100
    assert len(entries) % 3 == 0
    await database.close()
