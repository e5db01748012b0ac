"""Which speech models there are to have: the product's own list, and what an installation adds to it."""

import contextlib
import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .layouts import Layout, layout_of

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What a model may be called."""
OWN = "catalogue.json"
"""An installation's own list, in its models directory: the `models` of `models.json`."""

_PATH = Path(__file__).with_name("models.json")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class CatalogueBroken(ValueError):
    """An installation's own list cannot be read; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model; None means: not known beforehand, believed at the first fetch."""

    path: str
    bytes: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Model:
    """One model that the catalogue declares."""

    id: str
    task: str
    title: str
    repo: str
    revision: str
    licence: str
    files: tuple[ModelFile, ...]
    cores_per_voice: float | None = None
    """The part of one core that one continuous voice keeps busy, where it was measured."""

    @property
    def bytes(self) -> int:
        """Size of what is known of it."""
        return sum(file.bytes or 0 for file in self.files)

    @property
    def layout(self) -> Layout:
        """What kind of model its files are."""
        return layout_of([file.path for file in self.files])

    @property
    def weights(self) -> str | None:
        """The declared hash of the file that the model is known by."""
        return next((f.sha256 for f in self.files if f.path == self.layout.weights), None)


def catalogue(root: Path | None = None) -> tuple[Model, ...]:
    """The models an installation may use; with `root`, its models directory, its own ones too.

    What an installation lists under a name of the product's list does not count. Raises `CatalogueBroken`.
    """
    listed = _declared(_PATH)[1]
    known = {model.id for model in listed}
    own = _own(root / OWN) if root else ()
    return (*listed, *(model for model in own if model.id not in known))


def default_model() -> str:
    """The id of the model that is fetched when nobody chose one."""
    return _declared(_PATH)[0]


def rehearsal_voices() -> Model:
    """The toy model of rehearsals and tests: never part of the catalogue."""
    return _declared(_PATH)[2]


def declared(model: str, root: Path | None = None) -> Model | None:
    """The catalogue's entry of that id."""
    return next((m for m in catalogue(root) if m.id == model), None)


def engine_of(directory: Path) -> str:
    """The engine that the model in this directory, or the declared one of its name, is made for."""
    with contextlib.suppress(CatalogueBroken):
        if model := declared(directory.name, directory.parent):
            return model.layout.engine
    there = [path.name for path in directory.iterdir()] if directory.is_dir() else []
    return layout_of(there).engine


@functools.cache
def _declared(path: Path) -> tuple[str, tuple[Model, ...], Model]:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return raw["default"], tuple(_model(m) for m in raw["models"]), _model(raw["rehearsal"])


def _model(raw: dict[str, Any]) -> Model:
    files = tuple(ModelFile(**file) for file in raw["files"])
    return Model(**{**raw, "files": files})


def _own(path: Path) -> tuple[Model, ...]:
    try:
        models = tuple(_model(raw) for raw in json.loads(path.read_text(encoding="utf-8"))["models"])
        wrong = next((word for model in models if (word := _wrong(model))), "")
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CatalogueBroken(f"{path} is no list of models: {type(error).__name__} {error}"[:300]) from error
    if wrong:
        raise CatalogueBroken(f"{path}: {wrong}")
    return models


def _wrong(model: Model) -> str:
    if not NAME.fullmatch(model.id):
        return f"{model.id!r} cannot be the name of a model"
    lacking = model.layout.lacking([file.path for file in model.files])
    if lacking:
        return f"{model.id} has no {', '.join(lacking)}"
    strange = [file.path for file in model.files if file.path not in model.layout.files]
    if strange:
        return f"{model.id} has files that no engine reads: {', '.join(strange)}"
    for file in model.files:
        sized = file.bytes is None or (type(file.bytes) is int and file.bytes > 0)
        if not sized or (file.sha256 is not None and not _SHA256.fullmatch(file.sha256)):
            return f"{model.id}: size or SHA-256 of {file.path} is none"
    return ""
