"""Identity numbers: never in plain on disk, found by a keyed hash, opened by one key only."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.rules.people import Role
from room_server.store import hearings, privacy
from room_server.store.database import Database
from room_server.store.hearings import NewSeat
from room_server.store.keys import KeyFileError
from room_server.store.privacy import Privacy, open_privacy

NUMBER = "11010519491231002X"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/heting.db")
    await database.open()
    yield database
    await database.close()


async def seat(database: Database, number: str) -> str:
    booking = await database.write(
        lambda s: hearings.book(
            s,
            case_number=number,
            title="t",
            kind="mediation",
            starts_at=1,
            seats=[NewSeat(name="张晓雯", role=Role.APPLICANT)],
            now=1,
        )
    )
    return booking.participants[0].id


async def test_a_number_is_kept_found_and_read_back_but_never_stands_on_disk(
    database: Database, tmp_path: Path
) -> None:
    guard = await open_privacy(database, tmp_path / "keys")
    first, second, third = [await seat(database, number) for number in "123"]
    for person in (first, second):
        await database.write(lambda s, person=person: privacy.set_id_number(s, guard, person, NUMBER))  # type: ignore[misc]
    assert await database.read(lambda s: privacy.id_number(s, guard, first)) == NUMBER
    assert await database.read(lambda s: privacy.id_number(s, guard, third)) is None
    assert await database.read(lambda s: privacy.seats_of(s, guard, NUMBER)) == sorted([first, second])
    for file in tmp_path.glob("heting.db*"):
        assert NUMBER.encode() not in file.read_bytes()


def test_equal_texts_are_concealed_differently_and_opened_for_their_owner_only() -> None:
    guard = Privacy(b"k" * 32)
    first, second = guard.conceal("p_1", NUMBER), guard.conceal("p_1", NUMBER)
    assert first != second
    assert guard.reveal("p_1", first) == guard.reveal("p_1", second) == NUMBER
    with pytest.raises(KeyFileError):
        guard.reveal("p_2", first)


def test_a_changed_or_foreign_text_does_not_open() -> None:
    guard = Privacy(b"k" * 32)
    concealed = guard.conceal("p_1", NUMBER)
    for wrong in (concealed[:-1] + bytes([concealed[-1] ^ 1]), b"", concealed[:12]):
        with pytest.raises(KeyFileError, match=r"pii\.key"):
            guard.reveal("p_1", wrong)
    with pytest.raises(KeyFileError):
        Privacy(b"x" * 32).reveal("p_1", concealed)
    assert Privacy(b"x" * 32).digest(NUMBER) != guard.digest(NUMBER)


async def test_the_key_belongs_to_the_database(database: Database, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    await open_privacy(database, keys)
    await open_privacy(database, keys)
    (keys / "pii.key").rename(keys / "kept")
    with pytest.raises(KeyFileError, match=r"pii\.key is missing; restore"):
        await open_privacy(database, keys)
    assert not (keys / "pii.key").exists()
    (keys / "pii.key").write_bytes(b"z" * 32)
    with pytest.raises(KeyFileError, match="belongs to another database"):
        await open_privacy(database, keys)
