"""Several small hearings at the same time on one server, and staff who come to them from elsewhere."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from room_server.rehearsal.desk import Desk
from room_server.rehearsal.venue import Venue, environment
from tests.support.guest import Guest

STREETS = ("滨海街道：拖欠工资", "山前街道：加班费", "湖里街道：经济补偿")


async def employ(data: Path, name: str, person: str, role: str) -> str:
    """A new account of the staff; its password."""
    act = ("-m", "room_server", "staff", "add", name, "--person", person, "--role", role)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *act, "--json", "--data", str(data)),
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    password: str = json.loads(said.decode().splitlines()[-1])["accounts"][0]["password"]
    return password


async def hearing_of(desk: Desk, title: str, more: Sequence[dict[str, str]] = ()) -> dict[str, Any]:
    """Book a mediation of two people that begins now."""
    wish = {
        "case_number": f"示范劳人调〔2026〕{time.time_ns() % 10**6}号",
        "title": title,
        "kind": "mediation",
        "starts_at": int(time.time() * 1000),
        "rehearsal": True,
        "override": "同日多场",
        "participants": [
            {"name": "周敏", "role": "mediator"},
            {"name": "张晓雯", "role": "applicant", "side": "applicant"},
            *more,
        ],
    }
    booked: dict[str, Any] = await desk._json("POST", "/api/hearings", wish)
    return booked


async def goes_on(
    stack: AsyncExitStack, venue: Venue, desk: Desk, booked: dict[str, Any]
) -> tuple[Guest, Guest]:
    """Mediator and applicant at the table of an open hearing, each with a camera and a voice."""
    links = (await desk._json("GET", f"/api/hearings/{booked['id']}/links"))["links"]
    token = next(link["url"].rsplit("/p/", 1)[1] for link in links if link["role"] == "applicant")
    seats = (await desk.enter(booked), token)
    mediator, applicant = [
        await stack.enter_async_context(Guest(venue.url, seat, f"street-{booked['id']}-{n}"))
        for n, seat in enumerate(seats)
    ]
    assert (await mediator.wish("Knock"))["kind"] == "done"
    assert (await applicant.wish("Knock"))["kind"] == "done"
    await mediator.until(lambda: len(mediator.told("Knocked")) > 1, 60)
    assert (await mediator.wish("Admit", participant=applicant.participant))["kind"] == "done"
    assert (await mediator.wish("Open", reason="试播"))["kind"] == "done"
    return mediator, applicant


async def sign_in(page: Page, url: str, name: str, password: str, to: str) -> None:
    """Sign in at the desk and open a page of it."""
    await page.goto(f"{url}{to}")
    await page.get_by_label("账号").fill(name)
    await page.get_by_label("密码").fill(password)
    await page.get_by_role("button", name="登录").click()
