"""`heting models`: fetch from a loopback mirror, import, verify, list."""

import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub.constants
import pytest

from tests.support.hub_mirror import HubMirror
from tests.support.speech import VOICES
from transcription import models
from transcription.models import ModelRefused
from transcription.weights import State


@pytest.fixture(autouse=True)
def online(monkeypatch: pytest.MonkeyPatch, small_catalogue: str) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)


@pytest.fixture
def mirror(files: dict[str, bytes]) -> Iterator[HubMirror]:
    with HubMirror("owner/little", files) as mirror:
        yield mirror


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "models"


def left(root: Path) -> set[str]:
    return {p.name for p in root.iterdir() if not p.name.endswith(".lock")}


def test_fetch_brings_a_verified_model_and_tells_its_progress(root: Path, mirror: HubMirror) -> None:
    told: list[tuple[str, int, int]] = []
    standing = models.fetch(root, "little", lambda *step: told.append(step), mirror.url)
    assert (standing.state, standing.model) == (State.READY, "little")
    assert left(root) == {"little"}
    assert told[-1][0] == "vocabulary.txt"
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert {size for _, _, size in told} == {
        sum(len(d) for n, d in mirror.files.items() if n != "tokenizer.json")
    }


def test_what_is_there_is_not_fetched_again(root: Path, mirror: HubMirror) -> None:
    models.fetch(root, "little", hub=mirror.url)
    mirror.log.clear()
    assert models.fetch(root, "little", hub=mirror.url).state is State.READY
    assert mirror.log == []


def test_the_mirror_of_the_environment_is_used(
    root: Path, mirror: HubMirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", mirror.url + "/")
    assert models.fetch(root, "little").state is State.READY


def test_a_download_that_breaks_off_goes_on_where_it_stopped(
    root: Path, mirror: HubMirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda s: None)
    mirror.end["model.bin"] = 300_000
    with pytest.raises(ModelRefused, match=r"model\.bin could not be fetched"):
        models.fetch(root, "little", hub=mirror.url)
    assert left(root) == {".fetching-little"}
    kept = (root / ".fetching-little" / "model.bin.part").stat().st_size
    assert 0 < kept <= 300_000
    mirror.end.clear()
    mirror.log.clear()
    assert models.fetch(root, "little", hub=mirror.url).state is State.READY
    assert mirror.sent("config.json") == []
    assert mirror.sent("model.bin") == [f"bytes={kept}-"]
    assert left(root) == {"little"}


def test_a_server_that_cannot_go_on_sends_all_again(
    root: Path, mirror: HubMirror, files: dict[str, bytes]
) -> None:
    stage = root / ".fetching-little"
    stage.mkdir(parents=True)
    (stage / "model.bin.part").write_bytes(b"junk")
    mirror.ranges = False
    assert models.fetch(root, "little", hub=mirror.url).state is State.READY
    assert (root / "little" / "model.bin").read_bytes() == files["model.bin"]


def test_a_partial_file_that_is_too_long_is_thrown_away(root: Path, mirror: HubMirror) -> None:
    stage = root / ".fetching-little"
    stage.mkdir(parents=True)
    (stage / "model.bin.part").write_bytes(b"x" * 600_000)
    with pytest.raises(ModelRefused, match="600000 bytes instead of 512000"):
        models.fetch(root, "little", hub=mirror.url)
    assert models.fetch(root, "little", hub=mirror.url).state is State.READY


def test_a_short_break_is_bridged_within_one_fetch(
    root: Path, mirror: HubMirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda s: None)
    mirror.cut["model.bin"] = 300_000
    assert models.fetch(root, "little", hub=mirror.url).state is State.READY
    assert len(mirror.sent("model.bin")) == 2


def test_a_wrong_file_is_refused_and_forgotten(root: Path, mirror: HubMirror) -> None:
    good = mirror.files["model.bin"]
    mirror.files["model.bin"] = b"x" + good[1:]
    with pytest.raises(ModelRefused, match="SHA-256 is wrong"):
        models.fetch(root, "little", hub=mirror.url)
    assert left(root) == {".fetching-little"}
    assert not (root / ".fetching-little" / "model.bin").exists()
    mirror.files["model.bin"] = good
    assert models.fetch(root, "little", hub=mirror.url).state is State.READY


def test_a_file_of_another_length_is_refused(root: Path, mirror: HubMirror) -> None:
    mirror.files["config.json"] += b" "
    with pytest.raises(ModelRefused, match=r"config\.json"):
        models.fetch(root, "little", hub=mirror.url)


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_refusing_hub_is_reported_with_its_status(root: Path, mirror: HubMirror, status: int) -> None:
    mirror.status = status
    with pytest.raises(ModelRefused, match=str(status)):
        models.fetch(root, "little", hub=mirror.url)


def test_a_dead_hub_is_one_clear_line(root: Path, mirror: HubMirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda s: None)
    with pytest.raises(ModelRefused, match=r"could not be fetched from http://127\.0\.0\.1:9") as refused:
        models.fetch(root, "little", hub="http://127.0.0.1:9")
    assert "\n" not in str(refused.value)


def test_an_unknown_name_and_an_offline_switch_are_explained(
    root: Path, mirror: HubMirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelRefused, match="there are: little"):
        models.fetch(root, "nothing", hub=mirror.url)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelRefused, match="HF_HUB_OFFLINE"):
        models.fetch(root, "little", hub=mirror.url)


