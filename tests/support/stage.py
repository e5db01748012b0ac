"""A stage: the smallest server a rehearsal can be played on, with real rules and real media in one process.

Everything outside the room (recordings, minutes, case file) is made up, and harm can be done on cue.
"""

import contextlib
import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from media.worker import MediaWorker
from room_server.rehearsal.measure.coverage import wanted_spans
from room_server.rehearsal.script import Script
from room_server.rules import events as e
from room_server.rules import protocol as p
from room_server.rules.decisions import Refused, decide
from room_server.rules.hearing import routes
from room_server.rules.people import Participant, Role
from room_server.rules.procedures import procedure_for
from room_server.rules.room import Room, evolve

SITTING = "s_1"


class Stage:
    """`async with Stage(script) as stage`: plays server at `stage.url`."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.room = Room()
        self.journal: list[dict[str, Any]] = []
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self.people: dict[str, str] = {}
        self.on: dict[str, Callable[[], Any]] = {}
        """Event type → harm to do when it happens."""
        self.refuse: set[str] = set()
        self.deaf: set[str] = set()
        """Participants' keys to whom nothing is forwarded."""
        self.indiscreet = False
        """Whether a caucus is heard by everybody."""
        self.papers = True
        self.directors: list[Any] = []
        """Who plays here, for harm done to their people."""
        self._media = MediaWorker(lambda event: None, {"addresses": ["127.0.0.1"], "bind": "127.0.0.1"})
        self._server = TestServer(self._app(), host="127.0.0.1")

    async def __aenter__(self) -> "Stage":
        await self._media.start()
        await self._media.open_room(SITTING, 1)
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()
        await self._media.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    async def stop(self) -> None:
        """The server dies."""
        for socket in list(self.sockets.values()):
            await socket.close(code=1011)

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api/login", self._login)
        app.router.add_post("/api/hearings", self._book)
        app.router.add_get("/api/hearings/h_1/links", self._links)
        app.router.add_post("/api/hearings/h_1/enter", self._enter)
        app.router.add_get("/api/sittings/s_1/journal", self._entries)
        app.router.add_get("/api/sittings/s_1/minutes", self._minutes)
        app.router.add_get("/api/sittings/s_1/recording", self._recording)
        app.router.add_get("/api/sittings/s_1/casefile", self._casefile)
        app.router.add_get("/api/ticket/consents", self._consents)
        app.router.add_get("/ws", self._socket)
        return app

    async def _login(self, request: web.Request) -> web.Response:
        if (await request.json())["password"] != "right":
            return web.json_response(
                {"error": {"word": "wrong_password", "text": "wrong password"}}, status=401
            )
        return web.json_response({"name": "m", "role": "mediator", "csrf": "c"})

    async def _book(self, request: web.Request) -> web.Response:
        assert request.headers["X-CSRF"] == "c"
        wish = await request.json()
        assert wish["rehearsal"] is True
        seats = []
        for number, (person, row) in enumerate(zip(self.script.people, wish["participants"], strict=True)):
            self.people[person.key] = f"p_{number}"
            seats.append(
                Participant(id=f"p_{number}", name=row["name"], role=Role(row["role"]), side=row["side"])
            )
        self._take(
            e.SittingPrepared(
                sitting=SITTING,
                case_number=wish["case_number"],
                case_title=wish["title"],
                hearing="h_1",
                kind=wish["kind"],
                organisation="o",
                rehearsal=True,
                participants=seats,
                procedure=procedure_for(wish["kind"]) if self.script.staged() else "",
            )
        )
        return web.json_response({"id": "h_1", **wish})

    async def _links(self, request: web.Request) -> web.Response:
        parties = [person for person in self.script.people if person.role != "mediator"]
        links = [{"name": one.name, "url": f"{self.url}/p/{self.people[one.key]}"} for one in parties]
        return web.json_response({"links": links})

    async def _enter(self, request: web.Request) -> web.Response:
        return web.json_response({"ticket": self.people[self.script.chair()]})

    async def _consents(self, _: web.Request) -> web.Response:
        return web.json_response({"entries": []})

    async def _entries(self, request: web.Request) -> web.Response:
        return web.json_response({"entries": self.journal})

    async def _minutes(self, request: web.Request) -> web.Response:
        lines = [
            {"speaker": self.people[key], "text": text}
            for key, texts in self.script.spoken().items()
            for text in texts
        ]
        return web.json_response({"lines": lines})

    async def _recording(self, request: web.Request) -> web.Response:
        tracks = []
        for who in self.people.values():
            for source in ("microphone", "camera"):
                files = [
                    {"start_ms": start * 1000, "duration_ms": (end - start) * 1000, "fills": []}
                    for start, end in wanted_spans(self.journal, who, source)
                ]
                tracks.append({"track": f"{who}.{source}", "files": files, "gaps": []})
        return web.json_response({"tracks": tracks})

    async def _casefile(self, request: web.Request) -> web.Response:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("minutes.txt", "彩排")
        disposition = {"Content-Disposition": 'attachment; filename="case.zip"'}
        return web.Response(body=data.getvalue(), headers=disposition)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        participant = ""
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            frame = p.decode(message.data)
            if isinstance(frame, p.Hello):
                participant = frame.ticket
                self.sockets[participant] = socket
                self._take(e.Joined(participant=participant, device=frame.device))
                await self._welcome(socket, participant)
            elif isinstance(frame, p.Offer):
                plane = getattr(self._media, "share" if frame.plane == "screen" else frame.plane)
                answer = await plane(SITTING, participant, "device", frame.sdp)
                await socket.send_str(p.encode(p.Answer(id=frame.id, sdp=answer["sdp"])))
            elif isinstance(frame, p.Wish):
                await self._grant(socket, participant, frame)
        return socket

    async def _welcome(self, socket: web.WebSocketResponse, participant: str) -> None:
        person = self.room.people[participant].participant
        welcome = p.Welcome(
            protocol=p.VERSION,
            participant=participant,
            role=person.role,
            name=person.name,
            sitting=SITTING,
            epoch=1,
            live=False,
            seq=0,
            now=0,
        )
        await socket.send_str(p.encode(welcome))

    async def _grant(self, socket: web.WebSocketResponse, actor: str, frame: p.Wish) -> None:
        try:
            if type(frame.command).__name__ in self.refuse:
                raise Refused("not_allowed")
            events = decide(self.room, actor, frame.command)
        except Refused as refusal:
            await socket.send_str(p.encode(p.Refusal(id=frame.id, word=refusal.word, text="no")))
            return
        for event in events:
            self._take(event)
        await self._media.route(SITTING, self._routes())
        for event in events:
            await self._tell(event)
        await socket.send_str(p.encode(p.Done(id=frame.id)))

    def _routes(self) -> dict[str, Any]:
        table = routes(self.room, len(self.journal))
        deaf = {self.people[key] for key in self.deaf}
        for track, route in table["tracks"].items():
            everybody = [who for who in self.room.people if not track.startswith(f"{who}.")]
            listeners = everybody if self.indiscreet and self.room.opened else route["to"]
            route["to"] = [who for who in listeners if who not in deaf]
        return table

    def _take(self, event: e.Event) -> None:
        self.room = evolve(self.room, event)
        body = json.loads(msgspec.json.encode(event))
        kind = body.pop("type")
        entry = {"seq": len(self.journal) + 1, "at": int(time.time() * 1000), "type": kind, "body": body}
        self.journal.append(entry)
        if kind == "Closed" and self.papers:
            self.journal.append({**entry, "type": "DocumentMade", "body": {"kind": "casefile"}})

    async def _tell(self, event: e.Event) -> None:
        told = p.encode(p.Told(seq=len(self.journal), at=0, media_time=None, actor="system", event=event))
        for socket in list(self.sockets.values()):
            if not socket.closed:
                # Somebody who has just died must not keep the others from being told.
                with contextlib.suppress(ConnectionError):
                    await socket.send_str(told)
        if harm := self.on.get(type(event).__name__):
            await harm()
