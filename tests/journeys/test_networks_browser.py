"""Real browsers on bad networks: what is heard, seen and recorded; outages, a new address, sleep."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from room_server.rehearsal.desk import Desk
from tests.support.browser import Colours, person
from tests.support.courthouse import Hearing, book, serving
from tests.support.guest import Guest
from tests.support.impairer import ALONE, GUESTS, Network, NotPermitted
from tests.support.observations import frames_recorded
from tests.support.opening import open_for_all
from tests.support.page_media import WATCHED, account, meets_anew, shows

pytestmark = [pytest.mark.browser, pytest.mark.journey]

WAIT = 30_000
BACK_WITHIN_S, FOLLOWS_WITHIN_S, LOW_WITHIN_S, FREEZE_S = 3.0, 3.0, 5.0, 1.0
"""What is asked for; the figures are printed."""
LOW, HIGH = 180, 360
"""How tall the two layers are that a phone sends; the mediator sends one layer of 240."""
COLOURS: tuple[Colours, Colours] = (((224, 216, 200), (120, 84, 60)), ((204, 220, 208), (60, 68, 76)))
SPEECH = (
    ["applicant-myself.ogg", "applicant-years.ogg"],
    ["respondent-myself.ogg", "respondent-trouble.ogg"],
)
NAP = "for (const end = Date.now() + 25_000; Date.now() < end;);"
CUT, RECONNECTING = "连接中断", "连接中断，正在重新连接"


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """The network between server and guests; where none can be made, the reason is printed."""
    try:
        async with Network() as network:
            yield network
    except NotPermitted as reason:
        pytest.skip(str(reason))


async def come_in(page: Page, link: str) -> None:
    """A party goes from the link to the lobby."""
    await page.goto(link)
    await page.get_by_role("button", name="是我本人").click()
    for _ in range(3):
        await page.get_by_role("button", name="我已阅读并同意").click()
    await page.get_by_role("button", name="申请进入").click()
    await expect(page.get_by_text("等待调解员准入")).to_be_visible(timeout=WAIT)


@dataclass
class Scene:
    """A mediator without a browser, and two parties each in a browser on a network of its own."""

    network: Network
    session: Hearing
    pages: tuple[Page, Page]
    ids: tuple[str, str]

    @property
    def mediator(self) -> Guest:
        """Who is there all the time."""
        return self.session.mediator

    async def back(self, n: int, others: int = 2) -> float:
        """Wait until a party and so many others hear and see each other; how long it took."""
        began = time.monotonic()

        async def met() -> None:
            await self.mediator.until(lambda: self.mediator.met(self.ids[n], began), 40)

        await asyncio.gather(met(), meets_anew(self.pages[n], others))
        return time.monotonic() - began

    async def cut_off(self, n: int, seconds: float, others: int) -> float:
        """An outage of one party; how long after it media is back."""
        await self.network.turn(ALONE[n], up=False)
        await asyncio.sleep(seconds)
        await self.network.turn(ALONE[n], up=True)
        return await self.back(n, others)


@pytest.fixture
async def scene(tmp_path: Path, network: Network, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    """An open hearing across the network; with parameter `True` the cameras' pictures come in two layers."""
    layered = getattr(request, "param", False)
    async with AsyncExitStack() as stack:
        venue = await serving(stack, tmp_path / "var", tmp_path / "server.log", network)
        desk = await stack.enter_async_context(Desk(venue.url, False))
        booked = await book(desk, venue)
        driver = await stack.enter_async_context(async_playwright())
        mediator = await stack.enter_async_context(
            Guest(venue.url, booked["tickets"][0], "journey-0", address=GUESTS[0])
        )
        parties = [people["id"] for people in booked["booking"]["participants"][1:]]
        pages = []
        for n, who in enumerate(parties):
            inside = network.alone[n].inside
            page = await stack.enter_async_context(
                person(
                    driver,
                    tmp_path,
                    f"party-{n}",
                    SPEECH[n],
                    1.0 + n,
                    COLOURS[n],
                    True,
                    inside=inside,
                    large=layered,
                )
            )
            await page.add_init_script(WATCHED)
            await come_in(page, f"{venue.url}/p/{booked['tickets'][n + 1]}")
            while who not in [knock["participant"] for knock in mediator.told("Knocked")]:
                await asyncio.sleep(0.1)
            assert (await mediator.wish("Admit", participant=who))["kind"] == "done"
            pages.append(page)
        await open_for_all(mediator)
        session = Hearing(venue.url, tmp_path / "var", desk, booked["booking"], mediator, mediator, mediator)
        made = Scene(network, session, (pages[0], pages[1]), (parties[0], parties[1]))
        await asyncio.gather(made.back(0), made.back(1))
        yield made


