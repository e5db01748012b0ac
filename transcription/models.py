"""What `heting models` does: list, verify, fetch from a hub or mirror, import from a directory or tar."""

import os
import shutil
import tarfile
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .catalogue import (
    NAME,
    CatalogueBroken,
    Model,
    ModelFile,
    catalogue,
    declared,
    default_model,
    engine_of,
    rehearsal_voices,
)
from .hub import HubFailed, download
from .layouts import FILES, LAYOUTS, layout_of
from .weights import (
    LOCK,
    Standing,
    State,
    examine,
    hashes,
    write_lock,
)

Progress = Callable[[str, int, int], None]

_HUB = "https://huggingface.co"
_LARGEST_FILE = 8 * 1024**3
_WEIGHTS = {layout.weights for layout in LAYOUTS}


class ModelRefused(Exception):
    """A model could not be fetched or imported; the text says why and what to do."""


def list_models(root: Path) -> list[dict[str, Any]]:
    """Every declared model, and every other one that lies in the models directory, with its state."""
    known = {model.id: model for model in _listable(root)}
    others = sorted(p.name for p in root.iterdir() if _is_other(p, known)) if root.is_dir() else []
    return [_listed(root, known.get(name), name) for name in [*known, *others]]


def verify(root: Path, name: str) -> Standing:
    """Hash a model's files again, trusting nothing remembered."""
    return examine(_place(root, name), afresh=True)


def installed(root: Path) -> Path | None:
    """The directory of a model that is ready: the default one, else the first of the catalogue's order."""
    try:
        listed = catalogue(root)
    except CatalogueBroken:
        listed = catalogue()
    names = [default_model(), *(m.id for m in listed if m.id != default_model())]
    return next((root / n for n in names if examine(root / n).state is State.READY), None)


def endpoint() -> str:
    """The hub, or the mirror that `HF_ENDPOINT` names."""
    return (os.environ.get("HF_ENDPOINT") or _HUB).rstrip("/")


def reachable(timeout_s: float = 3.0, hub: str | None = None) -> bool:
    """Whether the hub or mirror answers in time; a name look-up that hangs counts as no."""
    answered = threading.Event()

    def ask() -> None:
        try:
            request = urllib.request.Request(hub or endpoint(), method="HEAD")
            with urllib.request.urlopen(request, timeout=timeout_s):
                answered.set()
        except urllib.error.HTTPError:
            answered.set()
        except (OSError, ValueError):
            return

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(timeout_s)
    return answered.is_set()


def fetch(root: Path, name: str, progress: Progress | None = None, hub: str | None = None) -> Standing:
    """Download a declared model; an interrupted download goes on where it stopped.

    `progress` is told the file, the bytes of the whole model that are there, and its size.
    """
    model = next((m for m in _listable(root) if m.id == name), None)
    if model is None:
        names = ", ".join(m.id for m in _listable(root))
        raise ModelRefused(f"no model is called {name}; there are: {names}")
    standing = examine(root / name)
    if standing.state is State.READY:
        return standing
    with _staged(root, name) as stage:
        if shutil.disk_usage(stage).free < model.bytes * 1.05:
            raise ModelRefused(f"{name} needs {model.bytes / 1e6:.0f} MB of disk space")
        done = 0
        for file in model.files:
            done += _fetched(stage, model, file, done, progress, hub or endpoint())
        return _placed(root, stage, model, "hub")


def import_(root: Path, source: Path, name: str | None = None) -> Standing:
    """Take a model in from a directory or tar; without a name it is recognised by its weights."""
    with tempfile.TemporaryDirectory(dir=_made(root), prefix=".import-") as folder:
        stage = Path(folder) / "model"
        stage.mkdir()
        if source.is_dir():
            _copy_directory(source, stage)
        elif source.is_file():
            _copy_tar(source, stage)
        else:
            raise ModelRefused(f"{source} is neither a directory nor a file")
        model = _recognised(root, stage, source, name)
        return _placed(root, stage, model, "import")


def remove(root: Path, name: str) -> None:
    """Delete a model and what is left of its download."""
    for path in (_place(root, name), root / f".fetching-{name}"):
        shutil.rmtree(path, ignore_errors=True)


def _listable(root: Path) -> tuple[Model, ...]:
    try:
        return catalogue(root)
    except CatalogueBroken as broken:
        raise ModelRefused(str(broken)) from broken


def _is_other(path: Path, known: dict[str, Model]) -> bool:
    return path.is_dir() and path.name not in known and NAME.fullmatch(path.name) is not None


