"""A random-weight Whisper in the real layout: the loader takes it, and its text is not believed."""

from pathlib import Path

import numpy as np

from bench.random_whisper import Size, make
from transcription.engine import open_engine
from transcription.pcm import RATE
from transcription.weights import State, examine


def test_a_generated_model_lies_and_loads_as_a_real_one_does(tmp_path: Path) -> None:
    folder = make(tmp_path / "whisper-toy", Size(width=64, layers=1, heads=2))
    assert examine(folder).state is State.READY
    engine = open_engine({"model": str(folder), "threads": 1})
    assert (engine.name, engine.standing.state, engine.standing.licence) == (
        "faster-whisper",
        State.READY,
        "",
    )
    assert engine.recogniser is not None
    noise = np.random.default_rng(1).standard_normal(RATE).astype(np.float32) * 0.05
    assert engine.recogniser.recognise(noise, "zh", ("王强",)).doubt != ""
