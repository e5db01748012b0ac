"""Silero voice activity detection on onnxruntime: the only file that knows it."""

import functools
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from .pcm import Samples

CHUNK = 512
CHUNK_MS = 32
_CONTEXT = 64


class VadMissing(Exception):
    """The detector's weights, part of the faster-whisper package, are not there."""


def weights() -> Path:
    """The Silero v6 file that the faster-whisper package carries."""
    spec = importlib.util.find_spec("faster_whisper")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        path = Path(folder) / "assets" / "silero_vad_v6.onnx"
        if path.is_file():
            return path
    raise VadMissing("the package faster-whisper with assets/silero_vad_v6.onnx is not installed")


@functools.cache
def _session() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(weights()), providers=["CPUExecutionProvider"], sess_options=options
    )


class VoiceDetector:
    """Speech probabilities of one stream; its memory is its own, the weights are shared."""

    def __init__(self) -> None:
        self._run = _session().run
        self.reset()

    def reset(self) -> None:
        """Forget the stream so far."""
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._tail = np.zeros(_CONTEXT, np.float32)

    def probabilities(self, samples: Samples) -> list[float]:
        """One probability per chunk of 512 samples (32 ms); several chunks cost less in one call."""
        chunks = samples.reshape(-1, CHUNK)
        context = np.vstack([self._tail, chunks[:-1, -_CONTEXT:]])
        self._tail = chunks[-1, -_CONTEXT:].copy()
        inputs = {"input": np.hstack([context, chunks]), "h": self._h, "c": self._c}
        found, self._h, self._c = self._run(None, inputs)
        return [float(p) for p in found]
