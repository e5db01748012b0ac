"""How a case's people are reached is nowhere plain: not when filed, not after an upgrade or kill -9."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlmodel import Session

from room_server.store import case_people, concealed
from room_server.store.case_tables import Agent, Party, PlainText, RosterEntry
from room_server.store.concealed import BATCH, SWEEP, conceal_waiting
from room_server.store.database import Database
from room_server.store.keys import KeyFileError
from room_server.store.migrations import upgrade
from room_server.store.privacy import Privacy, open_privacy
from room_server.store.tables import Installation
from tests.support.desk_server import NOW, desk_server
from tests.support.filing import COMPANY, WORKER, filed

PHONE, HOME, POST, MAIL = "13911112222", "厦门市思明区某路9号", "厦门市湖里区某街7号", "zhang@example.cn"
BEFORE = "0009"
PEOPLE = 3
KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from room_server.store import concealed
from room_server.store.database import Database
from room_server.store.privacy import open_privacy
concealed.BATCH = 2

async def start():
    database = Database(sys.argv[1])
    await database.open()
    guard = await open_privacy(database, Path(sys.argv[2]))
    plain = database.write
    async def write(function):
        done = await plain(function)
        if done:
            os.kill(os.getpid(), signal.SIGKILL)
    database.write = write
    await concealed.conceal_waiting(database, guard)

asyncio.run(start())
"""


def on_disk(folder: Path) -> bytes:
    """The database with its write-ahead log."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*.db*")))


def plain_in(held: bytes, *texts: str) -> list[str]:
    return [text for text in texts if text.encode() in held]


def old_database(path: Path, people: int = PEOPLE) -> None:
    """A database as the version before left it: one case, and people with plain telephones and addresses."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection, BEFORE)
    engine.dispose()
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA journal_mode=WAL")
        plain.execute("INSERT INTO dispute_case (id, number, title, created_at) VALUES ('c', '1', 't', 1)")
        for n in range(people):
            plain.execute(
                "INSERT INTO case_party (id, case_id, position, side, kind, name, credit_code, employer, "
                "legal_representative, legal_representative_post, occupation, phone, address, "
                "service_address, electronic_address, representative) "
                "VALUES (?, 'c', ?, 'applicant', 'person', '张', '', '', '', '', '', ?, ?, ?, ?, 0)",
                (f"y_{n}", n, f"{PHONE}{n}", HOME, POST, MAIL if n else ""),
            )
        plain.execute(
            "INSERT INTO case_agent (id, case_id, party, position, kind, name, power, scope, firm, licence, "
            "papers, phone) VALUES ('g', 'c', 'y_0', 1, 'lawyer', '王', 'general', '', '', '', '', ?)",
            (PHONE,),
        )
        plain.execute(
            "INSERT INTO roster_entry (id, case_id, position, name, phone, consent, representative) "
            "VALUES ('n', 'c', 1, '李', ?, 0, 0)",
            (PHONE,),
        )
    plain.close()


async def known(database: Database, guard: Privacy, people: int = PEOPLE) -> None:
    """Everything that the old database held is read back in plain."""

    def look(session: Session) -> None:
        found = {row.id: row for row in case_people.pieces(session, Party, "c")}
        for n in range(people):
            row = found[f"y_{n}"]
            told = [concealed.get(guard, row, name) for name in concealed.FIELDS[Party]]
            assert told == ["", f"{PHONE}{n}", HOME, POST, MAIL if n else ""]
        assert concealed.get(guard, session.get_one(Agent, "g"), "phone") == PHONE
        assert concealed.get(guard, session.get_one(RosterEntry, "n"), "phone") == PHONE
        assert session.get(PlainText, 1) is None and session.get(Installation, SWEEP) is None

    await database.read(look)


