"""The registry: prepared at the first knock, taken up after a restart, fed by the workers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from room_server.crew.drains import Wish
from room_server.engine.seam import WorkerGone
from room_server.rules import commands as c
from room_server.rules import protocol as p
from room_server.rules.people import Role
from room_server.settings import Settings
from room_server.sitting.live import Sitting
from room_server.sittings import grading
from room_server.sittings.hall import Sittings
from room_server.store import hearings, journal
from room_server.store.database import Database
from room_server.tickets import HearingOver, Tickets
from tests.support.room_stage import Ear

ENGINE = {"engine": "scripted", "state": "ready", "model": "m", "sha256": "", "licence": "MIT", "reason": ""}


class Workers:
    """A placement that notes calls and can lose its worker."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, tuple[Any, ...]]] = []
        self.epochs: dict[str, int] = {}
        self.rooms: set[str] = set()
        self.epoch = 1
        self.up = True
        self.drained = False

    async def call(self, kind: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Note a call."""
        if not self.up:
            raise WorkerGone(kind)
        self.calls.append((kind, method, args))
        return {"rss": 1, "peers": 2, "rooms": {}} if method == "stats" else None

    async def ask(self, room: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Note a call about a room that has a worker."""
        if room not in self.rooms:
            raise WorkerGone(room)
        return await self.call("media", method, *args, wait=wait)

    async def call_worker(self, name: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Note a call."""
        return await self.call("media", method, *args, wait=wait)

    def has(self, room: str) -> bool:
        """Whether the room has a worker."""
        return room in self.rooms

    def epoch_of(self, room: str) -> int:
        """The epoch of the room's worker."""
        return self.epochs.get(room, 0)

    def tend(self, worker: str, wish: Wish) -> None:
        """Note whether new rooms are taken."""
        self.drained = wish is not Wish.RESUME

    def assign(self, room: str) -> bool:
        """Everything goes to the one worker."""
        if not self.up or self.drained or room in self.rooms:
            return False
        self.rooms.add(room)
        self.epochs[room] = self.epoch
        return True

    def release(self, room: str) -> None:
        """Over."""
        self.rooms.discard(room)

    def crew(self, kind: str) -> list[dict[str, Any]]:
        """One worker."""
        state = "up" if self.up else "down"
        return [{"name": "media-1", "state": state, "epoch": 1, "port": 50000, "rooms": len(self.rooms)}]

    def info(self, kind: str) -> dict[str, Any]:
        """What the worker said of itself."""
        return {"up": self.up, "epoch": 1, "engine": ENGINE}


class House:
    """A database with one booked hearing, and the registry over it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.settings = Settings(data=folder / "var")
        self.settings.data.mkdir(exist_ok=True)
        self.tickets = Tickets(database, self.settings.keys, public_url="https://localhost")
        self.workers = Workers()
        self.sittings = self.registry()
        self.hearing = ""
        self.people: dict[str, str] = {}
        self.keeps_worker = True

    def registry(self) -> Sittings:
        """A registry, as a new control process would make it."""
        return Sittings(self.settings, self.database, self.tickets, self.workers, "/run/tap.sock")  # type: ignore[arg-type]

    def adopted(self, sitting: str) -> None:
        """The workers as a new control process finds them."""
        if not self.keeps_worker:
            self.workers = Workers()
        assert self.workers.has(sitting) is self.keeps_worker

    async def book(self, video_codec: str = "") -> None:
        """One mediator, one applicant."""

        def write(session: Any) -> hearings.Booking:
            seats = [
                hearings.NewSeat(name="王调解", role=Role.MEDIATOR),
                hearings.NewSeat(name="张三", role=Role.APPLICANT, side="applicant"),
            ]
            return hearings.book(
                session,
                case_number="1号",
                title="拖欠工资",
                kind="mediation",
                starts_at=0,
                seats=seats,
                now=0,
                video_codec=video_codec,
            )

        booking = await self.database.write(write)
        self.hearing = booking.id
        self.people = {person.role.value: person.id for person in booking.participants}

    async def opened(self) -> Sitting:
        """The live sitting, open, with the mediator at the table."""
        live = await self.sittings.of_hearing(self.hearing)
        mediator = self.people["mediator"]
        await live.enter(Ear(mediator), 0, False)
        await live.wish(mediator, c.Knock())
        await live.wish(mediator, c.Open(reason="被申请人未到"))
        return live

    async def state(self) -> str:
        """The hearing's state in the database, once background work has settled."""
        await asyncio.sleep(0.1)
        booking = await self.database.read(lambda s: hearings.find(s, self.hearing))
        assert booking is not None
        return booking.state


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The house with its hearing."""
    database = Database(f"sqlite:///{tmp_path / 'heting.db'}")
    await database.open()
    made = House(database, tmp_path)
    await made.book()
    await made.sittings.start()
    yield made
    await made.sittings.stop()
    await database.close()


async def test_the_first_to_come_prepares_the_sitting_for_all(house: House) -> None:
    first, second = await asyncio.gather(*(house.sittings.of_hearing(house.hearing) for _ in range(2)))
    assert first is second
    assert [p.participant.role for p in first.room.people.values()] == [Role.MEDIATOR, Role.APPLICANT]
    assert await house.state() == "waiting"
    methods = [(kind, method) for kind, method, _ in house.workers.calls]
    assert ("media", "open_room") in methods
    (context,) = [
        args[1] for kind, method, args in house.workers.calls if (kind, method) == ("scribe", "listen")
    ]
    assert (context["chair"], context["resumed"]) == (house.people["mediator"], False)
    assert context["hot_words"][:2] == ["王调解", "张三"] and "经济补偿" in context["hot_words"]


async def test_the_media_worker_is_told_the_codec_that_the_hearing_wants(house: House) -> None:
    await house.sittings.of_hearing(house.hearing)
    await house.book("h264")
    wanted = await house.sittings.of_hearing(house.hearing)
    opened = [args for _, method, args in house.workers.calls if method == "open_room"]
    assert [options["codec"] for _, _, options in opened] == ["", "h264"]
    house.sittings = house.registry()
    house.workers.rooms.clear()
    await house.sittings.start()
    again = [args for _, method, args in house.workers.calls if method == "open_room"][len(opened) :]
    assert {room: options["codec"] for room, _, options in again}[wanted.id] == "h264"


async def test_a_ticket_leads_to_its_seat_until_the_hearing_is_over(house: House) -> None:
    link = await house.tickets.issue(house.hearing, house.people["applicant"])
    live, who = await house.sittings.find(link.token)
    assert (live.id.startswith("s_"), who) == (True, house.people["applicant"])
    await house.database.write(lambda s: hearings.set_state(s, house.hearing, "closed"))
    with pytest.raises(HearingOver):
        await house.sittings.find(link.token)


async def test_the_course_of_the_sitting_is_the_state_of_the_hearing(house: House) -> None:
    live = await house.opened()
    assert await house.state() == "open"
    await live.wish(house.people["mediator"], c.Adjourn())
    assert await house.state() == "adjourned"


async def test_what_workers_tell_becomes_facts(house: House) -> None:
    live = await house.opened()
    who = house.people["mediator"]
    track = f"{who}.microphone"
    times = {"start_ms": 0, "end_ms": 900}
    segment = {"track": track, "file": "f", "number": 1, "frames": 5, "sha256": "a", "prev": "b"}
    told: list[dict[str, Any]] = [
        {"type": "track_started", "participant": who, "source": "microphone", "codec": "opus"},
        {"type": "segment", **segment, **times},
        {"type": "gap", "track": track, **times, "reason": "muted"},
        {"type": "unheard", "participant": who, **times, "reason": "overloaded"},
        {"type": "alarm", "track": track, "word": "disk_full"},
        {"type": "alarm_over", "word": "disk_full"},
        {
            "type": "utterance", "participant": who, **times, "text": "现在开始调解", "words": [],
            "confidence": 0.9, "language": "zh", "engine": "scripted",
        },
    ]  # fmt: skip
    for event in told:
        house.sittings.hear("media", {**event, "room": live.id})
    house.sittings.hear("media", {"type": "unheard_of", "room": live.id})
    house.sittings.hear("media", {"type": "gap", "room": "s_unknown"})
    await asyncio.sleep(0.2)
    house.sittings.hear("scribe", {**told[-1], "room": live.id})
    await asyncio.sleep(0.1)
    kinds = [entry.type for entry in await journal.read(house.database, live.id)]
    expected = ["TrackStarted", "SegmentSealed", "GapNoted", "SpeechMissed"]
    expected += ["RecordingAlarm", "RecordingRestored", "UtteranceHeard"]
    assert kinds[-7:] == expected
    assert house.sittings._reserve.held


async def test_the_grade_of_a_line_passes_and_is_no_fact(house: House) -> None:
    live = await house.opened()
    ear = Ear(house.people["mediator"])
    await live.enter(ear, 0, False)
    before = len(await journal.read(house.database, live.id))
    news = {"loss_up": 0.2, "loss_down": 0.0, "rtt_ms": 40, "jitter_ms": 3}
    told = {"type": "quality", "room": live.id, "participant": ear.participant, "grade": "bad", **news}
    house.sittings.hear("media", told)
    assert ear.frames[-1] == p.Quality(participant=ear.participant, grade="bad")
    assert len(await journal.read(house.database, live.id)) == before


async def test_a_line_that_was_bad_is_summed_up_at_the_close(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading, "LEAST_MS", 1)
    live = await house.opened()
    who = house.people["mediator"]
    house.sittings.hear("media", {"type": "quality", "room": live.id, "participant": who, "grade": "bad"})
    await asyncio.sleep(0.05)
    await live.wish(who, c.Close(outcome="other"))
    await asyncio.sleep(0.1)
    entries = await journal.read(house.database, live.id)
    kinds = [entry.type for entry in entries]
    assert kinds.index("LineSummed") == kinds.index("Closed") + 1
    body = entries[kinds.index("LineSummed")].body
    assert (body["participant"], body["worst"], body["poor_ms"]) == (who, "bad", 0) and body["bad_ms"] >= 50


async def test_the_engine_is_written_into_the_record(house: House) -> None:
    house.sittings.hear("scribe", {"type": "ready", "epoch": 1, "fresh": True})
    await asyncio.sleep(0.1)
    live = await house.opened()
    house.sittings.hear("scribe", {"type": "engine", "engine": {**ENGINE, "state": "absent"}})
    await asyncio.sleep(0.1)
    stated = [
        n.body["state"] for n in await journal.read(house.database, live.id) if n.type == "EngineStated"
    ]
    assert stated == ["ready", "absent"]


async def test_a_lost_worker_is_told_and_its_successor_furnished(house: House) -> None:
    live = await house.opened()
    house.workers.up = False
    house.workers.rooms.clear()
    house.sittings.hear("media", {"type": "lost", "epoch": 1, "rooms": [live.id]})
    await asyncio.sleep(0.1)
    assert not house.workers.has(live.id)
    house.workers.up = True
    house.workers.epoch = 2
    house.sittings.hear("media", {"type": "ready", "epoch": 2, "fresh": True})
    await asyncio.sleep(0.2)
    kinds = [entry.type for entry in await journal.read(house.database, live.id)]
    assert kinds[-2:] == ["MediaLost", "MediaRestored"]
    assert house.workers.calls[-1][1] == "route"
    assert live._link.epoch == 2


async def test_the_loss_of_another_worker_is_not_noticed(house: House) -> None:
    live = await house.opened()
    before = await journal.read(house.database, live.id)
    calls = len(house.workers.calls)
    house.sittings.hear("media", {"type": "lost", "epoch": 9, "rooms": ["s_other"]})
    house.sittings.hear("media", {"type": "ready", "epoch": 10, "fresh": True})
    await asyncio.sleep(0.2)
    assert await journal.read(house.database, live.id) == before
    assert len(house.workers.calls) == calls


async def test_a_lost_room_moves_at_once_to_a_living_worker(house: House) -> None:
    live = await house.opened()
    house.workers.rooms.clear()
    house.workers.epoch = 7
    house.sittings.hear("media", {"type": "lost", "epoch": 1, "rooms": [live.id]})
    await asyncio.sleep(0.2)
    told = [(n.type, n.body.get("epoch")) for n in await journal.read(house.database, live.id)]
    assert told[-2:] == [("MediaLost", 1), ("MediaRestored", 7)]
    methods = [method for _, method, _ in house.workers.calls]
    assert methods[-3:] == ["open_room", "begin_recording", "route"]


async def test_a_sitting_that_no_drained_worker_takes_is_placed_when_it_is_resumed(house: House) -> None:
    house.sittings.tend("media-1", "drain")
    live = await house.sittings.of_hearing(house.hearing)
    assert not house.workers.has(live.id)
    with pytest.raises(LookupError):
        house.sittings.tend("media-9", "resume")
    house.sittings.tend("media-1", "resume")
    await asyncio.sleep(0.1)
    assert house.workers.has(live.id)
    assert ("media", "open_room") in [(kind, method) for kind, method, _ in house.workers.calls]


async def restarted(house: House) -> list[str]:
    """What the journal has gained when a successor has taken up the open hearing."""
    live = await house.opened()
    await house.sittings.stop()
    before = len(await journal.read(house.database, live.id))
    house.adopted(live.id)
    house.sittings = successor = house.registry()
    await successor.start()
    again = successor.live(live.id)
    assert again is not None
    assert (again.room.phase, again.opened_at) == ("open", live.opened_at)
    return [entry.type for entry in (await journal.read(house.database, live.id))[before:]]


async def test_a_restart_takes_up_what_was_not_over(house: House) -> None:
    assert await restarted(house) == ["ControlRestarted"]


async def test_what_adopted_workers_tell_before_the_sittings_are_there_is_not_lost(house: House) -> None:
    live = await house.opened()
    await house.sittings.stop()
    house.sittings = successor = house.registry()
    track = {"participant": house.people["mediator"], "source": "camera", "room": live.id}
    successor.hear("media", {"type": "ready", "epoch": 1, "fresh": False})
    successor.hear("media", {"type": "track_ended", **track})
    successor.hear("media", {"type": "lost", "epoch": 1, "rooms": [live.id]})
    await successor.start()
    await asyncio.sleep(0.2)
    kinds = [entry.type for entry in await journal.read(house.database, live.id)]
    assert kinds[-2:] == ["ControlRestarted", "TrackEnded"]
    assert "MediaLost" not in kinds, "the room has a worker again"


async def test_a_restart_without_the_worker_furnishes_a_new_one(house: House) -> None:
    house.keeps_worker = False
    assert await restarted(house) == ["ControlRestarted", "MediaRestored"]
    assert house.workers.calls[-2][1] == "route"


async def test_revoked_people_are_shut_out_and_parts_report_their_state(house: House) -> None:
    live = await house.sittings.of_hearing(house.hearing)
    ear = Ear(house.people["applicant"])
    await live.enter(ear, 0, False)
    await house.sittings.shut_out(house.hearing, house.people["applicant"])
    assert ear.word == "revoked"
    media = (await house.sittings.health())["media"]
    worker = {"name": "media-1", "state": "up", "epoch": 1, "port": 50000, "rooms": 1}
    assert media == {"state": "up", "workers": [worker]}
    folder = house.settings.recordings / live.id
    folder.mkdir(parents=True)
    (folder / "x.webm").write_bytes(bytes(1234))
    measured = await house.sittings.measurements()
    assert measured["media"][0]["stats"]["peers"] == 2
    assert (measured["rooms"], measured["recording_bytes"]) == ({"waiting": 1}, 1234)
    house.workers.up = False
    assert (await house.sittings.health())["media"]["state"] == "down"
    assert (await house.sittings.measurements())["media"][0]["stats"] is None
    assert isinstance(ear.frames[0], p.Welcome)
