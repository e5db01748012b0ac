"""The one zip of a case file: any changed, missing or foreign byte is found, and hostile ones are refused."""

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from room_server.casefile import zip_bag
from room_server.verifying import archive, verify
from tests.support.sealed_case import case_file, files, flipped, named


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return case_file(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def packed(case: Path) -> Path:
    out = case.parent / "case.zip"
    zip_bag(case, out)
    return out


def test_an_archive_is_intact_and_other_programs_read_it(packed: Path, case: Path) -> None:
    report = verify(packed)
    assert (report.exit_code, report.kind) == (0, "case_file_zip")
    with zipfile.ZipFile(packed) as other:
        assert other.testzip() is None
        names = {name.partition("/")[2] for name in other.namelist()}
    assert names == {path.relative_to(case).as_posix() for path in files(case)}


def layout_of(packed: Path) -> list[archive.Member]:
    with packed.open("rb") as file:
        return archive.by_headers(file, packed.stat().st_size)


def owner(members: list[archive.Member], at: int) -> str:
    for member in members:
        if member.offset <= at < member.end:
            return member.name.partition("/")[2]
    at -= members[-1].end
    for member in members:
        size = len(archive.central_record(member, 0))
        if at < size:
            return member.name.partition("/")[2]
        at -= size
    return "case.zip"


def test_any_one_byte_of_an_archive(packed: Path) -> None:
    members, chance, size = layout_of(packed), random.Random(11), packed.stat().st_size
    headers = [at for member in members for at in range(member.offset, member.content)]
    directory = list(range(members[-1].end, size))
    spots = {*chance.sample(headers, 120), *chance.sample(directory, 120), *range(size - 22, size), *range(8)}
    spots |= {chance.randrange(size) for _ in range(60)}
    for at in sorted(spots):
        with flipped(packed, at, 1 << chance.randrange(8)):
            report = verify(packed)
            assert (report.exit_code, named(report)) == (1, {owner(members, at)}), at
    assert verify(packed).ok


def test_an_archive_cut_off_or_grown(packed: Path, tmp_path: Path) -> None:
    content = packed.read_bytes()
    other = tmp_path / "cut.zip"
    for size in (len(content) - 1, len(content) - 22, len(content) - 400, len(content) // 2, 8000):
        other.write_bytes(content[:size])
        report = verify(other)
        assert report.exit_code == 1, size
        assert "cut.zip" in named(report)
    other.write_bytes(content + b"\0")
    assert (verify(other).exit_code, named(verify(other))) == (1, {"cut.zip"})


def test_an_archive_packed_again_by_another_program(case: Path, tmp_path: Path) -> None:
    other = tmp_path / "again.zip"
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        with zipfile.ZipFile(other, "w", method) as target:
            for path in files(case):
                target.write(path, f"case/{path.relative_to(case).as_posix()}")
        report = verify(other)
        assert report.exit_code == 1
        assert "again.zip" in named(report)


@pytest.mark.parametrize(
    "name", ["case/../../evil", "/etc/evil", "case/data\\evil", "case//evil", "case/a\x01b"]
)
def test_a_hostile_archive_is_refused_and_nothing_is_written(case: Path, tmp_path: Path, name: str) -> None:
    sizes = {f"case/{path.relative_to(case).as_posix()}": path.stat().st_size for path in files(case)} | {
        name: 4
    }

    def read(member: str) -> Iterator[bytes]:
        return iter([b"evil"]) if member == name else archive.pieces(case.parent / member)

    place = tmp_path / "in"
    place.mkdir()
    (place / "bad.zip").write_bytes(b"".join(archive.stream(archive.plan(sizes), read)))
    assert verify(place / "bad.zip").exit_code == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "bad.zip"]


def test_a_directory_that_claims_overlapping_members_costs_nothing(packed: Path, tmp_path: Path) -> None:
    members = layout_of(packed)
    huge = [archive.Member(f"case/data/{number}", members[-1].end, 0) for number in range(20_000)]
    records = b"".join(archive.central_record(member, 0) for member in [*members, *huge])
    end = archive.end_records(len(members) + len(huge), members[-1].end, len(records))
    bomb = tmp_path / "bomb.zip"
    bomb.write_bytes(packed.read_bytes()[: members[-1].end] + records + end)
    assert (verify(bomb).exit_code, named(verify(bomb))) == (1, {"bomb.zip"})
