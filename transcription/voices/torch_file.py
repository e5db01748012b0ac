"""Numbers out of a file that torch saved before 2020, without torch and without running what is in it."""

import pickle
from collections import OrderedDict
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001


class NotReadable(Exception):
    """The file is no such file, or holds more than plain numbers."""


@dataclass(frozen=True, slots=True)
class _Place:
    storage: str
    offset: int
    shape: tuple[int, ...]


class _Reader(pickle.Unpickler):
    """Knows the four names that tables of numbers need; any other one ends the reading."""

    def find_class(self, module: str, name: str) -> Any:
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _placed,
            ("torch._utils", "_rebuild_tensor"): _placed,
            ("torch", "FloatStorage"): "float32",
        }
        if (module, name) not in known:
            raise NotReadable(f"the file asks for {module}.{name}")
        return known[module, name]

    def persistent_load(self, pid: Any) -> str:
        kind, dtype, key = pid[:3]
        if kind != "storage" or dtype != "float32":
            raise NotReadable("the file holds something else than numbers")
        return str(key)


def _placed(storage: str, offset: int, shape: tuple[int, ...], *_: Any) -> _Place:
    return _Place(storage, offset, tuple(shape))


def read(path: Path, table: str) -> dict[str, NDArray[np.float32]]:
    """The arrays of one table of the file, by name; raises `NotReadable`."""
    try:
        with path.open("rb") as file:
            if (_Reader(file).load(), _Reader(file).load()) != (_MAGIC, _PROTOCOL):
                raise NotReadable("not a file of torch before 1.6")
            _Reader(file).load()
            places = _Reader(file).load()[table]
            storages = {key: _storage(file) for key in _Reader(file).load()}
        return {
            name: storages[one.storage][one.offset : one.offset + int(np.prod(one.shape))].reshape(one.shape)
            for name, one in places.items()
        }
    except (pickle.UnpicklingError, EOFError, OSError, KeyError, TypeError, ValueError) as error:
        raise NotReadable(f"{path.name} cannot be read: {type(error).__name__}") from error


def _storage(file: BufferedReader) -> NDArray[np.float32]:
    count = int.from_bytes(file.read(8), "little")
    if count > 50_000_000:
        raise NotReadable("the file promises too much")
    return np.frombuffer(file.read(4 * count), "<f4")
