"""The minutes over the API: who reads which lines of them, and hears which."""

import io
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.store import journal
from tests.support.desk_server import NOW
from tests.support.finished_folder import recorded_folder
from tests.support.sitting_scene import Scene, heard, sitting_scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with sitting_scene(tmp_path) as scene:
        yield scene


async def test_the_minutes_are_the_fold_of_the_journal(scene: Scene) -> None:
    applicant = scene.person(Role.APPLICANT)
    await scene.tell(
        heard(1, applicant, "我要求支付工姿。"),
        e.LineEdited(line="u1", version=1, text="我要求支付工资。", speaker=None),
        e.LineInserted(line="l1", after="u1", text="（双方核对身份）", speaker=""),
    )
    lines = (await scene.clerk.get(scene.address("minutes"))).json["lines"]
    assert [(line["text"], line["machine_text"], line["adopted"]) for line in lines] == [
        ("我要求支付工资。", "我要求支付工姿。", True),
        ("（双方核对身份）", None, True),
    ]
    assert lines[0]["speaker"] == applicant


async def test_a_party_reads_the_minutes_only_while_inside(scene: Scene) -> None:
    party, person = await scene.party(Role.APPLICANT), scene.person(Role.APPLICANT)
    waiting = await party.get(scene.address("minutes"))
    assert (waiting.status, waiting.word) == (403, "not_inside")
    steps: list[tuple[e.Event, e.Event | None, int]] = [
        (e.Admitted(participant=person), e.Moved(participant=person, origin="lobby", place="table"), 200),
        (e.Moved(participant=person, origin="table", place="isolation"), None, 403),
        (e.Moved(participant=person, origin="isolation", place="table"), None, 200),
        (e.Refused(participant=person, reason="x"), None, 403),
    ]
    for first, second, status in steps:
        await scene.tell(first)
        if second is not None:
            await scene.tell(second)
        assert (await party.get(scene.address("minutes"))).status == status, first


async def test_after_the_close_parties_read_the_minutes_and_guests_do_not(scene: Scene) -> None:
    await scene.tell(e.Closed())
    for role, status in ((Role.APPLICANT, 200), (Role.AGENT, 200), (Role.WITNESS, 403)):
        assert (await (await scene.party(role)).get(scene.address("minutes"))).status == status


async def at(scene: Scene, media_time: int, *facts: e.Event) -> None:
    """Facts at a moment of the sitting."""
    told: list[tuple[str, int, int | None, e.Event]] = [
        ("system", NOW + media_time, media_time, fact) for fact in facts
    ]
    await journal.append(scene.server.database, scene.sitting, told)


async def test_a_witness_reads_and_hears_only_what_was_said_since_they_were_called(scene: Scene) -> None:
    applicant, witness = scene.person(Role.APPLICANT), scene.person(Role.WITNESS)
    came: list[e.Event] = [e.Joined(participant=witness, device="d"), e.Admitted(participant=witness)]
    await at(scene, 1900, heard(1, applicant, "证人到庭前的陈述"))
    await at(scene, 5000, *came, e.Moved(participant=witness, origin="lobby", place="table"))
    await at(scene, 6900, heard(6, applicant, "证人到庭后的陈述"))
    await at(scene, 7000, e.LineEdited(line="u1", version=1, text="改过的陈述", speaker=None))
    caller = await scene.party(Role.WITNESS)
    lines = (await caller.get(scene.address("minutes"))).json["lines"]
    assert [line["line"] for line in lines] == ["u6"]
    assert (await caller.get(scene.address("minutes/u1/sound"))).word == "no_sound"
    assert len((await scene.clerk.get(scene.address("minutes"))).json["lines"]) == 2


async def test_a_line_is_played_from_the_microphone_it_was_heard_by(scene: Scene) -> None:
    folder = scene.server.settings.recordings / scene.sitting
    folder.mkdir(parents=True)
    recorded_folder(folder)
    await at(scene, 2000, heard(1, "p_00000001", "我要求支付工资"))
    other = scene.person(Role.AGENT)
    await at(scene, 9000, e.LineEdited(line="u1", version=1, text="改", speaker=other))
    answer = await scene.clerk.get(scene.address("minutes/u1/sound"))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "audio/wav")
    with wave.open(io.BytesIO(answer.body)) as file:
        assert file.getnframes() == 16 * (900 + 256 + 200)
    written = e.LineInserted(line="h1", after="u1", text="（敲槌）", speaker="")
    await at(scene, 9000, written, heard(90, "p_00000001", "没有录到"))
    for line in ("h1", "u90", "nothing"):
        refused = await scene.clerk.get(scene.address(f"minutes/{line}/sound"))
        assert (refused.status, refused.word) == (404, "no_sound"), line
    party = await scene.party(Role.APPLICANT)
    assert (await party.get(scene.address("minutes/u1/sound"))).word == "not_inside"
