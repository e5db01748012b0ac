"""What the journal says as minutes: header, attendance, notes; a caucus is an interval and nothing more."""

from typing import Any

from room_server.record import minutes_of, notes_of
from room_server.rules import commands as c
from room_server.rules import events as e
from tests.room_server.test_rules_decisions import heard
from tests.support.people import APPLICANT, MEDIATOR, RESPONDENT
from tests.support.room_stage import Stage

M, A = MEDIATOR.id, APPLICANT.id


async def held() -> list[dict[str, Any]]:
    """The journal of a short sitting with a caucus and a recess."""
    stage = await Stage().prepare()
    for who in (M, A):
        await stage.seat(who)
    await stage.sitting.wish(M, c.Admit(participant=A))
    await stage.sitting.wish(M, c.Open())
    await stage.sitting.told(heard("u1"))
    await stage.sitting.wish(M, c.Move(participants=[M, A], place="caucus:1"))
    await stage.sitting.wish(M, c.Move(participants=[A, M], place="table"))
    await stage.sitting.wish(M, c.Adjourn(reason="核对工资条"))
    await stage.sitting.wish(M, c.Resume())
    await stage.sitting.told(e.MediaLost(epoch=1), e.MediaRestored(epoch=2))
    await stage.sitting.wish(M, c.Close())
    await stage.sitting.stop()
    return [entry.as_dict() for entry in stage.journal.entries]


async def test_minutes_carry_header_attendance_and_lines() -> None:
    entries = await held()
    minutes = minutes_of(entries)
    assert (minutes["case_number"], minutes["rehearsal"]) == ("厦湖劳人调〔2026〕1号", False)
    attended = {person["id"]: person["attended"] for person in minutes["participants"]}
    assert (attended[M], attended[A], attended[RESPONDENT.id]) == (True, True, False)
    assert [line["text"] for line in minutes["lines"]] == ["我的工资是每月八千元"]
    assert minutes["opened_at"] <= minutes["closed_at"]


async def test_notes_tell_interruptions_and_of_a_caucus_only_its_interval() -> None:
    notes = notes_of(await held())
    assert [note["text"] for note in notes] == [
        "单独沟通约1分钟：张三、王调解",
        "休庭：核对工资条",
        "恢复开庭",
        "音视频服务中断",
        "音视频服务恢复",
    ]
    assert all(note["at_ms"] >= 0 for note in notes)
