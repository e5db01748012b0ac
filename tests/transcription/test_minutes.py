"""The minutes as a fold over journal entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.minutes_twin import Journal


@pytest.fixture
def journal() -> Journal:
    journal = Journal()
    journal.heard("u1", "p_a", 1000, "现在开始调解")
    journal.heard("u2", "p_b", 5000, "我是申请人本人")
    return journal


def test_an_utterance_is_a_machine_line_until_somebody_touches_it(journal: Journal) -> None:
    journal.edited("u2", 1, "我是申请人。")
    first, second = journal.minutes().lines()
    assert first == {
        "line": "u1",
        "speaker": "p_a",
        "start_ms": 1000,
        "end_ms": 2000,
        "text": "现在开始调解",
        "machine_text": "现在开始调解",
        "version": 0,
        "struck": False,
        "adopted": False,
        "segments": ["u1"],
        "merged_into": "",
        "track": "p_a",
        "voice": "",
        "voice_confidence": 0.0,
    }
    assert (second["text"], second["machine_text"]) == ("我是申请人。", "我是申请人本人")
    assert (second["version"], second["adopted"], second["speaker"]) == (1, True, "p_b")


def test_speech_stands_in_the_order_it_began_however_late_it_came(journal: Journal) -> None:
    journal.heard("u0", "p_c", 3000, "请各方核对身份", at=60_000)
    assert journal.order() == ["u1", "u0", "u2"]


def test_insertions_stay_behind_their_line_the_latest_first(journal: Journal) -> None:
    journal.inserted("a", "u1", "甲")
    journal.inserted("b", "u1", "乙")
    journal.inserted("c", "a", "丙")
    assert journal.order() == ["u1", "b", "a", "c", "u2"]


def test_an_insertion_at_the_end_is_where_the_end_was(journal: Journal) -> None:
    journal.inserted("end", "", "（敲槌）", at=6500)
    journal.heard("u3", "p_a", 8000, "下面进行单独沟通")
    journal.heard("late", "p_b", 5500, "我听不清楚")
    assert journal.order() == ["u1", "u2", "late", "end", "u3"]


def test_an_insertion_without_a_time_or_with_a_lost_anchor_goes_to_the_end(journal: Journal) -> None:
    journal.inserted("x", "nowhere", "甲", at=None)
    journal.inserted("y", "", "乙", at=None)
    assert journal.order() == ["u1", "u2", "x", "y"]
    line = journal.minutes().lines()[-1]
    assert (line["start_ms"], line["end_ms"], line["machine_text"], line["adopted"]) == (
        None,
        None,
        None,
        True,
    )


def test_a_struck_line_keeps_its_text_and_comes_back_by_an_edit(journal: Journal) -> None:
    journal.struck("u1", 1)
    struck = journal.minutes().lines()[0]
    assert (struck["struck"], struck["text"], struck["version"]) == (True, "现在开始调解", 1)
    journal.edited("u1", 2, "现在开始调解")
    assert journal.minutes().lines()[0]["struck"] is False


def test_every_version_is_kept_with_its_author(journal: Journal) -> None:
    journal.edited("u1", 1, "一", speaker="p_b")
    journal.struck("u1", 2)
    journal.edited("u1", 3, "二")
    history = journal.minutes().history("u1")
    assert [(v.version, v.text, v.speaker, v.struck, v.actor) for v in history] == [
        (0, "现在开始调解", "p_a", False, ""),
        (1, "一", "p_b", False, "clerk"),
        (2, "一", "p_b", True, "clerk"),
        (3, "二", "p_b", False, "clerk"),
    ]
    assert journal.minutes().history("nothing") == []


def test_a_split_line_keeps_its_sound_and_stays_a_draft(journal: Journal) -> None:
    journal.inserted("note", "u1", "（敲槌）")
    journal.split("u1", 1, "现在", "h1", "开始调解", 1400)
    journal.heard("between", "p_b", 1200, "等一下")
    lines = {line["line"]: line for line in journal.minutes().lines()}
    assert journal.order() == ["u1", "note", "between", "h1", "u2"]
    first, rest = lines["u1"], lines["h1"]
    assert (first["text"], first["start_ms"], first["end_ms"]) == ("现在", 1000, 1400)
    assert (rest["text"], rest["start_ms"], rest["end_ms"]) == ("开始调解", 1400, 2000)
    assert (rest["speaker"], rest["segments"], rest["adopted"]) == ("p_a", ["u1"], False)
    assert (first["machine_text"], rest["machine_text"]) == ("现在", "开始调解")


def test_lines_become_one_and_nothing_of_the_other_is_lost(journal: Journal) -> None:
    journal.heard("u3", "p_b", 6000, "也是代理人")
    journal.edited("u2", 1, "我是申请人。")
    journal.merged("u2", 2, "我是申请人。也是代理人", "u3", 1)
    lines = {line["line"]: line for line in journal.minutes().lines()}
    assert (lines["u2"]["start_ms"], lines["u2"]["end_ms"]) == (5000, 7000)
    assert lines["u2"]["segments"] == ["u2", "u3"] and not lines["u2"]["adopted"]
    assert (lines["u3"]["struck"], lines["u3"]["merged_into"], lines["u3"]["text"]) == (
        True,
        "u2",
        "也是代理人",
    )
    journal.edited("u3", 2, "也是代理人")
    assert journal.minutes().lines()[-1]["merged_into"] == ""


def test_lines_are_adopted_together(journal: Journal) -> None:
    journal.add("LinesAdopted", "clerk", 93_000, lines={"u1": 1, "u2": 1, "gone": 1})
    assert [(line["adopted"], line["version"]) for line in journal.minutes().lines()] == [(True, 1)] * 2
    assert [v.actor for v in journal.minutes().history("u1")] == ["", "clerk"]


def test_what_concerns_no_line_changes_nothing(journal: Journal) -> None:
    before = journal.minutes().lines()
    journal.add("Muted", "chair", 100, participant="p_a")
    journal.edited("nothing", 1, "x")
    journal.struck("nothing", 1)
    journal.heard("u1", "p_z", 1, "twice")
    journal.split("nothing", 1, "a", "h9", "b", 5)
    journal.split("u1", 1, "a", "u2", "b", 5)
    journal.merged("u1", 1, "a", "nothing", 1)
    journal.inserted("u2", "", "twice")
    assert journal.minutes().lines() == before


STEPS = st.lists(
    st.tuples(st.sampled_from("hies"), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9000)),
    max_size=40,
)


@given(STEPS)
def test_any_journal_folds_to_each_line_once_and_the_same_again(
    steps: list[tuple[str, int, int, int]],
) -> None:
    journal = Journal()
    for kind, a, b, at in steps:
        match kind:
            case "h":
                journal.heard(f"l{a}", "p", at, "text")
            case "i":
                journal.inserted(f"l{a}", f"l{b}" if b else "", "text", at=at)
            case "e":
                journal.edited(f"l{a}", b, "other")
            case _:
                journal.struck(f"l{a}", b)
    made = {
        e["body"].get("utterance") or e["body"]["line"]
        for e in journal.entries
        if e["type"] in ("UtteranceHeard", "LineInserted")
    }
    order = journal.order()
    assert sorted(order) == sorted(made)
    assert order == journal.order()
    starts = [line["start_ms"] for line in journal.minutes().lines() if line["start_ms"] is not None]
    assert starts == sorted(starts)
