"""The second pass over the API: whoever keeps the minutes of the hearing starts it and decides."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.rules import commands as c
from room_server.rules.people import Role
from tests.support.sitting_scene import Scene, sitting_scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with sitting_scene(tmp_path) as scene:
        yield scene


async def test_the_clerk_starts_watches_and_decides(scene: Scene) -> None:
    passes, clerk = scene.server.live.second_passes, scene.person(Role.CLERK)
    address, decisions = scene.address("second-pass"), scene.address("suggestions")
    assert (await scene.clerk.post(address, {"model": "large-v3"})).status == 204
    passes.read = 0.25
    assert (await scene.clerk.get(address)).json == {"share": 0.25, "models": []}
    body = {"take": ["p1.1"], "dismiss": ["p1.2"], "reopen": ["p1.3"]}
    assert (await scene.clerk.post(decisions, body)).status == 204
    assert (await scene.clerk.call("DELETE", address)).status == 204
    assert passes.wishes == [
        (scene.sitting, clerk, c.StartSecondPass(model="large-v3")),
        (scene.sitting, clerk, c.TakeSuggestions(suggestions=["p1.1"])),
        (scene.sitting, clerk, c.DismissSuggestions(suggestions=["p1.2"])),
        (scene.sitting, clerk, c.ReopenSuggestions(suggestions=["p1.3"])),
        (scene.sitting, clerk, c.StopSecondPass()),
    ]
    marks = scene.address("bookmarks/b1")
    assert (await scene.clerk.call("DELETE", marks)).status == 204
    assert passes.wishes[-1] == (scene.sitting, clerk, c.DropBookmark(bookmark="b1"))
    for model in ("../etc", "/etc/passwd", "x" * 65):
        assert (await scene.clerk.post(address, {"model": model})).status == 400


async def test_the_rooms_refusals_are_the_answers(scene: Scene) -> None:
    passes = scene.server.live.second_passes
    for word, status, told in (
        ("already_open", 409, "not_adjourned"),
        ("second_pass_running", 409, "second_pass_running"),
        ("minutes_signed", 409, "minutes_signed"),
        ("stale", 409, "suggestion_stale"),
        ("no_such_suggestion", 404, "no_such_suggestion"),
    ):
        passes.refusal = word
        answer = await scene.clerk.post(scene.address("suggestions"), {"take": ["p1.1"]})
        assert (answer.status, answer.word) == (status, told)
