"""Debian's Firefox with a made-up camera and microphone, driven by WebDriver BiDi over one WebSocket."""

import asyncio
import contextlib
import itertools
import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, ClientWSTimeout

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
PREFERENCES: dict[str, bool | int | str] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.gmp-manager.updateEnabled": False,
    "intl.accept_languages": "zh-CN",
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
_LISTENING = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")


class FirefoxError(Exception):
    """The browser refused a command, or a script in the page failed."""


class FirefoxPage:
    """One page; scripts run in it, buttons are pressed by their text."""

    def __init__(self, line: ClientWebSocketResponse) -> None:
        self._line, self._count, self._context = line, itertools.count(1), ""

    async def start(self) -> None:
        """Begin the session and take the first tab."""
        await self.call("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        found = await self.call("browsingContext.getTree", maxDepth=0)
        self._context = found["contexts"][0]["context"]

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of WebDriver BiDi, answered."""
        number = next(self._count)
        await self._line.send_str(json.dumps({"id": number, "method": method, "params": parameters}))
        async with asyncio.timeout(60):
            while True:
                told: dict[str, Any] = await self._line.receive_json()
                if told.get("id") == number:
                    break
        if told["type"] != "success":
            raise FirefoxError(f"{told.get('error')}: {told.get('message')}")
        result: dict[str, Any] = told["result"]
        return result

    async def goto(self, url: str) -> None:
        """Open an address and wait until it is loaded."""
        await self.call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression (or of what it promises), by way of JSON."""
        result = await self.call(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then(JSON.stringify)",
            target={"context": self._context},
            awaitPromise=True,
        )
        if result["type"] != "success":
            raise FirefoxError(result["exceptionDetails"]["text"])
        value = result["result"].get("value")
        return json.loads(value) if value is not None else None

    async def press(self, text: str, seconds: float = 30.0) -> None:
        """Press the first button with this text in it as soon as it is there and may be pressed."""
        script = f"""(() => {{
            const found = [...document.querySelectorAll('button')].find(
                one => one.textContent.includes({json.dumps(text)}) && !one.disabled && one.offsetParent)
            found?.click()
            return Boolean(found)
        }})()"""
        await self.until(script, f"a button {text}", seconds)

    async def see(self, text: str, seconds: float = 30.0) -> None:
        """Wait until the page shows this text."""
        await self.until(f"document.body.innerText.includes({json.dumps(text)})", f"the text {text}", seconds)

    async def until(self, script: str, what: str, seconds: float) -> None:
        """Wait until a script says yes."""
        try:
            async with asyncio.timeout(seconds):
                while not await self.evaluate(script):
                    await asyncio.sleep(0.2)
        except TimeoutError:
            shown = await self.evaluate("document.body.innerText")
            raise FirefoxError(f"{what} did not come; the page shows: {shown}") from None


@asynccontextmanager
async def firefox(folder: Path) -> AsyncIterator[FirefoxPage]:
    """A browser of its own with a fresh profile; certificates of private authorities are accepted."""
    assert FIREFOX is not None
    profile = folder / "firefox"
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines))
    process = await asyncio.create_subprocess_exec(
        *(FIREFOX, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"),
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )
    assert process.stderr is not None
    reading = None
    try:
        async with asyncio.timeout(60):
            while not (found := _LISTENING.search(await process.stderr.readline())):
                assert process.returncode is None, "Firefox ended at once"
        # Nobody else reads what it complains about: a full pipe would stop it.
        reading = asyncio.create_task(process.stderr.read())
        async with (
            ClientSession() as session,
            session.ws_connect(
                found[1].decode() + "/session", max_msg_size=0, timeout=ClientWSTimeout(ws_close=1)
            ) as line,
        ):
            page = FirefoxPage(line)
            await page.start()
            yield page
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()
        if reading is not None:
            await reading
