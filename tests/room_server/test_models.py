"""`heting models`: states, refusals and exit codes."""

import json
from pathlib import Path

import pytest

from room_server.commands import models
from room_server.settings import Settings
from room_server.speech.choice import VOICES, choose, model_folder


def test_the_list_is_honest_about_absence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert models.main(Settings(data=tmp_path), "list", None, True) == 0
    listed = json.loads(capsys.readouterr().out)["models"]
    assert all(model["state"] == "absent" for model in listed)
    assert [model["id"] for model in listed if model["default"]]
    assert models.main(Settings(data=tmp_path), "list", None, False) == 0
    assert "(default)" in capsys.readouterr().out


def test_the_rehearsal_voices_cannot_be_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert models.main(Settings(data=tmp_path), "import", str(VOICES), False) == 1
    assert "rehearsal voices are no speech model" in capsys.readouterr().err


def test_unknown_names_and_missing_paths_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models.main(Settings(data=tmp_path), "fetch", "no-such-model", True) == 1
    assert "no model is called" in json.loads(capsys.readouterr().out)["error"]
    assert models.main(Settings(data=tmp_path), "import", None, False) == 1
    assert models.main(Settings(data=tmp_path), "verify", "../etc", False) == 1


def test_a_first_start_goes_on_when_no_hub_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models.fetch_if_reachable(Settings(data=tmp_path, hub="http://127.0.0.1:9"))
    models.fetch_if_reachable(Settings(data=tmp_path, models="skip"))
    assert capsys.readouterr().out == ""


def test_a_start_fetches_nothing_beside_what_was_brought(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("transcription.models.reachable", lambda *_: True)
    monkeypatch.setattr("transcription.models.fetch", lambda root, name, *_: asked.append(name))
    monkeypatch.setattr("transcription.models.installed", lambda root: root / "our-own")
    models.fetch_if_reachable(Settings(data=tmp_path))
    assert asked == []
    # What was chosen and is gone is fetched again.
    choose(Settings(data=tmp_path), "whisper-tiny")
    models.fetch_if_reachable(Settings(data=tmp_path))
    assert asked == ["whisper-tiny"]


def test_which_model_writes(tmp_path: Path) -> None:
    assert model_folder(Settings(data=tmp_path, rehearsal=True)) == VOICES
    assert model_folder(Settings(data=tmp_path, speech_url="http://gpu/")) is None
    assert model_folder(Settings(data=tmp_path, speech_model="/srv/own")) == Path("/srv/own")
    default = model_folder(Settings(data=tmp_path))
    assert default is not None
    assert default.parent == tmp_path / "models"