def _listed(root: Path, model: Model | None, name: str) -> dict[str, Any]:
    standing = examine(root / name)
    return {
        "id": name,
        "title": model.title if model else name,
        "task": model.task if model else "speech",
        "engine": engine_of(root / name),
        "licence": standing.licence or "unknown",
        "bytes": model.bytes if model else None,
        "source": f"{model.repo}@{model.revision}" if model else "",
        "default": name == default_model(),
        "state": standing.state.value,
        "reason": standing.reason,
        "sha256": standing.sha256,
    }


def _place(root: Path, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise ModelRefused(f"{name!r} cannot be the name of a model")
    return root / name


def _made(root: Path) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    return root


@contextmanager
def _staged(root: Path, name: str) -> Iterator[Path]:
    """The place where a download grows; only one at a time, and it stays when interrupted."""
    import fcntl

    stage = _made(root) / f".fetching-{name}"
    stage.mkdir(exist_ok=True)
    with (root / f".fetching-{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ModelRefused(f"{name} is being fetched already") from error
        yield stage


def _fetched(
    stage: Path, model: Model, file: ModelFile, before: int, progress: Progress | None, hub: str
) -> int:
    """Have one whole and true file in the stage; answer with its size."""
    target = stage / file.path
    if not target.is_file():

        def tell(done: int) -> None:
            if progress:
                progress(file.path, before + done, model.bytes)

        try:
            download(hub, model.repo, model.revision, file.path, target, file.bytes, tell)
        except HubFailed as failed:
            raise ModelRefused(f"{file.path} could not be fetched from {hub}: {failed}") from failed
    if file.sha256 and hashes(stage, [file.path])[file.path] != file.sha256:
        target.unlink()
        raise ModelRefused(f"{file.path} from {hub} is not the declared file (its SHA-256 is wrong)")
    return target.stat().st_size


def _placed(root: Path, stage: Path, model: Model, origin: str) -> Standing:
    """Move a complete model to where it is used, in one step; nothing but whole models ever lies there."""
    (stage / LOCK).unlink(missing_ok=True)
    standing = examine(stage, model, afresh=True)
    if standing.state is not State.READY:
        raise ModelRefused(f"{model.id} is not usable: {standing.reason}")
    write_lock(stage, model, origin)
    target, old = root / model.id, root / f".old-{model.id}"
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    stage.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return examine(target, model)


def _copy_directory(source: Path, stage: Path) -> None:
    # A hub cache holds the files two levels down, as links.
    found = [path for path in source.glob("**/*") if path.name in _WEIGHTS and path.is_file()]
    if not found:
        raise ModelRefused(_no_model(source))
    nearest = min(found, key=lambda p: (len(p.parts), p)).parent
    layout = layout_of([path.name for path in nearest.iterdir()])
    for name in layout.files:
        if (nearest / name).is_file():
            shutil.copyfile(nearest / name, stage / name)


def _no_model(source: Path) -> str:
    return f"there is no model.bin (Whisper) and no model.int8.onnx (SenseVoice, Paraformer) in {source}"


def _copy_tar(source: Path, stage: Path) -> None:
    try:
        with tarfile.open(source) as archive:
            for member in archive:
                name = Path(member.name).name
                if member.isfile() and name in FILES and member.size <= _LARGEST_FILE:
                    stream = archive.extractfile(member)
                    if stream:
                        with (stage / name).open("wb") as out:
                            shutil.copyfileobj(stream, out, 1 << 20)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ModelRefused(f"{source} is not a whole tar archive") from error
    layout = layout_of([path.name for path in stage.iterdir()])
    for path in stage.iterdir():
        if path.name not in layout.files:
            path.unlink()


def _recognised(root: Path, stage: Path, source: Path, name: str | None) -> Model:
    layout = layout_of([path.name for path in stage.iterdir()])
    if not (stage / layout.weights).is_file():
        raise ModelRefused(_no_model(source))
    digest = hashes(stage, [layout.weights])[layout.weights]
    if digest == rehearsal_voices().weights:
        raise ModelRefused("the rehearsal voices are no speech model")
    name = name or next((m.id for m in _listable(root) if m.weights == digest), None)
    if name is None:
        raise ModelRefused("this model is not in the catalogue: say under which name it shall be kept")
    _place(stage, name)
    files = tuple(ModelFile(path, None, None) for path in layout.files if (stage / path).is_file())
    return declared(name, root) or Model(name, "speech", name, "", "", "", files)
