"""A hearing in H.264 that somebody joins who decodes VP8 only: everybody changes, and so does the record."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image
from playwright.async_api import Page, Playwright, async_playwright, expect

from room_server.rehearsal.actor import Mishap
from room_server.rehearsal.desk import Desk
from room_server.rehearsal.script import load
from room_server.rehearsal.venue import Venue
from tests.journeys.test_browser import COLOURS, SPEECH, WAIT, advancing, come_in, sign_in
from tests.journeys.test_firefox import come_in as come_in_by_firefox
from tests.journeys.test_firefox import own_address, watching
from tests.support.browser import SHOTS, person, shoot
from tests.support.desk_stages import open_for_all
from tests.support.firefox import FIREFOX, firefox

pytestmark = [pytest.mark.browser, pytest.mark.journey]
UNFIT = "本设备不支持对方的视频格式"
UNSEEN = "本系统不接收此浏览器的视频格式"


def lacking(codec: str) -> str:
    """A script that makes a page one of a browser that knows no such codec."""
    return f"""
for (const kind of [RTCRtpReceiver, RTCRtpSender]) {{
  const all = kind.getCapabilities.bind(kind)
  kind.getCapabilities = (medium) => {{
    const {{ codecs, ...more }} = all(medium)
    return {{ ...more, codecs: codecs.filter((codec) => codec.mimeType !== 'video/{codec}') }}
  }}
}}
"""


@dataclass
class Hearing:
    """A hearing booked with H.264, in which the mediator and the applicant see each other."""

    office: Desk
    venue: Venue
    sitting: str
    desk: Page
    applicant: Page
    way: str
    """The newcomer's link."""

    async def cameras(self) -> list[tuple[str, str]]:
        """Whose camera began in which codec, in the order of the journal."""
        told = [
            entry["body"]
            for entry in await self.office.journal(self.sitting)
            if entry["type"] == "TrackStarted"
        ]
        return [(body["participant"], body["codec"]) for body in told if body["source"] == "camera"]

    async def at(self, kind: str, **about: str) -> list[int]:
        """When facts of this kind about somebody stood in the journal, Unix ms."""
        entries = await self.office.journal(self.sitting)
        return [e["at"] for e in entries if e["type"] == kind and about.items() <= e["body"].items()]


@asynccontextmanager
async def in_h264(
    playwright: Playwright, folder: Path, settings: dict[str, str] | None = None, applicant_lacks: str = ""
) -> AsyncIterator[Hearing]:
    """Book it, seat both, and see that it is H.264 that they see."""
    script = load("settlement")
    async with (
        Venue(folder / "var", folder / "server.log", settings=settings) as venue,
        Desk(venue.url, False, "h264") as office,
        person(playwright, folder, "mediator", SPEECH["mediator"], 2.0, COLOURS["mediator"], False) as desk,
        person(
            playwright, folder, "applicant", SPEECH["applicant"], 4.0, COLOURS["applicant"], True
        ) as applicant,
    ):
        await office.login(venue.name, venue.password)
        hearing = await office.book(script, "H264-1", int(time.time() * 1000))
        tokens = await office.tickets(hearing, script)
        ways = {key: f"{venue.url}/p/{token}" for key, token in tokens.items()}
        await sign_in(desk, venue)
        await desk.goto(f"{venue.url}/desk/hearings/{hearing['id']}/room")
        if applicant_lacks:
            await applicant.add_init_script(lacking(applicant_lacks))
        await come_in(applicant, ways["applicant"], "h264-applicant")
        await desk.get_by_role("button", name="准入").first.click(timeout=WAIT)
        await open_for_all(desk)
        for page in (desk, applicant):
            await advancing(page, 1)
        sitting = (await desk.evaluate(f"fetch('/api/hearings/{hearing['id']}').then(r => r.json())"))[
            "sitting"
        ]
        found = Hearing(office, venue, sitting, desk, applicant, ways["respondent"])
        assert {codec for _, codec in await found.cameras()} == {"h264"}
        await asyncio.sleep(5)
        try:
            yield found
        finally:
            await applicant.close()


