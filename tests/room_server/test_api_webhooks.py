"""Subscribing over the API, and what a whole case tells a receiver."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from room_server.rules.permissions import StaffRole
from room_server.rules.webhooks import HookKind, shape
from room_server.store import hearings, organisations, staff
from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server
from tests.support.filing import fact, filed
from tests.support.receiver import Receiver, receiver

ALL = f"/api/organisations/{ROOT}/webhooks"
KINDS = [kind.value for kind in HookKind]


@pytest.fixture
async def there() -> AsyncIterator[Receiver]:
    async with receiver() as there:
        yield there


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path, webhook_private_targets=True) as server:
        yield server


async def admin(server: DeskServer, organisation: str = ROOT) -> Caller:
    name = f"admin-{organisation}"
    await server.database.write(
        lambda session: staff.create_member(
            session,
            name=name,
            person=name,
            roles=[StaffRole.ADMIN],
            password_hash="",
            now=NOW,
            organisation=organisation,
        )
    )
    return await server.signed_in(name)


async def subscribed(server: DeskServer, there: Receiver, kinds: list[str] = KINDS) -> tuple[Caller, Any]:
    caller = await admin(server)
    made = await caller.post(ALL, {"url": there.url, "kinds": kinds, "note": "案件系统"})
    assert made.status == 201, made.body
    return caller, made.json


async def test_the_secret_is_shown_once(server: DeskServer, there: Receiver) -> None:
    caller, made = await subscribed(server, there)
    assert made["secret"].startswith("whsec_") and made["kinds"] == sorted(KINDS)
    (listed,) = (await caller.get(ALL)).json["webhooks"]
    assert listed == made | {"secret": ""}
    renewed = await caller.post(f"{ALL}/{made['id']}/secret")
    assert renewed.json["secret"] not in ("", made["secret"])
    assert (await caller.get(ALL)).json["webhooks"][0]["secret"] == ""


async def test_a_test_message_arrives_and_is_listed(server: DeskServer, there: Receiver) -> None:
    caller, made = await subscribed(server, there, ["case.filed"])
    one = f"{ALL}/{made['id']}"
    message = await caller.post(f"{one}/test")
    assert message.status == 202
    await there.until(1)
    assert there.messages[0]["data"] == {"webhook": made["id"]}
    again = await caller.post(f"{one}/messages/{message.json['id']}/redeliver")
    assert (again.status, again.json["state"]) == (200, "queued")
    await there.until(2)
    assert there.ids[0] == there.ids[1] == message.json["id"]
    listed = (await caller.get(f"{one}/messages?page=1")).json
    assert (listed["total"], listed["messages"][0]["kind"]) == (1, "webhook.test")
    assert (await caller.get(f"{one}/messages?page=x")).word == "malformed"
    assert (await caller.post(f"{one}/messages/m_none/redeliver")).word == "no_such_piece"


async def test_a_case_is_told_from_filing_to_the_end_of_its_hearing(
    server: DeskServer, there: Receiver
) -> None:
    await subscribed(server, there)
    clerk, case = await filed(server)
    numbered = await fact(clerk, case["id"], "accepted", "2026-09-18")
    people = [{"name": "周敏", "role": "mediator"}, {"name": "张晓雯", "role": "applicant"}]
    wish = {"case": case["id"], "title": "t", "kind": "mediation", "starts_at": NOW, "participants": people}
    booked = await clerk.post("/api/hearings", wish)
    assert booked.status == 201, booked.body
    for state in ("waiting", "open", "open", "adjourned", "open", "closed"):
        await server.database.write(
            lambda s, state=state: hearings.set_state(s, booked.json["id"], state)  # type: ignore[misc]
        )
    rows = await server.database.read(lambda s: s.exec(_kinds()).all())
    told = [kind for kind in rows if kind != "case.changed"]
    assert told == [
        "case.filed",
        "case.numbered",
        "hearing.booked",
        "hearing.waiting",
        "hearing.opened",
        "hearing.adjourned",
        "hearing.opened",
        "hearing.closed",
    ]
    await there.until(len(rows))
    last = next(message for message in there.messages if message["type"] == "hearing.closed")
    assert last["data"] == {
        "case": case["id"],
        "number": numbered["number"],
        "organisation": ROOT,
        "hearing": booked.json["id"],
        "kind": "mediation",
        "starts_at": NOW,
        "state": "closed",
        "rehearsal": False,
    }
    sent = json.dumps(there.messages, ensure_ascii=False)
    for secret in ("张晓雯", "11010519491231002", "13800000000", "拖欠"):
        assert secret not in sent


def _kinds() -> Any:
    from sqlmodel import col, select

    from room_server.store.webhook_tables import WebhookMessage

    return select(WebhookMessage.kind).order_by(col(WebhookMessage.seq))


async def test_only_what_was_asked_for_and_only_from_below(server: DeskServer, there: Receiver) -> None:
    def grow(session: Any) -> str:
        root = organisations.root(session)
        return organisations.create(
            session, name="思明区", short_name="思", level="district", parent=root, now=NOW
        ).id

    district = await server.database.write(grow)
    below = await admin(server, district)
    path = f"/api/organisations/{district}/webhooks"
    assert (await below.post(path, {"url": there.url, "kinds": ["case.filed"]})).status == 201
    assert (await below.post(ALL, {"url": there.url, "kinds": ["case.filed"]})).word == "not_allowed"
    await filed(server)
    assert await server.database.read(lambda s: s.exec(_kinds()).all()) == []
    await subscribed(server, there, ["case.filed", "hearing.closed"])
    await filed(server)
    await there.until(1)
    assert await server.database.read(lambda s: s.exec(_kinds()).all()) == ["case.filed"]


async def test_switched_off_ended_and_at_another_address(server: DeskServer, there: Receiver) -> None:
    caller, made = await subscribed(server, there, ["case.filed"])
    one = f"{ALL}/{made['id']}"
    edit = {"url": there.url, "kinds": ["case.filed"], "disabled": True}
    assert (await caller.call("PUT", one, edit)).json["disabled"] is True
    await filed(server)
    assert (await caller.get(f"{one}/messages")).json["total"] == 0
    assert (await caller.call("PUT", one, edit | {"disabled": False})).json["disabled"] is False
    await filed(server)
    await there.until(1)
    assert (await caller.call("DELETE", one)).status == 204
    assert (await caller.get(ALL)).json["webhooks"] == []
    assert (await caller.get(f"{one}/messages")).word == "no_such_piece"


async def test_private_addresses_are_refused_unless_the_settings_say_so(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        caller = await admin(server)
        for url in ("http://cases.example.cn/", "https://127.0.0.1/", "https://[::1]/", "https://u@x.cn/"):
            answer = await caller.post(ALL, {"url": url, "kinds": ["case.filed"]})
            assert (answer.status, answer.word) == (400, "bad_target"), url
        assert (await caller.post(ALL, {"url": "https://x.cn/", "kinds": ["nothing"]})).word == "malformed"
        for _ in range(20):
            assert (await caller.post(ALL, {"url": "https://x.cn/", "kinds": ["case.filed"]})).status == 201
        full = await caller.post(ALL, {"url": "https://x.cn/", "kinds": ["case.filed"]})
        assert (full.status, full.word) == (409, "too_many_webhooks")


async def test_the_document_describes_every_message(server: DeskServer) -> None:
    told = (await server.anonymous().get("/api/openapi.json")).json
    assert set(told["webhooks"]) == set(KINDS)
    for kind in HookKind:
        content = told["webhooks"][kind]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert content["properties"]["type"] == {"const": kind.value}
        name = content["properties"]["data"]["$ref"].rsplit("/", 1)[1]
        assert name == shape(kind).__name__ and name in told["components"]["schemas"]
