"""What the scribe is told of a case: names first, then what is claimed, then terms of law."""

from pathlib import Path
from typing import Any

import pytest

from room_server.law.limits import SHIPPED, read_table
from room_server.law.vocabulary import Vocabulary, spoken_terms
from room_server.recovery.hot_words import MOST, chosen, hot_words
from room_server.rules.people import Role
from room_server.rules.room import Room
from room_server.store import hearings
from room_server.store.case_tables import Agent, Claim, Party
from room_server.store.database import Database
from room_server.store.tables import Hearing


async def begun(database: Database) -> str:
    """A sitting of a case with a person, a company, an agent and a claim on file."""

    def write(session: Any) -> str:
        seats = [hearings.NewSeat(name="王调解", role=Role.MEDIATOR)]
        booking = hearings.book(
            session, case_number="1号", title="t", kind="mediation", starts_at=0, seats=seats, now=0
        )
        hearing = session.get(Hearing, booking.id)
        on: dict[str, Any] = {"case_id": hearing.case_id}
        company: dict[str, Any] = {
            "name": "厦门鹭岛电子有限公司",
            "legal_representative": "林海",
            "employer": "",
        }
        session.add(Party(id="y_1", position=1, side="applicant", kind="person", name="张晓雯", **on))
        session.add(Party(id="y_2", position=2, side="respondent", kind="organisation", **company, **on))
        session.flush()
        agent: dict[str, Any] = {
            "party": "y_1",
            "kind": "lawyer",
            "name": "陈律师",
            "power": "general",
            "firm": "海峡律师事务所",
        }
        session.add(Agent(id="g_1", position=1, **agent, **on))
        session.add(Claim(id="q_1", position=1, kind="wages", **on))
        return hearings.begin_sitting(session, booking.id, 0)

    return await database.write(write)


@pytest.fixture
async def database(tmp_path: Path) -> Any:
    made = Database(f"sqlite:///{tmp_path / 'heting.db'}")
    await made.open()
    yield made
    await made.close()


async def test_names_and_claims_of_the_case_come_before_the_law(database: Database, tmp_path: Path) -> None:
    sitting = await begun(database)
    words = await hot_words(database, sitting, Room(), tmp_path)
    names = ["张晓雯", "厦门鹭岛电子有限公司", "厦门鹭岛电子", "林海", "陈律师", "海峡律师事务所"]
    assert words[:6] == names
    assert words[6:8] == ["工资", "劳动报酬"]
    assert "竞业限制" in words[8:] and len(words) <= MOST
    assert await hot_words(database, "nowhere", Room(), tmp_path) == list(spoken_terms())[:MOST]


async def test_an_own_list_comes_first_and_a_broken_one_harms_nothing(
    database: Database, tmp_path: Path
) -> None:
    term = '[[term]]\nzh = "厦门市湖里区"\nbasis = "本地"\nsource = "D"\n'
    for name, text in (("own", f'version = "1"\n{term}'), ("broken", "version = ")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vocabulary.toml").write_text(text, encoding="utf-8")
    assert (await hot_words(database, "x", Room(), tmp_path / "own"))[0] == "厦门市湖里区"
    assert await hot_words(database, "x", Room(), tmp_path / "broken") == list(spoken_terms())[:MOST]


def test_words_are_few_short_and_each_told_once() -> None:
    assert chosen(["张三", " 张三 ", "", "王", "a" * 41, "李四\n五"]) == ["张三", "李四 五"]
    assert len(chosen(f"词{number}" for number in range(99))) == MOST


def test_every_shipped_term_says_where_it_stands() -> None:
    table = read_table(SHIPPED / "vocabulary.toml", Vocabulary)
    assert all(term.basis.endswith("条") for term in table.term)
    assert len({term.zh for term in table.term}) == len(table.term) > 15
