"""What the journal says as minutes: header, attendance, notes; a caucus is an interval and nothing more."""

from typing import Any

import pytest

from room_server.finishing.record import minutes_of, notes_of
from room_server.rules import commands as c
from room_server.rules import events as e
from signing.minutes_text import header_fields
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


def of_course(*facts: tuple[str, dict[str, Any]]) -> list[str]:
    """The notes of an arbitration in which such facts happened, one a second."""
    people = [{"id": "p", "name": "张三", "role": "applicant", "side": "applicant"}]
    first = ("SittingPrepared", {"participants": people, "procedure": "arbitration"})
    rows = [first, ("Opened", {}), *facts]
    entries = [
        {
            "seq": n + 1,
            "at": n * 1000,
            "media_time": (n - 1) * 1000 if n else None,
            "type": kind,
            "body": body,
        }
        for n, (kind, body) in enumerate(rows)
    ]
    return [note["text"] for note in notes_of(entries)]


def stage(code: str, reason: str = "", *skipped: str) -> tuple[str, dict[str, Any]]:
    """The fact of entering a stage."""
    body = {
        "stage": code,
        "origin": "",
        "reason": reason,
        "skipped": list(skipped),
        "override": bool(skipped),
    }
    return "StageEntered", {**body, "turn": "", "limit_s": 0}


def test_notes_tell_stages_requests_of_weight_and_what_was_passed_over() -> None:
    asked = {"request": "r1", "participant": "p", "kind": "recusal", "text": "与对方是亲属", "ref": ""}
    assert of_course(
        stage("A3_OPEN"),
        ("ReadOut", {"text": "arbitration_rights", "version": "1", "stage": "A3_OPEN"}),
        ("RequestMade", {**asked, "place": "table"}),
        ("RequestDenied", {"request": "r1", "reason": "无事实依据"}),
        ("RequestMade", {**asked, "request": "r2", "kind": "floor", "place": "table"}),
        ("RequestMade", {**asked, "request": "r3", "place": "caucus:1"}),
        stage("A12_MEDIATION", "双方同意调解"),
        stage("A16_MINUTES", "双方和解", "stage:A11_FINAL", "text:discipline"),
        (
            "AbsenceDeclared",
            {"participant": "p", "effect": "deemed_withdrawal", "cause": "left", "reason": "x"},
        ),
        ("Closed", {"outcome": "settled", "reason": ""}),
    ) == [
        "【宣布开庭】",
        "宣读《仲裁权利义务与回避询问》（版本 1）",
        "张三 申请回避：与对方是亲属",
        "张三 申请回避：不准许：无事实依据",
        "【庭中调解】（过程略）：双方同意调解",
        "【核对笔录】（未经最后意见）：双方和解",
        "认定 张三 中途退庭，视为撤回申请：x",
        "结束：调解成功",
    ]


def interrupted(*facts: tuple[int, str, dict[str, Any]]) -> list[str]:
    """The notes of a sitting opened at 1 s in which `facts` (Unix s, type, body) happened."""
    people = [{"id": "p", "name": "张三", "role": "applicant", "side": ""}]
    rows = [(0, "SittingPrepared", {"participants": people}), (1, "Opened", {}), *facts]
    rows.sort(key=lambda row: row[0])
    entries = [
        {"at": at * 1000, "media_time": (at - 1) * 1000 if at else None, "type": kind, "body": body}
        for at, kind, body in rows
    ]
    return [note["text"] for note in notes_of(entries)]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(12, "约12秒"), (0, "约1秒"), (60, "约1分钟"), (95, "约1分35秒")],
)
def test_an_interruption_is_a_line_with_its_length_and_no_conclusion(seconds: int, text: str) -> None:
    admitted = (2, "Admitted", {"participant": "p"})
    lost = (10, "Disconnected", {"participant": "p", "device": "d", "evidence": "socket"})
    back = (10 + seconds, "Reconnected", {"participant": "p", "device": "d", "away_ms": 0})
    assert interrupted(admitted, lost, back) == [f"张三 连接中断{text}"]
    assert interrupted(admitted, lost, (200, "Closed", {})) == ["张三 连接中断，此后未恢复"]
    assert interrupted(lost, back, (99, "Admitted", {"participant": "p"})) == []
    assert interrupted(lost, back) == []


