"""States of a model directory."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from tests.support.speech import VOICES
from transcription import models, weights
from transcription.catalogue import (
    OWN,
    CatalogueBroken,
    catalogue,
    declared,
    default_model,
    rehearsal_voices,
)
from transcription.weights import State, examine, write_lock


def test_the_catalogue_is_whole_and_pinned() -> None:
    assert default_model() in {m.id for m in catalogue()}
    for model in catalogue():
        paths = {file.path for file in model.files}
        assert model.layout.lacking(paths) == []
        assert len(model.revision) == 40 and model.licence
        assert all(file.sha256 is None or len(file.sha256) == 64 for file in model.files)


def test_the_rehearsal_voices_are_true_and_never_in_the_catalogue() -> None:
    standing = examine(VOICES, rehearsal_voices(), afresh=True)
    assert (standing.state, standing.model) == (State.READY, "rehearsal-voices")
    assert "rehearsal-voices" not in {m.id for m in catalogue()}
    assert declared("rehearsal-voices") is None


def test_ready(little: Path) -> None:
    standing = examine(little)
    assert (standing.state, standing.model, standing.licence) == (State.READY, "little", "MIT")
    assert len(standing.sha256) == 64


def test_absent_says_how_to_cure_it(tmp_path: Path, small_catalogue: str) -> None:
    standing = examine(tmp_path / "models" / "little")
    assert standing.state is State.ABSENT
    assert "heting models fetch little" in standing.reason
    assert examine(tmp_path / "other").reason == "the model other is not installed"


@pytest.mark.parametrize("name", ["config.json", "model.bin", "tokenizer.json", "vocabulary.txt"])
def test_a_missing_file_is_named(little: Path, name: str) -> None:
    (little / name).unlink()
    standing = examine(little)
    assert standing.state is State.INCOMPLETE
    assert name in standing.reason


def test_a_short_file_is_incomplete_and_a_changed_one_is_bad(little: Path) -> None:
    data = (little / "model.bin").read_bytes()
    (little / "model.bin").write_bytes(data[:-1])
    assert examine(little).state is State.INCOMPLETE
    (little / "model.bin").write_bytes(b"x" + data[1:])
    standing = examine(little)
    assert standing.state is State.BAD_HASH
    assert "model.bin" in standing.reason


def test_hashes_are_remembered_by_size_and_time(little: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examine(little)
    hashed: list[str] = []
    real = weights._sha256

    def counted(path: Path) -> str:
        hashed.append(path.name)
        return real(path)

    monkeypatch.setattr(weights, "_sha256", counted)
    assert examine(little).state is State.READY
    assert hashed == []
    os.utime(little / "config.json", (1, 1))
    examine(little)
    assert hashed == ["config.json"]
    examine(little, afresh=True)
    assert len(hashed) == 5


def test_a_forged_memory_does_not_survive_a_fresh_look(little: Path) -> None:
    examine(little)
    path = little / "model.bin"
    facts = path.stat()
    path.write_bytes(b"x" + path.read_bytes()[1:])
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert examine(little).state is State.READY
    assert examine(little, afresh=True).state is State.BAD_HASH


@pytest.mark.parametrize("junk", ["", "[]", '{"model.bin": 5}', '{"model.bin": [1]}'])
def test_a_broken_memory_is_ignored(little: Path, junk: str) -> None:
    (little / ".checked.json").write_text(junk)
    assert examine(little).state is State.READY


def test_a_file_without_a_declared_hash_is_believed_once(little: Path) -> None:
    model = declared("little")
    assert model is not None
    write_lock(little, model, "hub")
    assert examine(little).state is State.READY
    (little / "tokenizer.json").write_bytes(b"[]")
    assert examine(little).state is State.BAD_HASH


def test_the_lock_cannot_overrule_the_catalogue(little: Path) -> None:
    model = declared("little")
    assert model is not None
    (little / "model.bin").write_bytes(b"y" * (little / "model.bin").stat().st_size)
    write_lock(little, model, "hub")
    assert examine(little).state is State.BAD_HASH


def test_small_files_leave_no_memory_behind(little: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "_REMEMBERED_FROM", 1_000_000)
    assert examine(little).state is State.READY
    assert not (little / ".checked.json").exists()


def test_a_model_of_the_operators_own_is_judged_by_its_files(tmp_path: Path, files: dict[str, bytes]) -> None:
    folder = tmp_path / "our-own"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    standing = examine(folder)
    assert (standing.state, standing.model, standing.licence) == (State.READY, "our-own", "")
    assert standing.sha256 == hashlib.sha256(files["model.bin"]).hexdigest()


def test_an_installation_lists_models_of_its_own(tmp_path: Path) -> None:
    entry = {
        "id": "our-own",
        "task": "speech",
        "title": "Ours",
        "repo": "us/ours",
        "revision": "main",
        "licence": "CC-BY-4.0",
        "files": [
            {"path": "model.int8.onnx", "bytes": 4, "sha256": "0" * 64},
            {"path": "tokens.txt", "bytes": None, "sha256": None},
        ],
    }
    usurper = {**entry, "id": default_model()}
    (tmp_path / OWN).write_text(json.dumps({"models": [usurper, entry]}))
    assert [m.id for m in catalogue(tmp_path)] == [*(m.id for m in catalogue()), "our-own"]
    standing = examine(tmp_path / "our-own")
    assert (standing.licence, standing.state) == ("CC-BY-4.0", State.ABSENT)
    assert "heting models fetch our-own" in standing.reason


def rows(*paths: str, size: int = 1) -> dict[str, object]:
    return {"files": [{"path": path, "bytes": size, "sha256": None} for path in paths]}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": "../up"}, "cannot be the name"),
        ({"files": [{"path": "tokens.txt", "bytes": 1, "sha256": None}]}, "has no model.int8.onnx"),
        (
            {
                "files": [
                    {"path": p, "bytes": 1, "sha256": None} for p in ("model.onnx", "tokens.txt", "../x")
                ]
            },
            "no engine reads",
        ),
        (
            {"files": [{"path": p, "bytes": -1, "sha256": None} for p in ("model.onnx", "tokens.txt")]},
            "size or",
        ),
        ({"files": "none"}, "no list of models"),
        ({"extra": 1}, "no list of models"),
    ],
)
def test_a_list_that_is_wrong_is_said_and_stops_nobody(
    tmp_path: Path, change: dict[str, object], why: str
) -> None:
    entry = {"id": "own", "task": "speech", "title": "", "repo": "a/b", "revision": "main", "licence": "MIT"}
    (tmp_path / OWN).write_text(json.dumps({"models": [{**entry, "files": [], **change}]}))
    with pytest.raises(CatalogueBroken, match=why):
        catalogue(tmp_path)
    assert why in examine(tmp_path / "own").reason
    assert models.installed(tmp_path) is None
    with pytest.raises(models.ModelRefused, match=why):
        models.list_models(tmp_path)
