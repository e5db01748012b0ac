"""The case file: whole or not at all, the same every time, without a word from a caucus."""

import html.parser
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from room_server.casefile import (
    CaseDocument,
    CaseFileProblem,
    CaseSource,
    build,
    building,
    file_name,
    folder_name,
    zip_bag,
    zip_stream,
)
from room_server.casefile.rendering import as_captions, as_text
from room_server.finishing.record import minutes_of
from room_server.store.chain import canonical
from room_server.verifying import archive, layout, verify
from tests.support.printed_minutes import printed
from tests.support.sealed_case import PEOPLE, case_source, rechained


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> CaseSource:
    return case_source(tmp_path_factory.mktemp("source"))


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def inserted(source: CaseSource, kind: str, at: int, body: dict[str, Any]) -> CaseSource:
    """The source with one more fact before the close."""
    entries = [dict(entry) for entry in source.entries]
    place = next(number for number, entry in enumerate(entries) if entry["type"] == "Closed")
    entries.insert(place, {**entries[place], "type": kind, "body": body, "media_time": at})
    return replace(source, entries=rechained(entries))


def test_everything_has_its_place(source: CaseSource, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    made = build(source, tmp_path / "case", lambda *step: steps.append(step))
    assert names(tmp_path / "case") == {
        *layout.ROOT_FILES,
        "data/笔录/001_调解笔录.pdf",
        "data/笔录/minutes.json",
        "data/笔录/minutes.txt",
        "data/笔录/minutes.vtt",
        "data/录音录像/manifest.json",
        "data/录音录像/p_00000001.microphone.webm",
        "data/录音录像/p_00000002.microphone.webm",
        "data/日志/connectivity.json",
        "data/日志/journal.jsonl",
        "data/说明/README.txt",
        "data/说明/index.html",
        "data/校验/verify.py",
    }
    assert made["files"] == 17 and made["sealed_by"] == source.key.fingerprint
    assert {step[0] for step in steps} == {"recordings", "hashes"}


def test_who_was_cut_off_is_in_ledger_and_minutes(source: CaseSource, tmp_path: Path) -> None:
    build(source, tmp_path / "case")
    stated = json.loads((tmp_path / "case" / layout.LEDGER).read_bytes())
    assert [row["intervals"] for row in stated["participants"]] == [
        [],
        [],
        [{"from_ms": 9000, "to_ms": 10_500, "evidence": "socket", "back": True}],
    ]
    assert "连接中断约2秒" in (tmp_path / "case" / "data/笔录/minutes.txt").read_text()


def test_it_is_a_bag_after_rfc_8493(source: CaseSource, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    build(source, folder)
    assert (folder / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    info = dict(row.split(": ", 1) for row in (folder / "bag-info.txt").read_text("utf-8").splitlines())
    payload = [path for path in (folder / "data").rglob("*") if path.is_file()]
    assert info["Payload-Oxum"] == f"{sum(path.stat().st_size for path in payload)}.{len(payload)}"
    assert info["External-Identifier"] == "厦湖劳人调〔2026〕17号"
    assert info["Bagging-Date"] == "2026-11-22"
    listed = layout.read_manifest((folder / layout.MANIFEST).read_bytes())
    assert set(listed) == {path.relative_to(folder).as_posix() for path in payload}


def test_the_same_source_gives_the_same_bytes(source: CaseSource, tmp_path: Path) -> None:
    sums = []
    for number in range(2):
        folder = tmp_path / str(number) / "case"
        folder.parent.mkdir()
        build(source, folder)
        zip_bag(folder, tmp_path / f"{number}.zip")
        sums.append((tmp_path / f"{number}.zip").read_bytes())
    assert sums[0] == sums[1]


def test_building_again_keeps_what_is_whole_only(source: CaseSource, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    build(source, folder)
    before = (folder / layout.SEAL).stat().st_ino
    build(replace(source, created_at=source.created_at + 1), folder)
    assert (folder / layout.SEAL).stat().st_ino == before
    (folder / layout.CHECK).write_bytes(b"spoilt")
    build(source, folder)
    assert verify(folder).ok
    assert [path.name for path in tmp_path.iterdir()] == ["case"]


def test_a_build_that_was_killed_leaves_nothing_in_the_way(source: CaseSource, tmp_path: Path) -> None:
    for leftover in (".case.part", ".case.old"):
        (tmp_path / leftover / "data").mkdir(parents=True)
        (tmp_path / leftover / "data/half").write_bytes(b"half")
    build(source, tmp_path / "case")
    assert verify(tmp_path / "case").ok
    assert [path.name for path in tmp_path.iterdir()] == ["case"]


def test_a_failing_build_leaves_nothing(
    source: CaseSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        if path.name == layout.SEAL:
            raise OSError(28, "No space left on device")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    monkeypatch.setattr(building, "_write", full)
    with pytest.raises(OSError, match="No space"):
        build(source, tmp_path / "case")
    assert list(tmp_path.iterdir()) == []


def test_words_from_a_caucus_stop_the_build(source: CaseSource, tmp_path: Path) -> None:
    heard = next(entry["body"] for entry in source.entries if entry["type"] == "UtteranceHeard")
    who = PEOPLE[1]["id"]
    # The journal has this person apart from 8.5 to 11 seconds.
    inside = {**heard, "utterance": "u_x", "participant": who, "start_ms": 9_600, "end_ms": 9_900}
    with pytest.raises(CaseFileProblem, match="apart from the others"):
        build(inserted(source, "UtteranceHeard", 9_900, inside), tmp_path / "case")
    segment = next(entry["body"] for entry in source.entries if entry["type"] == "SegmentSealed")
    recorded = {**segment, "track": f"{who}.camera", "start_ms": 9_600, "end_ms": 9_900}
    with pytest.raises(CaseFileProblem, match="apart from the others"):
        build(inserted(source, "SegmentSealed", 9_900, recorded), tmp_path / "case")
    assert list(tmp_path.iterdir()) == []


def test_words_before_and_after_a_caucus_are_in_order(source: CaseSource, tmp_path: Path) -> None:
    heard = next(entry["body"] for entry in source.entries if entry["type"] == "UtteranceHeard")
    for start, end in ((7_000, 8_600), (8_400, 11_100), (10_900, 11_800)):
        body = {**heard, "utterance": "u_x", "participant": PEOPLE[1]["id"], "start_ms": start, "end_ms": end}
        building._journal(inserted(source, "UtteranceHeard", 11_900, body))


@pytest.mark.parametrize(
    ("kind", "problem"), [("Closed", "not closed"), ("SittingPrepared", "SittingPrepared")]
)
def test_half_a_sitting_makes_no_case_file(
    source: CaseSource, tmp_path: Path, kind: str, problem: str
) -> None:
    entries = rechained([dict(entry) for entry in source.entries if entry["type"] != kind])
    with pytest.raises(CaseFileProblem, match=problem):
        build(replace(source, entries=entries), tmp_path / "case")


def test_a_broken_journal_makes_no_case_file(source: CaseSource, tmp_path: Path) -> None:
    entries = [dict(entry) for entry in source.entries]
    entries[3]["actor"] = "p_forged"
    with pytest.raises(CaseFileProblem, match="chain breaks at entry 4"):
        build(replace(source, entries=entries), tmp_path / "case")


def test_what_the_journal_names_must_be_given(source: CaseSource, tmp_path: Path) -> None:
    with pytest.raises(CaseFileProblem, match="journal says it was made"):
        build(replace(source, documents=[]), tmp_path / "case")
    with pytest.raises(CaseFileProblem, match="journal says it was recorded"):
        build(replace(source, recordings=None), tmp_path / "case")


def test_a_recording_that_is_not_the_finished_one(source: CaseSource, tmp_path: Path) -> None:
    assert source.recordings is not None
    other = Path(shutil.copytree(source.recordings, tmp_path / "recordings"))
    victim = next(other.glob("*.webm"))
    victim.write_bytes(victim.read_bytes() + b"\0")
    with pytest.raises(CaseFileProblem, match=victim.name):
        build(replace(source, recordings=other), tmp_path / "case")


@pytest.mark.parametrize("name", ["../evil.webm", "/etc/passwd", "a/b.webm", "manifest.json"])
def test_a_manifest_cannot_reach_outside(source: CaseSource, tmp_path: Path, name: str) -> None:
    assert source.recordings is not None
    other = Path(shutil.copytree(source.recordings, tmp_path / "recordings"))
    manifest = json.loads((other / "manifest.json").read_bytes())
    manifest["tracks"][0]["files"][0]["file"] = name
    (other / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CaseFileProblem, match="manifest names"):
        build(replace(source, recordings=other), tmp_path / "case")


def test_two_documents_of_one_name(source: CaseSource, tmp_path: Path) -> None:
    twice = [*source.documents, CaseDocument(source.documents[0].name, source.documents[0].path)]
    with pytest.raises(CaseFileProblem, match="two files are called"):
        build(replace(source, documents=twice), tmp_path / "case")


def test_big_recordings_are_linked_not_copied(
    source: CaseSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_LINK_FROM", 1)
    assert source.recordings is not None
    build(source, tmp_path / "case")
    placed = tmp_path / "case" / layout.RECORDINGS / "p_00000001.microphone.webm"
    origin = source.recordings / placed.name
    assert placed.stat().st_ino == origin.stat().st_ino
    shutil.rmtree(tmp_path / "case")

    def refuse(self: Path, target: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    build(source, tmp_path / "case")
    assert placed.stat().st_ino != origin.stat().st_ino


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("陈\U0002c029的申请.pdf", "陈\U0002c029的申请.pdf"),
        ("a/b\\c:d.pdf", "a_b_c_d.pdf"),
        ("../..", "_"),
        ("", "_"),
        ("x\ny\u202e.pdf", "xy.pdf"),
    ],
)
def test_names_are_legible_and_safe(text: str, name: str) -> None:
    assert file_name(text) == name
    assert len(file_name("字" * 500).encode()) <= 200
    assert layout.safe(file_name(text))


def test_the_folder_says_whose_case_it_is(source: CaseSource) -> None:
    assert folder_name(source) == "卷宗_厦湖劳人调〔2026〕17号_s_small"


class Page(html.parser.HTMLParser):
    """Collects what a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src") and value]


def test_the_page_opens_offline_and_runs_nothing(source: CaseSource, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    build(source, folder)
    text = (folder / "data/说明/index.html").read_text("utf-8")
    page = Page()
    page.feed(text)
    assert not page.tags & {"script", "iframe", "link", "object", "form"}
    assert "<b>湖滨</b>" not in text and "&lt;b&gt;湖滨&lt;/b&gt;" in text
    for link in page.links:
        target = (folder / "data/说明" / unquote(link.partition("#")[0])).resolve()
        assert target.is_file() and folder.resolve() in target.parents, link
    assert any("#t=3.0" in link for link in page.links)
    assert {"audio"} <= page.tags


def test_a_rehearsal_says_so_everywhere(tmp_path: Path) -> None:
    rehearsed = case_source(tmp_path / "in", rehearsal=True)
    assert folder_name(rehearsed).startswith("彩排_")
    build(rehearsed, tmp_path / "case")
    for name in ("data/说明/README.txt", "data/说明/index.html", "data/笔录/minutes.txt"):
        assert "彩排" in (tmp_path / "case" / name).read_text("utf-8"), name
    seal = json.loads((tmp_path / "case/seal.json").read_bytes())
    assert (seal["rehearsal"], seal["record"]) == (True, False)
    assert "Heting-Rehearsal: true" in (tmp_path / "case/bag-info.txt").read_text("utf-8")


def test_minutes_as_text_and_captions() -> None:
    minutes = printed(5)
    minutes["lines"][1]["struck"] = True
    text = as_text(minutes)
    assert "1. 调解员（王和庭）：请问申请人" in text and "7800元" not in text
    captions = as_captions(minutes)
    assert captions.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:07.000\n<v 调解员（王和庭）>")
    assert "&lt;para&gt;" in captions and captions.count("-->") == 4


def test_a_zip_streams_in_its_announced_size(source: CaseSource, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    build(source, folder)
    size, pieces = zip_stream(folder)
    assert sum(map(len, pieces)) == size
    assert zip_bag(folder, tmp_path / "case.zip") == size
    with zipfile.ZipFile(tmp_path / "case.zip") as other:
        infos = other.infolist()
        assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED}
        assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("data/" in info.filename for info in infos[:5])


def test_a_folder_with_a_link_in_it_is_not_packed(source: CaseSource, tmp_path: Path) -> None:
    build(source, tmp_path / "case")
    (tmp_path / "case/data/link").symlink_to("/etc/passwd")
    with pytest.raises(CaseFileProblem, match="link"):
        zip_stream(tmp_path / "case")


def test_a_file_that_shrinks_while_it_is_packed(source: CaseSource, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    build(source, folder)
    _, pieces = zip_stream(folder)
    next(pieces)
    (folder / layout.CHECK).write_bytes(b"short")
    with pytest.raises(OSError, match="changed while"):
        list(pieces)


def test_an_archive_beyond_four_gigabytes(tmp_path: Path) -> None:
    """Sparse: the zip64 records are right without writing the bytes."""
    big = (1 << 32) + 5
    members = archive.plan({"case/bagit.txt": 3, "case/data/a": big, "case/data/b": 7})
    path = tmp_path / "big.zip"
    with path.open("wb") as file:
        for member in members:
            file.seek(member.offset)
            file.write(archive.local_header(member, 0))
        start = members[-1].end
        file.seek(start)
        records = b"".join(archive.central_record(member, 0) for member in members)
        file.write(records + archive.end_records(3, start, len(records)))
    assert path.stat().st_size == archive.archive_size(members)
    with zipfile.ZipFile(path) as other:
        assert [(info.file_size, info.header_offset) for info in other.infolist()] == [
            (member.size, member.offset) for member in members
        ]
    with path.open("rb") as file:
        assert archive.by_directory(file, path.stat().st_size) == members
        assert archive.by_headers(file, path.stat().st_size) == members


def test_the_seal_is_canonical(source: CaseSource, tmp_path: Path) -> None:
    build(source, tmp_path / "case")
    text = (tmp_path / "case/seal.json").read_bytes()
    assert canonical(json.loads(text)) == text


def test_a_sitting_closed_before_it_opened(source: CaseSource, tmp_path: Path) -> None:

    kept = [entry for entry in source.entries if entry["type"] in ("SittingPrepared", "Closed")]
    entries = rechained([dict(entry) for entry in kept])
    (tmp_path / "recordings").mkdir()
    bare = replace(
        source, entries=entries, minutes=minutes_of(entries), documents=[], recordings=tmp_path / "recordings"
    )
    build(bare, tmp_path / "case")
    assert verify(tmp_path / "case").ok
