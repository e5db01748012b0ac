"""Any one changed byte is found and named: folder, archive, journal, recordings."""

import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from room_server.casefile import build, zip_bag
from room_server.ledger import ledger_of
from room_server.store.chain import GENESIS, entry_hash
from room_server.verifying import Report, layout, main, recording_root, verify
from room_server.verifying.holding import FolderHolding
from room_server.verifying.journal import CaucusLeak, read_journal, refuse_caucus, write_journal
from tests.support.sealed_case import case_file, case_source, files, flipped, named


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return case_file(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def packed(case: Path) -> Path:
    out = case.parent / "case.zip"
    zip_bag(case, out)
    return out


@pytest.fixture
def copy(case: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(case, tmp_path / "copy"))


def test_an_untouched_case_file_is_intact(case: Path) -> None:
    report = verify(case)
    assert (report.exit_code, report.findings, report.kind) == (0, [], "case_file")
    assert report.facts["journal_entries"] == 22
    assert report.facts["replayed"] is True
    assert (report.facts["recordings"], report.facts["segments"], report.facts["documents"]) == (2, 4, 1)
    assert report.facts["record"] is True


def test_any_one_byte_of_any_file(case: Path) -> None:
    chance = random.Random(7)
    for path in files(case):
        name, size = path.relative_to(case).as_posix(), path.stat().st_size
        spots = {0, size - 1, *(chance.randrange(size) for _ in range(20))}
        for at in sorted(spots):
            with flipped(path, at, 1 << chance.randrange(8)):
                report = verify(case)
                assert (report.exit_code, named(report)) == (1, {name}), (name, at)
    assert verify(case).ok


@pytest.mark.parametrize("name", ["seal.json", "bagit.txt", "tagmanifest-sha256.txt"])
def test_every_third_byte_of_the_small_files(case: Path, name: str) -> None:
    for at in range(0, (case / name).stat().st_size, 3):
        with flipped(case / name, at, 0x20):
            report = verify(case)
            assert (report.exit_code, named(report)) == (1, {name}), at


def test_damage_of_the_seal_is_told_from_damage_of_the_tag_manifest(case: Path) -> None:
    with flipped(case / layout.SEAL, 100, 1):
        assert "seal is damaged" in verify(case).findings[0].problem
    with flipped(case / layout.TAG_MANIFEST, 3, 1):
        assert "not what the seal states" in verify(case).findings[0].problem


def test_missing_extra_and_renamed_files(copy: Path) -> None:
    for path in files(copy):
        name = path.relative_to(copy).as_posix()
        aside = path.with_name(path.name + "x")
        path.rename(aside)
        report = verify(copy)
        assert (report.exit_code, named(report)) in (
            (1, {name, name + "x"}),
            # While the manifest itself is away nobody can say that its new name is extra payload.
            (1, {name}),
        ), name
        assert name in named(report)
        aside.rename(path)
    (copy / "data/说明/extra.txt").write_text("x")
    (copy / "note.txt").write_text("x")
    assert named(verify(copy)) == {"data/说明/extra.txt", "note.txt"}


def test_every_single_missing_file(copy: Path) -> None:
    for path in files(copy):
        content = path.read_bytes()
        path.unlink()
        report = verify(copy)
        assert (report.exit_code, named(report)) == (1, {path.relative_to(copy).as_posix()})
        path.write_bytes(content)


def test_links_and_devices_are_refused(copy: Path, tmp_path: Path) -> None:
    target = copy / layout.CHECK
    content = target.read_bytes()
    (tmp_path / "outside.py").write_bytes(content)
    target.unlink()
    target.symlink_to(tmp_path / "outside.py")
    assert named(verify(copy)) == {layout.CHECK}
    target.unlink()
    os.mkfifo(target)
    assert named(verify(copy)) == {layout.CHECK}
    target.unlink()
    target.write_bytes(content)
    (copy / "data/more").symlink_to(tmp_path, target_is_directory=True)
    assert named(verify(copy)) == {"data/more"}


def test_a_file_that_the_disk_does_not_give_back(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = FolderHolding.read

    for path in files(case):
        name = path.relative_to(case).as_posix()

        def refuse(self: FolderHolding, asked: str, name: str = name) -> Iterator[bytes]:
            if asked == name:
                raise OSError(5, "Input/output error")
            return read(self, asked)

        monkeypatch.setattr(FolderHolding, "read", refuse)
        report = verify(case)
        assert (report.exit_code, named(report)) == (1, {name})
        assert "Input/output error" in report.findings[0].problem


def resealed(source_folder: Path, change: Any) -> Report:
    """A case file whose journal a person with the key changed before sealing."""
    from dataclasses import replace

    from room_server.casefile import building

    source = case_source(source_folder)
    entries = [dict(entry) for entry in source.entries]
    source = replace(source, entries=change(entries))
    out = source_folder / "out"
    building._fill(source, out, write_journal(source.entries), lambda *_: None)
    building._seal(source, out, lambda *_: None)
    return verify(out)


def rechained(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    prev = GENESIS
    for seq, entry in enumerate(entries, start=1):
        entry |= {"seq": seq, "prev_hash": prev}
        entry["hash"] = prev = entry_hash(entry)
    return entries


def without(kind: str) -> Any:
    return lambda entries: rechained([entry for entry in entries if entry["type"] != kind])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda entries: [entries[1], entries[0], *entries[2:]], "chain breaks at entry 1"),
        (lambda entries: entries[:3] + entries[4:], "chain breaks at entry 4"),
        (without("Closed"), "not closed"),
        (without("SittingPrepared"), "does not begin with SittingPrepared"),
    ],
)
def test_a_journal_that_is_not_one(tmp_path: Path, change: Any, problem: str) -> None:
    report = resealed(tmp_path, change)
    assert report.exit_code == 1
    assert any(problem in found.problem for found in report.findings if found.file == layout.JOURNAL)


