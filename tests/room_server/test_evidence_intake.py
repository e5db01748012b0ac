"""A file on its way in: pieces, broken lines, full disks, restarts; and nothing half stored."""

import asyncio
import errno
import hashlib
import shutil
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from room_server.evidence import intake as intake_module
from room_server.evidence.apart import ExaminerFailed, Examiners
from room_server.evidence.intake import Intake, WrongOffset
from room_server.evidence.kinds import NotAccepted
from room_server.evidence.shelf import DiskFull, Shelf, page_name
from room_server.rules.people import Role
from room_server.settings import Settings
from room_server.store import evidence as store
from room_server.store import hearings
from room_server.store.database import Database
from room_server.store.evidence import NewEvidence, WrongState
from room_server.store.evidence_tables import EvidenceRow
from room_server.store.hearings import NewSeat
from tests.support import exhibits

PHOTO = exhibits.photo()


class QuickExaminers(Examiners):
    """Finds what it was told to find, and draws empty pages."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Any] | Exception = {
            "format": "jpeg",
            "kind": "picture",
            "pages": 1,
            "active": False,
            "seconds": 0,
        }
        self.drawn: list[int] = []
        self.hold = asyncio.Event()
        self.hold.set()

    async def examine(self, path: Path, views: Path) -> dict[str, Any]:
        """As scripted."""
        await self.hold.wait()
        if isinstance(self.found, Exception):
            raise self.found
        (views / page_name(1)).write_bytes(b"page")
        return dict(self.found)

    async def draw(self, path: Path, views: Path, first: int, count: int) -> None:
        """Note and draw."""
        self.drawn.append(first)
        for number in range(first, first + count):
            (views / page_name(number)).write_bytes(b"page")


class Bench(NamedTuple):
    """An intake over a real database."""

    intake: Intake
    examiners: QuickExaminers
    database: Database
    hearing: str
    settings: Settings

    async def announced(self, size: int = len(PHOTO), side: str = "applicant") -> EvidenceRow:
        new = NewEvidence(
            hearing=self.hearing,
            side=side,
            title="照片",
            purpose="",
            file="a.jpg",
            size=size,
            actor="p_1",
            by="张三",
        )
        return await self.intake.announce(new)

    async def now(self, row: EvidenceRow) -> EvidenceRow:
        found = await self.database.read(lambda s: store.find(s, row.id))
        assert found is not None
        return found

    async def settled(self, row: EvidenceRow) -> EvidenceRow:
        async with asyncio.timeout(30):
            while (found := await self.now(row)).state == "checking":
                await asyncio.sleep(0.01)
        return found

    async def sent(self, content: bytes = PHOTO) -> EvidenceRow:
        row = await self.announced(len(content))
        await self.intake.take(row, 0, pieces(content))
        return await self.settled(await self.intake.complete(row, "p_1"))

    def folder(self, row: EvidenceRow) -> Path:
        return self.settings.files / "evidence" / row.id


async def pieces(*parts: bytes, then: Exception | None = None) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if then:
        raise then


def cut(content: bytes, size: int) -> Iterable[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    settings = Settings(
        data=tmp_path,
        evidence_picture_mib=1,
        evidence_document_mib=4,
        evidence_media_mib=8,
        evidence_side_mib=16,
    )
    database = Database(settings.database)
    await database.open()
    seats = [NewSeat(name="张三", role=Role.APPLICANT, side="applicant")]
    booking = await database.write(
        lambda s: hearings.book(
            s, case_number="1", title="t", kind="mediation", starts_at=1, seats=seats, now=1
        )
    )
    examiners = QuickExaminers()
    intake = Intake(settings, database, examiners)
    yield Bench(intake, examiners, database, booking.id, settings)
    await intake.stop()
    await database.close()


async def test_what_arrives_in_pieces_is_kept_to_the_byte(bench: Bench) -> None:
    row = await bench.announced()
    assert await bench.intake.take(row, 0, pieces(*cut(PHOTO, 1000))) == len(PHOTO)
    settled = await bench.settled(await bench.intake.complete(row, "p_1"))
    assert settled.state == "draft" and settled.sha256 == hashlib.sha256(PHOTO).hexdigest()
    original = bench.intake.shelf.original(row.id)
    assert original.read_bytes() == PHOTO and original.stat().st_mode & 0o777 == 0o400
    assert bench.folder(row).stat().st_mode & 0o077 == 0
    acts = await bench.database.read(lambda s: store.history(s, row.id))
    assert [act["act"] for act in acts] == ["announced", "received", "accepted"]
    assert acts[-1]["sha256"] == settled.sha256


async def test_a_broken_line_costs_nothing_that_had_come(bench: Bench) -> None:
    row = await bench.announced()
    with pytest.raises(ConnectionError):
        await bench.intake.take(row, 0, pieces(PHOTO[:5000], then=ConnectionResetError()))
    with pytest.raises(WrongOffset) as caught:
        await bench.intake.take(row, 0, pieces(PHOTO))
    assert caught.value.received == 5000
    with pytest.raises(WrongOffset):
        await bench.intake.complete(row, "p_1")
    again = Intake(bench.settings, bench.database, bench.examiners)
    assert await again.take(row, 5000, pieces(PHOTO[5000:])) == len(PHOTO)
    assert (await bench.settled(await again.complete(row, "p_1"))).state == "draft"


async def test_completing_twice_is_completing_once(bench: Bench) -> None:
    bench.examiners.hold.clear()
    row = await bench.announced()
    await bench.intake.take(row, 0, pieces(PHOTO))
    first = await bench.intake.complete(row, "p_1")
    assert (await bench.intake.complete(first, "p_1")).state == "checking"
    bench.examiners.hold.set()
    settled = await bench.settled(row)
    with pytest.raises(WrongState):
        await bench.intake.complete(settled, "p_1")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"<svg onload='alert(1)'/>".ljust(9000), "unknown_type"),
        (b"<html>", "unknown_type"),
        (exhibits.archive({"a.txt": bytes(5000)}, packed=False)[4:], "unknown_type"),
    ],
)
async def test_the_first_bytes_condemn_a_file_at_once(bench: Bench, content: bytes, word: str) -> None:
    row = await bench.announced(len(content))
    with pytest.raises(NotAccepted, match=word):
        await bench.intake.take(row, 0, pieces(*cut(content, 4096)))
    refused = await bench.now(row)
    assert (refused.state, refused.word) == ("refused", word)
    assert not bench.folder(row).exists()


async def test_limits_are_per_kind(bench: Bench) -> None:
    large = PHOTO + bytes(2 << 20)
    row = await bench.announced(len(large))
    with pytest.raises(NotAccepted, match="too_large_kind"):
        await bench.intake.take(row, 0, pieces(large[:4096]))
    assert not bench.folder(row).exists()
    film = await bench.announced(len(large))
    head = b"\x00\x00\x00\x18ftypisom".ljust(4096)
    assert await bench.intake.take(film, 0, pieces(head)) == 4096
    with pytest.raises(NotAccepted, match="too_large_kind"):
        await bench.announced(9 << 20)


async def test_more_than_was_announced_is_not_taken(bench: Bench) -> None:
    row = await bench.announced(5000)
    with pytest.raises(NotAccepted, match="more_than_announced"):
        await bench.intake.take(row, 0, pieces(PHOTO[:4000], PHOTO[:4000]))
    assert not bench.folder(row).exists()


async def test_a_side_has_only_so_much(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        await bench.announced(8 << 20)
    with pytest.raises(NotAccepted, match="too_much"):
        await bench.announced(1)
    await bench.announced(1, side="respondent")
    monkeypatch.setattr(intake_module, "MOST_ITEMS", 1)
    with pytest.raises(NotAccepted, match="too_much"):
        await bench.announced(1, side="respondent")


async def test_a_disk_that_is_full_before(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(bench.settings.data)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=100 << 20))
    with pytest.raises(DiskFull):
        await bench.announced()
    rows = await bench.database.read(lambda s: store.of_case(s, store.case_of(s, bench.hearing)))
    assert [(row.state, row.word) for row in rows] == [("refused", "disk_full")]
    assert not bench.folder(rows[0]).exists()


async def test_a_disk_that_fills_meanwhile(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await bench.announced()
    await bench.intake.take(row, 0, pieces(PHOTO[:5000]))
    usage = shutil.disk_usage(bench.settings.data)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=100 << 20))
    with pytest.raises(DiskFull):
        await bench.intake.take(row, 5000, pieces(PHOTO[5000:]))
    assert (await bench.now(row)).word == "disk_full" and not bench.folder(row).exists()


async def test_a_write_that_finds_no_room(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await bench.announced()

    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(DiskFull):
        await bench.intake.take(row, 0, pieces(PHOTO))
    monkeypatch.undo()
    assert (await bench.now(row)).word == "disk_full" and not bench.folder(row).exists()


@pytest.mark.parametrize(
    ("found", "word"), [(NotAccepted("bomb"), "bomb"), (ExaminerFailed("x"), "unreadable")]
)
async def test_what_the_examiner_refuses_is_gone(bench: Bench, found: Exception, word: str) -> None:
    bench.examiners.found = found
    row = await bench.sent()
    assert (row.state, row.word) == ("refused", word)
    async with asyncio.timeout(10):
        while bench.folder(row).exists():
            await asyncio.sleep(0.01)


async def test_a_restart_goes_on_with_the_check(bench: Bench) -> None:
    bench.examiners.hold.clear()
    row = await bench.announced()
    await bench.intake.take(row, 0, pieces(PHOTO))
    await bench.intake.complete(row, "p_1")
    await asyncio.sleep(0.05)
    await bench.intake.stop()
    assert (await bench.now(row)).state == "checking"
    bench.examiners.hold.set()
    again = Intake(bench.settings, bench.database, bench.examiners)
    await again.start()
    assert (await bench.settled(row)).sha256 == hashlib.sha256(PHOTO).hexdigest()
    await again.stop()


async def test_what_nobody_went_on_with_is_cleared_away(bench: Bench) -> None:
    row = await bench.announced()
    fresh = Intake(bench.settings, bench.database, bench.examiners)
    await fresh.start()
    assert (await bench.now(row)).state == "receiving"
    later = row.created_at / 1000 + 25 * 3600
    tomorrow = Intake(bench.settings, bench.database, bench.examiners, clock=lambda: later)
    await tomorrow.start()
    assert (await bench.now(row)).word == "given_up" and not bench.folder(row).exists()


async def test_deleting_while_it_is_examined(bench: Bench) -> None:
    bench.examiners.hold.clear()
    row = await bench.announced()
    await bench.intake.take(row, 0, pieces(PHOTO))
    await bench.intake.complete(row, "p_1")
    await bench.intake.discard(row.id, "p_1")
    assert (await bench.now(row)).state == "deleted" and not bench.folder(row).exists()
    with pytest.raises(FileNotFoundError):
        await bench.intake.take(row, 0, pieces(PHOTO))


async def test_later_pages_are_drawn_when_somebody_turns_to_them(bench: Bench) -> None:
    bench.examiners.found = {"format": "pdf", "kind": "document", "pages": 20, "active": False, "seconds": 0}
    row = await bench.sent()
    first = await bench.intake.page(row, 1)
    assert first and bench.examiners.drawn == []
    found = await asyncio.gather(*(bench.intake.page(row, 9) for _ in range(5)))
    assert bench.examiners.drawn == [7] and all(path and path.exists() for path in found)
    assert await bench.intake.page(row, 8) and bench.examiners.drawn == [7]
    assert await bench.intake.page(row, 0) is None and await bench.intake.page(row, 21) is None


async def test_large_files_are_never_held_whole(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    append = Shelf.append

    def watched(shelf: Shelf, evidence: str, piece: bytes) -> int:
        sizes.append(len(piece))
        return append(shelf, evidence, piece)

    monkeypatch.setattr(Shelf, "append", watched)
    head = b"\x00\x00\x00\x18ftypisom"
    size = 8 << 20
    row = await bench.announced(size)
    many = [head.ljust(1 << 16), *[bytes(1 << 16)] * (size // (1 << 16) - 1)]
    assert await bench.intake.take(row, 0, pieces(*many)) == size
    assert max(sizes) <= (512 << 10) + (1 << 16)
