"""A folder that cannot be used is named with its cure; the reserve comes and goes."""

import shutil
from pathlib import Path

import pytest

from room_server.disk import DiskError, Reserve, prepare


def test_a_folder_is_made_and_found_good(tmp_path: Path) -> None:
    prepare(tmp_path / "a" / "var")
    assert (tmp_path / "a" / "var").stat().st_mode & 0o777 == 0o700
    assert list((tmp_path / "a" / "var").iterdir()) == []


def test_a_file_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("not a folder")
    with pytest.raises(DiskError, match=r"var: File exists; .*HETING_DATA"):
        prepare(tmp_path / "var")


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type(shutil.disk_usage(tmp_path))(10**9, 10**9 - 5 * 2**20, 5 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DiskError, match="only 5 MiB are free"):
        prepare(tmp_path)
    reserve = Reserve(tmp_path)
    reserve.take()
    assert not reserve.held


def test_the_reserve_takes_real_room_and_gives_it_back(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path, 1 << 20)
    reserve.take()
    assert (tmp_path / "reserve").stat().st_blocks * 512 >= 1 << 20
    reserve.take()
    reserve.release()
    reserve.release()
    assert not reserve.held
