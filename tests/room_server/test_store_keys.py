"""Key files: made once, private, and plainly named when they cannot be used."""

import threading
from pathlib import Path

import pytest

from room_server.store.keys import KeyFileError, read_or_make, write_private


def test_a_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "a.key"
    key = read_or_make(path)
    assert len(key) == 32
    assert read_or_make(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["a.key"]


def test_two_first_starts_at_once_agree(tmp_path: Path) -> None:
    found: list[bytes] = []
    gate = threading.Barrier(8)

    def start() -> None:
        gate.wait()
        found.append(read_or_make(tmp_path / "a.key"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_key_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    read_or_make(path)
    path.chmod(0o644)
    read_or_make(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_unusable_key_is_named_with_the_cure(tmp_path: Path) -> None:
    folder = tmp_path / "a.key"
    folder.mkdir()
    with pytest.raises(KeyFileError, match=r"cannot read the key file .*a\.key: .*backup"):
        read_or_make(folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError, match=r"b\.key"):
        read_or_make(tmp_path / "file" / "b.key")
    (tmp_path / "c.key").write_bytes(b"x" * 31)
    with pytest.raises(KeyFileError, match=r"c\.key is damaged"):
        read_or_make(tmp_path / "c.key")


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)
