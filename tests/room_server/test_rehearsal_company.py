"""Several hearings of one rehearsal: which script each plays, and that they open together."""

import asyncio

import pytest

from room_server.rehearsal.company import Company, cast_scripts
from room_server.rehearsal.script import BadScript


def names(name: str, others: str, rooms: int, cores: int) -> list[str]:
    return [script.name for script in cast_scripts(name, others, rooms, cores)]


def test_few_cores_make_the_other_rooms_brief() -> None:
    assert names("settlement", "", 3, 2) == ["settlement", "brief", "brief"]
    assert names("settlement", "", 3, 6) == ["settlement"] * 3
    assert names("settlement", "settlement", 2, 1) == ["settlement"] * 2
    assert names("settlement", "", 1, 1) == ["settlement"]


def test_what_cannot_be_cast_is_said() -> None:
    with pytest.raises(BadScript, match="--rooms: at least one"):
        names("settlement", "", 0, 2)
    with pytest.raises(BadScript, match="no script 'opera'"):
        names("settlement", "opera", 2, 2)


async def test_nobody_goes_on_before_the_last_is_ready() -> None:
    company = Company(2, cores=1)
    first = asyncio.create_task(company.gather())
    await asyncio.sleep(0)
    assert not first.done()
    await company.gather()
    await first


async def test_nobody_waits_for_one_who_falls_out() -> None:
    company = Company(3, cores=1)
    first = asyncio.create_task(company.gather())
    await asyncio.sleep(0)
    await company.fall_out()
    await first
    await company.gather()
