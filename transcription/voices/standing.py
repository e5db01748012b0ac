"""Whether voices can be told apart on this machine: the encoder's weights, verified before they are read."""

import hashlib
import importlib.util
from pathlib import Path

from ..weights import Standing, State
from .embedder import Embedder
from .torch_file import NotReadable

MODEL = "resemblyzer"
SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
_LICENCE = "Apache-2.0"
PACKAGE = "resemblyzer==0.1.4"
CURE = f"./.venv/bin/python -m pip install --no-deps {PACKAGE}   (17 MB; torch is not needed)"


def weights() -> Path | None:
    """The file that the package resemblyzer carries; the package is found, not imported."""
    spec = importlib.util.find_spec("resemblyzer")
    folders = list(spec.submodule_search_locations or []) if spec else []
    found = [Path(folder) / "pretrained.pt" for folder in folders]
    return next((path for path in found if path.is_file()), None)


def examine(path: Path | None = None) -> Standing:
    """The state of the voice encoder on this machine, or of a file with its weights."""
    path = path or weights()
    if path is None:
        reason = "the package resemblyzer, which carries the weights, is not installed"
        return Standing(State.ABSENT, MODEL, "", _LICENCE, reason)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if sha256 != SHA256:
        return Standing(State.BAD_HASH, MODEL, sha256, _LICENCE, f"{path.name} is not the declared file")
    return Standing(State.READY, MODEL, sha256, _LICENCE)


def open_embedder(path: Path | None = None) -> tuple[Standing, Embedder | None]:
    """The encoder, if there is one, and what to say about it; takes a tenth of a second."""
    from .recurrent import RecurrentEncoder

    path = path or weights()
    standing = examine(path)
    if standing.state is not State.READY or path is None:
        return standing, None
    try:
        return standing, RecurrentEncoder(path)
    except NotReadable as error:
        return Standing(State.INCOMPLETE, MODEL, standing.sha256, _LICENCE, str(error)), None
