"""Chromium with a camera and a microphone of its own: a drawn person who moves, and sentences of the cast."""

import asyncio
import math
import os
import shlex
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.async_api import Browser, BrowserContext, Page, Playwright

from tests.support.guest import CLIPS

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
]
WIDTH, HEIGHT, FPS, SECONDS = 320, 240, 15, 4
SHOTS = os.environ.get("HETING_SCREENSHOTS")

Colours = tuple[tuple[int, int, int], tuple[int, int, int]]


def draw_person(path: Path, colours: Colours, large: bool = False) -> None:
    """A moving picture (MJPEG) of a person before a wall, who nods and speaks; `large`: doubled."""
    wall, coat = colours
    with path.open("wb") as file:
        for number in range(FPS * SECONDS):
            turn = 2 * math.pi * number / (FPS * SECONDS)
            picture = _frame(wall, coat, turn)
            (picture.resize((2 * WIDTH, 2 * HEIGHT)) if large else picture).save(file, "JPEG", quality=85)


def _frame(wall: tuple[int, int, int], coat: tuple[int, int, int], turn: float) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), wall)
    pen = ImageDraw.Draw(picture)
    light = tuple(min(255, c + 14) for c in wall)
    pen.rectangle((0, 0, WIDTH, 60), fill=light)
    x, y = 160 + 6 * math.sin(turn), 106 + 3 * math.sin(2 * turn)
    pen.ellipse((x - 84, y + 58, x + 84, y + 230), fill=coat)
    pen.rectangle((x - 16, y + 36, x + 16, y + 70), fill=(214, 172, 142))
    pen.ellipse((x - 42, y - 56, x + 42, y + 50), fill=(236, 196, 166))
    pen.pieslice((x - 46, y - 64, x + 46, y + 34), 180, 360, fill=(48, 40, 38))
    for side in (-16, 16):
        pen.ellipse((x + side - 4, y - 8, x + side + 4, y), fill=(40, 36, 34))
    opened = 2 + 4 * abs(math.sin(6 * turn))
    pen.ellipse((x - 11, y + 22 - opened / 2, x + 11, y + 22 + opened), fill=(168, 84, 80))
    return picture


async def speak(path: Path, clips: list[str], lead: float, gap: float = 1.8, tail: float = 4.0) -> None:
    """A WAV file of the cast's sentences with pauses; Chromium's fake microphone repeats it."""
    inputs = [part for clip in clips for part in ("-i", str(next(CLIPS.rglob(clip))))]
    pauses = [lead] + [gap] * (len(clips) - 1)
    steps = [
        f"[{n}:a]aresample=48000,aformat=channel_layouts=mono,adelay={int(pause * 1000)}[a{n}]"
        for n, pause in enumerate(pauses)
    ]
    joined = "".join(f"[a{n}]" for n in range(len(clips)))
    graph = ";".join([*steps, f"{joined}concat=n={len(clips)}:v=0:a=1,apad=pad_dur={tail}[o]"])
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-y",
        *inputs,
        "-filter_complex",
        graph,
        "-map",
        "[o]",
        "-ac",
        "1",
        str(path),
    ]
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0


@asynccontextmanager
async def person(
    playwright: Playwright,
    folder: Path,
    name: str,
    clips: list[str],
    lead: float,
    colours: Colours,
    phone: bool,
    flags: Sequence[str] = (),
    inside: Sequence[str] = (),
    large: bool = False,
) -> AsyncIterator[Page]:
    """A page in a browser whose camera and microphone are this person's.

    `flags` are put behind ours; `inside` is a command that runs it elsewhere, e.g. in another network;
    `large`: the camera gives a picture that a page sends in several layers.
    """
    voice, face = folder / f"{name}.wav", folder / f"{name}.mjpeg"
    await speak(voice, clips, lead)
    await asyncio.to_thread(draw_person, face, colours, large)
    capture = [f"--use-file-for-fake-audio-capture={voice}", f"--use-file-for-fake-video-capture={face}"]
    program = folder / f"{name}-chromium"
    program.write_text(f'#!/bin/sh\nexec {shlex.join((*inside, CHROMIUM))} "$@"\n')
    program.chmod(0o755)
    browser = await playwright.chromium.launch(executable_path=program, args=[*FLAGS, *capture, *flags])
    try:
        context = await _context(browser, phone)
        yield await context.new_page()
    finally:
        await browser.close()


async def _context(browser: Browser, phone: bool) -> BrowserContext:
    if phone:
        return await browser.new_context(
            viewport={"width": 360, "height": 740},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            ignore_https_errors=True,
            locale="zh-CN",
        )
    return await browser.new_context(
        viewport={"width": 1366, "height": 768}, ignore_https_errors=True, locale="zh-CN"
    )


async def shoot(page: Page, name: str) -> None:
    """Take a picture for the documentation, when asked for by HETING_SCREENSHOTS=FOLDER."""
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png")
