"""The wishes about the minutes: split, merge, adopt, mark, and corrections of one's own words."""

import msgspec
import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import decide
from room_server.rules.minutes.commands import Paragraph
from room_server.rules.minutes.decisions import joined
from room_server.rules.room import Room, evolve
from tests.room_server.test_rules_decisions import OPEN, refusal
from tests.support.exhibits import submitted
from tests.support.people import AGENT, APPLICANT, CLERK, MEDIATOR, RESPONDENT


def heard(line: str, text: str, start: int, who: str = APPLICANT.id) -> e.UtteranceHeard:
    """A machine line, one word of 100 ms per character."""
    words = [[char, start + 100 * n, start + 100 * (n + 1), 0.9] for n, char in enumerate(text)]
    return e.UtteranceHeard(
        utterance=line,
        participant=who,
        start_ms=start,
        end_ms=start + 100 * len(text),
        text=text,
        words=words,
        confidence=0.9,
        language="zh",
        engine="scripted",
    )


def after(room: Room, *events: e.Event) -> Room:
    for event in events:
        room = evolve(room, event)
    return room


def did(room: Room, wish: c.Command, actor: str = CLERK.id) -> Room:
    return after(room, *decide(room, actor, wish))


TWO = after(OPEN, heard("u1", "工资是八千元", 1000), heard("u2", "没有发过", 3000))


def test_a_line_is_cut_where_its_words_are() -> None:
    (split,) = decide(TWO, CLERK.id, c.SplitLine(line="u1", base=0, at=3))
    assert split == e.LineSplit(line="u1", version=1, text="工资是", next="h1", rest="八千元", at_ms=1300)
    room = evolve(TWO, split)
    first, rest = room.minutes.lines["u1"], room.minutes.lines["h1"]
    assert (first.text, first.end_ms, first.version) == ("工资是", 1300, 1)
    assert (rest.text, rest.start_ms, rest.end_ms, rest.version) == ("八千元", 1300, 1600, 0)
    assert [word[0] for word in rest.words] == ["八", "千", "元"]
    again = did(room, c.SplitLine(line="h1", base=0, at=2))
    assert again.minutes.lines["h2"].text == "元" and again.minutes.lines["h2"].start_ms == 1500


def test_a_reworded_line_is_cut_in_proportion() -> None:
    room = did(TWO, c.EditLine(line="u1", base=0, text="工资是8000元整"))
    (split,) = decide(room, CLERK.id, c.SplitLine(line="u1", base=1, at=3))
    assert isinstance(split, e.LineSplit) and split.at_ms == 1200


@pytest.mark.parametrize("at", [6, 7, 4000])
def test_nothing_is_cut_off_at_the_end(at: int) -> None:
    assert refusal(TWO, CLERK.id, c.SplitLine(line="u1", base=0, at=at)) == "nothing_to_split"


def test_a_written_line_is_cut_without_a_time() -> None:
    room = did(OPEN, c.InsertLine(text="甲乙", speaker=APPLICANT.id))
    (split,) = decide(room, CLERK.id, c.SplitLine(line="h1", base=0, at=1))
    assert isinstance(split, e.LineSplit) and split.at_ms is None and split.next == "h2"
    room = evolve(room, split)
    assert room.minutes.lines["h2"].after == "h1"
    joined_again = did(room, c.MergeLines(line="h1", base=1, other="h2", other_base=0))
    assert joined_again.minutes.lines["h1"].text == "甲乙" and joined_again.minutes.lines["h2"].struck


def test_neighbours_of_one_speaker_become_one() -> None:
    room = did(TWO, c.MergeLines(line="u1", base=0, other="u2", other_base=0))
    line, other = room.minutes.lines["u1"], room.minutes.lines["u2"]
    assert (line.text, line.end_ms, line.version, line.adopted) == ("工资是八千元没有发过", 3400, 1, False)
    assert other.struck and other.version == 1
    assert refusal(room, CLERK.id, c.MergeLines(line="u1", base=1, other="u2", other_base=1)) == "line_struck"


