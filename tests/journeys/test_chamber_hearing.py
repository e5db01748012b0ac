"""A chamber in a real hearing: its device joins by one press with the people who sit there."""

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from room_server.rehearsal.desk import Desk
from room_server.rehearsal.venue import environment
from room_server.store.organisation_tables import ROOT
from tests.support.courthouse import serving
from tests.support.guest import Guest
from tests.support.opening import open_for_all
from tests.support.phone import chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.untimed]

WAIT = 60_000
CHAMBERS = f"/api/organisations/{ROOT}/chambers"
FLOWS = """() => [...document.querySelectorAll('.tile:not(.own)')].some(
  (tile) => Number(tile.dataset.frames) > 5 && Number(tile.dataset.packets) > 20)"""
PEOPLE = [
    {"name": "周敏", "role": "mediator"},
    {"name": "张晓雯", "role": "applicant", "side": "applicant"},
    {"name": "林国栋", "role": "respondent", "side": "respondent"},
    {"name": "何静", "role": "witness", "side": "applicant"},
]


async def employ(name: str, data: Path) -> None:
    """Whoever mediates here may make chambers too, as a clerk does."""
    roles = ("--role", "mediator", "--role", "clerk")
    act = ("-m", "room_server", "staff", "roles", name, *roles, "--data", str(data))
    process = await asyncio.create_subprocess_exec(sys.executable, *act, env=environment())
    assert await process.wait() == 0


async def hearing_in(desk: Desk, chamber: str) -> dict[str, Any]:
    wish = {
        "case_number": f"示范劳人调〔2026〕{time.time_ns() % 10**6}号",
        "title": "拖欠工资",
        "kind": "mediation",
        "starts_at": int(time.time() * 1000),
        "rehearsal": True,
        "participants": PEOPLE,
        "chamber": chamber,
        "form": "mixed",
    }
    booked: dict[str, Any] = await desk._json("POST", "/api/hearings", wish)
    return booked


async def test_a_chamber_joins_with_those_who_sit_there(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        venue = await serving(stack, tmp_path / "var", tmp_path / "server.log")
        desk = await stack.enter_async_context(Desk(venue.url, False))
        await employ(venue.name, tmp_path / "var")
        await desk.login(venue.name, venue.password)
        chamber = await desk._json("POST", CHAMBERS, {"name": "滨海街道调解室", "seats": 6})
        code = await desk._json("POST", f"{CHAMBERS}/{chamber['id']}/device")
        booked = await hearing_in(desk, chamber["id"])
        seat = await desk.enter(booked)
        mediator = await stack.enter_async_context(Guest(venue.url, seat, "mediator-1"))

        browser = await stack.enter_async_context(chromium("--allow-loopback-in-peer-connection"))
        context: dict[str, Any] = {"viewport": {"width": 1366, "height": 900}, "ignore_https_errors": True}
        room = await stack.enter_async_context(visitor(browser, **context))
        page = room.page
        await page.goto(f"{venue.url}/chamber#{code['code']}")
        await page.get_by_role("button", name="连接").click()
        await page.locator("[data-test=join]").click()
        await page.get_by_label("张晓雯").check()
        await page.get_by_label("林国栋").check()
        assert await page.get_by_label("何静").count() == 0
        await page.get_by_label("其他在场人员").fill("小王、小李")
        await picture(page, "join")
        await page.get_by_role("button", name="进入庭审（4 人）").click()
        await page.get_by_role("heading", name="已请求进入").wait_for(timeout=WAIT)

        await mediator.until(lambda: bool(mediator.told("Knocked")), 60)
        here = mediator.told("MicrophoneShared")[-1]
        assert [one["name"] for one in here["people"]] == ["张晓雯", "林国栋", "小王", "小李"]
        who = here["participant"]
        assert (await mediator.wish("Admit", participant=who))["kind"] == "done"
        await page.locator(".chamber-room").wait_for(timeout=WAIT)
        await open_for_all(mediator)
        await mediator.until(lambda: mediator.heard(who) > 20 and mediator.seen(who) > 5, 60)
        await expect(page.locator(f"[data-participant={who}]")).to_contain_text("4 人共用话筒")
        await picture(page, "room")
        assert await room.violations() == []

        await page.locator("[data-control=leave]").click()
        await page.locator("[data-test=leave]").click()
        await page.locator("[data-test=home]").click()
        await page.get_by_role("heading", name="滨海街道调解室").wait_for()
        journal = await desk.journal(str(mediator.told("SittingPrepared")[0]["sitting"]))
        told = [entry["type"] for entry in journal]
        # Its seat was there when the sitting was prepared, or it was invited: never both, never twice.
        assert told.count("MicrophoneShared") == 1 and told.count("PersonInvited") <= 1
        assert room.errors == []


async def picture(page: Any, name: str) -> None:
    """For looking at."""
    if folder := os.environ.get("HETING_PICTURES"):
        await page.screenshot(path=f"{folder}/chamber-{name}.png")


async def test_two_chambers_talk_and_one_hangs_up(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        venue = await serving(stack, tmp_path / "var", tmp_path / "server.log")
        desk = await stack.enter_async_context(Desk(venue.url, False))
        await employ(venue.name, tmp_path / "var")
        await desk.login(venue.name, venue.password)
        browser = await stack.enter_async_context(chromium("--allow-loopback-in-peer-connection"))
        rooms = []
        for name in ("滨海街道调解室", "区会审中心"):
            made = await desk._json("POST", CHAMBERS, {"name": name, "seats": 6})
            code = await desk._json("POST", f"{CHAMBERS}/{made['id']}/device")
            context: dict[str, Any] = {
                "viewport": {"width": 1366, "height": 900},
                "ignore_https_errors": True,
            }
            room = await stack.enter_async_context(visitor(browser, **context))
            await room.page.goto(f"{venue.url}/chamber#{code['code']}")
            await room.page.get_by_role("button", name="连接").click()
            await room.page.get_by_role("heading", name=name).wait_for()
            rooms.append(room)
        one, two = rooms
        await one.page.locator("[data-test=directory]").click()
        await one.page.locator("[data-test=ring]:enabled").click()
        await two.page.locator("[data-test=accept]").click()
        for room in rooms:
            await room.page.locator(".chamber-room").wait_for(timeout=WAIT)
            # The other's picture and voice come: frames are counted on its tile.
            await room.page.wait_for_function(FLOWS, timeout=WAIT)
        await picture(one.page, "talk")
        await one.page.locator("[data-control=leave]").click()
        await one.page.locator("[data-test=leave]").click()
        await two.page.get_by_role("heading", name="本次庭审已经结束").wait_for(timeout=WAIT)
        for room in rooms:
            await room.page.locator("[data-test=home]").click()
            await room.page.locator("[data-test=directory]").wait_for()
            assert room.errors == []