def test_a_full_disk_is_said_before_anything_is_fetched(
    root: Path, mirror: HubMirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 1000

    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage)
    with pytest.raises(ModelRefused, match="disk space"):
        models.fetch(root, "little", hub=mirror.url)
    assert mirror.log == []


def test_two_fetches_at_once_do_not_meet(root: Path, mirror: HubMirror) -> None:
    with models._staged(root, "little"), pytest.raises(ModelRefused, match="already"):
        models.fetch(root, "little", hub=mirror.url)


def test_reachable(mirror: HubMirror) -> None:
    assert models.reachable(hub=mirror.url)
    mirror.status = 404
    assert models.reachable(hub=mirror.url)
    assert not models.reachable(1.0, "http://127.0.0.1:9")
    assert not models.reachable(1.0, "nonsense")


def source(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_import_recognises_a_model_in_a_hub_cache(
    root: Path, tmp_path: Path, files: dict[str, bytes]
) -> None:
    blobs = source(tmp_path / "cache" / "blobs", files)
    snapshot = tmp_path / "cache" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    for name in files:
        (snapshot / name).symlink_to(blobs / name)
    (blobs / "model.bin").rename(blobs / "blob")
    (snapshot / "model.bin").unlink()
    (snapshot / "model.bin").symlink_to(blobs / "blob")
    standing = models.import_(root, tmp_path / "cache")
    assert (standing.state, standing.model, standing.licence) == (State.READY, "little", "MIT")
    assert not (root / "little" / "model.bin").is_symlink()
    assert left(root) == {"little"}


def test_import_from_a_tar(root: Path, tmp_path: Path, files: dict[str, bytes]) -> None:
    folder = source(tmp_path / "some" / "where", files)
    (folder / "evil").write_bytes(b"x")
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        archive.add(folder, "../../outside")
        archive.add(folder / "evil", "/etc/evil")
    assert models.import_(root, tmp_path / "model.tar.gz").state is State.READY
    assert {p.name for p in (root / "little").iterdir()} == {*files, "lock.json", ".checked.json"}
    assert not (tmp_path / "outside").exists()


def test_a_model_of_ones_own_needs_a_name_and_is_locked(
    root: Path, tmp_path: Path, files: dict[str, bytes]
) -> None:
    folder = source(tmp_path / "own", {**files, "model.bin": b"own weights"})
    with pytest.raises(ModelRefused, match="under which name"):
        models.import_(root, folder)
    assert models.import_(root, folder, "our-own").state is State.READY
    assert [m["id"] for m in models.list_models(root)] == ["little", "our-own"]
    (root / "our-own" / "model.bin").write_bytes(b"new weights")
    assert models.verify(root, "our-own").state is State.BAD_HASH


def test_what_claims_to_be_a_declared_model_must_be_it(
    root: Path, tmp_path: Path, files: dict[str, bytes]
) -> None:
    folder = source(tmp_path / "wrong", {**files, "model.bin": b"z" * len(files["model.bin"])})
    with pytest.raises(ModelRefused, match="not the declared file"):
        models.import_(root, folder, "little")
    assert left(root) == set()


@pytest.mark.parametrize("name", ["../up", "/abs", "", "UPPER", ".hidden"])
def test_names_stay_inside_the_models_directory(
    root: Path, tmp_path: Path, files: dict[str, bytes], name: str
) -> None:
    folder = source(tmp_path / "own", {**files, "model.bin": b"own"})
    with pytest.raises(ModelRefused):
        models.import_(root, folder, name)
    with pytest.raises(ModelRefused):
        models.verify(root, name)


def test_what_is_no_model_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "text.tar").write_text("this is not an archive")
    for path, words in [
        (tmp_path / "text.tar", "not a whole tar"),
        (source(tmp_path / "empty", {}), "no model.bin"),
        (tmp_path / "nowhere", "neither"),
        (VOICES, "rehearsal voices"),
    ]:
        with pytest.raises(ModelRefused, match=words):
            models.import_(root, path)
    assert left(root) == set()


def test_a_cut_tar_is_refused(root: Path, tmp_path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(tmp_path / "model.tar", "w") as archive:
        archive.add(source(tmp_path / "m", files), "m")
    data = (tmp_path / "model.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelRefused):
        models.import_(root, tmp_path / "cut.tar")


def test_list_and_installed_say_what_is_there(root: Path, little: Path) -> None:
    (listed,) = models.list_models(root)
    assert (listed["id"], listed["state"], listed["licence"], listed["default"]) == (
        "little",
        "ready",
        "MIT",
        True,
    )
    assert models.installed(root) == root / "little"
    (little / "model.bin").unlink()
    assert models.installed(root) is None
    assert models.list_models(root)[0]["state"] == "incomplete"
    models.remove(root, "little")
    assert models.list_models(root)[0]["state"] == "absent"
    assert models.list_models(root / "nowhere")[0]["state"] == "absent"
