"""A second reading beside the minutes: what is suggested about which line, and what is not."""

from typing import Any

from room_server.recovery.comparison import compared
from room_server.rules.second_pass.events import Suggestion
from transcription.minutes import fold

Entry = dict[str, Any]


def utterance(text: str, start: int, who: str = "p_a", step: int = 100) -> Entry:
    words = [[char, start + step * n, start + step * (n + 1), 0.9] for n, char in enumerate(text)]
    end = start + step * len(text)
    told = {"participant": who, "start_ms": start, "end_ms": end, "text": text, "words": words}
    return {**told, "confidence": 0.9}


def journal(*bodies: tuple[str, Entry]) -> list[Entry]:
    return [
        {"seq": n, "actor": "", "type": kind, "body": body, "media_time": 0}
        for n, (kind, body) in enumerate(bodies, 1)
    ]


def line(name: str, text: str, start: int, who: str = "p_a") -> tuple[str, Entry]:
    return "UtteranceHeard", {"utterance": name, **utterance(text, start, who)}


def told(entries: list[Entry], *heard: Entry, until: int = 60_000) -> list[Suggestion]:
    listened = {who: [(0, until)] for who in ("p_a", "p_b")}
    return compared(fold(entries).lines(), entries, heard, listened, 1)


def short(found: list[Suggestion]) -> list[tuple[str, str, str]]:
    return [(one.line, one.said, one.text) for one in found]


def test_only_what_was_heard_otherwise_is_suggested_about_the_line_of_its_own_track() -> None:
    entries = journal(line("u1", "工次是八千元", 1000), line("u2", "我没有发过", 1200, "p_b"))
    # The same words with a full stop and in figures are no difference.
    heard = [utterance("工资是8000元。", 1000), utterance("我没有发过！", 1200, "p_b")]
    (one,) = told(entries, *heard)
    assert (one.suggestion, one.line, one.participant) == ("p1.1", "u1", "p_a")
    assert (one.said, one.text, one.version) == ("工次是八千元", "工资是8000元。", 0)
    assert (one.start_ms, one.end_ms) == (1000, 1600)


def test_one_long_utterance_is_shared_out_over_the_lines_it_covers() -> None:
    entries = journal(line("u1", "今天开挺", 1000), line("u2", "请坐好", 1800))
    # What lies between two lines goes to the nearer one.
    assert short(told(entries, utterance("今天开庭下面请坐好", 1000))) == [("u1", "今天开挺", "今天开庭下面")]
    pieces = [utterance("今天", 1000), utterance("开庭", 1200)]
    assert short(told(entries, *pieces)) == [("u1", "今天开挺", "今天开庭")]


def test_speech_that_the_minutes_have_not_is_suggested_only_where_it_was_listened_to() -> None:
    entries = journal(line("u1", "好的", 1000))
    late = utterance("还有一件事", 40_000)
    (one,) = told(entries, late)
    assert (one.line, one.text, one.start_ms, one.end_ms) == ("", "还有一件事", 40_000, 40_500)
    assert told(entries, late, until=30_000) == []
    # What was left out as another's voice, or struck by a person, is not brought back.
    dropped = "SpeechDropped", {"participant": "p_a", "start_ms": 39_900, "end_ms": 40_600, "source": "p_b"}
    struck = ("LineStruck", {"line": "u9", "version": 1})
    for known in ([dropped], [line("u9", "还有一件小事", 40_000), struck]):
        assert told(journal(line("u1", "好的", 1000), *known), late) == []


def test_an_edited_line_is_compared_as_it_stands_and_a_line_without_sound_not_at_all() -> None:
    edited = "LineEdited", {"line": "u1", "version": 1, "text": "工资是8000元", "speaker": None}
    written = "LineInserted", {"line": "h1", "after": "u1", "text": "（出示合同）", "speaker": ""}
    entries = journal(line("u1", "工次是八千元", 1000), edited, written)
    assert told(entries, utterance("工资是八千元", 1000)) == []
    (one,) = told(entries, utterance("工资是九千元", 1000))
    assert (one.said, one.version) == ("工资是8000元", 1)
