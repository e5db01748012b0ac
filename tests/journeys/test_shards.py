"""Two hearings on two media workers: what befalls one of them is nothing to the other."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from recordings.verify import verify as verify_recording
from room_server.rehearsal.venue import Venue
from room_server.store.chain import verify_chain
from tests.support.courthouse import Hearing, hold, serve_again

pytestmark = pytest.mark.journey

TWO_WORKERS = {"HETING_MEDIA_WORKERS": "2"}
LONGEST_STILL_S = 2.0
"""The people of both hearings live in this one process: it stands still itself while some reconnect."""


class Vigil:
    """Looks ten times a second whether everybody in a hearing still hears and sees everybody."""

    def __init__(self, session: Hearing) -> None:
        self._session = session
        self._counts: dict[tuple[str, str, str], int] = {}
        self._since: dict[tuple[str, str, str], float] = {}
        self.longest = 0.0
        self.silence = 0.0
        """The longest without any sound of somebody: what a busy line never takes away."""
        self.advanced = 0

    async def keep(self) -> None:
        """Look until cancelled."""
        while True:
            self._look()
            await asyncio.sleep(0.1)

    def _look(self) -> None:
        now = time.monotonic()
        for g, o in self._session.pairs():
            counts = {"audio": g.heard(o.participant), "video": g.seen(o.participant)}
            for medium, count in counts.items():
                key = (g.participant, o.participant, medium)
                still = now - self._since.get(key, now)
                self.longest = max(self.longest, still)
                if medium == "audio":
                    self.silence = max(self.silence, still)
                if count != self._counts.get(key):
                    self.advanced += key in self._counts
                    self._counts[key], self._since[key] = count, now


@asynccontextmanager
async def watched(session: Hearing) -> AsyncIterator[Vigil]:
    """Keep a vigil meanwhile."""
    vigil = Vigil(session)
    task = asyncio.create_task(vigil.keep())
    try:
        yield vigil
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def sound(session: Hearing, journal: list[dict[str, Any]]) -> None:
    """The journal's chain and the recording are whole."""
    assert verify_chain(journal) is None
    segments = [entry["body"] for entry in journal if entry["type"] == "SegmentSealed"]
    assert segments
    assert verify_recording(session.data / "recordings" / session.sitting, segments) == []


async def test_a_killed_worker_takes_its_own_hearing_along_and_no_other(tmp_path: Path) -> None:
    data = tmp_path / "var"
    async with Venue(data, tmp_path / "server.log", TWO_WORKERS) as venue, AsyncExitStack() as stack:
        spared, hit = await hold(stack, venue, data), await hold(stack, venue, data)
        await asyncio.sleep(3)
        survivor, victim = spared.worker("media").pid, hit.worker("media").pid
        assert survivor != victim
        async with watched(spared) as vigil:
            os.kill(victim, signal.SIGKILL)
            killed = time.monotonic()
            await hit.mediator.until(lambda: bool(hit.mediator.told("MediaRestored")), 10)
            await hit.flowing(10)
            back = time.monotonic() - killed
            await asyncio.sleep(2)
        assert back < 10
        assert vigil.advanced > 100
        assert vigil.longest < LONGEST_STILL_S
        assert (hit.worker("media").pid, spared.worker("media").pid) == (survivor, survivor)
        await asyncio.sleep(2)
        files = {}
        for session, losses in ((hit, 1), (spared, 0)):
            journal = await session.close()
            kinds = [entry["type"] for entry in journal]
            assert (kinds.count("MediaLost"), kinds.count("MediaRestored")) == (losses, losses)
            sound(session, journal)
            manifest = await session.desk.recording(session.sitting)
            files[session.sitting] = {len(track["files"]) for track in manifest["tracks"]}
            for track in manifest["tracks"]:
                starts = [file["start_ms"] for file in track["files"]]
                assert starts == sorted(starts)
        assert files == {hit.sitting: {2}, spared.sitting: {1}}


async def crew(session: Hearing) -> list[dict[str, Any]]:
    """The media workers as the server's health shows them."""
    health = await session.desk._json("GET", "/health")
    found: list[dict[str, Any]] = health["parts"]["media"]["workers"]
    return found


async def metrics(session: Hearing) -> dict[tuple[str, ...], float]:
    """What the server tells Prometheus: name and label values, by the labels' names → value."""
    async with session.desk._session.get(session.url + "/metrics") as reply:
        text = await reply.text()
    return {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


async def test_packets_flow_while_the_server_restarts_and_finds_each_hearing_at_its_worker(
    tmp_path: Path,
) -> None:
    data = tmp_path / "var"
    async with Venue(data, tmp_path / "server.log", TWO_WORKERS) as venue, AsyncExitStack() as stack:
        sessions = [await hold(stack, venue, data) for _ in range(2)]
        before = [session.worker("media").pid for session in sessions]
        known = await crew(sessions[0])
        assert [(worker["state"], worker["rooms"]) for worker in known] == [("up", 1), ("up", 1)]
        guests = [guest for session in sessions for guest in session.guests]
        connections = [len(guest.connected_at) for guest in guests]
        again = None
        try:
            async with watched(sessions[0]) as first, watched(sessions[1]) as second:
                os.kill(venue.pid, signal.SIGKILL)
                killed = time.monotonic()
                await asyncio.sleep(LONGEST_STILL_S + 1)
                again = await serve_again(data, venue.url, tmp_path / "again.log", TWO_WORKERS)
                await asyncio.gather(*(guest.again(30) for guest in guests))
                await asyncio.sleep(2)
                away = time.monotonic() - killed - 2
            print(f"server away {away:.1f} s, longest silence {first.silence:.2f} and {second.silence:.2f} s")
            for vigil in (first, second):
                assert vigil.advanced > 100 and vigil.silence < away / 2
            assert [len(guest.connected_at) for guest in guests] == connections, "nobody had to reconnect"
            for session in sessions:
                await session.flowing(30)
                told = {event["type"] for event in session.mediator.events}
                assert "ControlRestarted" in told
                assert not told & {"MediaLost", "MediaRestored"}
            assert [session.worker("media").pid for session in sessions] == before
            counts = await metrics(sessions[0])
            assert [counts["heting_worker_accepting", place] for place in "01"] == [1, 1]
            assert [counts["heting_worker_rooms", place] for place in "01"] == [1, 1]
            assert all(counts["heting_forward_packet_total", "out", "video", place] > 100 for place in "01")
            by_port = {worker["port"]: worker for worker in await crew(sessions[0])}
            assert by_port == {worker["port"]: worker for worker in known}
        finally:
            if again is not None:
                again.kill()
                await again.wait()
