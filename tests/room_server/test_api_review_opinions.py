"""Opinions are given alone and never changed; the conclusion drawn from them is kept from parties."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from room_server.rules.people import Role
from room_server.store import hearings
from signing import conclusion_pdf
from tests.support.desk_server import NOW
from tests.support.review_scene import ABSENT, EXISTS, EXPERTS, OPINION, ReviewScene, review_scene

FIRST, SECOND = EXPERTS
PARTLY = "劳动关系部分期间存在，应当分段认定"


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ReviewScene]:
    async with review_scene(tmp_path / "var") as scene:
        plain = conclusion_pdf.print_conclusion

        def noted(review: dict[str, Any], out: Path) -> dict[str, Any]:
            scene.printed.append(review)
            return plain(review, out)

        monkeypatch.setattr(conclusion_pdf, "print_conclusion", noted)
        yield scene


async def seen(scene: ReviewScene, who: str) -> list[tuple[str, int, str]]:
    rows = (await scene.ask(who, "GET")).json["opinions"]
    return [(row["name"], row["version"], row["view"]) for row in rows]


async def test_nobody_sees_others_before_giving_their_own(scene: ReviewScene) -> None:
    assert (await scene.opine(FIRST)).status == 201
    assert await seen(scene, FIRST) == [(FIRST, 1, EXISTS)]
    assert await seen(scene, SECOND) == []
    assert await seen(scene, "clerk") == []
    assert await seen(scene, "mediator") == [(FIRST, 1, EXISTS)]
    assert [row["versions"] for row in (await scene.ask(SECOND, "GET")).json["members"]] == [1, 0]
    assert (await scene.opine(SECOND, view=ABSENT)).status == 201
    assert await seen(scene, SECOND) == [(FIRST, 1, EXISTS), (SECOND, 1, ABSENT)]
    assert await seen(scene, FIRST) == await seen(scene, SECOND)
    assert await seen(scene, "clerk") == []


async def test_an_amendment_is_a_new_version(scene: ReviewScene) -> None:
    first = (await scene.opine(FIRST)).json
    assert (await scene.opine(FIRST)).json == first
    second = (await scene.opine(FIRST, view=PARTLY)).json
    assert (second["version"], second["yours"], second["late"]) == (2, True, False)
    assert await seen(scene, FIRST) == [(FIRST, 1, EXISTS), (FIRST, 2, PARTLY)]


async def test_the_chair_opens_them_to_all(scene: ReviewScene) -> None:
    assert (await scene.ask("mediator", "POST", "/opinions/open", {})).word == "no_opinion_yet"
    await scene.opine(FIRST)
    for who in (FIRST, "clerk"):
        assert (await scene.ask(who, "POST", "/opinions/open", {})).word == "not_allowed"
    assert (await scene.ask("mediator", "POST", "/opinions/open", {})).status == 204
    assert await seen(scene, SECOND) == await seen(scene, "clerk") == [(FIRST, 1, EXISTS)]
    scene.server.clock[0] += 60
    assert (await scene.opine(SECOND)).json["late"]


@pytest.mark.parametrize(
    "wrong", [{"issue": " "}, {"view": ""}, {"confidence": "perhaps"}, {"view": "x" * 4001}]
)
async def test_what_is_no_opinion(scene: ReviewScene, wrong: dict[str, str]) -> None:
    assert (await scene.opine(FIRST, **wrong)).word == "malformed"


@pytest.mark.parametrize("view", ["同意", "x", "同意同意同意同意同意同意", "……………………！！！！", "a" * 60])
async def test_a_token_opens_nobody_elses(scene: ReviewScene, view: str) -> None:
    await scene.opine(FIRST)
    answer = await scene.opine(SECOND, view=view)
    assert (answer.status, answer.word) == (422, "opinion_too_short")
    assert await seen(scene, SECOND) == []


async def test_how_sure_one_is_has_to_be_chosen(scene: ReviewScene) -> None:
    unsaid = {name: text for name, text in OPINION.items() if name != "confidence"}
    assert (await scene.ask(FIRST, "POST", "/opinions", unsaid)).word == "malformed"


async def test_what_is_said_after_reading_the_others_is_marked(scene: ReviewScene) -> None:
    await scene.opine(FIRST)
    await seen(scene, FIRST)
    # Nobody else's was there to be read.
    assert not (await scene.opine(FIRST, view=PARTLY)).json["after_reading"]
    assert not (await scene.opine(SECOND, view=ABSENT)).json["after_reading"]
    # Given, but nothing was looked at since.
    assert not (await scene.opine(SECOND, view=ABSENT, basis="")).json["after_reading"]
    for _ in range(2):
        assert len(await seen(scene, SECOND)) == 4
    third = (await scene.opine(SECOND, view=PARTLY)).json
    assert (third["version"], third["after_reading"]) == (3, True)
    acts = await scene.acts()
    assert acts.count((SECOND, "opinions_read", "")) == 1 and (FIRST, "opinions_read", "") not in acts
    paper = await scene.ask("mediator", "POST", "/conclusions", {"text": "建议支持。"})
    assert paper.status == 201
    given = scene.printed[-1]["opinions"]
    assert [(one["name"], one["view"], one["after_reading"], one["own"]) for one in given] == [
        (FIRST, PARTLY, False, ""),
        (SECOND, PARTLY, True, ABSENT),
    ]


async def test_whoever_reads_opened_opinions_first_has_none_of_their_own(scene: ReviewScene) -> None:
    await scene.opine(FIRST)
    await scene.ask("mediator", "POST", "/opinions/open", {})
    await seen(scene, SECOND)
    assert (await scene.opine(SECOND)).json["after_reading"]
    await scene.ask("mediator", "POST", "/conclusions", {"text": "建议支持。"})
    assert [one["own"] for one in scene.printed[-1]["opinions"]] == ["", ""]


async def test_the_level_of_an_expert_is_shown_and_printed(scene: ReviewScene) -> None:
    shown = (await scene.ask(FIRST, "GET")).json["members"]
    assert [(row["name"], row["level"]) for row in shown] == [(FIRST, "district"), (SECOND, "")]
    await scene.opine(FIRST)
    await scene.ask("mediator", "POST", "/opinions/open", {})
    await scene.ask("mediator", "POST", "/conclusions", {"text": "建议支持。"})
    assert [one["level"] for one in scene.printed[-1]["opinions"]] == ["district"]
    assert scene.printed[-1]["silent"] == [{"name": SECOND, "level": ""}]


async def test_only_experts_give_one_and_only_while_it_lasts(scene: ReviewScene) -> None:
    for who, word in (("mediator", "not_allowed"), ("clerk", "not_allowed"), ("张晓雯", "not_of_panel")):
        assert (await scene.opine(who)).word == word
    await scene.server.database.write(lambda s: hearings.set_state(s, scene.booking.id, "closed"))
    assert (await scene.opine(FIRST)).word == "hearing_closed"


async def test_no_opinion_stands_in_the_log_or_the_case_history(scene: ReviewScene) -> None:
    await scene.opine(FIRST)
    assert (FIRST, "opinion_given", "1") in await scene.acts()
    clerk = await scene.server.signed_in("clerk")
    told = (await clerk.get(f"/api/cases/{scene.booking.case}/history")).body.decode()
    assert "review_opinion_given" in told
    for word in OPINION.values():
        assert word not in told and word not in json.dumps(await scene.acts(), ensure_ascii=False)


async def test_a_conclusion_needs_the_opinions_and_a_majority(scene: ReviewScene) -> None:
    ids = {name: scene.id_of(name) for name in EXPERTS}

    async def conclude(*majority: str) -> str:
        wish = {"text": "建议支持。", "majority": list(majority)}
        answer = await scene.ask("mediator", "POST", "/conclusions", wish)
        return "" if answer.status == 201 else answer.word

    assert await conclude() == "no_opinion_yet"
    await scene.opine(FIRST)
    assert await conclude(ids[FIRST]) == "opinions_missing"
    await scene.opine(SECOND, view=ABSENT)
    assert await conclude(ids[FIRST]) == "not_a_majority"
    assert await conclude(ids[FIRST], scene.id_of("张晓雯")) == "not_a_majority"
    assert await conclude(*ids.values()) == ""
    assert await conclude() == ""
    shown = (await scene.ask(FIRST, "GET")).json
    assert [(row["version"], row["majority"]) for row in shown["conclusions"]] == [(1, [*EXPERTS]), (2, [])]
    assert "仅供办案人员参考，不具约束力" in shown["advice"]


async def test_waiting_no_longer_for_somebody(scene: ReviewScene) -> None:
    await scene.opine(FIRST)
    await scene.ask("mediator", "POST", "/opinions/open", {})
    wish = {"text": "建议支持。", "majority": [scene.id_of(FIRST)]}
    assert (await scene.ask("mediator", "POST", "/conclusions", wish)).status == 201


async def test_it_is_printed_numbered_once_and_kept_from_parties(scene: ReviewScene) -> None:
    for who in EXPERTS:
        await scene.opine(who)
    wish = {"text": "建议支持。"}
    for who in (FIRST, "clerk"):
        assert (await scene.ask(who, "POST", "/conclusions", wish)).word == "not_allowed"
    numbers = set()
    for _ in range(2):
        made = (await scene.ask("mediator", "POST", "/conclusions", wish)).json
        numbers.add(made["number"])
    assert len(numbers) == 1 and "会审〔2026〕1号" in numbers.pop()
    for who in (*EXPERTS, "mediator", "clerk"):
        paper = await scene.ask(who, "GET", "/conclusions/2")
        assert paper.status == 200 and paper.headers["Content-Type"] == "application/pdf"
        assert paper.body.startswith(b"%PDF") and len(paper.body) == made["bytes"]
    assert (await scene.ask("张晓雯", "GET", "/conclusions/2")).word == "not_of_panel"
    assert (await scene.ask(FIRST, "GET", "/conclusions/3")).word == "not_found"
    acts = await scene.acts()
    assert (FIRST, "read", "conclusion 2") in acts and ("周敏", "concluded", "2") in acts


async def test_a_conclusion_that_no_font_prints_leaves_nothing_and_keeps_its_number(
    scene: ReviewScene,
) -> None:
    for who in EXPERTS:
        await scene.opine(who)
    refused = await scene.ask("mediator", "POST", "/conclusions", {"text": "建议支持\ud7fc"})
    assert (refused.status, refused.word) == (422, "unprintable")
    assert [path for path in (scene.server.settings.files / "reviews").rglob("*") if path.is_file()] == []
    assert (await scene.ask("mediator", "GET")).json["conclusions"] == []
    made = (await scene.ask("mediator", "POST", "/conclusions", {"text": "建议支持"})).json
    assert made["version"] == 1 and "会审〔2026〕1号" in made["number"]


async def test_after_the_close_the_case_file_is_bound_anew(scene: ReviewScene) -> None:
    for who in EXPERTS:
        await scene.opine(who)
    database, hearing = scene.server.database, scene.booking.id
    sitting = await database.write(lambda s: hearings.begin_sitting(s, hearing, NOW))
    await database.write(lambda s: hearings.set_state(s, hearing, "closed"))
    assert (await scene.ask("mediator", "POST", "/conclusions", {"text": "x"})).status == 201
    assert scene.server.live.asked == [("finish", sitting)]
    await database.write(lambda s: hearings.set_state(s, hearing, "cancelled"))
    assert (await scene.ask("mediator", "POST", "/conclusions", {"text": "y"})).word == "hearing_cancelled"


async def test_parties_never_get_the_minutes_of_a_review(scene: ReviewScene) -> None:
    mediator = await scene.server.signed_in("mediator")
    for kind, count in (("panel_review", 0), ("mediation", 1)):
        sitting = scene.sittings[kind]
        booking = await scene.server.database.read(lambda s, of=sitting: hearings.find_by_sitting(s, of))  # type: ignore[misc]
        assert booking is not None
        party = scene.server.with_ticket(await scene.server.token(booking, Role.APPLICANT))
        listed = (await party.get(f"/api/sittings/{sitting}/documents")).json["documents"]
        assert len(listed) == count
        assert (await mediator.get(f"/api/sittings/{sitting}/documents")).json["documents"]
