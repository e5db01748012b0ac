"""Debian's Janus and its VideoRoom as a server under test, driven over its WebSocket API."""

import asyncio
import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import aiohttp

from .client import Client
from .cores import for_child

_PORT = 8188
_LIBRARIES = Path("/usr/lib")
_READY_WITHIN = 10.0
_ANSWER_WITHIN = 20.0


class JanusError(Exception):
    """Janus refused a request or did not answer."""


def installed() -> bool:
    """Whether Janus and its VideoRoom are here."""
    return shutil.which("janus") is not None and _modules("plugins", "videoroom") is not None


def _modules(kind: str, keep: str) -> tuple[Path, list[str]] | None:
    """The folder of Janus's plugins or transports, and all in it but the one wanted."""
    for folder in sorted(_LIBRARIES.glob(f"**/janus/{kind}")):
        names = sorted(path.name for path in folder.glob("*.so"))
        if f"libjanus_{keep}.so" in names:
            return folder, [name for name in names if name != f"libjanus_{keep}.so"]
    return None


def configuration(folder: Path, host: str) -> None:
    """Write into `folder` what Janus needs to run as nothing but a VideoRoom at `host`."""
    plugins, transports = _modules("plugins", "videoroom"), _modules("transports", "websockets")
    if plugins is None or transports is None:
        raise JanusError("Janus has no VideoRoom or no WebSocket transport")
    nothing = folder / "nothing"
    nothing.mkdir()
    (folder / "janus.jcfg").write_text(f"""
general: {{
  configs_folder = "{folder}"
  plugins_folder = "{plugins[0]}"
  transports_folder = "{transports[0]}"
  events_folder = "{nothing}"
  loggers_folder = "{nothing}"
  debug_level = 2
  session_timeout = 0
  interface = "{host}"
}}
media: {{ rtp_port_range = "20000-60000" }}
nat: {{ ice_lite = true, ice_enforce_list = "{host}", full_trickle = false, ignore_mdns = true }}
plugins: {{ disable = "{",".join(plugins[1])}" }}
transports: {{ disable = "{",".join(transports[1])}" }}
""")
    (folder / "janus.transport.websockets.jcfg").write_text(
        f'general: {{ ws = true, ws_port = {_PORT}, ws_ip = "{host}" }}\n'
    )


class Janus:
    """One Janus process; a participant is a publisher handle and one subscriber handle for all feeds."""

    name = "janus"

    def __init__(self, folder: Path, host: str, core: int | None) -> None:
        configuration(folder, host)
        self._host = host
        with for_child(core) as self.realtime, (folder / "janus.log").open("w") as log:
            self._process = subprocess.Popen(
                ["janus", "-F", str(folder)], stdout=log, stderr=subprocess.STDOUT, cwd=folder
            )
        self.pid = self._process.pid
        self._http: aiohttp.ClientSession | None = None
        self._waiting: dict[str, tuple[asyncio.Future[dict[str, Any]], bool]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._count = self._session = 0
        self._rooms: dict[str, int] = {}
        self._feeds: dict[tuple[str, str], int] = {}
        self._handles: dict[tuple[str, str], list[int]] = {}

    async def start(self) -> None:
        """Connect to its API; JanusError when it does not come up."""
        self._http = aiohttp.ClientSession()
        deadline = time.monotonic() + _READY_WITHIN
        while True:
            try:
                self._socket = await self._http.ws_connect(
                    f"ws://{self._host}:{_PORT}", protocols=("janus-protocol",), max_msg_size=0
                )
                break
            except aiohttp.ClientError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise JanusError("Janus did not start") from error
                await asyncio.sleep(0.1)
        self._tasks = [asyncio.create_task(self._read())]
        self._session = (await self._ask({"janus": "create"}))["data"]["id"]

    async def open_room(self, room: str, people: list[str]) -> None:
        """A room with the features a finished server has: audio level, NACK, RTX, transport-wide feedback."""
        number = self._rooms[room] = 1000 + len(self._rooms)
        for person in people:
            self._feeds[room, person] = len(self._feeds) + 1
        handle = await self._attach()
        wish = {
            "request": "create",
            "room": number,
            "publishers": 100,
            "bitrate": 0,
            "videocodec": "vp8",
            "audiocodec": "opus",
            "audiolevel_ext": True,
            "transport_wide_cc_ext": True,
            "playoutdelay_ext": False,
            "fir_freq": 0,
            "permanent": False,
        }
        await self._message(handle, wish, synchronous=True)

    async def publish(self, room: str, person: str, client: Client) -> None:
        """Connect a sender."""
        handle = await self._attach()
        self._handles.setdefault((room, person), []).append(handle)
        wish = {
            "request": "joinandconfigure",
            "ptype": "publisher",
            "room": self._rooms[room],
            "id": self._feeds[room, person],
        }
        told = await self._message(handle, wish, {"type": "offer", "sdp": client.publishing()})
        await client.connect(told["jsep"]["sdp"])

    async def subscribe(self, room: str, person: str, others: list[str], client: Client) -> None:
        """Connect a receiver of all the others, on one connection."""
        handle = await self._attach()
        self._handles.setdefault((room, person), []).append(handle)
        feeds = [{"feed": self._feeds[room, other]} for other in others]
        wish = {"request": "join", "ptype": "subscriber", "room": self._rooms[room], "streams": feeds}
        offer = (await self._message(handle, wish))["jsep"]["sdp"]
        jsep = {"type": "answer", "sdp": client.answering(offer)}
        started = asyncio.create_task(self._message(handle, {"request": "start"}, jsep))
        await client.connect(offer)
        await started

    async def leave(self, room: str, person: str) -> None:
        """A person hangs up."""
        for handle in self._handles.pop((room, person), []):
            await self._ask({"janus": "detach", "session_id": self._session, "handle_id": handle})

    async def stop(self) -> None:
        """End the process."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
        self._process.kill()
        self._process.wait()

    async def _attach(self) -> int:
        wish = {"janus": "attach", "session_id": self._session, "plugin": "janus.plugin.videoroom"}
        return int((await self._ask(wish))["data"]["id"])

    async def _message(
        self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None, synchronous: bool = False
    ) -> dict[str, Any]:
        wish = {"janus": "message", "session_id": self._session, "handle_id": handle, "body": body}
        return await self._ask({**wish, "jsep": jsep} if jsep else wish, event=not synchronous)

    async def _ask(self, wish: dict[str, Any], event: bool = False) -> dict[str, Any]:
        """One request; with `event` the answer is the event that follows its acknowledgement."""
        self._count += 1
        transaction = str(self._count)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[transaction] = (answer, event)
        await self._socket.send_json({**wish, "transaction": transaction})
        try:
            found = await asyncio.wait_for(answer, _ANSWER_WITHIN)
        finally:
            del self._waiting[transaction]
        if trouble := complaint(found):
            raise JanusError(trouble)
        return found

    async def _read(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            waiting = self._waiting.get(told.get("transaction", ""))
            if waiting is None or waiting[0].done():
                continue
            if not (waiting[1] and told["janus"] == "ack"):
                waiting[0].set_result(told)


def complaint(told: dict[str, Any]) -> str:
    """What Janus refused, in its words; empty when it did not."""
    if told.get("janus") == "error":
        return str(told.get("error", {}).get("reason", "unknown error"))
    return str(told.get("plugindata", {}).get("data", {}).get("error", ""))
