"""Weights are read without torch, and a file that wants to run something is refused."""

import pickle
import pickletools
from pathlib import Path

import numpy as np
import pytest

from transcription.voices.torch_file import NotReadable, read


def _file(path: Path, tensor: bytes) -> Path:
    """A file as torch 1.0 wrote it: `tensor` is the pickled table."""
    heads = [pickle.dumps(0x1950A86A20F9469CFC6C, 2), pickle.dumps(1001, 2), pickle.dumps({}, 2)]
    numbers = np.arange(6, dtype="<f4")
    tail = pickle.dumps(["7"], 2) + (6).to_bytes(8, "little") + numbers.tobytes()
    path.write_bytes(b"".join(heads) + tensor + tail)
    return path


_STORAGE = (
    b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x007X\x03\x00\x00\x00cpuK\x06Ntq\x01Q"
)
_TENSOR = (
    b"\x80\x02}X\x01\x00\x00\x00m}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n("
    + _STORAGE
    + b"K\x02K\x02K\x02\x86K\x02K\x01\x86\x89Ntq\x02Rss."
)


def test_arrays_come_out_with_their_shape_and_place(tmp_path: Path) -> None:
    pickletools.dis(_TENSOR, out=(tmp_path / "shown").open("w"))
    found = read(_file(tmp_path / "w.pt", _TENSOR), "m")
    assert found["w"].tolist() == [[2.0, 3.0], [4.0, 5.0]]


@pytest.mark.parametrize("name", ["os\nsystem", "builtins\neval", "torch\nload"])
def test_a_file_that_asks_for_more_than_numbers_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotReadable, match="asks for"):
        read(_file(tmp_path / "w.pt", b"\x80\x02c" + name.encode() + b"\n(tR."), "m")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 something", b"\x80\x02K\x01."])
def test_another_file_is_said_not_to_be_readable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w.pt").write_bytes(content)
    with pytest.raises(NotReadable):
        read(tmp_path / "w.pt", "m")