def test_notes_are_in_the_order_of_their_times() -> None:
    texts = interrupted(
        (1, "Admitted", {"participant": "p"}),
        (10, "Disconnected", {"participant": "p", "device": "d", "evidence": "both"}),
        (20, "Adjourned", {"reason": ""}),
        (22, "Reconnected", {"participant": "p", "device": "d", "away_ms": 12_000}),
        (30, "Resumed", {}),
    )
    assert texts == ["张三 连接中断约12秒", "休庭", "恢复开庭"]


def test_what_was_shown_is_noted_with_its_length() -> None:
    share = {"participant": "p", "place": "table"}
    shared = (10, "ScreenShared", share)
    assert interrupted(shared, (85, "ScreenStopped", share)) == ["张三 共享屏幕约1分15秒"]
    assert interrupted(shared, (15, "Left", {"participant": "p", "cause": "silent"})) == [
        "张三 共享屏幕约5秒"
    ]
    assert interrupted(shared) == ["张三 共享屏幕"]
    assert (
        interrupted((10, "ScreenShared", {**share, "place": "caucus:1"}), (20, "ScreenStopped", share)) == []
    )


def test_who_watched_and_why_stands_between_the_lines() -> None:
    began = (10, "WatchBegan", {"participant": "p", "role": "supervisor", "purpose": "上级抽查"})
    assert interrupted(began) == ["张三 开始旁听：上级抽查"]


def test_going_on_at_a_place_is_told_with_stage_time_and_reason() -> None:
    switched = {
        "reason": "无法核验身份",
        "place": "第一庭",
        "time": 1_800_000_000_000,
        "stage": "A8_EVIDENCE",
    }
    (text,) = of_course(("SwitchedOnSite", switched))
    assert text == (
        "转为线下进行：无法核验身份。地点：第一庭；时间：2027年1月15日16时00分。"
        "前已完成的步骤有效，线下从【举证质证】继续"
    )
    assert of_course(("SwitchedOnSite", {**switched, "stage": ""}))[0].endswith("线下从头进行")


def test_who_came_in_person_attended_and_where_it_was_stands_in_the_header() -> None:
    people = [
        {"id": "p", "name": "张三", "role": "applicant", "side": "applicant"},
        {"id": "q", "name": "某公司", "role": "respondent", "side": "respondent"},
        {"id": "r", "name": "李四", "role": "third_party", "side": ""},
        {"id": "v", "name": "赵六", "role": "agent", "side": "respondent"},
    ]
    first = dict.fromkeys(("organisation", "case_number", "case_title", "kind"), "")
    shared = [{"name": "某公司", "participant": "q"}, {"name": "路人", "participant": ""}]
    facts: list[tuple[str, dict[str, Any]]] = [
        ("SittingPrepared", {**first, "rehearsal": False, "participants": people, "place": "第一庭"}),
        ("PresenceNoted", {"participant": "p", "on": True}),
        ("PresenceNoted", {"participant": "r", "on": True}),
        ("PresenceNoted", {"participant": "r", "on": False}),
        ("MicrophoneShared", {"participant": "chamber", "people": shared}),
        ("Opened", {}),
    ]
    online = ("Admitted", {"participant": "v"})

    def printed(*more: tuple[str, dict[str, Any]]) -> dict[str, Any]:
        return minutes_of(
            [
                {"seq": n + 1, "at": n, "media_time": None, "type": kind, "body": body, "hash": ""}
                for n, (kind, body) in enumerate([*facts, *more])
            ]
        )

    minutes = printed()
    there = {one["id"]: (one["attended"], one["in_person"]) for one in minutes["participants"]}
    assert there == {"p": (True, True), "q": (True, True), "r": (False, False), "v": (False, False)}
    header = dict(header_fields(minutes))
    assert (header["地点"], header["方式"]) == ("第一庭", "现场参加")
    assert "张三（现场到场）" in header["申请人"]
    assert printed(online)["mode"] == "部分参加人现场参加，部分参加人在线参加"
