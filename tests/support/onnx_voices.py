"""Toy speech models in sherpa-onnx's layouts: every 180 ms of loud sound is the next sign of `SAYS`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SAYS = "劳动合同已经解除。"
_SENSE_VOICE = ["<unk>", "<s>", "</s>", "<|zh|>", "<|en|>", "<|NEUTRAL|>", "<|Speech|>", "<|withitn|>"]
_PARAFORMER = ["<blank>", "<s>", "</s>", "<unk>"]
_LOUD = 5.0
_HELD = 3
_LANGUAGES = {"auto": 0, "zh": 3, "en": 4, "yue": 7, "ja": 11, "ko": 12}

Changed = Mapping[str, str | None] | None


def sense_voice(folder: Path, changed: Changed = None) -> Path:
    """A SenseVoice directory that hears the language it is told.

    Metadata in `changed` is set, or left out where it says None.
    """
    names = [*_SENSE_VOICE, *SAYS]
    spoken = [3, 3, 3, 3, 4, *[3] * 11]
    nodes = [
        *_heard("x"),
        _node("Gather", ["spoken", "language"], "heard", axis=0),
        _node("Unsqueeze", ["heard", "one"], "heard_1"),
        _node("Concat", ["heard_1", "manner", "signs"], "all", axis=1),
        _node("OneHot", ["all", "depth", "values"], "logits", axis=-1),
    ]
    numbers = {"spoken": spoken, "manner": [[5, 6, 7]], "first": [len(_SENSE_VOICE)], "depth": [len(names)]}
    inputs: dict[str, list[Any]] = {
        "x": ["N", "T", 560],
        "x_length": ["N"],
        "language": ["N"],
        "text_norm": ["N"],
    }
    facts: dict[str, Any] = {f"lang_{name}": number for name, number in _LANGUAGES.items()}
    facts |= {"model_type": "sense_voice_ctc", "with_itn": 14, "without_itn": 15, "normalize_samples": 0}
    return _saved(folder, names, _graph(nodes, numbers, inputs, ["logits"]), facts, changed)


def paraformer(folder: Path, changed: Changed = None, timed: bool = True) -> Path:
    """A Paraformer directory; without `timed` its network does not say when a sign was spoken."""
    names = [*_PARAFORMER, *SAYS]
    nodes = [
        *_heard("speech"),
        _node("Mod", ["before", "held"], "within"),
        _node("Equal", ["within", "nought"], "begins"),
        _node("And", ["begins", "loud"], "begin"),
        _node("NonZero", ["begin"], "places"),
        _node("Gather", ["places", "row"], "at", axis=0),
        _node("Gather", ["signs", "at"], "said", axis=1),
        _node("OneHot", ["said", "depth", "values"], "logits", axis=-1),
        _node("Cast", ["begin"], "peak", to=TensorProto.FLOAT),
        _node("ReduceSum", ["peak", "one"], "number", keepdims=0),
        _node("Cast", ["number"], "token_num", to=TensorProto.INT32),
        _node("Unsqueeze", ["peak", "two"], "peak_1"),
        _node("Pad", ["peak_1", "pads"], "thirds"),
        _node("Reshape", ["thirds", "flat"], "us_alphas"),
        _node("Concat", ["us_alphas", "last"], "us_cif_peak", axis=1),
    ]
    numbers: dict[str, Any] = {"nought": [0], "two": [2], "flat": [1, -1], "pads": [0, 0, 0, 0, 0, 2]}
    numbers |= {"row": 1, "first": [len(_PARAFORMER)], "depth": [len(names)]}
    outputs = ["logits", "token_num", *(["us_alphas", "us_cif_peak"] if timed else [])]
    inputs: dict[str, list[Any]] = {"speech": ["N", "T", 560], "speech_lengths": ["N"]}
    return _saved(
        folder, names, _graph(nodes, numbers, inputs, outputs), {"model_type": "paraformer"}, changed
    )


def _node(kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(kind, inputs, [output], **attributes)


def _heard(sound: str) -> list[onnx.NodeProto]:
    """`signs` (N, T): 0 where it is quiet, else the number of the sign that is spoken there."""
    return [
        _node("ReduceMean", [sound], "level", axes=[2], keepdims=0),
        _node("Greater", ["level", "threshold"], "loud"),
        _node("Cast", ["loud"], "loud_1", to=TensorProto.INT64),
        _node("CumSum", ["loud_1", "axis"], "count"),
        _node("Sub", ["count", "one"], "before"),
        _node("Div", ["before", "held"], "turn"),
        _node("Mod", ["turn", "there"], "which"),
        _node("Add", ["which", "first"], "sign"),
        _node("Where", ["loud", "sign", "blank"], "signs"),
    ]


def _graph(
    nodes: list[onnx.NodeProto],
    numbers: Mapping[str, Any],
    inputs: Mapping[str, list[Any]],
    outputs: Sequence[str],
) -> onnx.GraphProto:
    whole = {"axis": 1, "one": [1], "held": [_HELD], "there": [len(SAYS)], "blank": [0], **numbers}
    parts = {"threshold": [_LOUD], "values": [0, 1], "last": [[1]]}
    constants = [numpy_helper.from_array(np.array(v, np.int64), k) for k, v in whole.items()]
    constants += [numpy_helper.from_array(np.array(v, np.float32), k) for k, v in parts.items()]
    taken = [
        helper.make_tensor_value_info(k, TensorProto.FLOAT if len(v) == 3 else TensorProto.INT32, v)
        for k, v in inputs.items()
    ]
    given = [
        helper.make_tensor_value_info(k, TensorProto.INT32 if k == "token_num" else TensorProto.FLOAT, None)
        for k in outputs
    ]
    return helper.make_graph(nodes, "toy", taken, given, constants)


def _saved(
    folder: Path, names: Sequence[str], graph: onnx.GraphProto, facts: Mapping[str, Any], changed: Changed
) -> Path:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    mean = {"neg_mean": ",".join(["0"] * 560), "inv_stddev": ",".join(["1"] * 560)}
    frames = {"lfr_window_size": 7, "lfr_window_shift": 6, "vocab_size": len(names), **mean}
    said = {**frames, **facts, **(changed or {})}
    helper.set_model_props(model, {k: str(v) for k, v in said.items() if v is not None})
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / "model.int8.onnx")
    lines = [f"{name} {number}" for number, name in enumerate(names)]
    (folder / "tokens.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