async def admitted(hearing: Hearing) -> None:
    """The mediator lets the newcomer in."""
    await hearing.desk.get_by_role("button", name="准入").first.click(timeout=WAIT)


async def changed(hearing: Hearing, sees: Callable[[], Awaitable[Any]]) -> None:
    """Everybody sees everybody in VP8; tell how long it took."""
    admitted_at = time.monotonic()
    await asyncio.gather(advancing(hearing.desk, 2), sees())
    print({"all_see_all_s": round(time.monotonic() - admitted_at, 1)})
    cameras = await hearing.cameras()
    first = dict(reversed(cameras))
    last = dict(cameras)
    assert sorted(first.values()) == ["h264", "h264", "vp8"] and set(last.values()) == {"vp8"}
    for who in [who for who, codec in first.items() if codec == "h264"]:
        for source in ("camera", "microphone"):
            began = await hearing.at("TrackStarted", participant=who, source=source)
            ended = await hearing.at("TrackEnded", participant=who, source=source)
            print({"who": who, "source": source, "started": [at - began[0] for at in began], "ended": ended})


async def closed(hearing: Hearing) -> dict[str, Any]:
    """Close the sitting and wait for the recording's manifest."""
    await hearing.desk.wait_for_timeout(6000)
    await hearing.desk.get_by_role("button", name="闭庭").click()
    await hearing.desk.get_by_role("alertdialog").get_by_role("button", name="确定闭庭").click()
    await expect(hearing.desk.get_by_role("link", name="回放").first).to_be_visible(timeout=60_000)
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(Mishap):
                return await hearing.office.recording(hearing.sitting)
            await asyncio.sleep(0.5)


def pictures(file: Path, shot: str) -> int:
    """How many pictures of a recorded file can be decoded; one of them is kept when shots are asked for."""
    count = 0
    with av.open(str(file)) as container:
        for frame in container.decode(video=0):
            count += 1
            if SHOTS and count == 30:
                Image.fromarray(frame.to_ndarray(format="rgb24")).save(Path(SHOTS) / f"{shot}.png")
    return count


async def recorded(hearing: Hearing, folder: Path) -> None:
    """Both who changed have files in both codecs, whose pictures are decoded, and a short gap between."""
    manifest = await closed(hearing)
    cameras = [track for track in manifest["tracks"] if track["source"] == "camera"]
    both = [
        track for track in cameras if {Path(f["file"]).suffix for f in track["files"]} == {".mkv", ".webm"}
    ]
    assert len(both) == 2
    for track in both:
        spans = [(f["file"], f["start_ms"], f["start_ms"] + f["duration_ms"]) for f in track["files"]]
        print({"spans": spans, "gaps": track["gaps"]})
        for file in track["files"]:
            path = folder / "var" / "recordings" / hearing.sitting / file["file"]
            found = await asyncio.to_thread(pictures, path, f"codec-{file['file']}")
            assert found > file["duration_ms"] / 1000 * 3
        change = next(b[1] - a[2] for a, b in pairwise(spans) if b[0].endswith(".webm"))
        assert change < 10_000


async def replayed(hearing: Hearing) -> None:
    """The replay shows pictures of both who changed, before the change and after it."""
    await hearing.desk.get_by_role("link", name="回放").first.click()
    await hearing.desk.get_by_role("button", name="播放", exact=True).first.click(timeout=WAIT)
    script = (
        "[...document.querySelectorAll('video')].map(e => [e.src.split('?')[0], e.currentTime, e.videoWidth])"
    )
    seen: dict[str, float] = {}
    async with asyncio.timeout(90):
        while sum(end in src for src, moved in seen.items() if moved > 1 for end in (".mkv", ".webm")) < 4:
            await hearing.desk.wait_for_timeout(500)
            for src, now, width in await hearing.desk.evaluate(script):
                if width:
                    seen[src] = max(seen.get(src, 0.0), now)
    await shoot(hearing.desk, "codec-replay")


