"""What a file is by its content, whatever it is called, and what is refused for having two faces."""

from pathlib import Path

import pytest

from room_server.evidence import kinds
from room_server.evidence.actions import is_active
from room_server.evidence.boxes import check_whole
from room_server.evidence.kinds import FORMATS, NotAccepted, identify, sniff
from tests.support import exhibits

JS = b"4 0 obj\n<</S/JavaScript/JS(app.alert\\(1\\))>>\nendobj\n"


def refused(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(NotAccepted) as caught:
        identify(path)
    return caught.value.word


def kept(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (exhibits.photo(), "jpeg"),
        (exhibits.photo(form="PNG"), "png"),
        (exhibits.photo(form="WEBP"), "webp"),
        (exhibits.pdf(), "pdf"),
        (exhibits.sound(), "wav"),
        (exhibits.docx(), "docx"),
    ],
)
def test_the_name_does_not_count(tmp_path: Path, content: bytes, name: str) -> None:
    found = identify(kept(tmp_path / "照片.exe", content))
    assert found is FORMATS[name]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\x00\x00\x00\x18ftypheic", "heif"),
        (b"\x00\x00\x00\x18ftypmif1", "heif"),
        (b"\x00\x00\x00\x14ftypqt  ", "mov"),
        (b"\x00\x00\x00\x20ftypisom", "mp4"),
        (b"\x00\x00\x00\x20ftypM4A ", "m4a"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "webm"),
        (b"ID3\x04", "mp3"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (b"OggS\x00", "ogg"),
        (b"#!AMR\n", "amr"),
    ],
)
def test_first_bytes_are_enough(head: bytes, name: str) -> None:
    assert sniff(head) is FORMATS[name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><script>1</script>",
        b"GIF89a" + bytes(100),
        b"MZ" + bytes(100),
        b"\x7fELF" + bytes(100),
        b"#!/bin/sh\nrm -rf /\n",
        b"BM" + bytes(100),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
        b"#EXTM3U\nhttp://127.0.0.1/",
        b"\n%PDF-1.7",
        b"\x00\x00\x00\x18ftyp????",
        b"\x1a\x45\xdf\xa3nothing",
    ],
)
def test_what_is_not_on_the_list_is_not_taken(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path / "合同.pdf", content) == "unknown_type"


def test_a_picture_that_is_an_archive_too(tmp_path: Path) -> None:
    zipped = exhibits.archive({"index.html": exhibits.SCRIPT})
    assert refused(tmp_path / "a.jpg", exhibits.photo() + zipped) == "two_faces"
    assert refused(tmp_path / "b.png", exhibits.photo(form="PNG") + zipped) == "two_faces"
    assert refused(tmp_path / "c.pdf", exhibits.pdf() + zipped) == "two_faces"


def test_a_picture_that_is_a_document_or_a_page_too(tmp_path: Path) -> None:
    picture = exhibits.photo()
    comment = b"\xff\xfe" + (2 + 40).to_bytes(2, "big") + exhibits.SCRIPT.ljust(40)
    assert refused(tmp_path / "a.jpg", picture[:2] + comment + picture[2:]) == "two_faces"
    document = b"\xff\xfe" + (2 + 9).to_bytes(2, "big") + b"%PDF-1.7\n"
    assert refused(tmp_path / "b.jpg", picture[:2] + document + picture[2:]) == "two_faces"


