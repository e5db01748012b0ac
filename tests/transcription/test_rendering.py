"""Minutes as text and as subtitles."""

from typing import Any

import pytest

from transcription.rendering import clock, plain_text, webvtt

NAMES = {"p_a": "调解员 李梅", "p_b": "A<B & C"}


def line(
    text: str, speaker: str = "p_a", start: int | None = 0, end: int | None = 900, struck: bool = False
) -> Any:
    return {"speaker": speaker, "start_ms": start, "end_ms": end, "text": text, "struck": struck}


def test_plain_text_names_the_speaker_and_leaves_struck_lines_out() -> None:
    lines = [
        line("现在开始\n调解"),
        line("别写", struck=True),
        line("敲槌", ""),
        line("（休庭）", ""),
        line("好", "p_x"),
    ]
    lines.append(line("手写") | {"in_writing": True})
    assert (
        plain_text(lines, NAMES)
        == "调解员 李梅：现在开始 调解\n（敲槌）\n（休庭）\np_x：好\n调解员 李梅（文字发言）：手写\n"
    )


def test_subtitles_are_sorted_escaped_and_timed() -> None:
    lines = [
        line("二 & <b>", "p_b", 3_600_500, 3_600_600),
        line("一", start=1000, end=2500),
        line("手写", start=None),
    ]
    assert webvtt(lines, NAMES) == (
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:02.500\n<v 调解员 李梅>一</v>\n\n"
        "01:00:00.500 --> 01:00:01.000\n<v A&lt;B &amp; C>二 &amp; &lt;b&gt;</v>\n"
    )


def test_a_line_break_or_arrow_in_speech_cannot_break_a_cue() -> None:
    text = webvtt([line("a\n\n00:00:09.000 --> 00:00:10.000\nb", "")], NAMES)
    assert text.count("\n\n") == 1
    assert "--&gt;" in text


def test_nothing_said_is_an_empty_file() -> None:
    assert webvtt([], {}) == "WEBVTT\n"
    assert plain_text([], {}) == ""


@pytest.mark.parametrize(
    ("ms", "text"), [(0, "00:00:00.000"), (59_999, "00:00:59.999"), (360_000_000, "100:00:00.000")]
)
def test_clock(ms: int, text: str) -> None:
    assert clock(ms) == text
