"""Whisper models of the real dimensions with random weights: the text is noise, the cost is true."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

VOCABULARY = 51_865
_TEXT = 50_257
_LANGUAGES = 99
_TIMES = 1501


@dataclass(frozen=True, slots=True)
class Size:
    """The dimensions OpenAI published for one size: width, layers (in encoder and decoder alike), heads."""

    width: int
    layers: int
    heads: int


SIZES = {"tiny": Size(384, 4, 6), "base": Size(512, 6, 8), "small": Size(768, 12, 12)}


def make(folder: Path, size: Size, seed: int = 1) -> Path:
    """Write a model directory that faster-whisper loads, weights in int8."""
    from ctranslate2.specs.whisper_spec import WhisperSpec

    folder.mkdir(parents=True)
    lottery = np.random.default_rng(seed)
    spec: Any = WhisperSpec(size.layers, size.heads, size.layers, size.heads)
    width = size.width

    def drawn(*shape: int) -> Any:
        return (lottery.standard_normal(shape) * 0.02).astype(np.float32)

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    def linear(layer: Any, out: int, into: int) -> None:
        layer.weight, layer.bias = drawn(out, into), np.zeros(out, np.float32)

    def attention(layer: Any, shapes: tuple[int, ...]) -> None:
        norm(layer.layer_norm)
        for part, out in zip(layer.linear, shapes, strict=True):
            linear(part, out, width)

    def feed(layer: Any) -> None:
        norm(layer.layer_norm)
        linear(layer.linear_0, 4 * width, width)
        linear(layer.linear_1, width, 4 * width)

    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = drawn(width, 80, 3), drawn(width)
    encoder.conv2.weight, encoder.conv2.bias = drawn(width, width, 3), drawn(width)
    encoder.position_encodings.encodings = drawn(1500, width)
    decoder.position_encodings.encodings = drawn(448, width)
    decoder.embeddings.weight = drawn(VOCABULARY, width)
    decoder.projection.weight = drawn(VOCABULARY, width)
    for side in (encoder, decoder):
        norm(side.layer_norm)
        for layer in side.layer:
            attention(layer.self_attention, (3 * width, width))
            feed(layer.ffn)
    for layer in decoder.layer:
        attention(layer.attention, (width, 2 * width, width))
    words = _vocabulary()
    spec.register_vocabulary(words)
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [], []
    spec.config.lang_ids = list(range(_TEXT + 2, _TEXT + 2 + _LANGUAGES))
    spec.config.alignment_heads = [[size.layers - 1, head] for head in range(size.heads)]
    spec.validate()
    spec.optimize("int8")
    spec.save(str(folder))
    _write_tokenizer(folder, words)
    return folder


def _vocabulary() -> list[str]:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    text = [chr(0x4E00 + n) if n < 20_902 else chr(0xAC00 + n - 20_902) for n in range(_TEXT - 18_184)]
    text += [f"w{n}" for n in range(_TEXT - len(text) - 1)] + [""]
    special = [
        "<|endoftext|>",
        "<|startoftranscript|>",
        *(f"<|{code}|>" for code in _LANGUAGE_CODES[:_LANGUAGES]),
    ]
    special += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"]
    special += ["<|notimestamps|>", *(f"<|{n * 0.02:.2f}|>" for n in range(_TIMES))]
    return text + special


def _write_tokenizer(folder: Path, words: list[str]) -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, unk_token=words[0]))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens(words[_TEXT:])
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = json.loads((folder / "config.json").read_text())
    assert settings["alignment_heads"], "word times need alignment heads"
