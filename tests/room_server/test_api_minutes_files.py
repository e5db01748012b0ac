"""The minutes to take along: the same words in every form, for those who may read them, never as markup."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from room_server.casefile.rendering import as_rttm, as_subtitles
from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.rules.readback.events import LiveMinutesAllowed
from signing.minutes_docx import write_docx
from tests.signing.test_minutes_readback import RARE, read_back
from tests.support.printed_minutes import printed
from tests.support.sitting_scene import Scene, heard, sitting_scene

KINDS = ("docx", "vtt", "srt", "json", "rttm")
TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
PARAGRAPH = TEXT[:-1] + "p"


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with sitting_scene(tmp_path) as scene:
        yield scene


def words(docx: bytes) -> list[str]:
    """The paragraphs of a Word document."""
    root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml"))
    return ["".join(one.text or "" for one in p.iter(TEXT)) for p in root.iter(PARAGRAPH)]


async def test_everybody_takes_what_they_may_read(scene: Scene) -> None:
    applicant = scene.person(Role.APPLICANT)
    words_said = f"我叫陈{RARE}，<b>要求</b>支付工资 --> 全部。"
    await scene.tell(
        heard(1, applicant, words_said), e.Warned(participant=applicant, reason="插话", kind="discipline")
    )
    got = {kind: await scene.clerk.get(scene.address(f"minutes.{kind}")) for kind in KINDS}
    assert {answer.status for answer in got.values()} == {200}
    assert any(words_said in paragraph for paragraph in words(got["docx"].body))
    assert f"陈{RARE}，&lt;b&gt;要求&lt;/b&gt;支付工资 --&gt; 全部" in got["vtt"].body.decode()
    assert "00:00:01,000 --> " in got["srt"].body.decode() and "＜b＞" in got["srt"].body.decode()
    line = json.loads(got["json"].body)["lines"][0]
    assert line["versions"][0]["text"] == words_said and line["segments"] == ["u1"]
    assert got["rttm"].body.decode().startswith(f"SPEAKER {scene.sitting} 1 1.000 ")
    party = await scene.party(Role.APPLICANT)
    assert (await party.get(scene.address("minutes.docx"))).word == "not_inside"
    await scene.tell(
        e.Admitted(participant=applicant), e.Moved(participant=applicant, origin="lobby", place="table")
    )
    inside = json.loads((await party.get(scene.address("minutes.json"))).body)
    assert inside["lines"] and not inside["notes"]
    await scene.tell(LiveMinutesAllowed(on=False))
    assert (await party.get(scene.address("minutes.srt"))).word == "minutes_kept"
    assert (await party.get(scene.address("minutes"))).word == "minutes_kept"


def test_a_word_document_says_what_the_paper_says() -> None:
    said = words(write_docx(read_back()))
    assert "调解笔录" in said and "补正附页" in said and "不予补正：与录音不符" in said
    second = next(one for one in said if one.startswith("2. "))
    assert second.startswith(f"2. 申请人（陈{RARE}）：我2024年3月1日入职") and second.endswith("〔补正1〕")
    assert any("<para>&amp;<font color=red>" in one for one in words(write_docx(printed(6))))
    odd = printed(1)
    odd["lines"][0]["text"] = "控制\x00字符\x0b与\ud800半个"
    assert any(one.endswith("控制字符 与半个") for one in words(write_docx(odd)))


def test_subtitles_and_speaker_times_hold_one_entry_a_line() -> None:
    minutes = printed(3)
    minutes["lines"][0]["text"] = "第一行\n\n2\n00:00:00,000 --> 00:00:01,000\n假的"
    cues = as_subtitles(minutes).strip().split("\n\n")
    assert [cue.splitlines()[0] for cue in cues] == ["1", "2", "3"] and len(cues[0].splitlines()) == 3
    minutes["lines"][1]["struck"] = True
    rows = as_rttm(minutes, "s_1").splitlines()
    assert rows[1] == "SPEAKER s_1 1 18.000 7.000 <NA> <NA> p_00000005 <NA> <NA>" and len(rows) == 2
