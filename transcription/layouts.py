"""Which kind of speech model lies in a directory, told by the names of its files (pure)."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one kind of model; `weights` stands for the model when it is named or hashed."""

    engine: str
    weights: str
    needed: tuple[str, ...]
    files: tuple[str, ...]
    """All that may belong to it, `needed` among them."""
    one_of: tuple[str, ...] = ()
    """One of these has to be there as well."""

    def lacking(self, names: Collection[str]) -> list[str]:
        """What has to be there and is not."""
        missing = [name for name in self.needed if name not in names]
        if self.one_of and not any(name in names for name in self.one_of):
            missing.append(self.one_of[0])
        return missing


_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
WHISPER = Layout(
    "faster-whisper",
    "model.bin",
    ("config.json", "model.bin", "tokenizer.json"),
    ("config.json", "model.bin", "tokenizer.json", "preprocessor_config.json", *_VOCABULARIES),
    _VOCABULARIES,
)
"""CTranslate2's form of Whisper."""


def _sherpa(weights: str) -> Layout:
    return Layout("sherpa-onnx", weights, (weights, "tokens.txt"), (weights, "tokens.txt"))


SHERPA = _sherpa("model.int8.onnx")
SHERPA_FULL = _sherpa("model.onnx")
"""SenseVoice and Paraformer as sherpa-onnx exports them, in 8 bits (first choice) or in full."""

LAYOUTS = (WHISPER, SHERPA, SHERPA_FULL)
FILES = frozenset(name for layout in LAYOUTS for name in layout.files)


def layout_of(names: Collection[str]) -> Layout:
    """The kind of model these files are, or were meant to be; Whisper when they say nothing."""
    for layout in LAYOUTS:
        if layout.weights in names:
            return layout
    return SHERPA if "tokens.txt" in names else WHISPER