async def test_a_browser_without_h264_joins_and_everybody_changes(tmp_path: Path) -> None:
    async with (
        async_playwright() as playwright,
        in_h264(playwright, tmp_path) as hearing,
        person(
            playwright, tmp_path, "respondent", SPEECH["respondent"], 4.0, COLOURS["respondent"], True
        ) as newcomer,
    ):
        await newcomer.add_init_script(lacking("H264"))
        await come_in(newcomer, hearing.way, "vp8-respondent")
        await admitted(hearing)
        await changed(hearing, lambda: advancing(newcomer, 2))
        await shoot(hearing.desk, "codec-desk")
        await shoot(newcomer, "codec-newcomer")
        await recorded(hearing, tmp_path)
        await replayed(hearing)


@pytest.mark.skipif(FIREFOX is None, reason="Firefox is not installed")
async def test_firefox_joins_and_everybody_changes(tmp_path: Path) -> None:
    address = own_address()
    if not address:
        pytest.skip("no network interface but loopback, over which Firefox makes no connections")
    async with (
        async_playwright() as playwright,
        in_h264(playwright, tmp_path, {"HETING_MEDIA_ADDRESSES": address}) as hearing,
        firefox(tmp_path) as newcomer,
    ):
        await come_in_by_firefox(newcomer, hearing.way)
        await admitted(hearing)
        await changed(hearing, lambda: watching(newcomer))


async def test_who_has_no_codec_in_common_is_told_and_hears_all_the_same(tmp_path: Path) -> None:
    async with (
        async_playwright() as playwright,
        in_h264(playwright, tmp_path, applicant_lacks="VP8") as hearing,
        person(
            playwright, tmp_path, "respondent", SPEECH["respondent"], 4.0, COLOURS["respondent"], True
        ) as newcomer,
    ):
        await newcomer.add_init_script(lacking("H264"))
        await come_in(newcomer, hearing.way, "vp8-respondent")
        await admitted(hearing)
        # The mediator decodes both, and sees both. It is one party against one: nobody is asked to change.
        await advancing(hearing.desk, 2)
        for page in (hearing.applicant, newcomer):
            await expect(page.get_by_text(UNFIT).first).to_be_visible(timeout=WAIT)
            await hears(page, 2)
        await advancing(hearing.applicant, 1)
        await shoot(newcomer, "codec-unfit")


async def test_whose_picture_the_server_does_not_take_is_told_and_heard(tmp_path: Path) -> None:
    async with (
        async_playwright() as playwright,
        in_h264(playwright, tmp_path, {"HETING_MEDIA_CODECS": "h264"}) as hearing,
        person(
            playwright, tmp_path, "respondent", SPEECH["respondent"], 4.0, COLOURS["respondent"], True
        ) as newcomer,
    ):
        await newcomer.add_init_script(lacking("H264"))
        await come_in(newcomer, hearing.way, "vp8-respondent")
        await admitted(hearing)
        await expect(newcomer.get_by_text(UNSEEN).first).to_be_visible(timeout=WAIT)
        for page in (hearing.desk, newcomer):
            await hears(page, 2)
        assert {codec for _, codec in await hearing.cameras()} == {"h264"}
        await shoot(newcomer, "codec-untaken")


async def hears(page: Page, others: int) -> None:
    """Sound of so many others comes in."""
    script = "[...document.querySelectorAll('[data-participant]')].map(e => +e.dataset.packets)"
    before: list[int] = await page.evaluate(script)
    async with asyncio.timeout(WAIT / 1000):
        while True:
            await page.wait_for_timeout(500)
            after: list[int] = await page.evaluate(script)
            if sum(b > a + 20 for a, b in zip(before, after, strict=False)) >= others:
                return
