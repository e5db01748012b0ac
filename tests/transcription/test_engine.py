"""Which engine opens for which need, and what it says of itself."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.speech import VOICES
from transcription.engine import describe, open_engine


def stated(**need: Any) -> dict[str, str]:
    return describe(open_engine(need))


def test_the_rehearsal_voices_open_for_a_rehearsal_only() -> None:
    engine = open_engine({"model": str(VOICES), "rehearsal": True})
    assert engine.recogniser is not None
    told = describe(engine)
    assert (told["engine"], told["state"], told["model"]) == ("faster-whisper", "ready", "rehearsal-voices")
    assert told["sha256"].startswith("1e62614f")
    refused = open_engine({"model": str(VOICES), "rehearsal": False})
    assert refused.recogniser is None
    assert describe(refused)["state"] == "absent"
    assert "rehearsal" in describe(refused)["reason"]


def test_the_voices_under_another_name_are_still_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(VOICES, tmp_path / "whisper-home")
    assert stated(model=str(folder))["state"] == "absent"


def test_no_model_is_an_honest_state(tmp_path: Path) -> None:
    assert stated() == {
        "engine": "faster-whisper",
        "state": "absent",
        "model": "",
        "sha256": "",
        "licence": "",
        "reason": "no speech model is installed",
    }
    told = stated(model=str(tmp_path / "whisper-small"))
    assert (told["state"], told["model"]) == ("absent", "whisper-small")
    assert "heting models fetch whisper-small" in told["reason"]
    assert stated(engine="dragon")["reason"] == "there is no engine called dragon"


def test_a_changed_model_is_not_loaded(tmp_path: Path) -> None:
    folder = shutil.copytree(VOICES, tmp_path / "voices")
    data = bytearray((folder / "model.bin").read_bytes())
    data[5000] ^= 1
    (folder / "model.bin").write_bytes(data)
    engine = open_engine({"model": str(folder), "rehearsal": True})
    assert (describe(engine)["state"], engine.recogniser) == ("bad-hash", None)


def test_a_whole_directory_that_does_not_load_says_why(little: Path) -> None:
    told = stated(model=str(little))
    assert told["state"] == "incomplete"
    assert told["reason"]


def test_a_remote_server_that_is_not_there() -> None:
    told = stated(remote="http://127.0.0.1:9")
    assert (told["engine"], told["state"], told["model"]) == ("openai-style", "absent", "127.0.0.1:9")


@pytest.mark.parametrize("url", ["ftp://x", "nonsense", "http://"])
def test_an_address_that_is_none_is_an_absent_engine(url: str) -> None:
    told = stated(remote=url)
    assert told["state"] == "absent"
    assert "http" in told["reason"]
