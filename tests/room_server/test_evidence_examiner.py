"""The examiner: pages drawn without what cameras write into them, crafted files refused, and all apart."""

import sys
from pathlib import Path

import pytest
from PIL import Image

from room_server.evidence import apart, drawing, examiner
from room_server.evidence.apart import ExaminerFailed, Examiners
from room_server.evidence.kinds import NotAccepted
from room_server.evidence.shelf import THUMBNAIL, page_name
from tests.support import exhibits


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages as large as on a screen take a while to draw."""
    monkeypatch.setattr(drawing, "PAGE_EDGE", 500)
    monkeypatch.setattr(drawing, "MOST_PIXELS", 2_000_000)


def examine(folder: Path, content: bytes) -> dict[str, object]:
    path, views = folder / "file", folder / "views"
    path.write_bytes(content)
    views.mkdir(exist_ok=True)
    return examiner.obey({"do": "examine", "path": str(path), "views": str(views)})


def word(folder: Path, content: bytes) -> object:
    return examine(folder, content)["refused"]


def test_a_photograph_stands_upright_and_says_nothing_of_its_place(tmp_path: Path) -> None:
    answer = examine(tmp_path, exhibits.located_photo())
    assert answer == {"ok": {"format": "jpeg", "kind": "picture", "pages": 1, "active": False, "seconds": 0}}
    with Image.open(tmp_path / "views" / page_name(1)) as page:
        assert page.size == (200, 400) and page.format == "WEBP"
        assert not page.getexif() and "exif" not in page.info and "xmp" not in page.info
        red = page.convert("RGB").getpixel((190, 10))
    assert isinstance(red, tuple) and red[0] > 150 and red[1] < 60
    for view in (tmp_path / "views").iterdir():
        assert b"SecretPhone" not in view.read_bytes()
    assert b"SecretPhone" in (tmp_path / "file").read_bytes(), "the original stays as it was received"


def test_large_pictures_are_drawn_smaller_and_small_ones_as_they_are(tmp_path: Path) -> None:
    examine(tmp_path, exhibits.photo(1200, 600))
    with Image.open(tmp_path / "views" / page_name(1)) as page:
        assert page.size == (drawing.PAGE_EDGE, drawing.PAGE_EDGE // 2)
    with Image.open(tmp_path / "views" / THUMBNAIL) as small:
        assert max(small.size) == drawing.THUMBNAIL_EDGE
    examine(tmp_path, exhibits.photo(300, 200, "PNG"))
    with Image.open(tmp_path / "views" / page_name(1)) as page:
        assert page.size == (300, 200)


def test_transparent_pictures_lie_on_white_paper(tmp_path: Path) -> None:
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    examine(tmp_path, (tmp_path / "clear.png").read_bytes())
    with Image.open(tmp_path / "views" / page_name(1)) as page:
        assert page.convert("RGB").getpixel((25, 25)) == (255, 255, 255)


def test_heic_as_phones_take_it(tmp_path: Path) -> None:
    # The decoder has no encoder: a picture made with another one is part of the tests.
    content = (Path(__file__).parents[1] / "support" / "photo.heic").read_bytes()
    answer = examine(tmp_path, content)
    assert answer["ok"] and (tmp_path / "views" / page_name(1)).exists()


def test_a_picture_that_unpacks_to_too_much(tmp_path: Path) -> None:
    Image.new("1", (2000, 1001)).save(tmp_path / "bomb.png")
    content = (tmp_path / "bomb.png").read_bytes()
    assert len(content) < 100_000
    assert word(tmp_path, content) == "bomb"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_is_cut_off(tmp_path: Path, form: str) -> None:
    content = exhibits.photo(800, 600, form)
    assert word(tmp_path, content[: len(content) * 2 // 3]) == "damaged"
    assert word(tmp_path, content[:40]) == "damaged"


def test_a_picture_that_is_no_page(tmp_path: Path) -> None:
    assert word(tmp_path, exhibits.photo(2000, 20)) == "not_a_page"


def test_documents_are_drawn_page_by_page(tmp_path: Path) -> None:
    answer = examine(tmp_path, exhibits.pdf(9))
    assert answer == {"ok": {"format": "pdf", "kind": "document", "pages": 9, "active": False, "seconds": 0}}
    views = tmp_path / "views"
    drawn = sorted(path.name for path in views.glob("page-*"))
    assert drawn == [page_name(n) for n in range(1, examiner.DRAWN_AT_ONCE + 1)]
    order = {"do": "draw", "path": str(tmp_path / "file"), "views": str(views), "first": 7, "count": 6}
    assert examiner.obey(order) == {"ok": {"pages": 9}}
    assert len(list(views.glob("page-*"))) == 9
    with Image.open(views / page_name(9)) as page:
        assert max(page.size) == drawing.PAGE_EDGE
        darkest = page.convert("L").tobytes()
        assert min(darkest) < 60, "something is written on it"


def test_script_in_a_document_is_flagged_and_its_pages_drawn(tmp_path: Path) -> None:
    content = exhibits.pdf(2, b"4 0 obj\n<</S/JavaScript/JS(1)>>\nendobj\n", b"/OpenAction 4 0 R")
    answer = examine(tmp_path, content)
    assert answer["ok"] == {"format": "pdf", "kind": "document", "pages": 2, "active": True, "seconds": 0}
    assert (tmp_path / "views" / page_name(2)).exists()


def test_documents_that_cannot_be_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert word(tmp_path, b"%PDF-1.7\nnothing of one") == "damaged"
    assert word(tmp_path, exhibits.pdf(1, width=14_000, height=3)) == "not_a_page"
    monkeypatch.setattr(drawing, "MOST_PAGES", 3)
    assert word(tmp_path, exhibits.pdf(4)) == "too_many_pages"


def test_a_huge_page_is_drawn_small(tmp_path: Path) -> None:
    answer = examine(tmp_path, exhibits.pdf(1, width=14_400, height=14_400))
    assert answer["ok"]
    with Image.open(tmp_path / "views" / page_name(1)) as page:
        assert page.size == (drawing.PAGE_EDGE, drawing.PAGE_EDGE)


def test_films_show_their_first_picture(tmp_path: Path) -> None:
    answer = examine(tmp_path, exhibits.film(tmp_path / "a.mp4"))
    assert answer["ok"] == {"format": "mp4", "kind": "video", "pages": 1, "active": False, "seconds": 1}
    assert examine(tmp_path, exhibits.sound(2.0))["ok"] == {
        "format": "wav",
        "kind": "audio",
        "pages": 0,
        "active": False,
        "seconds": 2,
    }


@pytest.mark.parametrize("head", [b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom", b"OggS" + bytes(60)])
def test_films_of_which_only_the_head_is_true(tmp_path: Path, head: bytes) -> None:
    assert word(tmp_path, head + bytes(2000)) == "damaged"


async def test_it_runs_apart(tmp_path: Path) -> None:
    path, views = tmp_path / "file", tmp_path / "views"
    path.write_bytes(exhibits.pdf(8))
    views.mkdir()
    examiners = Examiners()
    facts = await examiners.examine(path, views)
    assert facts["pages"] == 8
    await examiners.draw(path, views, 7, 6)
    assert (views / page_name(8)).exists()
    path.write_bytes(b"<svg/>")
    with pytest.raises(NotAccepted, match="unknown_type"):
        await examiners.examine(path, views)
    with pytest.raises(ExaminerFailed):
        await examiners.draw(path, views, 1, 1)


async def test_one_that_dies_or_hangs_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "python"
    monkeypatch.setattr(sys, "executable", str(script))
    for body, patience in (("kill -9 $$", 30.0), ("sleep 60", 0.3), ("echo '{}'", 30.0), ("echo no", 30.0)):
        script.write_text(f"#!/bin/sh\n{body}\n")
        script.chmod(0o755)
        with pytest.raises(ExaminerFailed):
            await Examiners(patience).examine(tmp_path, tmp_path)


async def test_it_knows_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HETING_TURN_SECRET", "secret")
    monkeypatch.setenv("HOME", "/root")
    assert "secret" not in str(apart._bare_environment())
