"""Odd input to the addresses of cases and organisations: every answer is one that the document promises."""

import json
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from room_server import api
from room_server.api.openapi import document
from room_server.api.refusals import WORDS, Refusal
from room_server.api.routes import Route
from room_server.rules.permissions import StaffRole
from room_server.store import organisations, staff
from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, DeskServer, desk_server
from tests.support.filing import COMPANY, FILED, WAGES, WORKER, filed

DOCUMENT: dict[str, Any] = document(api.ROUTES)
ODD: tuple[Any, ...] = (
    *(None, "", " ", "x" * 9000, "𠮷\u0000", "\u202e", "2026-02-30", "9999-12-31", "0001-01-01", "%_'\"\\"),
    *(-1, 0, 2**53, 2**70, 1.5, True, [], [None], {}, {"a": {}}, ["settle", "settle"], "c_none", "closed"),
)
PARTY = {name: value for name, value in WORKER.items() if name != "agents"}
AGENT = {"party": "", "kind": "lawyer", "name": "王", "power": "special", "scope": ["settle"]}
HOOKS, ITEMS = "/api/organisations/{organisation}/webhooks", "/api/cases/{case}/performance"
GOOD: dict[str, dict[str, Any]] = {
    "/api/cases": FILED,
    "/api/cases/{case}": {"title": "t", "cause": "pay", "summary": "s", "group": False},
    "/api/cases/{case}/parties": PARTY,
    "/api/cases/{case}/parties/{piece}": COMPANY,
    "/api/cases/{case}/agents": AGENT,
    "/api/cases/{case}/agents/{piece}": AGENT,
    "/api/cases/{case}/claims": WAGES,
    "/api/cases/{case}/claims/{piece}": WAGES,
    "/api/cases/{case}/exhibits": {"side": "applicant", "name": "工资条", "original": True},
    "/api/cases/{case}/exhibits/{piece}": {"side": "applicant", "name": "工资条"},
    "/api/cases/{case}/facts": {"fact": "accepted", "day": "2026-09-18", "until": None, "note": ""},
    "/api/cases/{case}/route": {"route": "negotiate", "reason": "r", "outcome": None, "organisation": ""},
    "/api/cases/{case}/numbers": {"kind": "award", "title": "裁决书"},
    "/api/cases/{case}/evidence": {
        "title": "工资条",
        "bytes": 10,
        "side": "applicant",
        "received_from": "张晓雯",
    },
    "/api/cases/{case}/packages": {"kind": "arbitration", "consent": "当面同意"},
    "/api/cases/{case}/roster": {"csv": "姓名,金额\n甲,1\n"},
    "/api/cases/{case}/grants": {"organisation": ROOT, "work": True, "reason": "r", "expires_at": None},
    "/api/organisations/{organisation}/chambers": {"name": "第一调解室", "seats": 6, "place": "2 楼"},
    "/api/organisations/{organisation}/chambers/{chamber}": {"name": "n", "seats": 6, "disabled": True},
    "/api/organisations": {"name": "n", "short_name": "s", "level": "district", "parent": ROOT},
    "/api/organisations/{organisation}": {"name": "n", "short_name": "s", "disabled": False},
    "/api/organisations/{organisation}/staff": {"name": "n", "person": "p", "roles": ["clerk"]},
    "/api/organisations/{organisation}/parent": {"parent": ROOT},
    "/api/organisations/{organisation}/staff/known": {"name": "n", "roles": ["clerk"]},
    "/api/organisations/{organisation}/staff/{account}": {"roles": ["clerk"]},
    "/api/organisations/{organisation}/staff/{account}/use": {"disabled": True},
    HOOKS: {"url": "https://x.cn/", "kinds": ["case.filed"]},
    "/api/organisations/{organisation}/webhooks/{webhook}": {"url": "https://x.cn/", "kinds": ["case.filed"]},
    ITEMS: {"item": "工资", "amount_fen": 1, "due": "2026-09-18"},
    "/api/cases/{case}/performance/{promise}/follow-ups": {"day": "2026-09-21", "done": False, "proof": "p"},
}
TAKING = [
    route
    for route in api.ROUTES
    if route.path.startswith(("/api/cases", "/api/organisations")) and route.takes
]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


def promised(route: Route, status: int, body: bytes) -> str:
    """What is wrong with an answer; empty when it is one of the document's."""
    responses = DOCUMENT["paths"][route.path][route.method.lower()]["responses"]
    if str(status) not in responses:
        return f"{status} is not in the document: {body[:80]!r}"
    try:
        if status >= 400:
            word = msgspec.json.decode(body, type=Refusal).error.word
            return "" if WORDS[word][0] == status else f"{word} with {status}"
        if route.gives:
            msgspec.json.decode(body, type=route.gives)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


def test_every_address_that_takes_something_is_tried() -> None:
    assert {route.path for route in TAKING} == set(GOOD)


async def test_every_answer_is_in_the_document(server: DeskServer) -> None:
    _, case = await filed(server)
    await server.database.write(
        lambda session: staff.create_member(
            session, name="all", person="全", roles=list(StaffRole), password_hash="", now=NOW
        )
    )
    caller = await server.signed_in("all")
    account = (await server.database.read(lambda s: organisations.colleagues(s, ROOT)))[-1].account
    pieces = {"parties": "parties", "agents": "agents", "claims": "claims", "exhibits": "exhibits"}
    tries = [
        (route, {**GOOD[route.path], name: odd})
        for route in TAKING
        for name in GOOD[route.path]
        for odd in ODD
    ]
    hook = await caller.post(f"/api/organisations/{ROOT}/webhooks", GOOD[HOOKS])
    promised_item = await caller.post(f"/api/cases/{case['id']}/performance", GOOD[ITEMS])
    made = {"webhook": hook.json["id"], "promise": promised_item.json["promises"][0]["id"]}
    wrong = []
    chosen = random.Random(7).sample(tries, 400)
    for route, body in [*((route, GOOD[route.path]) for route in TAKING), *chosen]:
        kind = next((name for name in pieces if f"/{name}/" in route.path), "")
        known = case[kind][0]["id"] if kind and case[kind] else "x"
        path = route.path.format(
            case=case["id"],
            piece=known,
            organisation=ROOT,
            account=account,
            chamber="b_0",
            **made,
        )
        answer = await caller.call(route.method, path, json.dumps(body).encode())
        if problem := promised(route, answer.status, answer.body):
            wrong.append((route.method, route.path, body, problem))
    assert wrong == []


async def test_every_address_answers_odd_names_as_promised(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    wrong = []
    for route in api.ROUTES:
        if not route.path.startswith(("/api/cases", "/api/organisations", "/api/law")):
            continue
        for odd in ("x", "%00", "..%2f", "%F0%A0%AE%B7", "9" * 300, "²"):
            path = route.path
            for part in (
                "case",
                "piece",
                "seq",
                "grant",
                "organisation",
                "account",
                "chamber",
                "webhook",
                "message",
                "promise",
            ):
                path = path.replace("{" + part + "}", odd)
            answer = await clerk.call(route.method, f"{path}?page={odd}", b"{}" if route.takes else None)
            if route.query and answer.status == 400:
                continue
            if problem := promised(route, answer.status, answer.body):
                wrong.append((route.method, path, problem))
    assert wrong == []
