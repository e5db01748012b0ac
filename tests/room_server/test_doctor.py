"""The doctor says what works, what is missing, and the cure."""

import json
import os
from pathlib import Path
from typing import Literal

import pytest

from media import planes
from room_server.commands import doctor
from room_server.settings import Settings
from tests.support.onnx_voices import sense_voice
from transcription.voices import standing


def test_a_missing_model_is_no_illness_but_has_a_cure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data=tmp_path / "var")
    found = {f.part: f for check in doctor.CHECKS for f in check(settings)}
    assert found["speech"].state == "missing"
    assert found["speech"].cure.startswith("heting models fetch")
    assert found["data"].state == found["media"].state == found["python"].state == "ok"
    doctor.main(settings, as_json=True)
    report = json.loads(capsys.readouterr().out)
    assert {finding["part"] for finding in report["findings"]} == set(found)


def test_a_data_folder_that_cannot_be_written_is_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "var").write_text("a file")
    assert doctor.main(Settings(data=tmp_path / "var"), as_json=False) == 1
    assert "BROKEN  data" in capsys.readouterr().out


def test_the_doctor_says_whether_voices_are_told_apart_and_what_brings_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(standing, "weights", lambda: None)
    (absent,) = doctor._voices(Settings(data=tmp_path))
    assert absent.state == "missing" and "pip install --no-deps resemblyzer" in absent.cure
    (tmp_path / "pretrained.pt").write_bytes(b"something else")
    monkeypatch.setattr(standing, "weights", lambda: tmp_path / "pretrained.pt")
    (wrong,) = doctor._voices(Settings(data=tmp_path))
    assert wrong.state == "missing" and "not the declared file" in wrong.detail


@pytest.mark.parametrize("usable", [True, False])
@pytest.mark.parametrize("choice", ["auto", "c", "python"])
def test_the_doctor_says_which_plane_forwards_and_what_brings_the_faster_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, choice: Literal["auto", "c", "python"], usable: bool
) -> None:
    monkeypatch.setattr(planes, "state", lambda: (usable, "plane-1.so" if usable else "not built"))
    (found,) = doctor._media(Settings(data=tmp_path, media_plane=choice))
    assert found.state == ("broken" if choice == "c" and not usable else "ok")
    assert found.detail.startswith(
        "forwarded by the C plane" if usable and choice != "python" else "forwarded by Python"
    )
    assert ("gcc" in found.cure) == (not usable and choice != "python")


@pytest.mark.parametrize(
    ("count", "state", "said"),
    [
        (1, "ok", "every sitting waits for its successor"),
        (3, "ok", "takes only its own sittings along"),
        (9, "missing", "get in each other's way"),
    ],
)
def test_the_doctor_weighs_the_media_workers_against_the_cores(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, count: int, state: str, said: str
) -> None:
    monkeypatch.setattr(doctor, "available_cores", lambda: 4)
    settings = Settings(data=tmp_path, media_workers=count)
    settings.run.mkdir()
    card = {"kind": "media", "name": "media-7", "pid": os.getpid(), "need": {"port": 50000}}
    (settings.run / "media-7.json").write_text(json.dumps(card))
    (settings.run / "media-8.json").write_text(json.dumps({**card, "name": "media-8", "pid": 2**22 + 1}))
    (settings.run / "scribe-1.json").write_text(json.dumps({**card, "kind": "scribe", "name": "scribe-1"}))
    (found,) = doctor._workers(settings)
    assert found.state == state and said in found.detail
    assert "for 4 cores; running now: media-7" in found.detail and "media-8" not in found.detail
    assert ("HETING_MEDIA_WORKERS to 3" in found.cure) == (state == "missing")


def test_a_whole_model_that_no_engine_loads_is_broken(tmp_path: Path) -> None:
    good, bad = sense_voice(tmp_path / "good"), sense_voice(tmp_path / "bad", {"with_itn": None})
    found = {}
    for folder in (good, bad):
        (finding,) = doctor._speech(Settings(data=tmp_path, speech_model=str(folder)))
        found[folder.name] = (finding.state, finding.detail)
    assert found["good"] == ("ok", "good (licence unknown)")
    assert found["bad"][0] == "broken"
    assert "lacks in its metadata: with_itn" in found["bad"][1]
