"""A party speaks to the other side's evidence on a phone: only while it is heard; five modes."""

import os
from typing import Any

import pytest
from playwright.async_api import Page, Route

from tests.support.page_server import page_server
from tests.support.phone import MODES, chromium, visitor
from tests.support.way_in import enter

pytestmark = [pytest.mark.browser, pytest.mark.page]

PHONE = {"width": 390, "height": 844}


def item(identifier: str, side: str, mark: str, title: str) -> dict[str, Any]:
    """An item of the list as the server gives it."""
    return {
        "id": identifier,
        "side": side,
        "mark": mark,
        "title": title,
        "purpose": "证明劳动关系",
        "file": "",
        "kind": "document",
        "state": "submitted",
        "word": "",
        "text": "",
        "bytes": 9,
        "received": 9,
        "pages": 0,
        "seconds": 0,
        "sha256": "0" * 64,
        "active": False,
        "by": "陈晓燕",
        "yours": side == "applicant",
        "open": False,
        "received_at": 1,
        "submitted_at": 2,
        "reason": "",
    }


async def tell_evidence(page: Page) -> None:
    """Give the list that the API would give."""
    items = [item("e_1", "applicant", "申证1", "劳动合同"), item("e_2", "respondent", "被证1", "考勤记录")]

    async def answer(route: Route) -> None:
        await route.fulfill(json={"items": items, "side": "applicant", "largest": {}})

    await page.route("**/api/hearings/*/evidence?*", answer)


@pytest.mark.parametrize("mode", MODES)
async def test_a_party_speaks_to_what_the_other_side_submitted(mode: str) -> None:
    found: list[str] = []
    async with (
        page_server() as server,
        chromium() as browser,
        visitor(browser, MODES[mode], viewport=PHONE) as visit,
    ):
        page = visit.page
        await tell_evidence(page)
        await enter(page, f"{server.url}/p/examining")
        await page.locator("[data-control=evidence]").click()
        await page.get_by_text("现在可以对对方提交的证据发表意见").wait_for()
        assert await page.locator("[data-item=e_1] [data-test=speak]").count() == 0
        names = ["list", "form"]
        for name in names:
            if name == "form":
                await page.locator("[data-item=e_2] [data-test=speak]").click()
                await page.get_by_text("逐项说明是否认可").wait_for()
            found += [f"{name} {wrong}" for wrong in await visit.violations()]
            found += [f"{name} small {wrong}" for wrong in await visit.small_targets(24)]
            if folder := os.environ.get("HETING_PICTURES"):
                await page.screenshot(path=f"{folder}/speak-{name}-{mode.replace(' ', '-')}.png")
        form = page.get_by_role("dialog").filter(has_text="逐项说明是否认可")
        await form.locator("[data-test=confirm]").click()
        await form.get_by_text("请至少对一项发表意见").wait_for()
        await form.get_by_role("group", name="真实性").get_by_text("认可", exact=True).click()
        await form.get_by_role("group", name="关联性").get_by_text("不认可").click()
        await form.locator("[data-test=confirm]").click()
        await form.get_by_text("请写明不认可的理由").wait_for()
        await form.get_by_role("textbox").fill("与本案无关")
        await form.locator("[data-test=confirm]").click()
        await form.wait_for(state="detached")
        wish = {"type": "ExamineEvidence", "evidence": "e_2", "party": "applicant", "reason": "与本案无关"}
        points = {"authenticity": "accept", "legality": "unspoken", "relevance": "deny"}
        assert wish | points in server.wishes
        assert visit.errors == []
    assert found == []


async def test_outside_the_hearing_of_evidence_nobody_is_asked() -> None:
    async with (
        page_server() as server,
        chromium() as browser,
        visitor(browser, MODES["light"], viewport=PHONE) as visit,
    ):
        await tell_evidence(visit.page)
        await enter(visit.page, f"{server.url}/p/statements")
        await visit.page.locator("[data-control=evidence]").click()
        await visit.page.locator("[data-item=e_2]").wait_for()
        assert await visit.page.locator("[data-test=speak]").count() == 0
