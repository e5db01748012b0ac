"""A small catalogue and its files, instead of half a gigabyte."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.support.hub_mirror import REVISION
from transcription import catalogue, weights

FILES = {
    "config.json": b'{"alignment_heads": []}',
    "model.bin": bytes(range(256)) * 2000,
    "tokenizer.json": b"{}",
    "vocabulary.txt": b"a\nb\n",
}


def declaration(path: str, pinned: bool = True) -> dict[str, object]:
    data = FILES[path]
    return {
        "path": path,
        "bytes": len(data) if pinned else None,
        "sha256": hashlib.sha256(data).hexdigest() if pinned else None,
    }


@pytest.fixture
def files() -> dict[str, bytes]:
    """The files of the catalogue's one model."""
    return dict(FILES)


@pytest.fixture
def small_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """One model `little`, whose tokenizer is not pinned."""
    real = json.loads(Path(weights.__file__).with_name("models.json").read_text(encoding="utf-8"))
    model = {
        "id": "little",
        "task": "speech",
        "title": "Little",
        "repo": "owner/little",
        "revision": REVISION,
        "licence": "MIT",
        "files": [declaration(path, pinned=path != "tokenizer.json") for path in FILES],
    }
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps({"default": "little", "models": [model], "rehearsal": real["rehearsal"]}))
    monkeypatch.setattr(catalogue, "_PATH", path)
    monkeypatch.setattr(weights, "_REMEMBERED_FROM", 1)
    return "little"


@pytest.fixture
def little(tmp_path: Path, small_catalogue: str, files: dict[str, bytes]) -> Path:
    """The model lying where it should."""
    folder = tmp_path / "models" / small_catalogue
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder
