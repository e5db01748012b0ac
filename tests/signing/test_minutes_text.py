"""The wording of the minutes, without paper."""

from typing import Any

from signing import minutes_text as wording
from tests.support.printed_minutes import people, printed


def fields(minutes: dict[str, Any]) -> dict[str, str]:
    return dict(wording.header_fields(minutes))


def test_the_header_names_everybody_and_who_came() -> None:
    said = fields(printed(2))
    assert said["案号"] == "厦湖劳人调〔2026〕17号"
    assert said["时间"] == "2026年11月22日14时02分至15时10分"
    assert said["调解员"] == "王和庭"
    assert said["申请人及代理人"] == "申请人：陈\U0002c029（到场）\n申请人代理人：赵<b>敏</b>&（到场）"
    assert "湖滨餐饮管理有限公司（未到场）" in said["被申请人及代理人"]
    assert said["其他参加人"] == "旁听人员：郑旁听（到场）"


def test_a_party_alone_is_not_called_twice() -> None:
    alone = printed(0) | {"participants": [p for p in people() if p["role"] == "applicant"]}
    assert fields(alone)["申请人"] == "陈\U0002c029（到场）"
    assert fields(alone)["被申请人"] == "——"


def test_arbitration_has_its_own_titles() -> None:
    minutes = printed(0) | {"kind": "arbitration", "title": ""}
    assert wording.title(minutes) == "庭审笔录"
    assert "仲裁员" in fields(minutes) and "书记员" in fields(minutes)


def test_a_name_cannot_add_a_row_to_the_header() -> None:
    forged = people()
    forged[2]["name"] = "甲\n被申请人：乙（到场）"
    assert fields(printed(0) | {"participants": forged})["申请人及代理人"].count("\n") == 1


def test_a_sitting_over_midnight_names_both_days() -> None:
    assert wording.span(1_795_327_320_000, 1_795_327_320_000 + 86_400_000).count("日") == 2
    assert wording.span(None, None) == "——至——"


def test_paragraphs_are_numbered_through_without_the_struck() -> None:
    minutes = printed(4)
    minutes["lines"][1]["struck"] = True
    minutes["lines"][2]["in_writing"] = True
    minutes["notes"] = []
    body = wording.paragraphs(minutes)
    assert [paragraph.number for paragraph in body] == [1, 2, 3]
    assert body[0].who == "调解员（王和庭）"
    assert [one.who.endswith("（文字发言）") for one in body] == [False, True, False]


def test_notes_stand_at_their_time_in_brackets() -> None:
    minutes = printed(3)
    opened = minutes["opened_at"]
    minutes["notes"] = [
        {"at_ms": opened + 10_000, "text": "（敲槌）"},
        {"at_ms": 9_500, "text": "休庭10分钟"},
        {"at_ms": 99_000, "text": "恢复"},
    ]
    body = [(paragraph.number, paragraph.text) for paragraph in wording.paragraphs(minutes)]
    assert [number for number, _ in body] == [1, 2, 0, 0, 3, 0]
    assert (body[2][1], body[3][1], body[5][1]) == ("（休庭10分钟）", "（敲槌）", "（恢复）")


def test_what_no_person_adopted_is_a_draft() -> None:
    minutes = printed(2)
    minutes["lines"][0]["adopted"] = False
    assert [paragraph.draft for paragraph in wording.paragraphs(minutes) if paragraph.number] == [True, False]
    assert "1 段仍为语音识别草稿" in wording.counts_statement(minutes)


def test_an_unknown_speaker_is_not_given_a_name() -> None:
    minutes = printed(1)
    minutes["lines"][0]["speaker"] = ""
    assert wording.paragraphs(minutes)[0].who == "发言人未定"


def test_those_sign_who_took_part_and_were_there() -> None:
    said = wording.signers(printed(0))
    assert "被申请人（湖滨餐饮管理有限公司）" not in said
    assert all("旁听" not in name for name in said)
    assert "被申请人代理人（\U00020bb7田龘）" in said


def test_the_engine_is_stated_honestly() -> None:
    minutes = printed(0)
    assert "faster-whisper" in wording.engine_statement(minutes)
    minutes["engine"] |= {"state": "absent", "reason": "没有模型"}
    assert "不可用（没有安装模型；没有模型）" in wording.engine_statement(minutes)
    minutes["engine"] = {}
    assert wording.engine_statement(minutes).startswith("本次没有使用语音识别")


def test_a_tribunal_has_a_row_for_each_of_its_roles() -> None:
    bench = [
        {"name": "郑首席", "role": "chief_arbitrator", "side": "", "attended": True},
        {"name": "吴仲裁", "role": "arbitrator", "side": "", "attended": True},
        {"name": "陈书记", "role": "clerk", "side": "", "attended": True},
        {"name": "张三", "role": "applicant", "side": "applicant", "attended": True},
        {"name": "李代表", "role": "legal_rep", "side": "respondent", "attended": True},
    ]
    said = fields({"kind": "arbitration", "participants": bench})
    assert (said["首席仲裁员"], said["仲裁员"], said["书记员"]) == ("郑首席", "吴仲裁", "陈书记")
    assert "李代表" in said["被申请人及代理人"] and "其他参加人" not in said
    assert fields({"kind": "mediation", "participants": []})["调解员"] == "——"
