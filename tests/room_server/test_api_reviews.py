"""A panel reads what was opened to it and nothing else; who reads, and who is refused, stays in the log."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from room_server.rules import events as e
from room_server.store import evidence, hearings, journal
from room_server.store.tables import Case
from tests.support.desk_server import NOW
from tests.support.review_scene import EXPERTS, ReviewScene, review_scene

FIRST, SECOND = EXPERTS
OUTSIDE = ("张晓雯", "钱旁听")
"""Who has a seat in the hearing and is no part of the panel."""


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[ReviewScene]:
    async with review_scene(tmp_path / "var") as scene:
        yield scene


async def test_a_panel_reads_what_was_opened_to_it(scene: ReviewScene) -> None:
    item = await scene.opened("evidence", scene.items[0])
    shown = (await scene.ask(FIRST, "GET")).json
    assert shown["part"] == "member"
    assert [(row["mark"], row["title"], row["pages"]) for row in shown["materials"]] == [
        ("申证1", "劳动合同", 2)
    ]
    page = await scene.ask(FIRST, "GET", f"/materials/{item}/pages/2")
    assert (page.status, page.body) == (200, scene.page(scene.items[0], 2))
    assert page.headers["Cache-Control"] == "private, no-store"
    original = await scene.ask(FIRST, "GET", f"/materials/{item}/file")
    assert original.status == 200 and original.body.startswith(b"%PDF")
    assert (await scene.ask(FIRST, "GET", f"/materials/{item}/pages/3")).word == "no_such_page"
    assert await scene.acts() == [
        ("周敏", "material_opened", "申证1"),
        (FIRST, "read", "申证1 page 2"),
        (FIRST, "read", "申证1 file"),
    ]


async def test_minutes_and_recordings_of_earlier_sittings(scene: ReviewScene) -> None:
    minutes = await scene.opened("minutes", scene.sittings["mediation"])
    recording = await scene.opened("recording", scene.sittings["arbitration"])
    assert (await scene.ask(SECOND, "GET", f"/materials/{minutes}/file")).body == b"%PDF minutes"
    manifest = (await scene.ask(SECOND, "GET", f"/materials/{recording}/recording")).json
    address = manifest["tracks"][0]["files"][0]["url"]
    tail = address.partition("/review")[2]
    for _ in range(3):
        part = await scene.ask(SECOND, "GET", tail, headers={"Range": "bytes=5-9"})
        assert (part.status, part.body) == (206, bytes(range(5, 10)))
    for other in ("manifest.json", "..%2Fmanifest.json", "x"):
        assert (
            await scene.ask(SECOND, "GET", f"/materials/{recording}/recording/{other}")
        ).word == "not_found"
    assert (await scene.ask(SECOND, "GET", f"/materials/{minutes}/recording")).word == "not_found"
    read = [of for name, act, of in await scene.acts() if (name, act) == (SECOND, "read")]
    assert read == ["调解 file", "开庭 recording", "开庭 p.microphone.webm"]


async def test_anything_else_is_refused_by_the_rule_and_logged(scene: ReviewScene) -> None:
    item = await scene.opened("evidence", scene.items[0])
    for tail in (f"/materials/{scene.items[1]}/file", "/materials/m_000000000000/pages/1"):
        answer = await scene.ask(FIRST, "GET", tail)
        assert (answer.status, answer.word) == (403, "material_not_opened")
    for who in OUTSIDE:
        for tail in ("", f"/materials/{item}/file", f"/materials/{item}/pages/1", "/log", "/choices"):
            answer = await scene.ask(who, "GET", tail)
            assert (answer.status, answer.word) == (403, "not_of_panel"), tail
    assert (await scene.ask("stranger", "GET")).word == "not_yours"
    assert (await scene.server.anonymous().get(f"/api/hearings/{scene.booking.id}/review")).status == 401
    refused = [line for line in await scene.acts() if line[1] == "refused"]
    assert (FIRST, "refused", f"materials/{scene.items[1]}/file material_not_opened") in [
        (name, act, of.lstrip("/")) for name, act, of in refused
    ]
    assert {name for name, _, _ in refused} == {FIRST, *OUTSIDE}


async def test_what_was_taken_back_or_withdrawn_is_closed(scene: ReviewScene) -> None:
    first, second = [await scene.opened("evidence", item) for item in scene.items]
    assert (await scene.ask("clerk", "DELETE", f"/materials/{first}")).status == 204
    assert (await scene.ask(FIRST, "GET", f"/materials/{first}/pages/1")).word == "material_not_opened"
    assert (await scene.ask("clerk", "DELETE", f"/materials/{first}")).word == "no_such_piece"
    await scene.server.database.write(lambda s: evidence.withdraw(s, scene.items[1], "", "p", NOW))
    assert (await scene.ask(FIRST, "GET", f"/materials/{second}/pages/1")).word == "material_not_opened"
    assert (await scene.ask(FIRST, "GET")).json["materials"] == []
    again = await scene.opened("evidence", scene.items[0])
    assert again != first
    assert await scene.opened("evidence", scene.items[0]) == again


async def test_experts_choose_nothing(scene: ReviewScene) -> None:
    wish = {"kind": "evidence", "ref": scene.items[0]}
    assert (await scene.ask(FIRST, "POST", "/materials", wish)).word == "not_allowed"
    assert (await scene.ask(FIRST, "GET", "/choices")).word == "not_allowed"
    assert (await scene.ask(FIRST, "GET", "/log")).word == "not_allowed"
    assert (await scene.ask(FIRST, "PUT", "", {"question": "x"})).word == "not_allowed"
    item = await scene.opened("evidence", scene.items[0])
    assert (await scene.ask(FIRST, "DELETE", f"/materials/{item}")).word == "not_allowed"


async def test_mediation_stays_secret_once_the_case_is_in_arbitration(scene: ReviewScene) -> None:
    minutes = await scene.opened("minutes", scene.sittings["mediation"])
    assert (await scene.ask(FIRST, "GET", f"/materials/{minutes}/file")).status == 200

    def arbitrate(session: Session) -> None:
        session.get_one(Case, scene.booking.case).procedure = "arbitration"

    await scene.server.database.write(arbitrate)
    assert (await scene.ask(FIRST, "GET", f"/materials/{minutes}/file")).word == "mediation_secret"
    for kind in ("minutes", "recording"):
        wish = {"kind": kind, "ref": scene.sittings["mediation"]}
        assert (await scene.ask("mediator", "POST", "/materials", wish)).word == "mediation_secret"
    await scene.opened("minutes", scene.sittings["arbitration"])


async def test_settlement_talks_of_an_arbitration_and_other_reviews(scene: ReviewScene) -> None:
    sitting = scene.sittings["arbitration"]
    entered = e.StageEntered(
        stage="A12_MEDIATION", origin="A11_FINAL", reason="", skipped=[], override=False, turn="", limit_s=0
    )
    await journal.append(scene.server.database, sitting, [("p", NOW, 1, entered)])
    wish = {"kind": "recording", "ref": sitting}
    assert (await scene.ask("mediator", "POST", "/materials", wish)).word == "mediation_secret"
    # The minutes say no more of them than that they were held.
    await scene.opened("minutes", sitting)
    for kind in ("minutes", "recording"):
        wish = {"kind": kind, "ref": scene.sittings["panel_review"]}
        assert (await scene.ask("mediator", "POST", "/materials", wish)).word == "panel_secret"
    wish = {"kind": "evidence", "ref": "e_0000000000000000"}
    assert (await scene.ask("mediator", "POST", "/materials", wish)).word == "no_such_piece"


async def test_the_choices_say_what_is_kept_back_and_what_is_open(scene: ReviewScene) -> None:
    item = await scene.opened("evidence", scene.items[0])
    rows = (await scene.ask("clerk", "GET", "/choices")).json["choices"]
    assert [(row["kind"], row["title"], row["kept_back"], row["material"]) for row in rows] == [
        ("evidence", "劳动合同", "", item),
        ("evidence", "工资条", "", ""),
        ("minutes", "调解", "", ""),
        ("recording", "调解", "", ""),
        ("minutes", "开庭", "", ""),
        ("recording", "开庭", "", ""),
        ("minutes", "会审", "panel_secret", ""),
        ("recording", "会审", "panel_secret", ""),
    ]


async def test_the_question_and_its_urgency(scene: ReviewScene) -> None:
    wish = {"question": " 是否构成劳动关系？ ", "urgent": True, "due_at": NOW + 3_600_000}
    assert (await scene.ask("clerk", "PUT", "", wish)).status == 204
    shown = (await scene.ask(FIRST, "GET")).json
    assert (shown["question"], shown["urgent"], shown["due_at"]) == (
        "是否构成劳动关系？",
        True,
        NOW + 3_600_000,
    )
    await scene.server.database.write(lambda s: hearings.set_state(s, scene.booking.id, "closed"))
    assert (await scene.ask("clerk", "PUT", "", wish)).word == "hearing_closed"
    wish = {"kind": "evidence", "ref": scene.items[0]}
    assert (await scene.ask("clerk", "POST", "/materials", wish)).word == "hearing_closed"


async def test_another_hearing_is_no_review(scene: ReviewScene) -> None:
    clerk = await scene.server.signed_in("clerk")
    other = await scene.server.book("示范〔2026〕9号")
    assert (await clerk.get(f"/api/hearings/{other.id}/review")).word == "not_a_panel"


@pytest.mark.parametrize("table", ["review_act", "review_opinion", "review_conclusion"])
async def test_the_database_itself_refuses_changes(scene: ReviewScene, table: str) -> None:
    await scene.opened("evidence", scene.items[0])
    for who in EXPERTS:
        assert (await scene.opine(who)).status == 201
    assert (await scene.ask("mediator", "POST", "/conclusions", {"text": "x"})).status == 201
    for statement in (f"UPDATE {table} SET hearing = hearing", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="append-only"):
            await scene.server.database.write(
                lambda s, statement=statement: s.execute(text(statement))  # type: ignore[misc]
            )
