"""What an ONNX file says of itself, read without loading the network in it (standard library only)."""

from pathlib import Path
from typing import BinaryIO

_METADATA = 14
_ENTRY_KEY, _ENTRY_VALUE = 1, 2
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MOST_METADATA = 4 * 1024 * 1024


class NoOnnx(ValueError):
    """The file cannot be read as an ONNX model."""


def metadata(path: Path) -> dict[str, str]:
    """The `metadata_props` of a model: of `ModelProto` (onnx.proto3) only the outermost fields are walked."""
    found: dict[str, str] = {}
    size = path.stat().st_size
    seen = 0
    with path.open("rb") as file:
        while file.tell() < size:
            number, kind = _tag(file)
            if kind != _BYTES:
                _skip(file, kind)
                continue
            length = _varint(file)
            if file.tell() + length > size:
                raise NoOnnx("it breaks off in the middle")
            if number == _METADATA and (seen := seen + length) <= _MOST_METADATA:
                key, value = _entry(file.read(length))
                found[key] = value
            else:
                file.seek(length, 1)
    if not size:
        raise NoOnnx("it is empty")
    return found


def _tag(file: BinaryIO) -> tuple[int, int]:
    tag = _varint(file)
    if not 0 < tag >> 3 <= 100:
        raise NoOnnx("it is no ONNX model")
    return tag >> 3, tag & 7


def _skip(file: BinaryIO, kind: int) -> None:
    if kind == _VARINT:
        _varint(file)
    elif kind in (_FIXED64, _FIXED32):
        file.seek(8 if kind == _FIXED64 else 4, 1)
    else:
        raise NoOnnx("it is no ONNX model")


def _entry(data: bytes) -> tuple[str, str]:
    """One `StringStringEntryProto`."""
    parts = {_ENTRY_KEY: "", _ENTRY_VALUE: ""}
    at = 0
    while at < len(data):
        number, kind = data[at] >> 3, data[at] & 7
        if kind != _BYTES:
            raise NoOnnx("its metadata cannot be read")
        length, at = _length(data, at + 1)
        parts[number] = data[at : at + length].decode("utf-8", "replace")
        at += length
    return parts[_ENTRY_KEY], parts[_ENTRY_VALUE]


def _length(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data):
        value |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            break
    return value, at


def _varint(file: BinaryIO) -> int:
    value = shift = 0
    while shift < 70:
        byte = file.read(1)
        if not byte:
            raise NoOnnx("it breaks off in the middle")
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
        shift += 7
    raise NoOnnx("it is no ONNX model")
