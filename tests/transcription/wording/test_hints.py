"""What a text may have meant: names by their sound; ordinary sentences are left in peace."""

import pytest

from tests.support.speech import VOICES
from transcription.wording.hints import Hint, hints
from transcription.wording.pinyin import Ear, sounds
from transcription.wording.wording import VERBATIM, Worded, Wording

WORDS = (
    *("张晓雯", "王强", "李明", "陈建华", "刘福海", "厦门鹭岛电子科技有限公司", "鹭岛电子"),
    *("经济补偿", "赔偿金", "加班工资", "竞业限制", "劳动合同", "社会保险", "未休年休假工资报酬"),
)


@pytest.mark.parametrize(
    ("text", "said", "word"),
    [
        ("请张小文陈述", "张小文", "张晓雯"),
        ("章晓文你好", "章晓文", "张晓雯"),
        ("脏小闻来了", "脏小闻", "张晓雯"),
        ("我叫王墙", "王墙", "王强"),
        ("陈建花说的", "陈建花", "陈建华"),
        ("陆岛电子欠我", "陆岛电子", "鹭岛电子"),
        ("厦门路道电子科技有限公司", "厦门路道电子科技有限公司", "厦门鹭岛电子科技有限公司"),
        ("要求经济不偿", "经济不偿", "经济补偿"),
        ("老东合同", "老东合同", "劳动合同"),
        ("给了8000元的加班公资", "加班公资", "加班工资"),
    ],
)
def test_what_sounds_like_a_name_is_suggested(text: str, said: str, word: str) -> None:
    assert hints(text, WORDS) == (Hint(text.index(said), len(said), word, said),)


def test_which_sounds_are_confused_is_an_option() -> None:
    assert hints("刘胡海", WORDS) == ()
    assert hints("刘胡海", WORDS, Ear(f_as_h=True)) == (Hint(0, 3, "刘福海", "刘胡海"),)
    assert hints("脏小闻来了", WORDS, Ear(flat_tongue=False)) == ()
    assert [Ear().key(s) for s in ("zhang", "neng", "xing", "n", "er")] == ["zan", "len", "xin", "n", "er"]


@pytest.mark.parametrize(
    "sentence",
    [
        *(
            "黎明的时候我还在上班",
            "他忘了带身份证",
            "我们完全同意",
            "里面有考勤记录",
            "公司网签的合同",
            "五十多个人",
        ),
        *("王强和李明都在", "张晓雯是申请人", "经济补偿和赔偿金", "鹭岛电子", "请说", "好", ""),
        *("经济困难", "报酬没有拿到", "社会上都知道", "限制我的自由", "合同到期了", "补偿多少钱", "强制加班"),
        *("有限公司和股份公司不一样", "厦门市湖里区", "电子邮件", "I agree", "123"),
    ],
)
def test_ordinary_sentences_get_no_hint(sentence: str) -> None:
    assert hints(sentence, WORDS) == ()


def test_the_sentences_of_the_rehearsals_get_no_hint() -> None:
    sentences = (VOICES / "phrases.txt").read_text(encoding="utf-8").split()
    assert len(sentences) > 60
    assert [hints(sentence, WORDS) for sentence in sentences if hints(sentence, WORDS)] == []


def test_hints_never_overlap_and_are_few() -> None:
    found = hints("张小文" * 9, WORDS)
    assert [hint.at for hint in found] == [0, 3, 6, 9, 12]
    assert hints("厦门路道电子科技有限公司", ("鹭岛电子", *WORDS))[0].length == 12
    assert hints("陆岛电子", ("鹭岛电子", "陆岛电子")) == ()


def test_sounds_follow_their_context() -> None:
    assert [s.plain for s in sounds("银行行长") if s] == ["yin", "hang", "hang", "zhang"]
    assert [s is None for s in sounds("a张1")] == [True, False, True]


def test_a_text_is_worded_with_its_hints_where_they_lie_in_the_written_text() -> None:
    worded = Wording(("张晓雯",)).worded("欠八千元的是张小文")
    assert worded.text == "欠8000元的是张小文"
    assert worded.spoken == "欠八千元的是张小文"
    (hint,) = worded.hints
    assert worded.text[hint.at : hint.at + hint.length] == hint.said == "张小文"
    assert VERBATIM.worded("八千元") == Worded("八千元")
