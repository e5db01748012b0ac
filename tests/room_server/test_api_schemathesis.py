"""The whole API under schemathesis: nothing breaks, and every answer is one that the document promises."""

import asyncio
import itertools
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from room_server import api
from room_server.api.openapi import document
from room_server.rules.permissions import StaffRole
from room_server.store import hearings, staff
from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server
from tests.support.filing import filed

SCHEMA = schemathesis.openapi.from_dict(document(api.ROUTES))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
EXAMPLES = 5
HONEST = ("media_down", "not_built")
"""What this server lacks, and says so: a media worker, the pages."""
PIECES = ("parties", "agents", "claims", "exhibits", "facts", "numbers")


class Served:
    """A server in a thread of its own, with something behind every address and somebody of every kind."""

    def __init__(self, folder: Path) -> None:
        self.url = ""
        self.callers: list[Caller] = []
        self.names: dict[int, str] = {}
        self.known: dict[str, str] = {}
        self.pieces: dict[str, str] = {}
        self.taken = ""
        self._folder = folder
        self._over = asyncio.Event()
        self._ready: Future[None] = Future()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve()))

    def start(self) -> "Served":
        """Wait until it serves."""
        self._thread.start()
        self._ready.result(60)
        return self

    def stop(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(30)

    def sign_in_again(self, number: int) -> None:
        """Fresh credentials: there is an address that ends a login."""
        if name := self.names.get(number):
            found = asyncio.run_coroutine_threadsafe(self._server.signed_in(name), self._loop)
            self.callers[number] = found.result(30)

    async def _serve(self) -> None:
        try:
            async with desk_server(self._folder) as server:
                self._server = server
                self.url = str(server.client.make_url("")).rstrip("/")
                await self._furnish(server)
                self._ready.set_result(None)
                await self._over.wait()
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
            raise

    async def _furnish(self, server: DeskServer) -> None:
        for number, roles in enumerate([list(StaffRole), *([role] for role in StaffRole)]):
            await self._employ(server, number, roles)
        _, case = await filed(server)
        self.pieces = {kind: case[kind][0]["id"] for kind in PIECES if case.get(kind)}
        wish = {"case_number": "示范〔2026〕9号", "title": "t", "kind": "mediation", "starts_at": NOW}
        people = [
            {"name": "s0", "role": "mediator"},
            {"name": "甲", "role": "applicant", "side": "applicant"},
        ]
        people.append({"name": "何静", "role": "witness", "side": "applicant"})
        booked = (await self.callers[0].post("/api/hearings", wish | {"participants": people})).json
        hearing = booked["id"]
        await self.callers[0].post(f"/api/hearings/{hearing}/enter", {})
        sitting = await server.database.write(lambda s: hearings.begin_sitting(s, hearing, NOW))
        seats = {person["role"]: person["id"] for person in booked["participants"]}
        party = server.with_ticket((await server.tickets.issue(hearing, seats["applicant"])).token)
        self.callers += [party, server.anonymous()]
        announced = await party.post(f"/api/hearings/{hearing}/evidence", {"title": "工资条", "bytes": 100})
        later = wish | {"case": case["id"], "participants": people[:1], "starts_at": NOW + 86_400_000}
        del later["case_number"]
        assert (await self.callers[0].post("/api/hearings", later)).status == 201
        handed_in = {"title": "工资条", "bytes": 100, "side": "applicant", "received_from": "甲"}
        taken = await self.callers[0].post(f"/api/cases/{case['id']}/evidence", handed_in)
        self.taken = str(taken.json["id"])
        self.known |= {
            "case": case["id"],
            "hearing": hearing,
            "sitting": sitting,
            "organisation": ROOT,
            "participant": seats["witness"],
            "evidence": announced.json["id"],
        }

    async def _employ(self, server: DeskServer, number: int, roles: list[StaffRole]) -> None:
        name = f"s{number}"
        member = await server.database.write(
            lambda session: staff.create_member(
                session, name=name, person=name, roles=roles, password_hash="", now=NOW, organisation=ROOT
            )
        )
        self.known["account"] = member.id
        self.names[number] = name
        self.callers.append(await server.signed_in(name))

    @property
    def party(self) -> int:
        """Who has a ticket."""
        return len(self.callers) - 2


def test_every_operation_is_driven() -> None:
    """And none is left out because its part of the document is unsound."""
    assert len(OPERATIONS) == len(api.ROUTES)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)
    server = Served(tmp_path_factory.mktemp("served")).start()
    yield server
    server.stop()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_is_promised(operation: APIOperation[Any, Any, Any, Any], served: Served) -> None:
    """Each case as it was drawn and with names that lead somewhere, by all kinds of people in turn."""
    turn = itertools.cycle(range(len(served.callers)))
    answered = []

    def ask(case: Case[Any]) -> None:
        answered.append(_ask(served, case, next(turn)))
        case.path_parameters.update(_known(served, operation.path, case.path_parameters))
        # Whoever may do everything gets furthest, and a party where a ticket opens.
        answered.append(_ask(served, case, 0))
        if "ticket" in str(operation.definition.raw["security"]):
            answered.append(_ask(served, case, served.party))

    # Without a body there is nothing to be drawn wrong.
    wrong = [GenerationMode.NEGATIVE] if operation.body else []
    for mode in (GenerationMode.POSITIVE, *wrong):
        bounded = settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        bounded(given(case=operation.as_strategy(generation_mode=mode))(ask))()
    assert answered


def _ask(served: Served, case: Case[Any], number: int) -> int:
    headers = served.callers[number].headers
    case.headers.pop("X-CSRF", None)
    answer = case.call(base_url=served.url, headers=headers, timeout=60)
    assert answer.status_code < 500 or answer.json()["error"]["word"] in HONEST, answer.text
    case.validate_response(answer, checks=CHECKS)
    if "logout" in case.operation.path:
        served.sign_in_again(number)
    return int(answer.status_code)


def _known(served: Served, path: str, names: dict[str, Any]) -> dict[str, str]:
    found = {name: served.known[name] for name in names if name in served.known}
    if path.startswith("/api/cases/{case}/evidence/"):
        found["evidence"] = served.taken
    for kind, piece in served.pieces.items():
        if f"/{kind}/" in path:
            found["piece"] = piece
    return found
