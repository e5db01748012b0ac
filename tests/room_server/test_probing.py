"""Tests of lines: a room that is nobody's, few at once, each for a while and for its own person."""

from pathlib import Path
from typing import Any

import pytest

from media.worker import UnknownRoom
from room_server.api import line
from room_server.crew.probing import AT_ONCE, LASTS_S, OFFERS, WAYS, ProbeRefused, Probes
from room_server.engine.seam import WorkerError, WorkerGone
from room_server.rules.people import Role
from tests.support.callers import Caller, Picture, Tone, running, until
from tests.support.desk_server import DeskServer, QuietTests, desk_server


class OneWorker:
    """A placement with a single worker that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.error: Exception | None = None

    def freest(self) -> str:
        """The only one."""
        if isinstance(self.error, WorkerGone):
            raise self.error
        return "media-7"

    async def call_worker(self, worker: str, method: str, *args: Any, wait: float) -> Any:
        """Remember, and do as it was told to."""
        self.asked.append((worker, method, *args))
        if self.error is not None:
            raise self.error
        return {"sdp": f"answer to {args[-1]}"}

    def methods(self) -> list[str]:
        """What it was asked, in short."""
        return [one[1] for one in self.asked]


@pytest.fixture
def worker() -> OneWorker:
    return OneWorker()


@pytest.fixture
def clock() -> list[float]:
    return [1000.0]


@pytest.fixture
def probes(worker: OneWorker, clock: list[float]) -> Probes:
    return Probes(worker, lambda: clock[0])  # type: ignore[arg-type]


async def test_a_test_has_a_room_of_its_own_with_an_end(probes: Probes, worker: OneWorker) -> None:
    probe = await probes.open("p_1")
    assert worker.asked == [("media-7", "open_probe", probe, list(WAYS), LASTS_S)]
    assert await probes.offer("p_1", probe, "tls", "subscribe", "x") == "answer to x"
    await probes.offer("p_1", probe, "tls", "publish", "y")
    assert worker.asked[1:] == [
        ("media-7", "subscribe", probe, "tls", "tls", "x"),
        ("media-7", "publish", probe, "out", "tls", "y"),
    ]
    await probes.close("p_1", probe)
    assert worker.asked[-1] == ("media-7", "close_room", probe)
    with pytest.raises(ProbeRefused, match="no_such_probe"):
        await probes.offer("p_1", probe, "direct", "subscribe", "x")


async def test_a_second_test_of_a_person_ends_the_first(probes: Probes, worker: OneWorker) -> None:
    first = await probes.open("p_1")
    second = await probes.open("p_1")
    assert worker.methods() == ["open_probe", "close_room", "open_probe"]
    for who, probe in (("p_1", first), ("p_2", second)):
        with pytest.raises(ProbeRefused, match="no_such_probe"):
            await probes.offer(who, probe, "direct", "subscribe", "x")


async def test_only_so_many_at_once_and_each_ends(probes: Probes, clock: list[float]) -> None:
    for number in range(AT_ONCE):
        await probes.open(f"p_{number}")
        clock[0] += 1
    with pytest.raises(ProbeRefused, match="too_many") as refused:
        await probes.open("p_late")
    assert refused.value.wait_s == LASTS_S - AT_ONCE
    clock[0] += refused.value.wait_s
    await probes.open("p_late")


async def test_only_so_many_offers(probes: Probes) -> None:
    probe = await probes.open("p_1")
    for _ in range(OFFERS):
        await probes.offer("p_1", probe, "direct", "subscribe", "x")
    with pytest.raises(ProbeRefused, match="too_many"):
        await probes.offer("p_1", probe, "direct", "subscribe", "x")


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (WorkerGone("media-7"), "media_down"),
        (WorkerError("ValueError", "this is not SDP"), "bad_sdp"),
        (WorkerError("UnknownRoom", "closed"), "no_such_probe"),
        (WorkerError("KeyError", "x"), "internal"),
    ],
)
async def test_what_the_worker_refuses_has_a_word(
    probes: Probes, worker: OneWorker, error: Exception, word: str
) -> None:
    probe = await probes.open("p_1")
    worker.error = error
    with pytest.raises(ProbeRefused, match=word):
        await probes.offer("p_1", probe, "direct", "subscribe", "x")


async def test_without_a_worker_there_is_no_test(probes: Probes, worker: OneWorker) -> None:
    worker.error = WorkerGone("none")
    with pytest.raises(ProbeRefused, match="media_down"):
        await probes.open("p_1")


async def test_a_device_hears_and_sees_itself_and_nothing_is_left() -> None:
    async with running() as (media, events):
        await media.open_room("sitting", 3, {})
        await media.open_probe("probe-1", ["direct"], 3.0)
        assert await media.rooms() == {"sitting": 3}
        back, out = Caller(media, "probe-1", "direct"), Caller(media, "probe-1", "out", "direct")
        try:
            await back.subscribe()
            await out.publish(Tone(), Picture())
            await until(lambda: back.frames("video") > 3 and back.frames("audio") > 10)
            assert not [event for event in events if event["type"] in ("segment", "gap", "alarm")]
        finally:
            await out.close()
            await back.close()
        await until(lambda: "probe-1" not in media._rooms)
        with pytest.raises(UnknownRoom):
            await media.publish("probe-1", "out", "direct", "x")


class Scripted(QuietTests):
    """Opens tests, and takes one way only."""

    def __init__(self) -> None:
        self.going: dict[str, str] = {}

    async def open(self, who: str) -> str:
        """Begin."""
        self.going["probe-1"] = who
        return "probe-1"

    async def offer(self, who: str, probe: str, way: str, plane: str, sdp: str) -> str:
        """Answer."""
        if self.going.get(probe) != who:
            raise ProbeRefused("no_such_probe")
        if sdp == "x":
            raise ProbeRefused("bad_sdp", reason="this is not SDP")
        return f"{way} {plane}"

    async def close(self, who: str, probe: str) -> None:
        """End."""
        if self.going.pop(probe, None) != who:
            raise ProbeRefused("no_such_probe")


async def party(server: DeskServer, role: Role = Role.APPLICANT) -> Any:
    return server.with_ticket(await server.token(await server.book(f"{role}号"), role))


async def test_a_ticket_opens_a_test_and_nothing_else_does(tmp_path: Path) -> None:
    async with desk_server(tmp_path, tests=Scripted()) as server:
        applicant, witness = await party(server), await party(server, Role.WITNESS)
        begun = await applicant.post("/api/line")
        assert (begun.status, begun.json) == (201, {"probe": "probe-1", "seconds": LASTS_S})
        offer = {"way": "tls", "plane": "subscribe", "sdp": "v=0"}
        assert (await applicant.post("/api/line/probe-1", offer)).json == {"sdp": "tls subscribe"}
        assert (await applicant.post("/api/line/probe-1", offer | {"sdp": "x"})).word == "bad_sdp"
        assert (await applicant.post("/api/line/probe-1", offer | {"way": "sctp"})).word == "malformed"
        assert (await witness.post("/api/line/probe-1", offer)).word == "no_such_probe"
        assert (await server.anonymous().post("/api/line")).status == 401
        assert (await (await server.signed_in("mediator")).post("/api/line")).status == 401
        assert (await applicant.call("DELETE", "/api/line/probe-1")).status == 204
        assert (await applicant.call("DELETE", "/api/line/probe-1")).status == 404


async def test_nobody_begins_tests_without_end(tmp_path: Path) -> None:
    async with desk_server(tmp_path, tests=Scripted()) as server:
        applicant = await party(server)
        for _ in range(line.MOST):
            assert (await applicant.post("/api/line")).status == 201
        refused = await applicant.post("/api/line")
        assert (refused.status, refused.word) == (429, "too_many")
        assert 0 < int(refused.headers["Retry-After"]) <= line.WITHIN_S
        server.clock[0] += line.WITHIN_S
        assert (await applicant.post("/api/line")).status == 201


async def test_without_media_the_test_says_so(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        assert (await (await party(server)).post("/api/line")).word == "media_down"
