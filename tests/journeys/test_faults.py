"""A hearing that loses its media worker, its control process, its disk or one of its people."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recordings.verify import verify as verify_recording
from room_server.store.chain import verify_chain
from tests.support.courthouse import Hearing, in_session, serve_again

pytestmark = pytest.mark.journey


def kinds(journal: list[dict[str, Any]]) -> list[str]:
    """The kinds of the entries."""
    return [entry["type"] for entry in journal]


def sound(session: Hearing, journal: list[dict[str, Any]]) -> None:
    """The journal's chain and the recording are whole."""
    assert verify_chain(journal) is None
    segments = [entry["body"] for entry in journal if entry["type"] == "SegmentSealed"]
    assert segments
    assert verify_recording(session.data / "recordings" / session.sitting, segments) == []


async def test_a_killed_media_worker_is_replaced_and_everybody_is_back(tmp_path: Path) -> None:
    async with in_session(tmp_path) as (_, session):
        await asyncio.sleep(6)
        os.kill(session.worker("media").pid, signal.SIGKILL)
        await session.mediator.until(lambda: bool(session.mediator.told("MediaRestored")), 10)
        assert await session.flowing(10) < 10
        await asyncio.sleep(3)
        journal = await session.close()
        assert kinds(journal).count("MediaLost") == 1
        sound(session, journal)
        manifest = await session.desk.recording(session.sitting)
        for track in manifest["tracks"]:
            assert len(track["files"]) == 2, track["track"]
            assert any(gap["reason"] for gap in track["gaps"]), track["track"]
            before, after = track["files"]
            assert before["duration_ms"] >= 4000
            assert after["start_ms"] >= before["start_ms"] + before["duration_ms"]


async def test_a_killed_control_process_resumes_from_the_journal_while_media_flows(tmp_path: Path) -> None:
    async with in_session(tmp_path) as (venue, session):
        worker = session.worker("media").pid
        seen_before = len(session.applicant.events)
        os.kill(venue.pid, signal.SIGKILL)
        await session.flowing(5)
        again = await serve_again(session.data, session.url, tmp_path / "again.log")
        try:
            for guest in session.guests:
                await guest.again(20)
            await session.mediator.until(lambda: bool(session.mediator.told("ControlRestarted")), 5)
            assert session.worker("media").pid == worker
            assert len(session.applicant.events) > seen_before
            await session.flowing(5)
            await session.desk.login(venue.name, venue.password)
            journal = await session.close()
            assert "MediaLost" not in kinds(journal)
            assert kinds(journal).count("Opened") == 1
            sound(session, journal)
        finally:
            again.terminate()
            await again.wait()


async def test_a_restart_of_the_server_does_not_interrupt_an_open_hearing(tmp_path: Path) -> None:
    async with in_session(tmp_path) as (venue, session):
        worker = session.worker("media").pid
        os.kill(venue.pid, signal.SIGTERM)
        await session.mediator.until(lambda: bool(venue.ended()), 20)
        await session.flowing(5)
        again = await serve_again(session.data, session.url, tmp_path / "again.log")
        try:
            for guest in session.guests:
                await guest.again(20)
            assert session.worker("media").pid == worker
            await session.flowing(5)
            assert session.mediator.told("MediaLost") == []
        finally:
            again.kill()
            await again.wait()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose recordings lie on a disk of 4 MiB."""
    folder = tmp_path / "var" / "recordings"
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk needs root and the mount capability")
    yield tmp_path / "var"
    subprocess.run(["umount", "-l", str(folder)], check=True)


async def test_a_full_disk_alarms_the_chair_and_the_hearing_goes_on(tmp_path: Path, small_disk: Path) -> None:
    async with in_session(tmp_path, small_disk) as (_, session):
        filler = small_disk / "recordings" / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(64 * 1024))
            except OSError:
                pass
        took = await session.mediator.until(lambda: bool(session.mediator.told("RecordingAlarm")), 20)
        assert took < 20
        assert session.mediator.told("RecordingAlarm")[0]["word"] == "disk_full"
        assert session.applicant.told("RecordingAlarm") == []
        await session.flowing(5)
        filler.unlink()
        await session.mediator.until(lambda: bool(session.mediator.told("RecordingRestored")), 20)
        await asyncio.sleep(2)
        journal = await session.close()
        sound(session, journal)
        gaps = [entry["body"]["reason"] for entry in journal if entry["type"] == "GapNoted"]
        assert "disk_full" in gaps


async def test_a_browser_closed_in_mid_sentence_leaves_its_words_behind(tmp_path: Path) -> None:
    async with in_session(tmp_path) as (_, session):
        clips = sorted((Path("room_server") / "rehearsal" / "cast").rglob("*applicant*"))
        assert clips
        await session.applicant.say(clips[0].name)
        speaking = asyncio.create_task(session.applicant.say(clips[0].name))
        await asyncio.sleep(0.6)
        who = session.applicant.participant
        await session.applicant.vanish()
        await session.applicant.visitor.close()
        speaking.cancel()
        await session.mediator.until(
            lambda: any(
                e["participant"] == who and e["cause"] == "silent" for e in session.mediator.told("Left")
            ),
            12,
        )
        await session.mediator.until(
            lambda: any(e["participant"] == who for e in session.mediator.told("UtteranceHeard")), 10
        )
        journal = await session.close()
        sound(session, journal)
        assert {entry["body"]["participant"] for entry in journal if entry["type"] == "UtteranceHeard"} == {
            who
        }


def test_a_second_start_on_the_same_port_says_so(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "room_server", "serve", "--data", str(tmp_path), "--port", port]
        environment = {**os.environ, "HETING_HOST": "127.0.0.1", "HETING_MODELS": "skip"}
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert answer.returncode == 1
    assert answer.stderr.strip().splitlines()[-1] == (
        f"heting: port {port} is taken by another program: stop it or set HETING_PORT"
    )