def test_words_of_two_people_never_become_one_line() -> None:
    room = after(TWO, heard("u3", "我不同意", 5000, RESPONDENT.id))
    assert (
        refusal(room, CLERK.id, c.MergeLines(line="u2", base=0, other="u3", other_base=0)) == "other_speaker"
    )


@pytest.mark.parametrize(
    "between",
    [
        heard("u3", "等一下", 2000, RESPONDENT.id),
        e.LineInserted(line="h1", after="u1", text="（敲槌）", speaker=""),
    ],
    ids=["speech", "direction"],
)
def test_nothing_may_stand_between(between: e.Event) -> None:
    room = after(TWO, between)
    merge = c.MergeLines(line="u1", base=0, other="u2", other_base=0)
    assert refusal(room, CLERK.id, merge) == "not_neighbours"
    name = "u3" if isinstance(between, e.UtteranceHeard) else "h1"
    assert did(did(room, c.StrikeLine(line=name, base=0)), merge).minutes.lines["u2"].struck
    backwards = c.MergeLines(line="u2", base=0, other="u1", other_base=0)
    assert refusal(TWO, CLERK.id, backwards) == "not_neighbours"
    itself = c.MergeLines(line="u1", base=0, other="u1", other_base=0)
    assert refusal(TWO, CLERK.id, itself) == "not_neighbours"


def test_a_space_stands_only_between_what_needs_one() -> None:
    assert (joined("工资", "八千"), joined("KPI", "OK"), joined("2026", "年")) == (
        "工资八千",
        "KPI OK",
        "2026年",
    )


def test_all_drafts_are_adopted_but_what_changed_meanwhile() -> None:
    room = did(TWO, c.EditLine(line="u2", base=0, text="没发过"))
    (adopted,) = decide(room, CLERK.id, c.AdoptLines(lines={"u1": 0, "u2": 0}))
    assert adopted == e.LinesAdopted(lines={"u1": 1})
    room = evolve(room, adopted)
    assert room.minutes.lines["u1"].adopted
    assert decide(room, CLERK.id, c.AdoptLines(lines={"u1": 1, "u2": 1})) == []
    assert refusal(room, CLERK.id, c.AdoptLines(lines={"u1": 0})) == "stale"


def test_marks_are_the_staffs_and_can_be_taken_away() -> None:
    (mark,) = decide(OPEN, CLERK.id, c.SetBookmark(note=" 关键陈述 "))
    assert mark == e.Bookmarked(bookmark="b1", note="关键陈述")
    room = evolve(OPEN, mark)
    assert did(room, c.DropBookmark(bookmark="b1")).minutes.bookmarks == frozenset()
    assert decide(room, CLERK.id, c.DropBookmark(bookmark="b9")) == []
    assert refusal(room, APPLICANT.id, c.SetBookmark()) == "not_allowed"


def asked(room: Room, who: str, ref: str, text: str = "工资是八千五百元") -> Room:
    return did(room, c.Ask(kind="correction", ref=ref, text=text), who)


def test_a_granted_correction_changes_the_line_and_a_denied_one_does_not() -> None:
    room = asked(TWO, APPLICANT.id, "u1")
    granted = decide(room, MEDIATOR.id, c.Grant(request="r1"))
    assert granted[1:] == [e.LineEdited(line="u1", version=1, text="工资是八千五百元", speaker=None)]
    assert refusal(room, MEDIATOR.id, c.Deny(request="r1")) == "reason_missing"
    denied = decide(room, MEDIATOR.id, c.Deny(request="r1", reason="与录音一致"))
    assert denied == [e.RequestDenied(request="r1", reason="与录音一致")]


