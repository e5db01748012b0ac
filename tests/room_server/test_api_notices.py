"""The delivery log at the desk: what was sent, what failed with its cure, paper, and a gateway's reports."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from room_server.notices.gateway import SIGNATURE, sign
from tests.support.carriers import gateway, postbox
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server
from tests.support.filing import COMPANY, WORKER, filed

SECRET = "a secret of sixteen+"
DAY = 24 * 3_600_000
WANTED: dict[str, Any] = {
    "case_number": "示范劳人调〔2026〕9号",
    "title": "劳动报酬争议",
    "kind": "mediation",
    "starts_at": NOW + 3 * DAY,
    "participants": [
        {"name": "周敏", "role": "mediator"},
        {"name": "张晓雯", "role": "applicant", "email": "zhang@example.cn"},
        {"name": "云帆公司", "role": "respondent", "phone": "13800000000"},
        {"name": "何静", "role": "witness"},
    ],
}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def settled(
    caller: Caller, at: str, done: Callable[[list[dict[str, Any]]], bool]
) -> list[dict[str, Any]]:
    """The log once it has come so far."""
    async with asyncio.timeout(60):
        while True:
            rows: list[dict[str, Any]] = (await caller.get(f"{at}/notices")).json["notices"]
            if done(rows):
                return rows
            await asyncio.sleep(0.02)


def states(rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return sorted((row["channel"], row["name"], row["state"]) for row in rows if row["moment"] == "booked")


async def test_mail_and_message_go_out_and_the_rest_goes_on_paper(tmp_path: Path) -> None:
    async with (
        postbox() as box,
        gateway(SECRET, NOW / 1000) as desk,
        desk_server(
            tmp_path,
            mail_host="127.0.0.1",
            mail_port=box.port,
            mail_security="none",
            mail_from="court@example.cn",
            notice_url=desk.url,
            notice_secret=SECRET,
        ) as server,
    ):
        clerk = await server.signed_in("clerk")
        at = f"/api/hearings/{(await clerk.post('/api/hearings', WANTED)).json['id']}"
        rows = await settled(clerk, at, lambda rows: sum(row["state"] == "sent" for row in rows) == 2)
        assert states(rows) == [
            ("email", "张晓雯", "sent"),
            ("message", "云帆公司", "sent"),
            ("print", "何静", "to_print"),
        ]
        assert {row["to"] for row in rows} == {"z***@example.cn", "138****0000", ""}
        assert box.mails[0]["To"].addresses[0].addr_spec == "zhang@example.cn"
        assert desk.got[0]["to"] == "13800000000" and "/p/" in desk.got[0]["text"]

        notice = desk.got[0]["id"]
        body = json.dumps({"notice": notice, "state": "delivered"}).encode()
        report = "/api/notices/report"
        headers = {SIGNATURE: sign(SECRET, NOW // 1000, body)}
        outside = server.anonymous()
        assert (await outside.call("POST", report, body)).word == "bad_signature"
        assert (await outside.call("POST", report, body + b" ", headers=headers)).word == "bad_signature"
        assert (await outside.call("POST", report, body, headers=headers)).status == 204
        rows = (await clerk.get(f"{at}/notices")).json["notices"]
        assert ("message", "云帆公司", "delivered") in states(rows)
        odd = json.dumps({"notice": "n_0", "state": "delivered"}).encode()
        signed = {SIGNATURE: sign(SECRET, NOW // 1000, odd)}
        assert (await outside.call("POST", report, odd, headers=signed)).word == "no_such_notice"


async def test_a_failure_says_what_to_do_and_may_be_tried_again_or_printed(tmp_path: Path) -> None:
    async with (
        postbox() as box,
        desk_server(
            tmp_path,
            mail_host="127.0.0.1",
            mail_port=box.port,
            mail_security="none",
            mail_from="court@example.cn",
        ) as server,
    ):
        box.answers = ["550 5.1.1 no such user"]
        clerk = await server.signed_in("clerk")
        at = f"/api/hearings/{(await clerk.post('/api/hearings', WANTED)).json['id']}"
        rows = await settled(clerk, at, lambda rows: any(row["state"] == "failed" for row in rows))
        failed = next(row for row in rows if row["state"] == "failed")
        assert failed["cause"] == "address_refused" and "核对地址" in failed["cure"]
        english = (await clerk.get(f"{at}/notices?lang=en")).json["notices"]
        assert "print and post it" in next(row["cure"] for row in english if row["cause"])
        again = f"{at}/notices/{failed['id']}/again"
        box.answers = ["550 5.1.1 no such user"]
        assert (await clerk.post(again, {})).json["state"] == "queued"
        await settled(clerk, at, lambda rows: any(row["state"] == "failed" for row in rows))
        assert (await clerk.post(again, {"way": "print"})).json["state"] == "to_print"
        assert (await clerk.post(again, {})).word == "wrong_state"
        assert (await clerk.post(f"{at}/notices/n_0/again", {})).word == "no_such_notice"


async def test_paper_is_printed_and_ticked_off(server: DeskServer) -> None:
    import pypdfium2

    clerk = await server.signed_in("clerk")
    at = f"/api/hearings/{(await clerk.post('/api/hearings', WANTED)).json['id']}"
    paper = await clerk.get(f"{at}/notices/paper.pdf")
    assert len(pypdfium2.PdfDocument(paper.body)) == 3
    rows = (await clerk.post(f"{at}/notices/printed")).json["notices"]
    assert {row["state"] for row in rows} == {"printed"}
    assert (await clerk.post(f"{at}/cancel", {"reason": "申请人撤回"})).status == 200
    paper = await clerk.get(f"{at}/notices/paper.pdf")
    text = pypdfium2.PdfDocument(paper.body)[0].get_textpage().get_text_range()
    assert "取消通知" in text and "您不需要参加" in text and "/p/" not in text


async def test_whom_the_case_knows_is_reached_without_typing_it_again(server: DeskServer) -> None:
    people = [WORKER, COMPANY | {"electronic_address": "hr@example.cn"}]
    clerk, case = await filed(server, parties=people)
    invited = [
        {"name": party["name"], "role": role, "party": party["id"]}
        for party, role in zip(case["parties"], ("applicant", "respondent"), strict=True)
    ]
    wish = WANTED | {"case": case["id"], "case_number": "", "participants": invited}
    server.client.app[api_dispatch()].channels.update({"email": None, "message": None})
    at = f"/api/hearings/{(await clerk.post('/api/hearings', wish)).json['id']}"
    rows = (await clerk.get(f"{at}/notices")).json["notices"]
    assert {(row["name"], row["to"]) for row in rows} == {
        ("张晓雯", "138****0000"),
        (COMPANY["name"], "h***@example.cn"),
    }


def api_dispatch() -> Any:
    from room_server.api.notices import DISPATCH

    return DISPATCH


async def test_nobody_is_told_when_the_booker_says_so(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    booked = (await clerk.post("/api/hearings", WANTED | {"notify": False})).json
    assert (await clerk.get(f"/api/hearings/{booked['id']}/notices")).json["notices"] == []


@pytest.mark.parametrize(
    "wrong", [{"email": "a@b@c"}, {"email": "a b@c"}, {"phone": "12"}, {"phone": "+86;1"}]
)
async def test_an_address_that_is_none_is_refused(server: DeskServer, wrong: dict[str, str]) -> None:
    clerk = await server.signed_in("clerk")
    person = {"name": "x", "role": "applicant", **wrong}
    answer = await clerk.post("/api/hearings", WANTED | {"participants": [person]})
    assert (answer.status, answer.word) == (400, "malformed")
