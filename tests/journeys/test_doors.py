"""Devices without a page of ours: GStreamer's encoder comes in by WHIP, a player receives by WHEP."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from media.visitor import Visitor
from recordings.webm import Unreadable, WebmFrames
from room_server.rehearsal.desk import Desk
from room_server.rehearsal.venue import Venue
from tests.support.courthouse import ONE_WORKER, book, serve_again
from tests.support.guest import Guest
from tests.support.opening import open_for_all

pytestmark = [pytest.mark.journey, pytest.mark.untimed]

ENCODER = Path(__file__).parents[1] / "support" / "whip_encoder.py"
PYTHON = "/usr/bin/python3"
NEEDED = ("webrtcbin", "nicesrc", "opusenc")
OF_CODEC = {"vp8": ("vp8enc", "rtpvp8pay"), "h264": ("openh264enc", "h264parse", "rtph264pay")}


def missing(codec: str) -> str:
    """What of GStreamer is not installed here."""
    try:
        for element in (*NEEDED, *OF_CODEC[codec]):
            if subprocess.run(["gst-inspect-1.0", element], capture_output=True, check=False).returncode:
                return f"GStreamer has no {element}"
    except FileNotFoundError:
        return "GStreamer is not installed (gstreamer1.0-tools)"
    probe = "import gi; gi.require_version('GstWebRTC', '1.0')"
    if subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode:
        return "python3-gi with GstWebRTC is not installed"
    return ""


@asynccontextmanager
async def encoder(url: str, hearing: str, ticket: str, codec: str = "vp8") -> AsyncIterator[Process]:
    """GStreamer, publishing as the ticket's person."""
    command = (PYTHON, str(ENCODER), f"{url}/whip/{hearing}", ticket, codec)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def heard_from(process: Process, word: str) -> str:
    """Read what the encoder says until it says this."""
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while True:
            line = (await process.stdout.readline()).decode().strip()
            assert line, "the encoder ended"
            if line.startswith(word):
                return line


async def play(url: str, hearing: str, ticket: str, visitor: Visitor) -> str:
    """Receive by WHEP; the address of the resource."""
    made = ""

    async def exchange(plane: str, sdp: str) -> str:
        nonlocal made
        assert plane == "subscribe"
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as session:
            headers = {"Authorization": f"Bearer {ticket}", "Content-Type": "application/sdp"}
            while True:
                async with session.post(f"{url}/whep/{hearing}", data=sdp, headers=headers) as answer:
                    text = await answer.text()
                    if answer.status != 409:
                        assert answer.status == 201, text
                        made = answer.headers["Location"]
                        return text
                await asyncio.sleep(0.3)

    await visitor.subscribe(exchange)
    return made


def pictures(folder: Path, pattern: str) -> tuple[str, bool]:
    """The codec of a recording in the making, and whether a second of pictures is in it."""
    for path in folder.rglob(pattern):
        with contextlib.suppress(Unreadable):
            frames = WebmFrames(path)
            return frames.codec, len(list(frames)) > 15
    return "", False


def told(guest: Guest, kind: str, who: str) -> list[dict[str, Any]]:
    """The facts of a kind about one person."""
    return [event for event in guest.told(kind) if event["participant"] == who]


@pytest.mark.parametrize("codec", ["vp8", "h264"])
async def test_gstreamer_publishes_and_a_player_sees_it(tmp_path: Path, codec: str) -> None:
    if reason := missing(codec):
        pytest.skip(reason)
    async with (
        Venue(tmp_path / "var", tmp_path / "server.log") as venue,
        Desk(venue.url, False) as desk,
        Visitor(loopback=True, audio_slots=1, video_slots=1, decode="1") as player,
    ):
        booked = await book(desk, venue)
        hearing, tickets = booked["booking"]["id"], booked["tickets"]
        sender, receiver = (person["id"] for person in booked["booking"]["participants"][1:3])
        async with (
            Guest(venue.url, tickets[0], "journey-0") as mediator,
            encoder(venue.url, hearing, tickets[1], codec) as process,
        ):
            await heard_from(process, "waiting")
            await mediator.until(lambda: bool(told(mediator, "Knocked", sender)))
            assert mediator.seen(sender) == 0
            assert (await mediator.wish("Admit", participant=sender))["kind"] == "done"
            await heard_from(process, "connected")
            opened = time.monotonic()
            await open_for_all(mediator)
            await mediator.until(lambda: mediator.heard(sender) > 50 and mediator.met(sender, opened))

            playing = asyncio.create_task(play(venue.url, hearing, tickets[2], player))
            await mediator.until(lambda: bool(told(mediator, "Knocked", receiver)))
            assert (await mediator.wish("Admit", participant=receiver))["kind"] == "done"
            assert (await asyncio.wait_for(playing, 20)).startswith(f"/whep/{hearing}/")
            await mediator.until(lambda: player.pictures > 30)

            codecs = {e["source"]: e["codec"] for e in told(mediator, "TrackStarted", sender)}
            assert codecs == {"camera": codec, "microphone": "opus"}
            suffix = ".mkv" if codec == "h264" else ".webm"
            await mediator.until(lambda: pictures(tmp_path, f"{sender}.camera.*{suffix}") == (codec, True))

            assert process.stdin is not None
            process.stdin.close()
            assert await heard_from(process, "ended") == "ended 200"
            await mediator.until(lambda: bool(told(mediator, "Left", sender)), 5)
            assert told(mediator, "Left", sender)[0]["cause"] == "left"
            devices = {event["device"].partition("-")[0] for event in mediator.told("Joined")}
            assert {"whip", "whep"} <= devices


async def test_gstreamer_is_seen_on_over_a_restart_of_the_server_and_ends_as_it_began(tmp_path: Path) -> None:
    if reason := missing("vp8"):
        pytest.skip(reason)
    data = tmp_path / "var"
    async with Venue(data, tmp_path / "server.log", ONE_WORKER) as venue, Desk(venue.url, False) as desk:
        booked = await book(desk, venue)
        hearing, tickets = booked["booking"]["id"], booked["tickets"]
        sender = booked["booking"]["participants"][1]["id"]
        async with (
            Guest(venue.url, tickets[0], "journey-0") as mediator,
            encoder(venue.url, hearing, tickets[1]) as process,
        ):
            await mediator.until(lambda: bool(told(mediator, "Knocked", sender)))
            assert (await mediator.wish("Admit", participant=sender))["kind"] == "done"
            await heard_from(process, "connected")
            await open_for_all(mediator)
            await mediator.until(lambda: mediator.seen(sender) > 30)
            os.kill(venue.pid, signal.SIGKILL)
            again = await serve_again(data, venue.url, tmp_path / "again.log")
            try:
                await mediator.again(30)
                await mediator.until(lambda: bool(mediator.told("ControlRestarted")))
                seen = mediator.seen(sender)
                await mediator.until(lambda: mediator.seen(sender) > seen + 30)
                assert len(told(mediator, "Joined", sender)) == 1 and not told(mediator, "Left", sender)
                assert process.stdin is not None
                process.stdin.close()
                assert await heard_from(process, "ended") == "ended 200"
                await mediator.until(lambda: bool(told(mediator, "Left", sender)), 5)
                assert told(mediator, "Left", sender)[0]["cause"] == "left"
            finally:
                again.kill()
                await again.wait()
