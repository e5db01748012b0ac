"""The staff's desk over HTTP: books the rehearsal's hearing, hands out tickets, fetches what came of it."""

import asyncio
import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp

from .actor import Mishap
from .script import Script

NEARBY = frozenset({"localhost", "127.0.0.1", "::1"})
PIECE = 1 << 16


def is_nearby(url: str) -> bool:
    """Whether a server runs on this machine: its certificate need not be trusted, its media is loopback."""
    return urlsplit(url).hostname in NEARBY


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a ticket: `word` names the rule that refused, `json` is None of a picture."""

    status: int
    word: str
    json: Any


class Desk:
    """A staff session."""

    def __init__(self, url: str, trust: ssl.SSLContext | bool, video_codec: str = "") -> None:
        """`video_codec`: what its hearings want first; empty: as the server has it."""
        self.url = url.rstrip("/")
        self._video_codec = video_codec
        self._csrf = ""
        jar = aiohttp.CookieJar(unsafe=True)
        limit = aiohttp.ClientTimeout(total=120)
        connector = aiohttp.TCPConnector(ssl=trust)
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=jar, timeout=limit)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def login(self, name: str, password: str) -> None:
        """Log in as staff."""
        me = await self._json("POST", "/api/login", {"name": name, "password": password})
        self._csrf = me["csrf"]

    async def book(self, script: Script, number: str, starts_at: int) -> dict[str, Any]:
        """Book a hearing, marked as a rehearsal, for the script's people."""
        people = [{"name": p.name, "role": p.role, "side": p.side} for p in script.people]
        wish = {
            "case_number": number,
            "title": script.title,
            "kind": script.kind,
            "starts_at": starts_at,
            "rehearsal": True,
            "participants": people,
        }
        if self._video_codec:
            wish["video_codec"] = self._video_codec
        hearing: dict[str, Any] = await self._json("POST", "/api/hearings", wish)
        return hearing

    async def tickets(self, hearing: dict[str, Any], script: Script) -> dict[str, str]:
        """Per person of the script: the token that opens the door for them."""
        keys = {person.name: person.key for person in script.people}
        reply = await self._json("GET", f"/api/hearings/{hearing['id']}/links")
        tokens = {keys[link["name"]]: link["url"].rsplit("/p/", 1)[1] for link in reply["links"]}
        if script.chair() not in tokens:
            tokens[script.chair()] = await self.enter(hearing)
        return tokens

    async def enter(self, hearing: dict[str, Any]) -> str:
        """The token of one's own seat."""
        return str((await self._json("POST", f"/api/hearings/{hearing['id']}/enter"))["ticket"])

    async def answer_texts(self, token: str, stage: str = "") -> None:
        """Read and answer, as the holder of a ticket, what is asked on the way in or in a stage."""
        headers = {"Authorization": f"Ticket {token}"}
        at = f"{self.url}/api/ticket/consents"
        async with self._session.get(at, headers=headers) as reply:
            await self._check(reply)
            entries = (await reply.json())["entries"]
        here = {"lobby", stage} if stage else {"lobby"}
        due = [e for e in entries if e["answer"] == "" and (not e["asked"] or here & {*e["asked"]})]
        answers = [{"item": e["item"], "sha256": e["sha256"], "act": "given"} for e in due]
        if answers:
            async with self._session.post(at, json={"answers": answers}, headers=headers) as reply:
                await self._check(reply)

    async def ask(self, token: str, method: str, path: str, body: Any = None) -> Reply:
        """A request by a ticket; `body`: bytes as they are, else JSON. A refusal is an answer too."""
        sent: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
        headers = {"Authorization": f"Ticket {token}"}
        async with self._session.request(method, self.url + path, headers=headers, **sent) as reply:
            found = await reply.json() if reply.content_type == "application/json" else None
            word = str(found["error"]["word"]) if reply.status >= 400 and found else ""
            return Reply(reply.status, word, found)

    async def media_workers(self) -> list[dict[str, Any]]:
        """Every media worker as the server's health shows it: `name`, `state`, `rooms`, `port` …"""
        return list((await self._json("GET", "/health"))["parts"]["media"]["workers"])

    async def journal(self, sitting: str, since: int = 0) -> list[dict[str, Any]]:
        """The journal of a sitting."""
        reply = await self._json("GET", f"/api/sittings/{sitting}/journal?since={since}")
        return list(reply["entries"])

    async def minutes(self, sitting: str) -> list[dict[str, Any]]:
        """The lines of the minutes."""
        return list((await self._json("GET", f"/api/sittings/{sitting}/minutes"))["lines"])

    async def sound(self, sitting: str, line: str) -> bytes:
        """What was recorded of a line of the minutes, as WAV; empty when nothing was."""
        at = f"{self.url}/api/sittings/{sitting}/minutes/{line}/sound"
        async with self._session.get(at) as reply:
            if reply.status == 404:
                return b""
            await self._check(reply)
            return await reply.read()

    async def recording(self, sitting: str) -> dict[str, Any]:
        """The manifest of the recording."""
        manifest: dict[str, Any] = await self._json("GET", f"/api/sittings/{sitting}/recording")
        return manifest

    async def download(self, sitting: str, folder: Path) -> Path:
        """Fetch the case file into a folder."""
        async with self._session.get(f"{self.url}/api/sittings/{sitting}/casefile") as reply:
            await self._check(reply)
            disposition = reply.content_disposition
            name = Path(disposition.filename or "").name if disposition else ""
            path = folder / (name or f"{sitting}.zip")
            with path.open("wb") as file:
                async for piece in reply.content.iter_chunked(PIECE):
                    await asyncio.to_thread(file.write, piece)
        return path

    async def _json(self, method: str, path: str, wish: dict[str, Any] | None = None) -> Any:
        headers = {"X-CSRF": self._csrf} if self._csrf else {}
        async with self._session.request(method, self.url + path, json=wish, headers=headers) as reply:
            await self._check(reply)
            return await reply.json()

    async def _check(self, reply: aiohttp.ClientResponse) -> None:
        if reply.status < 400:
            return
        try:
            said = json.loads(await reply.text())["error"]["text"]
        except (ValueError, KeyError, TypeError):
            said = reply.reason
        raise Mishap(f"{reply.method} {reply.url.path}: {reply.status} {said}")
