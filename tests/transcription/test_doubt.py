"""What is not believed of a recogniser, and what is."""

import pytest

from transcription.doubt import doubt, looped


@pytest.mark.parametrize(
    ("text", "seconds", "no_speech", "log_probability", "reason"),
    [
        ("我同意调解", 1.5, 0.01, -0.3, ""),
        ("对对对对对", 1.0, 0.01, -0.3, ""),
        ("是", 0.3, 0.7, -0.5, ""),
        ("", 1.0, 0.0, 0.0, "empty"),
        ("。、…", 1.0, 0.0, 0.0, "empty"),
        ("好的", 1.0, 0.9, -1.2, "no speech"),
        ("好的", 1.0, 0.1, -1.9, "unsure"),
        ("字幕由Amara.org社区提供", 3.0, 0.1, -0.2, "subtitle phrase"),
        ("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", 4.0, 0.1, -0.2, "subtitle phrase"),
        ("我要求支付拖欠的工资" * 4, 1.0, 0.1, -0.2, "too much text"),
        ("谢谢大家谢谢大家谢谢大家谢谢大家谢谢大家谢谢大家", 9.0, 0.1, -0.2, "repetition"),
    ],
)
def test_reasons(text: str, seconds: float, no_speech: float, log_probability: float, reason: str) -> None:
    assert doubt(text, seconds, no_speech, log_probability) == reason


def test_the_prompt_that_comes_back_is_not_speech() -> None:
    prompt = "以下是普通话的庭审记录，使用简体中文和标点符号。"
    assert doubt("使用简体中文和标点", 3.0, 0.1, -0.2, prompt) == "prompt"
    assert doubt("普通话", 3.0, 0.1, -0.2, prompt) == ""


@pytest.mark.parametrize(
    ("letters", "answer"),
    [
        ("哈哈哈哈哈哈", False),
        ("两万两万两万两万", False),
        ("工资" * 8, True),
        ("前面说了很多别的话" + "工资" * 5, False),
    ],
)
def test_loops(letters: str, answer: bool) -> None:
    assert looped(letters) is answer
