"""`heting verify` on packages for the next body: whole, changed, cut, added to; as a folder and as a zip."""

import hashlib
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from room_server.casefile import zip_bag
from room_server.casefile.package import Document, Package, PackageProblem, Submitted, build
from room_server.verifying import layout, verify
from room_server.verifying.seal import PackageStatement, write_seal
from signing.keys import SealKey, open_key
from tests.support.sealed_case import case_file

SLIP, PAPER = b"%PDF-1.7 wage slip", b"%PDF-1.7 agreement"
EXHIBIT = "data/证据/申证1_工资条.pdf"


def made(folder: Path, rehearsal: bool = False) -> Path:
    """A package with one item of evidence and the agreement."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "original").write_bytes(SLIP)
    (folder / "agreement.pdf").write_bytes(PAPER)
    told = {
        "organisation": "o",
        "case_number": "n",
        "case_title": "t",
        "closed_at": 0,
        "rehearsal": rehearsal,
    }
    package = Package(
        id="k_1",
        purpose="arbitration",
        number="厦湖劳人调〔2026〕17号",
        told=told | {"title": "移送仲裁材料", "rows": [("案号", "1")], "signers": []},
        case={"title": "t"},
        items=[
            Submitted(
                mark="申证1",
                side="applicant",
                title="工资条",
                purpose="欠薪",
                sha256=hashlib.sha256(SLIP).hexdigest(),
                original=folder / "original",
            )
        ],
        documents=[
            Document(
                name="调解协议书.pdf",
                sha256=hashlib.sha256(PAPER).hexdigest(),
                path=folder / "agreement.pdf",
            )
        ],
        day="2026-11-22",
        created_at=1_795_327_320_000,
        rehearsal=rehearsal,
    )
    build(package, folder / "移送仲裁材料_k_1", open_key(folder / "keys"))
    return folder / "移送仲裁材料_k_1"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("package"))


@pytest.fixture
def copy(package: Path, tmp_path: Path) -> Path:
    # Not linked: an original on the shelf must not change with it.
    return Path(shutil.copytree(package, tmp_path / package.name))


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def named(folder: Path) -> set[str]:
    return {found.file for found in verify(folder).findings}


def test_a_package_is_intact_and_says_what_it_is(package: Path) -> None:
    report = verify(package)
    assert (report.exit_code, report.kind, report.findings) == (0, "package", [])
    facts = report.facts
    assert (facts["package"], facts["purpose"], facts["case_number"]) == (
        "k_1",
        "arbitration",
        "厦湖劳人调〔2026〕17号",
    )
    assert (facts["evidence"], facts["documents"], facts["files"]) == (1, 1, 10)
    assert verify(package, sealed_by=facts["sealed_by"]).ok
    assert verify(package, sealed_by="0" * 64).exit_code == 1


def test_its_zip_is_intact_and_any_one_byte_of_it_counts(package: Path, tmp_path: Path) -> None:
    out = tmp_path / "package.zip"
    zip_bag(package, out)
    report = verify(out)
    assert (report.exit_code, report.kind, report.facts["evidence"]) == (0, "package_zip", 1)
    whole, chance = out.read_bytes(), random.Random(7)
    for at in sorted({chance.randrange(len(whole)) for _ in range(120)}):
        out.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert verify(out).exit_code == 1, at
    for cut in (len(whole) - 1, len(whole) // 2):
        out.write_bytes(whole[:cut])
        assert verify(out).exit_code in (1, 2)
    out.write_bytes(whole + b"x")
    assert verify(out).exit_code == 1


def test_one_byte_of_any_file(copy: Path) -> None:
    for path in files(copy):
        name, text = path.relative_to(copy).as_posix(), path.read_bytes()
        at = len(text) // 2
        path.write_bytes(text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :])
        report = verify(copy)
        assert report.exit_code == 1 and name in {found.file for found in report.findings}, name
        path.write_bytes(text)
    assert verify(copy).ok


def test_any_file_that_is_missing(copy: Path) -> None:
    for path in files(copy):
        name, text = path.relative_to(copy).as_posix(), path.read_bytes()
        path.unlink()
        report = verify(copy)
        assert report.exit_code == 1, name
        assert (name, "missing") in {(found.file, found.problem) for found in report.findings}, name
        path.write_bytes(text)


@pytest.mark.parametrize("name", ["data/证据/申证2_假.pdf", "data/x", "notes.txt", "data/笔录/minutes.json"])
def test_a_file_that_was_added(copy: Path, name: str) -> None:
    (copy / name).parent.mkdir(parents=True, exist_ok=True)
    (copy / name).write_bytes(b"x")
    assert named(copy) == {name}
    assert "extra: not part of the package" in [found.problem for found in verify(copy).findings]


def resealed(folder: Path, key: SealKey) -> None:
    """Write all manifests anew and seal them: what somebody with a key of their own can do."""
    payload = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files(folder / "data")
    }
    (folder / layout.MANIFEST).write_bytes(layout.write_manifest(payload))
    tags = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (layout.BAGIT, layout.BAG_INFO, layout.MANIFEST)
    }
    listed = layout.write_manifest(tags)
    (folder / layout.TAG_MANIFEST).write_bytes(listed)
    statement = PackageStatement(
        package="k_1",
        purpose="arbitration",
        case_number="n",
        created_at=1,
        tagmanifest_sha256=hashlib.sha256(listed).hexdigest(),
        rehearsal=False,
        public_key=key.public.hex(),
    )
    (folder / layout.SEAL).write_bytes(write_seal(statement, key))


def add_minutes(folder: Path) -> str:
    (folder / "data/笔录").mkdir()
    (folder / "data/笔录/minutes.txt").write_text("底线")
    return "data/笔录/minutes.txt"


def change_exhibit(folder: Path) -> str:
    (folder / EXHIBIT).write_bytes(SLIP + b"!")
    return EXHIBIT


def add_exhibit(folder: Path) -> str:
    (folder / "data/证据/被证9_假.pdf").write_bytes(b"x")
    return "data/证据/被证9_假.pdf"


def empty_list(folder: Path) -> str:
    (folder / layout.EVIDENCE_LIST).write_text("[]")
    return layout.EVIDENCE_LIST


@pytest.mark.parametrize("change", [add_minutes, change_exhibit, add_exhibit, empty_list])
def test_what_is_wrong_in_itself_is_found_under_a_new_seal_too(
    copy: Path, tmp_path: Path, change: Callable[[Path], str]
) -> None:
    mine = verify(copy).facts["sealed_by"]
    name = change(copy)
    resealed(copy, open_key(tmp_path / "keys"))
    assert name in named(copy)
    assert not verify(copy, sealed_by=mine).ok


def test_the_seal_of_a_case_file_is_none_of_a_package(copy: Path, tmp_path: Path) -> None:
    case = case_file(tmp_path / "case")
    shutil.copyfile(case / layout.SEAL, copy / layout.SEAL)
    assert layout.SEAL in named(copy)
    shutil.copyfile(copy / layout.TAG_MANIFEST, tmp_path / "kept")
    seal = (made(tmp_path / "other") / layout.SEAL).read_bytes()
    (case / layout.SEAL).write_bytes(seal)
    report = verify(case)
    assert report.exit_code == 1 and layout.TAG_MANIFEST in {found.file for found in report.findings}


def test_nothing_is_sealed_that_is_not_what_was_received(tmp_path: Path) -> None:
    made(tmp_path / "first")
    with pytest.raises(PackageProblem, match="is not what was received"):
        build(
            Package(
                id="k",
                purpose="arbitration",
                number="",
                told=dict.fromkeys(("organisation", "case_number", "case_title", "title"), "x")
                | {"closed_at": 0, "rehearsal": False, "rows": [], "signers": []},
                case={},
                items=[],
                documents=[Document(name="x.pdf", sha256="0" * 64, path=tmp_path / "first/agreement.pdf")],
                day="2026-11-22",
                created_at=1,
            ),
            tmp_path / "out",
            open_key(tmp_path / "keys"),
        )
    assert not (tmp_path / "out").exists() and not (tmp_path / "out.part").exists()


def test_the_command_says_it_in_words_and_by_its_status(copy: Path, tmp_path: Path) -> None:
    def heting(path: Path) -> tuple[int, str]:
        command = [sys.executable, "-m", "room_server", "verify", str(path)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout

    status, said = heting(copy)
    assert status == 0 and "移送（申请）材料" in said and "结论：完好" in said
    (copy / EXHIBIT).write_bytes(b"x")
    status, said = heting(copy)
    assert status == 1 and EXHIBIT in said and "已被改动" in said
    (tmp_path / "some.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    status, said = heting(tmp_path / "some.zip")
    assert status == 2 and "无法核验" in said


def test_a_rehearsal_says_so(tmp_path: Path) -> None:
    facts = verify(made(tmp_path, rehearsal=True)).facts
    assert facts["rehearsal"] is True and facts["record"] is False
    assert json.loads((tmp_path / "移送仲裁材料_k_1/seal.json").read_bytes())["record"] is False
