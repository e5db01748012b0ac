"""Which font draws what, and what is said when none does."""

import pickle
from pathlib import Path

import pytest

from signing import fonts
from signing.fonts import FontProblem, MissingGlyph, assign, chain, cure, state, visible


def test_this_machine_can_print_rare_names() -> None:
    said = state()
    assert (said["state"], said["rare_missing"], said["cure"]) == ("ready", [], "")
    assert said["faces"]["song"]


def test_every_character_has_a_face_that_holds_it() -> None:
    chosen = assign("song", "陈\U0002c029\U00020bb7龘，abc 〔2026〕")
    for char, found in chosen.items():
        assert ord(char) in fonts.coverage(found)


def test_a_character_in_no_font_is_named_with_its_cure() -> None:
    with pytest.raises(MissingGlyph) as caught:
        assign("song", "好\ue123")
    assert caught.value.char == "\ue123"
    assert "U+E123" in str(caught.value) and "apt-get install" in str(caught.value)


def test_the_refusal_survives_the_way_between_processes() -> None:
    back = pickle.loads(pickle.dumps(MissingGlyph("文字\ue123", "\ue123")))
    assert (back.text, back.char) == ("文字\ue123", "\ue123")


def test_no_font_at_all(tmp_path: Path) -> None:
    with pytest.raises(FontProblem, match="fonts-noto-cjk"):
        assign("song", "好", [tmp_path])
    said = state([tmp_path])
    assert (said["state"], said["cure"]) == ("absent", "apt-get install -y fonts-noto-cjk")


def test_a_font_that_is_none_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "uming.ttc").write_bytes(b"ttcf" + bytes(20))
    (tmp_path / "BabelStoneHan.ttf").write_bytes(b"no font")
    assert chain("song", [tmp_path]) == []


def test_a_style_falls_back_on_others(tmp_path: Path) -> None:
    song = chain("song")[0]
    (tmp_path / Path(song.path).name).symlink_to(song.path)
    only = [found.face.name for found in chain("kai", [tmp_path])]
    assert only == [song.face.name]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc\r", "a b c "),
        ("姓\u200b名\ufeff", "姓名"),
        ("\u202e反\u202c", "反"),
        ("字\U000e0100", "字"),
        ("空\u3000格", "空\u3000格"),
        ("\x00\x1b[31m", "[31m"),
        ("陈\U0002c029", "陈\U0002c029"),
    ],
)
def test_what_draws_nothing_is_left_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_the_cure_depends_on_the_character() -> None:
    assert "babelstone" in cure("\U0002c029")
    assert "symbola" in cure("\U0001f600")