def test_segments_that_the_journal_does_not_have(tmp_path: Path) -> None:
    report = resealed(tmp_path, without("SegmentSealed"))
    assert any(found.file.startswith(layout.RECORDINGS) for found in report.findings)
    assert layout.MINUTES_JSON in named(report)


def test_what_the_journal_names_must_be_there(tmp_path: Path) -> None:
    def more(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for entry in list(entries):
            if entry["type"] == "RecordingFinished":
                entries.append({**entry, "body": {**entry["body"], "file": "p_x.camera.webm"}})
            if entry["type"] == "DocumentMade":
                entries.append({**entry, "body": {**entry["body"], "document": "d_9", "sha256": "1" * 64}})
        return rechained(entries)

    assert {"data/录音录像/p_x.camera.webm", "data/笔录/001_调解笔录.pdf"} <= named(resealed(tmp_path, more))


def test_a_ledger_that_the_journal_does_not_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from room_server.casefile import building

    honest = resealed(tmp_path / "honest", rechained)
    assert layout.LEDGER not in named(honest)

    def shorter(entries: list[dict[str, Any]]) -> dict[str, Any]:
        made = ledger_of(entries)
        made["participants"][2]["intervals"].clear()
        return made

    monkeypatch.setattr(building, "ledger_of", shorter)
    assert named(resealed(tmp_path / "changed", rechained)) == {*named(honest), layout.LEDGER}


def test_last_entries_cut_from_the_journal(copy: Path) -> None:
    path = copy / layout.JOURNAL
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    digests = layout.read_manifest((copy / layout.MANIFEST).read_bytes())
    # Even if every manifest is made to fit, the seal holds the head.
    from room_server.verifying.seal import digest

    digests[layout.JOURNAL] = digest(path.read_bytes())
    (copy / layout.MANIFEST).write_bytes(layout.write_manifest(digests))
    tags = layout.read_manifest((copy / layout.TAG_MANIFEST).read_bytes())
    tags[layout.MANIFEST] = digest((copy / layout.MANIFEST).read_bytes())
    (copy / layout.TAG_MANIFEST).write_bytes(layout.write_manifest(tags))
    report = verify(copy)
    assert {layout.TAG_MANIFEST, layout.JOURNAL} <= named(report)
    assert any("not the one that was sealed" in found.problem for found in report.findings)


def test_a_rehearsal_says_that_it_is_no_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = case_file(tmp_path, rehearsal=True)
    report = verify(folder)
    assert (report.ok, report.facts["rehearsal"], report.facts["record"]) == (True, True, False)
    assert main(str(folder), json=False) == 0
    assert "彩排" in capsys.readouterr().out


def test_things_that_are_not_ours(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("hello\n")
    (tmp_path / "noise.zip").write_bytes(random.Random(1).randbytes(5000))
    (tmp_path / "empty").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "foreign.zip", "w") as foreign:
        foreign.writestr("a/readme.txt", "x")
    bag = tmp_path / "bag"
    bag.mkdir()
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\n")
    (bag / "manifest-sha256.txt").write_text("")
    for name in ("text.txt", "noise.zip", "empty", "foreign.zip", "bag", "nowhere", "."):
        assert verify(tmp_path / name).exit_code == 2, name


def test_a_journal_alone(case: Path, tmp_path: Path) -> None:
    alone = tmp_path / "journal.jsonl"
    shutil.copy(case / layout.JOURNAL, alone)
    assert (verify(alone).exit_code, verify(alone).kind) == (0, "journal")
    chance = random.Random(3)
    size = alone.stat().st_size
    for at in {0, size - 1, *(chance.randrange(size) for _ in range(80))}:
        with flipped(alone, at, 1 << chance.randrange(8)):
            assert verify(alone).exit_code == 1, at


def test_a_recordings_folder(case: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(case / layout.RECORDINGS, tmp_path / "recordings"))
    assert (verify(folder).exit_code, verify(folder).kind) == (0, "recording")
    victim = next(folder.glob("*.webm"))
    with flipped(victim, victim.stat().st_size // 2, 1):
        report = verify(folder)
    assert (report.exit_code, named(report)) == (1, {victim.name})


def test_the_root_is_the_merkle_tree_of_rfc_6962() -> None:
    def sealed(count: int) -> list[dict[str, Any]]:
        names = ("track", "file", "number", "start_ms", "end_ms", "frames", "sha256", "prev")
        return [{"type": "SegmentSealed", "body": dict.fromkeys(names, number)} for number in range(count)]

    from hashlib import sha256

    from room_server.store.chain import canonical

    leaf = [sha256(b"\0" + canonical(entry["body"])).digest() for entry in sealed(3)]
    pair = sha256(b"\1" + leaf[0] + leaf[1]).digest()
    assert recording_root(sealed(3)) == sha256(b"\1" + pair + leaf[2]).hexdigest()
    assert recording_root([]) == sha256(b"").hexdigest()


def test_the_report_as_json(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(str(case), json=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["result"], said["findings"]) == (True, "intact", [])
    assert main(str(tmp_path / "nowhere"), json=True) == 2
    assert json.loads(capsys.readouterr().out)["result"] == "unreadable"


def offline(folder: Path) -> tuple[int, str]:
    script = folder / layout.CHECK
    done = subprocess.run([sys.executable, "-I", str(script)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_the_script_in_the_case_file_finds_the_same(copy: Path) -> None:
    assert offline(copy)[0] == 0
    chance = random.Random(5)
    for path in files(copy):
        name = path.relative_to(copy).as_posix()
        if name == layout.CHECK:
            continue
        with flipped(path, chance.randrange(path.stat().st_size), 1 << chance.randrange(7)):
            code, text = offline(copy)
            assert code == 1 and f"✗ {name}:" in text, (name, text)


def test_a_journal_read_back_is_the_journal_written(case: Path) -> None:
    text = (case / layout.JOURNAL).read_bytes()
    assert write_journal(read_journal(text)) == text


def test_another_key_is_shown_by_its_fingerprint(tmp_path: Path, case: Path) -> None:
    other = tmp_path / "other"
    build(case_source(tmp_path), other)
    first, second = verify(case).facts["sealed_by"], verify(other).facts["sealed_by"]
    assert first != second
    assert verify(other, sealed_by=second.upper()).exit_code == 0
    report = verify(other, sealed_by=first)
    assert (report.exit_code, named(report)) == (1, {layout.SEAL})


def test_names_from_a_hostile_case_file_do_not_steer_the_terminal(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "data/\x1b[2Jcleared").write_text("x")
    assert main(str(copy)) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_what_was_written_apart_from_the_others_never_leaves_the_house() -> None:
    def entry(kind: str, media_time: int, **body: Any) -> dict[str, Any]:
        return {"type": kind, "media_time": media_time, "body": {"participant": "p_a", **body}}

    course = [entry("Moved", 1000, place="caucus:1"), entry("Moved", 9000, place="table")]
    for at in (999, 9000):
        refuse_caucus([*course, entry("TextSaid", at, line="h1")])
    with pytest.raises(CaucusLeak, match="apart from the others"):
        refuse_caucus([*course, entry("TextSaid", 5000, line="h1")])
