"""A rehearsal played on a small stage: what holds is ok, and each way of failing ends with its cause."""

import dataclasses
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from room_server.rehearsal.actor import Mishap
from room_server.rehearsal.desk import Desk
from room_server.rehearsal.director import Director
from room_server.rehearsal.measure.report import report
from room_server.rehearsal.script import Script, Step, load
from tests.support.stage import Stage

SHORT = (
    Step("enter", ("mediator", "applicant", "respondent")),
    Step("admit", ("mediator", "applicant", "respondent")),
    Step("open"),
    Step("say", ("mediator",), "begin", "现在开始调解"),
    Step("floor", ("applicant",)),
    Step("free"),
    Step("caucus", ("mediator", "applicant")),
    Step("say", ("applicant",), "agree", "我同意调解"),
    Step("return", ("mediator", "applicant")),
    Step("say", ("applicant", "respondent"), "agree", "我同意调解"),
    Step("close"),
)


def short() -> Script:
    return dataclasses.replace(load("settlement"), steps=SHORT, pause=0.1)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage(short()) as stage:
        yield stage


async def play(stage: Stage, folder: Path, **limits: Any) -> tuple[dict[str, Any], Director, list[str]]:
    progress: list[str] = []

    async def intact(path: Path) -> str:
        return "intact" if path.exists() else "gone"

    async with Desk(stage.url, trust=False) as desk:
        await desk.login("m", "right")
        director = Director(
            stage.script, desk, folder, progress.append, verify=intact, settle_s=0.5, **limits
        )
        stage.directors.append(director)
        material = await director.play()
    return report(material), director, progress


def gone(director: Director) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in director.pids())


async def test_a_whole_hearing_is_played_and_everything_holds(stage: Stage, tmp_path: Path) -> None:
    result, director, progress = await play(stage, tmp_path)
    assert result["errors"] == []
    assert result["ok"] is True
    assert result["participants"] == 3 and len(result["pairs"]) == 6
    assert result["forward_delay_ms"]["packets"] > 500
    assert result["join_ms"]["max"] < 10_000
    assert result["caucus_leak_packets"] == 0
    assert any("talking in private" in line for line in progress)
    assert (tmp_path / "case" / "minutes.txt").exists()
    assert gone(director)


async def test_a_caucus_that_is_overheard_is_found(stage: Stage, tmp_path: Path) -> None:
    stage.indiscreet = True
    result, _, _ = await play(stage, tmp_path)
    assert result["caucus_leak_packets"] > 50
    assert any("packets of the caucus left it" in error for error in result["errors"])


async def test_somebody_who_gets_nothing_is_named(stage: Stage, tmp_path: Path) -> None:
    stage.deaf = {"respondent"}
    result, _, _ = await play(stage, tmp_path)
    assert "respondent never saw a picture of anybody" in result["errors"]
    assert "respondent got no audio packets from applicant" in result["errors"]
    assert not any("applicant got no" in error for error in result["errors"])


async def test_a_person_whose_process_dies_is_named(stage: Stage, tmp_path: Path) -> None:
    async def kill() -> None:
        os.kill(stage.directors[0].pids()[1], signal.SIGKILL)

    stage.on["Opened"] = kill
    result, director, _ = await play(stage, tmp_path)
    assert result["ok"] is False
    assert any("applicant: its process ended with -9" in error for error in result["errors"])
    assert gone(director)


async def test_a_server_that_goes_away_is_said_at_once(stage: Stage, tmp_path: Path) -> None:
    stage.on["Opened"] = stage.stop
    result, director, _ = await play(stage, tmp_path)
    assert any("the server closed the connection" in error for error in result["errors"])
    assert result["seconds"] < 30
    assert gone(director)


async def test_a_refused_wish_is_named_with_its_word(stage: Stage, tmp_path: Path) -> None:
    stage.refuse = {"GiveFloor"}
    result, director, _ = await play(stage, tmp_path)
    assert "mediator: GiveFloor was refused: not_allowed (at: applicant: has the floor)" in result["errors"]
    assert gone(director)


async def test_papers_that_never_come_end_the_wait(stage: Stage, tmp_path: Path) -> None:
    stage.papers = False
    result, _, _ = await play(stage, tmp_path, papers_s=1.0)
    assert any("no case file within 1 s" in error for error in result["errors"])


async def test_the_whole_has_a_deadline(stage: Stage, tmp_path: Path) -> None:
    result, director, _ = await play(stage, tmp_path, limit=1.5)
    assert any(error.startswith("gave up after 2 s at: ") for error in result["errors"])
    assert gone(director)


async def test_a_wrong_password_is_said(stage: Stage) -> None:
    async with Desk(stage.url, trust=False) as desk:
        with pytest.raises(Mishap, match="POST /api/login: 401 wrong password"):
            await desk.login("m", "wrong")