def test_corrections_are_of_ones_own_sides_words() -> None:
    wish = c.Ask(kind="correction", ref="u1", text="没有这回事")
    assert refusal(TWO, RESPONDENT.id, wish) == "not_your_words"
    assert refusal(TWO, AGENT.id, wish) == "not_your_words"
    room = after(TWO, heard("u3", "我不同意", 5000, RESPONDENT.id))
    assert asked(room, AGENT.id, "u3").requests["r1"].ref == "u3"
    # Without a line it is said in words what is wrong: that is for the chair to read.
    assert asked(TWO, RESPONDENT.id, "", "笔录第三页有误").requests
    plain = asked(TWO, APPLICANT.id, "", "笔录第三页有误")
    assert decide(plain, MEDIATOR.id, c.Grant(request="r1")) == [e.RequestGranted(request="r1", reason="")]


@pytest.mark.parametrize(
    "wish",
    [
        c.EditLine(line="u1", base=0, text="长" * 4001),
        c.InsertLine(text="长" * 100_000),
    ],
)
def test_a_paragraph_that_is_too_long_is_refused_with_a_word(wish: c.Command) -> None:
    assert refusal(TWO, CLERK.id, wish) == "line_too_long"


def test_what_is_written_keeps_its_markup_and_loses_what_nobody_sees() -> None:
    said = "<b>三千元</b>\r\n&amp;\x00\u202e后\x07𬀩"
    room = did(TWO, c.InsertLine(text=said))
    assert room.minutes.lines["h1"].text == "<b>三千元</b>\n&amp;后𬀩"


def test_of_two_at_one_paragraph_the_second_is_refused_and_may_then_write_on_top() -> None:
    first = did(TWO, c.EditLine(line="u1", base=0, text="工资是8000元"))
    late = c.EditLine(line="u1", base=0, text="工资是每月八千元")
    assert refusal(first, MEDIATOR.id, late) == "stale"
    on_top = did(first, c.EditLine(line="u1", base=1, text="工资是每月8000元"), MEDIATOR.id)
    assert (on_top.minutes.lines["u1"].text, on_top.minutes.lines["u1"].version) == ("工资是每月8000元", 2)


def test_a_text_goes_in_as_paragraphs_in_their_order_and_says_where_it_is_from() -> None:
    paragraphs = [
        Paragraph(text="（敲槌）"),
        Paragraph(text="现在开庭。", speaker=MEDIATOR.id),
        Paragraph(text="请核对身份。", speaker=CLERK.id),
    ]
    wish = c.InsertText(template="arbitration.opening", version="7", after="u1", paragraphs=paragraphs)
    facts = decide(TWO, CLERK.id, wish)
    assert [(f.line, f.after, f.template, f.form) for f in facts if isinstance(f, e.LineInserted)] == [
        ("h1", "u1", "arbitration.opening", "7"),
        ("h2", "h1", "arbitration.opening", "7"),
        ("h3", "h2", "arbitration.opening", "7"),
    ]
    assert after(TWO, *facts).minutes.made == 3
    assert refusal(TWO, APPLICANT.id, wish) == "not_allowed"
    assert refusal(TWO, CLERK.id, msgspec.structs.replace(wish, after="u9")) == "no_such_line"
    stranger = msgspec.structs.replace(wish, paragraphs=[Paragraph(text="x", speaker="p_x")])
    assert refusal(TWO, CLERK.id, stranger) == "nobody"


def test_a_paragraph_knows_the_evidence_that_it_names() -> None:
    room = after(TWO, submitted("v_1"), submitted("v_12", number=12))
    edited = did(room, c.EditLine(line="u1", base=0, text="见申证12，又见申证1、申证12和被证3"))
    (fact,) = decide(edited, CLERK.id, c.SplitLine(line="u1", base=1, at=6))
    assert isinstance(fact, e.LineSplit)
    assert (fact.text, fact.evidence, fact.rest_evidence) == ("见申证12，", ["v_12"], ["v_1", "v_12"])
    (line,) = decide(room, CLERK.id, c.InsertLine(text="（出示申证1）"))
    assert isinstance(line, e.LineInserted) and line.evidence == ["v_1"]
