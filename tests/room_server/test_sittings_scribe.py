"""What the scribe means for the live sittings: its lag, its death, its successor."""

import asyncio

from room_server.rules import protocol as p
from room_server.store import journal
from tests.room_server import test_sittings
from tests.room_server.test_sittings import House
from tests.support.room_stage import Ear

house = test_sittings.house


async def test_how_far_the_text_is_behind_is_shown_to_staff_only(house: House) -> None:
    live = await house.opened()
    staff, party = Ear(house.people["mediator"]), Ear(house.people["applicant"])
    for ear in (staff, party):
        await live.enter(ear, 0, False)
    before = len(await journal.read(house.database, live.id))
    house.sittings.hear("scribe", {"type": "lag", "room": live.id, "seconds": 7})
    assert staff.frames[-1] == p.Lag(seconds=7)
    assert not any(isinstance(frame, p.Lag) for frame in party.frames)
    assert len(await journal.read(house.database, live.id)) == before


async def test_a_fresh_scribe_in_a_running_hearing_means_missed_speech(house: House) -> None:
    house.sittings.hear("scribe", {"type": "ready", "epoch": 1, "fresh": True})
    await asyncio.sleep(0.1)
    live = await house.opened()
    await live.enter(Ear(house.people["mediator"]), 0, False)
    await asyncio.sleep(0.3)
    house.sittings.hear("scribe", {"type": "ready", "epoch": 2, "fresh": False})
    await asyncio.sleep(0.1)
    assert not any(n.type == "SpeechMissed" for n in await journal.read(house.database, live.id))
    house.sittings.hear("scribe", {"type": "ready", "epoch": 3, "fresh": True})
    await asyncio.sleep(0.3)
    missed = [n.body for n in await journal.read(house.database, live.id) if n.type == "SpeechMissed"]
    assert {(fact["participant"], fact["reason"]) for fact in missed} == {
        (house.people["mediator"], "scribe_lost")
    }
    asked = [args[1] for kind, method, args in house.workers.calls if (kind, method) == ("scribe", "listen")]
    assert asked[-1]["resumed"] is True and asked[-1]["chair"] == house.people["mediator"]
