"""SenseVoice and Paraformer through the real sherpa-onnx, with toy networks: bad ones never take us along."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from tests.support.onnx_voices import SAYS, Changed, paraformer, sense_voice
from transcription import engine as engines
from transcription import models, weights
from transcription.catalogue import catalogue, declared, engine_of
from transcription.engine import Engine, describe, open_engine
from transcription.layouts import SHERPA, SHERPA_FULL, WHISPER, layout_of
from transcription.models import ModelRefused
from transcription.onnx_facts import NoOnnx, metadata
from transcription.pcm import RATE, Samples
from transcription.sherpa import Family, Sherpa, Unfit, looked_at, tried
from transcription.weights import State
from transcription.worker import ScribeWorker


def spoken(*parts_ms: int) -> Samples:
    """Silence and loud sound in turn, beginning with silence."""
    noise = np.random.default_rng(1)
    parts = [
        noise.normal(0, 0.1, ms * RATE // 1000) if turn % 2 else np.zeros(ms * RATE // 1000)
        for turn, ms in enumerate(parts_ms)
    ]
    return np.concatenate(parts).astype(np.float32)


def opened(folder: Path) -> Engine:
    return open_engine({"model": str(folder)})


def test_sense_voice_opens_by_its_directory_and_times_every_sign(tmp_path: Path) -> None:
    opened_engine = opened(sense_voice(tmp_path / "our-voice"))
    told = describe(opened_engine)
    assert (told["engine"], told["state"], told["model"]) == ("sherpa-onnx", "ready", "our-voice")
    assert len(told["sha256"]) == 64
    recogniser = opened_engine.recogniser
    assert isinstance(recogniser, Sherpa)
    assert recogniser.family is Family.SENSE_VOICE
    found = recogniser.recognise(spoken(500, 1600, 500), "zh", ("不用",))
    assert (found.text, found.language, found.doubt) == (SAYS, "zh", "")
    assert "".join(word.text for word in found.words) == SAYS
    assert [word.start_ms for word in found.words] == sorted(word.start_ms for word in found.words)
    assert all(400 <= word.start_ms < word.end_ms <= 2600 for word in found.words)
    # The engine tells no confidence, and so do we.
    assert found.confidence == 0.0
    assert {word.probability for word in found.words} == {0.0}


def test_silence_and_a_click_are_no_text(tmp_path: Path) -> None:
    recogniser = Sherpa(looked_at(sense_voice(tmp_path)))
    assert recogniser.recognise(spoken(2000), "zh", ()).doubt == "empty"
    assert recogniser.recognise(np.zeros(100, np.float32), "zh", ()).text == ""


@pytest.mark.parametrize("timed", [True, False])
def test_paraformer_has_times_only_where_its_network_tells_them(tmp_path: Path, timed: bool) -> None:
    engine = opened(paraformer(tmp_path / "para", timed=timed))
    assert engine.recogniser is not None, engine.standing.reason
    found = engine.recogniser.recognise(spoken(500, 1600, 500), "zh", ())
    assert found.text == SAYS
    assert "".join(word.text for word in found.words) == (SAYS if timed else "")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"vocab_size": None}, "lacks in its metadata: vocab_size"),
        ({"lang_zh": None, "with_itn": None}, "with_itn, lang_zh"),
        ({"model_type": "wenet_ctc"}, "neither SenseVoice nor Paraformer"),
        ({"neg_mean": "1,2,3"}, "do not fit together"),
        ({"inv_stddev": "one,two"}, "no numbers"),
        ({"vocab_size": "40"}, "17 of the 40 tokens"),
    ],
)
def test_wrong_metadata_is_a_state_with_cause_and_cure(tmp_path: Path, changed: Changed, why: str) -> None:
    told = describe(opened(sense_voice(tmp_path / "bad", changed)))
    assert told["state"] == "incomplete"
    assert why in told["reason"]
    assert "fetch the model again" in told["reason"]


def test_missing_and_broken_files_are_states(tmp_path: Path) -> None:
    folder = sense_voice(tmp_path / "voice")
    whole = (folder / "model.int8.onnx").read_bytes()
    tokens = (folder / "tokens.txt").read_text()
    (folder / "tokens.txt").unlink()
    assert describe(opened(folder))["reason"] == "missing: tokens.txt"
    (folder / "tokens.txt").write_text("只有字\n没有号\n")
    assert "tokens.txt is no vocabulary" in describe(opened(folder))["reason"]
    (folder / "tokens.txt").write_text(tokens)
    for data, why in [(whole[: len(whole) // 2], "breaks off"), (b"", "is empty"), (b"<html>404", "no ONNX")]:
        (folder / "model.int8.onnx").write_bytes(data)
        assert why in describe(opened(folder))["reason"]
    (folder / "model.int8.onnx").unlink()
    assert describe(opened(folder))["reason"] == "missing: model.int8.onnx"


def test_a_network_that_kills_its_process_kills_only_the_trial(tmp_path: Path) -> None:
    folder = sense_voice(tmp_path / "voice")
    model = onnx.load(folder / "model.int8.onnx")
    # Right by its metadata, but the network wants another kind of sound.
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_value = 80
    onnx.save(model, folder / "model.int8.onnx")
    with pytest.raises(Unfit, match="does not load"):
        tried(folder)
    del model.graph.node[0]
    onnx.save(model, folder / "model.int8.onnx")
    told = describe(opened(folder))
    assert told["state"] == "incomplete"
    assert "model.int8.onnx does not load" in told["reason"]


def test_a_trial_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcription.sherpa._PATIENCE_S", 0.01)
    with pytest.raises(Unfit, match="does not load within"):
        tried(sense_voice(tmp_path))


def test_without_the_library_the_state_names_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engines._KNOWN, "sherpa-onnx", "no_such_library")
    told = describe(opened(sense_voice(tmp_path / "voice")))
    assert (told["state"], told["reason"]) == (
        "absent",
        "sherpa-onnx is not installed: pip install sherpa-onnx",
    )


def test_the_metadata_reader_agrees_with_onnx(tmp_path: Path) -> None:
    path = paraformer(tmp_path) / "model.int8.onnx"
    assert metadata(path) == {p.key: p.value for p in onnx.load(path).metadata_props}
    path.write_bytes(b"\xff" * 40)
    with pytest.raises(NoOnnx):
        metadata(path)


def test_layouts_are_told_by_their_files() -> None:
    assert layout_of(["tokens.txt", "model.onnx", "model.int8.onnx"]) is SHERPA
    assert layout_of(["model.onnx", "README.md"]) is SHERPA_FULL
    assert layout_of(["config.json", "model.bin"]) is WHISPER
    assert layout_of([]) is WHISPER
    assert WHISPER.lacking(["config.json", "model.bin"]) == ["tokenizer.json", "vocabulary.json"]


def test_the_catalogue_declares_both_with_their_hashes() -> None:
    both = [model for model in catalogue() if model.layout is SHERPA]
    assert [model.id for model in both] == ["sense-voice", "paraformer-zh"]
    assert all(file.sha256 and file.bytes for model in both for file in model.files)
    assert engine_of(Path("/nowhere/sense-voice")) == "sherpa-onnx"


def test_import_takes_the_small_network_and_verifies_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = sense_voice(tmp_path / "export")
    (folder / "model.onnx").write_bytes(b"four times as large")
    (folder / "README.md").write_text("nothing")
    root = tmp_path / "models"
    with pytest.raises(ModelRefused, match="under which name"):
        models.import_(root, folder)
    assert models.import_(root, folder, "our-voice").state is State.READY
    assert {p.name for p in (root / "our-voice").iterdir()} == {"model.int8.onnx", "tokens.txt", "lock.json"}
    real = declared("sense-voice")
    assert real is not None
    with pytest.raises(ModelRefused, match="sense-voice is not usable"):
        models.import_(root, folder, "sense-voice")
    data = bytearray((root / "our-voice" / "tokens.txt").read_bytes())
    data[0] ^= 1
    (root / "our-voice" / "tokens.txt").write_bytes(data)
    assert weights.examine(root / "our-voice", afresh=True).state is State.BAD_HASH


async def test_a_worker_tries_a_model_before_it_takes_it_up(tmp_path: Path) -> None:
    good, bad = sense_voice(tmp_path / "good"), sense_voice(tmp_path / "bad", {"neg_mean": None})
    told: list[dict[str, Any]] = []
    worker = ScribeWorker(told.append, {})
    await worker.start()
    try:
        assert "neg_mean" in (await worker.try_out(str(bad)))["engine"]["reason"]
        assert (await worker.try_out(str(good)))["engine"]["state"] == "ready"
        assert (await worker.stats())["engine"]["state"] == "absent"
        assert (await worker.reload(str(good)))["engine"]["model"] == "good"
        assert told[-1]["engine"]["engine"] == "sherpa-onnx"
    finally:
        await worker.close()
