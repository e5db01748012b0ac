"""H.264 from Chromium to Chromium, into a recording that is whole, and from there onto a page again."""

import asyncio
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from recordings.finish import finish
from recordings.recorder import Recorder
from recordings.verify import verify
from tests.media.test_chromium import browser, numbers, person, pytestmark
from tests.support.callers import running, table

__all__ = ["browser", "pytestmark"]

PLAY = """async () => {
  const video = document.createElement("video");
  const file = await (await fetch("https://hearing.test/recording.mkv")).blob();
  video.muted = true; video.src = URL.createObjectURL(file);
  document.body.append(video);
  await new Promise((done, failed) => {
    video.onloadeddata = done; video.onerror = () => failed(video.error.message);
  });
  video.currentTime = video.duration / 2;
  await new Promise(done => video.onseeked = done);
  const from = video.currentTime;
  await video.play();
  await new Promise(done => setTimeout(done, 1000));
  return {moved: video.currentTime - from, width: video.videoWidth, duration: video.duration};
}"""


async def replayed(page: Page, file: Path) -> dict[str, Any]:
    """What a page finds when it plays a file from its middle."""
    await page.route(
        "https://hearing.test/recording.mkv",
        lambda route: route.fulfill(path=file, content_type="video/x-matroska"),
    )
    found: dict[str, Any] = await page.evaluate(PLAY)
    return found


async def test_h264_is_seen_recorded_and_replayed(browser: Browser, tmp_path: Path) -> None:
    async with running(Recorder) as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben"], anna_camera=["ben"]))
        anna, ben = await person(browser, worker, "anna"), await person(browser, worker, "ben")
        await anna.evaluate("window.only = 'video/H264'")
        await anna.evaluate("publish(0)")
        await ben.evaluate("subscribe()")
        await worker.begin_recording("r", int(time.time() * 1000), str(tmp_path))
        video: dict[str, Any] = {}
        async with asyncio.timeout(40):
            while video.get("framesDecoded", 0) < 60:
                await asyncio.sleep(0.2)
                video = await numbers(ben, "sub", "inbound-rtp video")
        codecs = {e["source"]: e["codec"] for e in events if e["type"] == "track_started"}
        assert codecs == {"microphone": "opus", "camera": "h264"}
        await anna.close()
        await worker.end_recording("r")
        told = [event for event in events if event["type"] == "segment"]
        manifest = await asyncio.to_thread(finish, tmp_path)
        assert await asyncio.to_thread(verify, tmp_path, told) == []
        (camera,) = [track for track in manifest["tracks"] if track["source"] == "camera"]
        longest = max(camera["files"], key=lambda file: int(file["duration_ms"]))
        assert longest["file"].endswith(".mkv")
        found = await replayed(ben, tmp_path / longest["file"])
        frames = {key: video[key] for key in ("framesDecoded", "freezeCount", "frameWidth")}
        print({**frames, "files": len(camera["files"]), "replay": found})
        assert found["moved"] > 0.3 and found["width"] > 0
