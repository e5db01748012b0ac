"""Simplified and traditional characters, with the real OpenCC."""

from pathlib import Path

import pytest

from tests.support.speech import VOICES
from transcription.wording.script import Script, in_script
from transcription.wording.wording import Worded, Wording


@pytest.mark.parametrize(
    ("script", "spoken", "written"),
    [
        (Script.SIMPLIFIED, "後來皇后在乾隆年間發現頭髮", "后来皇后在乾隆年间发现头发"),
        (Script.TRADITIONAL, "后来皇后在乾隆年间发现头发，吃面条", "後來皇后在乾隆年間發現頭髮，吃麵條"),
        (Script.AS_SPOKEN, "後來他说", "後來他说"),
        (Script.SIMPLIFIED, "𬀩䶮㛃 ABC 8000元。", "𬀩䶮㛃 ABC 8000元。"),
        (Script.TRADITIONAL, "", ""),
    ],
)
def test_characters_by_their_words(script: Script, spoken: str, written: str) -> None:
    assert in_script(spoken, script) == written


def test_names_are_written_as_the_case_has_them() -> None:
    # 范 is a name of its own, not the simplified 範; 乾 in a name is no 干.
    assert in_script("范小明和李乾说合同", Script.TRADITIONAL) == "範小明和李乾說合同"
    names = ("范小明", "李乾")
    assert in_script("范小明和李乾说合同", Script.TRADITIONAL, names) == "范小明和李乾說合同"
    assert in_script("范小明和李干說合同", Script.SIMPLIFIED, names) == "范小明和李乾说合同"
    assert in_script("张建国先生", Script.SIMPLIFIED, ("張建國",)) == "張建國先生"


def test_figures_are_found_after_the_script_and_the_spoken_form_is_kept() -> None:
    wording = Wording(script=Script.SIMPLIFIED)
    assert wording.worded("欠我八萬元") == Worded("欠我80000元", "欠我八萬元")
    assert wording.worded("没有的事") == Worded("没有的事")
    assert Wording(script=Script.TRADITIONAL).worded("工资八千元") == Worded("工資8000元", "工资八千元")


def test_plain_simplified_speech_is_left_alone() -> None:
    phrases = (Path(VOICES) / "phrases.txt").read_text(encoding="utf-8")
    assert in_script(phrases, Script.SIMPLIFIED) == phrases
