"""Which fonts are installed, what each can draw, and the cure when a character is in none of them."""

import struct
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
    Path.home() / ".local/share/fonts",
    Path("/Library/Fonts"),
)
RARE_NAMES = "鸎龘囍喆堃昇翀祎犇翯赟媜彣㛃䶮\U0002c029\U00020bb7"
_COMMON = "笔录案号申请人被申请人调解员记录校验仲裁委员会签名〔〕（）：，。0123456789"
_RESTRICTED = 0x0002


class FontProblem(Exception):
    """A document cannot be set in the fonts of this machine."""


class MissingGlyph(FontProblem):
    """A character is in no installed font: a record never drops one silently."""

    def __init__(self, text: str, char: str) -> None:
        super().__init__(text, char)
        self.text = text
        self.char = char

    @property
    def shown(self) -> str:
        """The character as a message names it, whether or not the reader's screen can draw it."""
        return f"“{self.char}”(U+{ord(self.char):04X} {unicodedata.name(self.char, 'unnamed')})"

    def __str__(self) -> str:
        return f"没有字体能显示{self.shown}；请安装：apt-get install {cure(self.char)}"


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface we know how to use, and the Debian package that brings it."""

    style: str
    name: str
    file: str
    package: str


@dataclass(frozen=True, slots=True)
class Found:
    """A face on this disk; `index` is its place in a collection file."""

    face: Face
    path: str
    index: int


# Order within a style is preference: 仿宋 of the operator, then the free ones.
FACES: tuple[Face, ...] = (
    Face("song", "FangSong", "simfang.ttf", ""),
    Face("song", "FandolFang", "FandolFang-Regular.otf", "texlive-lang-chinese"),
    Face("song", "Noto Serif CJK SC", "NotoSerifCJK-Regular.ttc", "fonts-noto-cjk"),
    Face("song", "AR PL UMing CN", "uming.ttc", "fonts-arphic-uming"),
    Face("title", "Noto Serif CJK SC Bold", "NotoSerifCJK-Bold.ttc", "fonts-noto-cjk"),
    Face("hei", "Noto Sans CJK SC", "NotoSansCJK-Regular.ttc", "fonts-noto-cjk"),
    Face("hei", "WenQuanYi Zen Hei", "wqy-zenhei.ttc", "fonts-wqy-zenhei"),
    Face("kai", "LXGW WenKai", "LXGWWenKai-Regular.ttf", "fonts-lxgw-wenkai"),
    Face("kai", "AR PL UKai CN", "ukai.ttc", "fonts-arphic-ukai"),
    Face("any", "LXGW WenKai", "LXGWWenKai-Regular.ttf", "fonts-lxgw-wenkai"),
    Face("any", "BabelStone Han", "BabelStoneHan.ttf", "fonts-babelstone-han"),
    Face("any", "Droid Sans Fallback", "DroidSansFallbackFull.ttf", "fonts-droid-fallback"),
    Face("any", "DejaVu Sans", "DejaVuSans.ttf", "fonts-dejavu-core"),
    Face("any", "Symbola", "Symbola_hint.ttf", "fonts-symbola"),
    Face("any", "Symbola", "Symbola.ttf", "fonts-symbola"),
)
# What stands in when a style has no face, or its face lacks a character.
_CHAINS = {
    "song": ("song", "any", "kai", "hei"),
    "title": ("title", "song", "hei", "any", "kai"),
    "hei": ("hei", "title", "song", "any", "kai"),
    "kai": ("kai", "song", "any", "hei"),
}


def cure(char: str) -> str:
    """The Debian package most likely to hold a character."""
    name = unicodedata.name(char, "")
    if "CJK" in name or 0x20000 <= ord(char) <= 0x3FFFF:
        return "fonts-noto-cjk fonts-babelstone-han"
    return "fonts-noto-cjk fonts-symbola"


def visible(text: str) -> str:
    """The text as it is printed: white space becomes a space, signs that draw nothing are left out."""
    kept = []
    for char in text:
        if char.isspace():
            kept.append("\u3000" if char == "\u3000" else " ")
        elif unicodedata.category(char) not in ("Cc", "Cf", "Cs") and not _selects_variant(char):
            kept.append(char)
    return "".join(kept)


def _selects_variant(char: str) -> bool:
    return 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF


@lru_cache(maxsize=4)
def _files(folders: tuple[Path, ...]) -> dict[str, str]:
    wanted = {face.file for face in FACES}
    found: dict[str, str] = {}
    for folder in folders:
        if folder.is_dir():
            for path in sorted(folder.rglob("*.[to]t[cf]")):
                if path.name in wanted:
                    found.setdefault(path.name, str(path))
    return found


def chain(style: str, folders: Sequence[Path] | None = None) -> list[Found]:
    """The installed faces for a style, best first, each file at most once."""
    files = _files(tuple(FOLDERS if folders is None else folders))
    ordered: dict[str, Found] = {}
    for part in _CHAINS[style]:
        for face in FACES:
            path = files.get(face.file)
            if face.style == part and path and path not in ordered:
                ordered[path] = Found(face, path, _index(path, face.name))
    return [found for found in ordered.values() if coverage(found)]


def opened(found: Found) -> Any:
    """The font file, read lazily by fontTools."""
    from fontTools.ttLib import TTFont

    return TTFont(found.path, fontNumber=found.index, lazy=True)


@lru_cache(maxsize=32)
def _index(path: str, name: str) -> int:
    if not path.endswith(".ttc"):
        return 0
    from fontTools.ttLib import TTFont

    number = 0
    while True:
        try:
            with TTFont(path, fontNumber=number, lazy=True) as font:
                if font["name"].getDebugName(4) == name:
                    return number
        except _unreadable():
            # Past the last one: `coverage` finds out whether the first is any good.
            return 0
        number += 1


def _unreadable() -> tuple[type[Exception], ...]:
    # fontTools asserts where a file is damaged early, and raises its own error where it is damaged late.
    from fontTools.ttLib import TTLibError

    return (TTLibError, OSError, KeyError, AssertionError, IndexError, struct.error)


@lru_cache(maxsize=32)
def coverage(found: Found) -> dict[int, str]:
    """Code point → glyph name; empty when the font is unreadable or its licence forbids embedding."""
    try:
        with opened(found) as font:
            if font["OS/2"].fsType & 0x000F == _RESTRICTED:
                return {}
            return dict(font.getBestCmap() or {})
    except _unreadable():
        return {}


def assign(style: str, characters: Iterable[str], folders: Sequence[Path] | None = None) -> dict[str, Found]:
    """For every character the first face of the style's chain that has it; raises `MissingGlyph`."""
    faces = chain(style, folders)
    if not faces:
        raise FontProblem("没有可用的中文字体；请安装：apt-get install fonts-noto-cjk")
    chosen: dict[str, Found] = {}
    for char in sorted(set(characters)):
        holder = next((found for found in faces if ord(char) in coverage(found)), None)
        if holder is None:
            raise MissingGlyph(char, char)
        chosen[char] = holder
    return chosen


def state(folders: Sequence[Path] | None = None) -> dict[str, Any]:
    """For `heting doctor`: which faces set the documents, whether rare names print, and the cure."""
    song = chain("song", folders)
    rare = [char for char in RARE_NAMES if not any(ord(char) in coverage(found) for found in song)]
    able = bool(song) and all(any(ord(c) in coverage(found) for found in song) for c in _COMMON)
    word = "absent" if not able else "partial" if rare else "ready"
    return {
        "state": word,
        "faces": {style: _name(chain(style, folders)) for style in _CHAINS},
        "fallback": [found.face.name for found in song[1:]],
        "rare_missing": rare,
        "cure": "" if word == "ready" else "apt-get install -y fonts-noto-cjk",
    }


def _name(faces: list[Found]) -> str:
    return faces[0].face.name if faces else ""
