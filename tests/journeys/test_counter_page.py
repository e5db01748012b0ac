"""Evidence taken in at the counter on a case's page, in Chromium over the real API; two widths."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.support import exhibits
from tests.support.desk_server import NOW, PASSWORD, Caller, desk_server
from tests.support.filing import filed
from tests.support.page_server import DIST
from tests.support.phone import Visitor, chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.page]

WIDTHS = {"desk": {"width": 1366, "height": 900}, "phone": {"width": 390, "height": 844}}


async def case_with_a_hearing(clerk: Caller, case: dict[str, Any]) -> str:
    root = f"/api/cases/{case['id']}"
    for name in ("工资条", "劳动合同"):
        material = {"side": "applicant", "name": name, "proves": "欠薪"}
        assert (await clerk.post(f"{root}/exhibits", material)).status == 201
    seats = [{"name": "张晓雯", "role": "applicant", "party": case["parties"][0]["id"]}]
    wanted = {"case": case["id"], "title": "调解", "kind": "mediation", "starts_at": NOW + 86_400_000}
    assert (await clerk.post("/api/hearings", wanted | {"participants": seats})).status == 201
    return root


async def look(visit: Visitor, where: str) -> list[str]:
    found = [f"{where} axe {wrong}" for wrong in await visit.violations()]
    found += [f"{where} small {name}" for name in await visit.small_targets(24)]
    if await visit.overflow() > 0:
        found.append(f"{where} is wider than the screen")
    if folder := os.environ.get("HETING_PICTURES"):
        await visit.page.screenshot(path=f"{folder}/counter-{where}.png")
    return found


async def open_case(page: Page, url: str, case: str) -> None:
    await page.goto(f"{url}/desk/login?next=/desk/cases/{case}")
    await page.get_by_label("账号").fill("mediator")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator("[data-test=counter]").wait_for()


async def test_what_is_handed_in_becomes_evidence_of_the_listed_material(tmp_path: Path) -> None:
    shutil.copytree(DIST, tmp_path / "dist")
    found: list[str] = []
    async with desk_server(tmp_path) as server, chromium() as browser:
        url = str(server.client.make_url("/")).rstrip("/")
        clerk, case = await filed(server, route="mediate_org")
        root = await case_with_a_hearing(clerk, case)
        for width, viewport in WIDTHS.items():
            async with visitor(browser, viewport=viewport) as visit:
                page = visit.page
                await open_case(page, url, case["id"])
                await page.locator("[data-test=counter]").click()
                dialog = page.get_by_role("dialog")
                file = dialog.locator("[data-test=evidence-file]")
                paper = {"name": "slip.pdf", "mimeType": "application/pdf", "buffer": exhibits.pdf(1)}
                await file.set_input_files(paper)  # type: ignore[arg-type]
                await expect(dialog.get_by_text("请填写")).to_have_count(1)
                await dialog.get_by_label("交来人").fill("李四，申请人之妻")
                name = {"desk": "工资条", "phone": "劳动合同"}[width]
                await dialog.get_by_label("是清单中的哪一项").select_option(label=name)
                await file.set_input_files(paper)  # type: ignore[arg-type]
                await dialog.locator("li[data-state=draft]", has_text=name).wait_for()
                await dialog.get_by_text("李四，申请人之妻 交来").wait_for()
                found += await look(visit, width)
                await dialog.locator("[data-test=submit]").click()
                await expect(dialog.locator("li[data-state=draft]")).to_have_count(0)
                await dialog.get_by_role("button", name="关闭").last.click()
                await expect(dialog).to_have_count(0)
                mark = {"desk": "申证1", "phone": "申证2"}[width]
                await page.get_by_text(f"已提交：{mark}").wait_for()
                found += await look(visit, f"{width}-case")
                assert visit.errors == []
        listed = (await clerk.get(root)).json["exhibits"]
        assert [row["marks"] for row in listed] == [["申证1"], ["申证2"]]
        items = (await clerk.get(f"{root}/evidence")).json["items"]
        assert {row["title"] for row in items} == {"工资条", "劳动合同"}
        assert {row["received_from"] for row in items} == {"李四，申请人之妻"}
    assert found == []