async def test_nothing_that_is_filed_or_changed_stands_on_disk_in_plain(tmp_path: Path) -> None:
    texts = (PHONE, HOME, POST, MAIL, "13822223333")
    person: dict[str, Any] = {
        **WORKER,
        "phone": PHONE,
        "address": HOME,
        "service_address": POST,
        "electronic_address": MAIL,
        "agents": [{"kind": "lawyer", "name": "王律", "power": "general", "phone": "13822223333"}],
    }
    async with desk_server(tmp_path) as server:
        clerk, case = await filed(server, route="mediate_org", parties=[person, COMPANY], group=True)
        party = case["parties"][0]
        assert [party[name] for name in ("phone", "address", "service_address")] == [PHONE, HOME, POST]
        assert party["electronic_address"] == MAIL and case["agents"][0]["phone"] == "13822223333"
        root = f"/api/cases/{case['id']}"
        csv = f"姓名,电话,金额\n张三,{PHONE},1\n"
        imported = await clerk.post(f"{root}/roster", {"csv": csv})
        assert imported.json["imported"] == 1, imported.body
        assert (await clerk.get(f"{root}/roster")).json["people"][0]["phone"] == PHONE
        keep = {name: person[name] for name in ("side", "kind", "name", "phone")}
        edited = await clerk.call("PUT", f"{root}/parties/{party['id']}", keep)
        assert [edited.json["parties"][0][name] for name in ("phone", "address")] == [PHONE, ""]
        last = (await clerk.get(f"{root}/history")).json["events"][-1]
        assert all(name in last["body"] for name in ("address", "service_address", "electronic_address"))
        assert '"phone"' not in last["body"]
        seat = {"name": "张晓雯", "role": "applicant", "party": party["id"]}
        wanted = {"case": case["id"], "title": "调解", "kind": "mediation", "starts_at": NOW + 86_400_000}
        await clerk.post("/api/hearings", wanted | {"participants": [seat]})
        held = on_disk(tmp_path)
        assert case["id"].encode() in held and plain_in(held, *texts) == []
    assert plain_in(on_disk(tmp_path), *texts) == []


async def test_an_upgrade_conceals_what_was_plain_and_leaves_no_trace_of_it(tmp_path: Path) -> None:
    path = tmp_path / "heting.db"
    old_database(path, people=BATCH + 1)
    assert plain_in(on_disk(tmp_path), PHONE, HOME, POST, MAIL) == [PHONE, HOME, POST, MAIL]
    database = Database(f"sqlite:///{path}")
    await database.open()
    guard = await open_privacy(database, tmp_path / "keys")
    assert await conceal_waiting(database, guard) == 4 * (BATCH + 1) - 1 + 2
    await known(database, guard, BATCH + 1)
    assert await conceal_waiting(database, guard) == 0
    assert plain_in(on_disk(tmp_path), PHONE, HOME, POST, MAIL) == []
    await database.close()
    assert plain_in(on_disk(tmp_path), PHONE, HOME, POST, MAIL) == []


async def test_whoever_is_killed_between_batches_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "heting.db"
    old_database(path)
    command = [sys.executable, "-c", KILLED, f"sqlite:///{path}", str(tmp_path / "keys")]
    waiting = 4 * PEOPLE - 1 + 2
    for start in range(1, waiting // 2 + 1):
        assert subprocess.run(command, check=False, timeout=120).returncode == -signal.SIGKILL
        with sqlite3.connect(path) as plain:
            assert plain.execute("SELECT count(*) FROM plain_text").fetchone()[0] == waiting - 2 * start
        plain.close()
    database = Database(f"sqlite:///{path}")
    await database.open()
    guard = await open_privacy(database, tmp_path / "keys")
    assert await conceal_waiting(database, guard) == waiting % 2
    await known(database, guard)
    assert plain_in(on_disk(tmp_path), PHONE, HOME, POST, MAIL) == []
    await database.close()


async def test_a_file_that_cannot_be_written_anew_is_tried_again_at_the_next_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "heting.db"
    old_database(path)
    database = Database(f"sqlite:///{path}")
    await database.open()
    guard = await open_privacy(database, tmp_path / "keys")
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM plain_text").fetchone()
    await database.write(lambda session: session.connection().exec_driver_sql("PRAGMA busy_timeout=1"))
    await conceal_waiting(database, guard)
    assert "may still be readable" in caplog.text
    assert await database.read(lambda session: session.get(Installation, SWEEP)) is not None
    reader.close()
    await conceal_waiting(database, guard)
    await known(database, guard)
    assert plain_in(on_disk(tmp_path), PHONE, HOME, POST, MAIL) == []
    await database.close()


def test_a_text_opens_for_its_own_field_and_person_only() -> None:
    guard = Privacy(b"k" * 32)
    one, other = (Party(id=name, case_id="c", position=1, side="s", kind="k", name="n") for name in "ab")
    concealed.put(guard, one, "phone", PHONE)
    assert concealed.get(guard, one, "phone") == PHONE
    one.address_sealed = other.phone_sealed = one.phone_sealed
    for row, field in ((one, "address"), (other, "phone")):
        with pytest.raises(KeyFileError):
            concealed.get(guard, row, field)
    concealed.put(guard, one, "phone", "")
    assert one.phone_sealed is None and concealed.get(guard, one, "phone") == ""
