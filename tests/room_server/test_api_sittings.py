"""What a sitting leaves behind: who reads which part of it, and when."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from room_server.api import sittings
from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.store import hearings, journal
from room_server.store.chain import verify_chain
from room_server.store.hearings import Booking
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server


@dataclass
class Scene:
    """A sitting with the mediator at the table and everybody else before the door."""

    server: DeskServer
    booking: Booking
    sitting: str
    clerk: Caller

    def person(self, role: Role) -> str:
        return next(person.id for person in self.booking.participants if person.role is role)

    async def tell(self, *facts: e.Event) -> None:
        await journal.append(
            self.server.database, self.sitting, [("system", NOW, None, fact) for fact in facts]
        )

    async def party(self, role: Role) -> Caller:
        return self.server.with_ticket(await self.server.token(self.booking, role))

    def address(self, tail: str) -> str:
        return f"/api/sittings/{self.sitting}/{tail}"


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with desk_server(tmp_path) as server:
        booking = await server.book()
        sitting = await server.database.write(lambda s: hearings.begin_sitting(s, booking.id, NOW))
        scene = Scene(server, booking, sitting, await server.signed_in("clerk"))
        prepared = e.SittingPrepared(
            sitting=sitting,
            case_number="1",
            case_title="t",
            hearing=booking.id,
            kind="mediation",
            organisation="o",
            rehearsal=False,
            participants=booking.participants,
        )
        await scene.tell(prepared, e.Opened())
        yield scene


def heard(number: int, participant: str, text: str) -> e.UtteranceHeard:
    return e.UtteranceHeard(
        utterance=f"u{number}",
        participant=participant,
        start_ms=number * 1000,
        end_ms=number * 1000 + 900,
        text=text,
        words=[],
        confidence=0.9,
        language="zh",
        engine="x",
    )


async def test_the_journal_as_told_proves_itself(scene: Scene) -> None:
    await scene.tell(heard(1, scene.person(Role.APPLICANT), "我要求支付工资。"))
    answer = await scene.clerk.get(scene.address("journal"))
    entries = answer.json["entries"]
    assert verify_chain(entries, scene.sitting) is None
    assert [entry["type"] for entry in entries] == ["SittingPrepared", "Opened", "UtteranceHeard"]
    assert answer.json["more"] is False
    later = await scene.clerk.get(scene.address("journal?since=2"))
    assert later.json["entries"] == entries[2:]


async def test_a_long_journal_comes_in_pieces(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sittings, "MOST_ENTRIES", 50)
    facts = [e.FloorFreed()] * 50
    await scene.tell(*facts)
    first = (await scene.clerk.get(scene.address("journal"))).json
    rest = (await scene.clerk.get(scene.address(f"journal?since={first['entries'][-1]['seq']}"))).json
    assert (len(first["entries"]), first["more"]) == (50, True)
    assert (len(rest["entries"]), rest["more"]) == (2, False)
    assert verify_chain(first["entries"] + rest["entries"]) is None


@pytest.mark.parametrize("since", ["-1", "x", "1.5", "１", "9" * 30, "1;drop"])
async def test_an_odd_since_is_refused(scene: Scene, since: str) -> None:
    answer = await scene.clerk.get(scene.address("journal"), params={"since": since})
    assert (answer.status, answer.word) == (400, "malformed")


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


async def test_staff_read_who_was_cut_off_and_parties_do_not(scene: Scene) -> None:
    applicant = scene.person(Role.APPLICANT)
    lost = e.Disconnected(participant=applicant, device="d", evidence="socket")
    await scene.tell(lost, e.Reconnected(participant=applicant, device="d", away_ms=0), lost)
    told = (await scene.clerk.get(scene.address("ledger"))).json
    assert (told["version"], told["zero_ms"], told["service"]) == (2, NOW, [])
    assert told["participants"][0]["line"] == {"worst": "good", "poor_ms": 0, "bad_ms": 0}
    rows = {row["participant"]: row["intervals"] for row in told["participants"]}
    assert rows[applicant] == [
        {"from_ms": 0, "to_ms": 0, "evidence": "socket", "back": True},
        {"from_ms": 0, "to_ms": None, "evidence": "socket", "back": False},
    ]
    assert rows[scene.person(Role.WITNESS)] == []
    party = await scene.party(Role.APPLICANT)
    assert (await party.get(scene.address("ledger"))).status == 401


async def test_after_the_close_parties_read_the_minutes_and_guests_do_not(scene: Scene) -> None:
    await scene.tell(e.Closed())
    for role, status in ((Role.APPLICANT, 200), (Role.AGENT, 200), (Role.WITNESS, 403)):
        assert (await (await scene.party(role)).get(scene.address("minutes"))).status == status


async def test_finish_is_asked_for_only_after_the_close(scene: Scene) -> None:
    early = await scene.clerk.post(scene.address("finish"), {})
    assert (early.status, early.word) == (409, "not_closed")
    await scene.server.database.write(lambda s: hearings.set_state(s, scene.booking.id, "closed"))
    accepted = await scene.clerk.post(scene.address("finish"), {})
    assert (accepted.status, accepted.json) == (202, {"accepted": True})
    assert scene.server.live.asked == [("finish", scene.sitting)]