def test_metadata_as_cameras_write_it_is_no_second_face(tmp_path: Path) -> None:
    xmp = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"/><?xpacket end="w"?>'
    assert identify(kept(tmp_path / "a.jpg", exhibits.photo(xmp=xmp))) is kinds.JPEG
    # Two bytes that begin the end of an archive mean nothing by themselves.
    assert identify(kept(tmp_path / "b.jpg", exhibits.photo() + b"PK\x05\x06" + bytes(30))) is kinds.JPEG


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (exhibits.archive({"a.txt": b"x"}), "unknown_type"),
        (exhibits.docx(word__vbaProject__bin=b"x").replace(b"__bin", b".bin__"), "has_program"),
        (exhibits.docx()[:-30], "damaged"),
        (exhibits.docx(word__media__image=bytes(40 << 20)), "bomb"),
        (b"PK\x03\x04" + bytes(64), "damaged"),
    ],
)
def test_archives_that_are_no_plain_word_document(tmp_path: Path, content: bytes, word: str) -> None:
    if word == "has_program":
        members = {"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b"x"}
        content = exhibits.archive(members)
    assert refused(tmp_path / "a.docx", content) == word


def test_a_bomb_of_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "MOST_MEMBERS", 5)
    many = {f"word/{n}.xml": b"x" for n in range(6)}
    assert refused(tmp_path / "a.docx", exhibits.docx(**many)) == "bomb"


@pytest.mark.parametrize(
    ("content", "active"),
    [
        (exhibits.pdf(3), False),
        (exhibits.pdf(1, JS, b"/OpenAction 4 0 R"), True),
        (exhibits.pdf(1, JS.replace(b"/JavaScript", b"/J#61vaScrip#74")), True),
        (exhibits.pdf(1, b"4 0 obj\n<</S/Launch/F(cmd.exe)>>\nendobj\n"), True),
        (exhibits.pdf(1, b"4 0 obj\n<</Type/EmbeddedFile>>\nendobj\n"), True),
        (exhibits.pdf(1, b"4 0 obj\n<</S/URI/URI(https://example.org)>>\nendobj\n"), False),
        (exhibits.packed_pdf(b"7 0 <</S/JavaScript/JS(1)>>"), True),
        (exhibits.packed_pdf(b"7 0 <</Kind/Harmless>>"), False),
        (
            exhibits.pdf(1, b"5 0 obj\n<</Type/ObjStm/Filter/LZWDecode>>\nstream\nx\nendstream\nendobj\n"),
            True,
        ),
        (exhibits.pdf(1, b"5 0 obj\n<</Type/ObjStm/Filter/FlateDecode>>\nstream\nxx\nendstream\n"), True),
        (exhibits.pdf(1, b"5 0 obj\n<</Type/ObjStm/Filter/FlateDecode>>\nendobj\n"), True),
        (exhibits.pdf(1, b"", b"/Encrypt 4 0 R"), True),
    ],
)
def test_documents_that_would_do_something(tmp_path: Path, content: bytes, active: bool) -> None:
    assert is_active(kept(tmp_path / "a.pdf", content)) is active


@pytest.mark.parametrize(("form", "codec"), [("mp4", "libx264"), ("mov", "libx264"), ("webm", "libvpx")])
def test_films_that_are_cut_off(tmp_path: Path, form: str, codec: str) -> None:
    content = exhibits.film(tmp_path / f"a.{form}", form, codec)
    found = identify(tmp_path / f"a.{form}")
    assert found is FORMATS[form]
    check_whole(tmp_path / f"a.{form}", found)
    for length in (len(content) - 1, len(content) // 2, 40):
        path = kept(tmp_path / "cut", content[:length])
        with pytest.raises(NotAccepted, match="damaged"):
            check_whole(path, found)


def test_a_box_that_leads_nowhere(tmp_path: Path) -> None:
    for boxes in (
        b"\x00\x00\x00\x07ftypisom",
        b"\x00\x00\x00\x01ftyp\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00",
        b"\x00\x00\x00\x08free" * 30_000,
    ):
        with pytest.raises(NotAccepted, match="damaged"):
            check_whole(kept(tmp_path / "a", boxes), kinds.MP4)


def test_a_sound_that_is_cut_off(tmp_path: Path) -> None:
    whole = exhibits.sound()
    check_whole(kept(tmp_path / "a", whole), kinds.WAV)
    check_whole(kept(tmp_path / "b", whole[:4] + b"\xff\xff\xff\xff" + whole[8:]), kinds.WAV)
    with pytest.raises(NotAccepted, match="damaged"):
        check_whole(kept(tmp_path / "c", whole[:-100]), kinds.WAV)