@pytest.mark.parametrize("scene", [True], indirect=True, ids=["layered"])
async def test_with_loss_and_delay_people_understand_each_other_and_all_is_recorded(scene: Scene) -> None:
    await scene.network.turn(*ALONE, loss=0.05, delay=50)
    await asyncio.sleep(4)
    began = time.monotonic()
    accounts = await asyncio.gather(*(account(page, 25) for page in scene.pages))
    ended = time.monotonic()
    counts = await scene.network.calm()
    await asyncio.sleep(1)
    zero = next(e for e in await scene.session.journal() if e["type"] == "Opened")["at"]
    await scene.session.close()
    recorded = [frames_recorded(scene.session, who, began, ended, zero) for who in scene.ids]
    print(f"loss each way {counts['lost'] / (counts['lost'] + counts['carried']):.3f}")
    for each, kept in zip(accounts, recorded, strict=True):
        print(f"{each}; recorded {kept}")
    for each, kept in zip(accounts, recorded, strict=True):
        assert each.concealed < 0.05
        assert len(each.pictures) == 2 and min(one.fps for one in each.pictures) >= 12
        assert max(one.freeze for one in each.pictures) <= FREEZE_S
        assert kept >= 0.99 * each.sent


@pytest.mark.parametrize("scene", [True], indirect=True, ids=["layered"])
async def test_a_thin_line_costs_only_its_owner_the_large_picture(scene: Scene) -> None:
    await asyncio.gather(*(shows(page, HIGH) for page in scene.pages))
    await scene.network.turn(ALONE[1], way="down", rate=300)
    began = time.monotonic()
    took = await shows(scene.pages[1], LOW)
    await asyncio.sleep(max(0.0, began + 5 - time.monotonic()))
    wide, thin = await asyncio.gather(*(account(page, 15) for page in scene.pages))
    print(f"300 kbit/s to one: low layer after {took:.1f} s, then {thin}; the other: {wide}")
    assert HIGH in [one.height for one in wide.pictures]
    assert len(wide.pictures) == 2 and min(one.fps for one in wide.pictures) >= 12
    assert wide.concealed < 0.05
    assert took <= LOW_WITHIN_S
    assert LOW in [one.height for one in thin.pictures if one.fps >= 8]
    assert thin.concealed < 0.05


async def test_a_browser_is_back_after_outages_and_says_truthfully_how_it_stands(scene: Scene) -> None:
    (away, other), network = scene.pages, scene.network
    took: dict[str, float] = {}

    async def first() -> None:
        took["25 s"] = await scene.cut_off(0, 25, 1)
        await asyncio.sleep(3)
        await network.move(ALONE[0], "10.78.0.99")
        took["another address"] = await scene.back(0, 1)
        await asyncio.sleep(3)
        took["a page asleep for 25 s"] = await asleep()

    async def asleep() -> float:
        who, mediator = scene.ids[0], scene.mediator
        left = len(mediator.told("Left"))
        # No timer, no event: the page stands still, while its media threads go on.
        sleeping = asyncio.create_task(away.evaluate(NAP))
        await mediator.until(lambda: any(e["participant"] == who for e in mediator.told("Left")[left:]), 30)
        await asyncio.sleep(1)
        absent = time.monotonic()
        await sleeping
        assert not mediator.met(who, absent)
        return await scene.back(0, 1)

    async def second() -> None:
        tile = other.locator(f"[data-participant='{scene.ids[0]}']")
        await expect(away.get_by_text(RECONNECTING)).to_be_visible(timeout=15_000)
        await expect(tile.get_by_text(CUT)).to_be_visible(timeout=15_000)
        await asyncio.sleep(max(0.0, began + 21 - time.monotonic()))
        took["45 s"] = await scene.cut_off(1, 45, 1)

    began = time.monotonic()
    await asyncio.gather(first(), second())
    print(f"media back after { ({name: round(value, 2) for name, value in took.items()}) } s")
    await asyncio.gather(scene.back(0), scene.back(1))
    for page in scene.pages:
        await expect(page.get_by_text(CUT)).to_have_count(0)
    for name, seconds in took.items():
        assert seconds <= (FOLLOWS_WITHIN_S if name == "another address" else BACK_WITHIN_S)
