"""`heting rehearse` as a command: exit codes, the last line, and nothing left running."""

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from room_server.rehearsal.command import main
from room_server.rehearsal.script import load
from room_server.rehearsal.venue import Venue, environment
from tests.support.stage import Stage


def arguments(out: Path, **more: Any) -> argparse.Namespace:
    given: dict[str, Any] = {"script": "settlement", "rooms": 1, "url": None, "staff": None, "keep": False}
    given |= {"others": "", "workers": 0, "kill_worker": None, "codec": ""}
    return argparse.Namespace(**given | {"out": out, "json": True} | more)


def last_line(text: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(text.strip().splitlines()[-1])
    return result


def test_an_unknown_script_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(tmp_path, script="opera")) == 1
    assert re.fullmatch(r"heting: no script 'opera'; there are: .*\n", capsys.readouterr().err)


def test_an_out_folder_that_cannot_be_made_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(arguments(tmp_path / "file" / "out")) == 1
    assert capsys.readouterr().err.startswith("heting: ")


def test_no_worker_of_another_server_is_killed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(tmp_path, url="https://127.0.0.1:1", staff="m:right", kill_worker=5.0)) == 1
    assert capsys.readouterr().err.startswith("heting: --kill-worker is for the temporary server alone")


def test_a_server_that_is_not_there_is_in_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(tmp_path, url="https://127.0.0.1:1", staff="m:right")) == 1
    result = last_line(capsys.readouterr().out)
    assert result["ok"] is False
    assert "127.0.0.1:1" in result["errors"][0]
    assert json.loads((tmp_path / "report.json").read_text()) == result


def test_another_server_needs_a_staff_account(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HETING_STAFF_NAME", raising=False)
    assert main(arguments(tmp_path, url="https://127.0.0.1:1")) == 1
    assert "--staff NAME:PASSWORD" in last_line(capsys.readouterr().out)["errors"][0]


async def test_a_stopped_rehearsal_elsewhere_ends_at_once_with_its_people(tmp_path: Path) -> None:
    async with Stage(load("settlement")) as stage:
        words = ["--url", stage.url, "--staff", "m:right"]
        code, family, _ = await _stopped(tmp_path, words, signal.SIGTERM)
    assert code == 130
    assert len(family) == 3
    assert not any(_alive(member) for member in family)


async def test_ctrl_c_ends_the_people_the_server_and_its_workers(tmp_path: Path) -> None:
    code, family, said = await _stopped(tmp_path, [], signal.SIGINT)
    assert code == 130, said
    assert len(family) >= 4
    assert not any(_alive(member) for member in family)
    assert "rehearsal stopped" in said and "Traceback" not in said


async def _stopped(out: Path, words: list[str], number: int) -> tuple[int, list[psutil.Process], str]:
    """Start a rehearsal, stop it once the sitting is open: exit code, its processes, what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "room_server", "rehearse", "--out", str(out), *words),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        # A test run that is itself in the background hands down that Ctrl-C is ignored.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    said = ""
    try:
        assert process.stderr is not None
        async with asyncio.timeout(90):
            while "the sitting is opened" not in said:
                line = await process.stderr.readline()
                assert line, said
                said += line.decode()
            family = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(number)
            rest = await process.stderr.read()
            return await process.wait(), family, said + rest.decode()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def _alive(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


async def test_a_venue_is_a_server_that_leaves_nothing_running(tmp_path: Path) -> None:
    async with Venue(tmp_path / "data", tmp_path / "server.log") as venue:
        assert venue.url.startswith("https://localhost:") and venue.password
        assert venue.ended() == ""
        family = [psutil.Process(venue.pid), *psutil.Process(venue.pid).children(recursive=True)]
    assert len(family) >= 3
    assert not any(_alive(member) for member in family)
    assert venue.password not in (tmp_path / "server.log").read_text()


async def test_a_venue_whose_server_is_killed_says_so_and_ends_the_workers(tmp_path: Path) -> None:
    async with Venue(tmp_path / "data", tmp_path / "server.log") as venue:
        await asyncio.sleep(1.0)
        family = psutil.Process(venue.pid).children(recursive=True)
        os.kill(venue.pid, signal.SIGKILL)
        async with asyncio.timeout(5):
            while not venue.ended():
                await asyncio.sleep(0.05)
        assert venue.ended().startswith("the server ended with -9")
    assert family and not any(_alive(member) for member in family)


def test_the_operators_settings_do_not_reach_the_temporary_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HETING_DATABASE_URL", "postgresql://real")
    monkeypatch.setenv("HETING_DATA", "/srv/real")
    found = environment()
    assert "HETING_DATABASE_URL" not in found and "HETING_DATA" not in found
    assert found["HETING_REHEARSAL"] == "1"
