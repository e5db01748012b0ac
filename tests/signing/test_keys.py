"""The seal key: made once, private, and never silently another one."""

from pathlib import Path

import pytest

from signing.keys import KeyProblem, fingerprint, open_key, verify


def test_the_first_call_makes_it_and_the_second_finds_it(tmp_path: Path) -> None:
    first, second = open_key(tmp_path / "keys"), open_key(tmp_path / "keys")
    assert first.public == second.public
    assert (tmp_path / "keys/seal.key").stat().st_mode & 0o777 == 0o600
    assert first.fingerprint == fingerprint(first.public) and len(first.fingerprint) == 64
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["seal.key", "seal.pub"]


def test_a_signature_holds_for_its_content_and_key_only(tmp_path: Path) -> None:
    key, other = open_key(tmp_path / "a"), open_key(tmp_path / "b")
    signature = key.sign(b"content")
    assert verify(key.public, b"content", signature)
    assert not verify(key.public, b"Content", signature)
    assert not verify(other.public, b"content", signature)
    assert not verify(key.public, b"content", signature[:-1])
    assert not verify(b"short", b"content", signature)


def test_a_key_open_to_others_is_closed(tmp_path: Path) -> None:
    open_key(tmp_path)
    (tmp_path / "seal.key").chmod(0o644)
    open_key(tmp_path)
    assert (tmp_path / "seal.key").stat().st_mode & 0o777 == 0o600


def test_a_lost_key_is_not_replaced(tmp_path: Path) -> None:
    open_key(tmp_path)
    (tmp_path / "seal.key").unlink()
    with pytest.raises(KeyProblem, match="backup"):
        open_key(tmp_path)


def test_a_foreign_key_is_refused(tmp_path: Path) -> None:
    open_key(tmp_path / "a")
    open_key(tmp_path / "b")
    (tmp_path / "a/seal.key").write_bytes((tmp_path / "b/seal.key").read_bytes())
    with pytest.raises(KeyProblem, match="does not belong"):
        open_key(tmp_path / "a")


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    open_key(tmp_path)
    (tmp_path / "seal.key").write_bytes(b"short")
    with pytest.raises(KeyProblem, match="damaged"):
        open_key(tmp_path)


def test_an_unreadable_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "seal.key").mkdir(parents=True)
    with pytest.raises(KeyProblem, match="cannot use the seal key"):
        open_key(tmp_path)
