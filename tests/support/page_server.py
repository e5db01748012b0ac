"""The built pages with the real headers, over a house that only plays scenes: no room, no database."""

import asyncio
import json
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from room_server.api.edge import HEADERS
from room_server.law.consents import consents
from room_server.law.minutes import complete, forms
from room_server.law.readouts import texts
from room_server.rules import protocol as p
from room_server.rules.people import Participant

from . import dense_scene
from .scenes import (
    APPLICANT,
    CLERK,
    CROWD,
    MEDIATOR,
    OBSERVER,
    ON_SITE,
    ORGANISATION,
    PEOPLE,
    RESPONDENT,
    SCENES,
    STAGED,
    TITLE,
    prepared,
)

DIST = Path(__file__).parents[2] / "web_client" / "dist"
CODE = "6340 3801 7364"
STARTS_AT = 1_795_312_800_000
REFUSED_TICKETS = {
    "forged": (401, "ticket_forged"),
    "expired": (401, "ticket_expired"),
    "revoked": (401, "ticket_revoked"),
    "broken": (500, "internal"),
}


class PageServer:
    """Tickets are scene names: `/p/open` is the applicant in an open hearing, `/p/expired` an old link."""

    def __init__(self, pages: Path, staff: bool = False) -> None:
        self.pages = pages
        self.url = ""
        self.staff = staff
        self.scene = "open"
        self.seat = "mediator"
        """Whose seat staff take."""
        """What staff find who open the room."""
        self.codes: list[str] = []
        """Entry codes that were tried; the fourth and those after it are too many."""
        self.wishes: list[dict[str, Any]] = []
        self.hellos: list[dict[str, Any]] = []
        self.consents: dict[str, dict[str, str]] = {}
        """What each ticket answered."""
        self.sockets: list[web.WebSocketResponse] = []
        self.may: list[str] = []
        """What the roles of staff allow."""
        self.answers: dict[str, Any] = {}
        """What a page is told at other addresses of the API, as JSON; a word alone is a refusal."""

    def app(self) -> web.Application:
        """The application, for a runner."""
        app = web.Application()
        app.on_response_prepare.append(_headers)
        app.router.add_get("/p/{ticket}", self._page("party.html"))
        app.router.add_get("/join", self._page("party.html"))
        app.router.add_get("/desk{rest:.*}", self._page("desk.html"))
        app.router.add_get("/api/ticket", self._ticket)
        app.router.add_post("/api/tickets", self._code)
        app.router.add_get("/api/ticket/consents", self._consents)
        app.router.add_post("/api/ticket/consents", self._consents)
        app.router.add_get("/api/ice", self._ice)
        app.router.add_get("/api/texts", self._texts)
        app.router.add_get("/api/minutes-forms", self._forms)
        app.router.add_get("/api/me", self._me)
        app.router.add_get("/api/hearings", self._hearings)
        app.router.add_get("/api/hearings/{hearing}", self._hearing)
        app.router.add_get("/api/hearings/{hearing}/links", self._links)
        app.router.add_get("/api/hearings/{hearing}/consents", self._everybody)
        app.router.add_post("/api/hearings/{hearing}/enter", self._enter)
        app.router.add_get("/api/sittings/{sitting}/documents", self._documents)
        app.router.add_route("*", "/api/hearings/{hearing}/evaluation", self._evaluation)
        app.router.add_route("*", "/api/{rest:.*}", self._unknown)
        app.router.add_get("/ws", self._socket)
        app.router.add_static("/assets", self.pages / "assets")
        return app

    async def hang_up(self) -> None:
        """Cut every line, as a bad network does."""
        sockets, self.sockets = self.sockets, []
        await asyncio.gather(*(socket.close(code=1012) for socket in sockets), return_exceptions=True)

    async def tell(self, frame: p.Down) -> None:
        """Say one thing to every browser."""
        for socket in self.sockets:
            await socket.send_str(p.encode(frame))

    def _page(self, name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(_: web.Request) -> web.StreamResponse:
            return web.FileResponse(self.pages / name)

        return serve

    async def _ticket(self, request: web.Request) -> web.Response:
        ticket = request.headers.get("Authorization", "").removeprefix("Ticket ")
        scene = ticket.split("-")[0]
        if scene in REFUSED_TICKETS or scene not in (*SCENES, "occupied", "over", "dense"):
            status, word = REFUSED_TICKETS.get(scene, (401, "ticket_forged"))
            return _refusal(status, word)
        me = _person(ticket)
        hearing = _booking("closed" if scene == "over" else "waiting", "rehearsal" in ticket)
        if scene == "onsite":
            moved = {"form": "onsite", "place": ON_SITE["place"], "continues": "s_1"}
            hearing |= moved | {"state": "booked", "starts_at": ON_SITE["time"]}
        return web.json_response(
            {"participant": me.id, "name": me.name, "role": me.role, "hearing": hearing, "language": "zh"}
        )

    async def _code(self, request: web.Request) -> web.Response:
        given = (await request.json())["code"]
        self.codes.append(given)
        if given == CODE.replace(" ", ""):
            return web.json_response({"ticket": "lobby"})
        return _refusal(429, "too_many") if len(self.codes) > 3 else _refusal(404, "code_unknown")

    async def _consents(self, request: web.Request) -> web.Response:
        ticket = request.headers.get("Authorization", "").removeprefix("Ticket ")
        scene = ticket.split("-")[0]
        if scene in REFUSED_TICKETS or scene not in (*SCENES, "occupied", "over", "dense"):
            return _refusal(*REFUSED_TICKETS.get(scene, (401, "ticket_forged")))
        given = self.consents.setdefault(ticket, {})
        if request.method == "POST":
            given |= {one["item"]: one["act"] for one in (await request.json())["answers"]}
        shown = consents().asked(_person(ticket).role.value, "mediation")
        return web.json_response(
            {
                "entries": [
                    msgspec.to_builtins(entry)
                    | {"item": entry.id, "sha256": entry.sha256, "answer": given.get(entry.id, "")}
                    | {"answered_at": STARTS_AT if entry.id in given else None}
                    for entry in shown
                ]
            }
        )

    async def _everybody(self, _: web.Request) -> web.Response:
        first = consents().asked("applicant", "mediation")[:2]
        items = [msgspec.to_builtins(entry) | {"item": entry.id, "sha256": entry.sha256} for entry in first]
        answer = {"act": "given", "at": STARTS_AT, "by_staff": True, "note": "电话确认", "current": True}
        people = [
            {
                "participant": person.id,
                "name": person.name,
                "role": person.role,
                "answers": [
                    answer | {name: items[0][name] for name in ("item", "title", "kind", "version", "sha256")}
                ],
                "missing": [items[1]["item"]],
            }
            for person in PEOPLE[2:4]
        ]
        return web.json_response({"people": people, "items": items})

    async def _ice(self, _: web.Request) -> web.Response:
        return web.json_response({"ice_servers": [], "ttl_s": 3600})

    async def _texts(self, _: web.Request) -> web.Response:
        return web.json_response({"texts": [msgspec.structs.asdict(text) for text in texts().values()]})

    async def _forms(self, _: web.Request) -> web.Response:
        return web.json_response(msgspec.to_builtins(complete(forms(), texts())))

    async def _me(self, _: web.Request) -> web.Response:
        if not self.staff:
            return _refusal(401, "not_logged_in")
        return web.json_response({"name": MEDIATOR.name, "role": MEDIATOR.role, "csrf": "c", "may": self.may})

    async def _hearings(self, _: web.Request) -> web.Response:
        return web.json_response({"hearings": [_booking(state) for state in ("booked", "open", "closed")]})

    async def _hearing(self, _: web.Request) -> web.Response:
        return web.json_response(_booking("open"))

    async def _links(self, _: web.Request) -> web.Response:
        ends = STARTS_AT + 86_400_000
        links = [
            {
                "participant": person.id,
                "name": person.name,
                "role": person.role,
                "url": f"{self.url}/p/open",
                "expires_at": ends,
                "revoked": False,
                "code": CODE,
            }
            for person in PEOPLE[2:]
        ]
        return web.json_response({"links": links, "join": f"{self.url}/join"})

    async def _enter(self, _: web.Request) -> web.Response:
        return web.json_response({"ticket": f"{self.scene}-{self.seat}"})

    async def _documents(self, _: web.Request) -> web.Response:
        made = {
            "document": "d_1",
            "kind": "minutes",
            "name": "调解笔录.pdf",
            "bytes": 184_320,
            "sha256": "0" * 64,
            "url": "/api/sittings/s_1/documents/d_1",
        }
        return web.json_response({"documents": [made]})

    async def _evaluation(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            return web.json_response({"at": 0, **await request.json()}, status=201)
        return web.json_response({"open": True, "given": None})

    async def _unknown(self, request: web.Request) -> web.Response:
        answer = self.answers.get(request.path, "not_found")
        return _refusal(404, answer) if isinstance(answer, str) else web.json_response(answer)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._hear(socket, json.loads(message.data))
        if socket in self.sockets:
            self.sockets.remove(socket)
        return socket

    async def _hear(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        if frame["kind"] == "hello":
            self.hellos.append(frame)
            for told in _play(frame):
                await socket.send_str(p.encode(told))
        elif frame["kind"] == "ping":
            await socket.send_str(p.encode(p.Pong()))
        elif frame["kind"] == "wish":
            self.wishes.append(frame["command"])
            await socket.send_str(p.encode(p.Done(id=frame["id"])))


def _play(hello: dict[str, Any]) -> list[p.Down]:
    """What a browser is told after its hello; offers are never answered, there is no media here."""
    ticket = hello["ticket"]
    scene = ticket.split("-")[0]
    if scene == "occupied" and not hello["takeover"]:
        return [p.Occupied()]
    me = _person(ticket)
    now = int(time.time() * 1000)
    people = CROWD if scene == "crowd" else PEOPLE
    facts = [
        prepared("rehearsal" in ticket, people, "mediation" if scene in STAGED else ""),
        *SCENES.get(scene, SCENES["open"])(),
    ]
    if scene == "dense":
        facts = [dense_scene.first(), *dense_scene.dense()]
    welcome = p.Welcome(
        protocol=p.VERSION,
        participant=me.id,
        role=me.role,
        name=me.name,
        sitting="s_1",
        epoch=1,
        live=False,
        seq=len(facts),
        now=now,
    )
    told: list[p.Down] = [
        p.Told(seq=seq, at=now - 250_000 + seq * 2_000, media_time=None, actor="system", event=fact)
        for seq, fact in enumerate(facts, start=1)
        if seq > hello["since"]
    ]
    speaking = [] if scene == "lobby" else [RESPONDENT.id]
    return [
        welcome,
        *told,
        p.CaughtUp(seq=len(facts)),
        p.Speaking(participants=speaking, dominant="".join(speaking)),
    ]


def _person(ticket: str) -> Participant:
    return {"observer": OBSERVER, "mediator": MEDIATOR, "clerk": CLERK}.get(ticket.split("-")[-1], APPLICANT)


def _booking(state: str, rehearsal: bool = False) -> dict[str, Any]:
    return {
        "id": f"h_{state}",
        "kind": "mediation",
        "title": TITLE,
        "case_number": "苏劳调〔2026〕118号",
        "starts_at": STARTS_AT,
        "state": state,
        "organisation": ORGANISATION,
        "rehearsal": rehearsal,
        "sitting": "s_1",
        "participants": [msgspec.to_builtins(person) for person in PEOPLE],
    }


def _refusal(status: int, word: str) -> web.Response:
    return web.json_response({"error": {"word": word, "text": word}}, status=status)


async def _headers(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


@asynccontextmanager
async def page_server(staff: bool = False) -> AsyncIterator[PageServer]:
    """A running server on a free port of 127.0.0.1, which browsers take for a secure place."""
    with tempfile.TemporaryDirectory() as folder:
        async with _running(PageServer(await _copied(Path(folder)), staff)) as server:
            yield server


async def _copied(folder: Path) -> Path:
    """A whole copy of the built pages: whoever builds while a test runs must not change them."""
    for attempt in range(20):
        pages = folder / str(attempt)
        try:
            shutil.copytree(DIST, pages)
            if all(_whole(pages, name) for name in ("party.html", "desk.html")):
                return pages
        except (FileNotFoundError, shutil.Error):
            pass  # a build is emptying the folder just now
        await asyncio.sleep(0.5)
    raise RuntimeError("the web client is not built: npm --prefix web_client run build")


def _whole(pages: Path, name: str) -> bool:
    text = (pages / name).read_text(encoding="utf-8")
    named = re.findall(r"/(assets/[^\"]+)", text)
    return "</html>" in text and all((pages / asset).exists() for asset in named)


@asynccontextmanager
async def _running(server: PageServer) -> AsyncIterator[PageServer]:
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{port}"
    try:
        yield server
    finally:
        await server.hang_up()
        await runner.cleanup()
