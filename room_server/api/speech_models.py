"""The speech models of the server: what is there, what is to be had, which one writes."""

import asyncio
from typing import Annotated, Any, Literal

import msgspec
import psutil
from aiohttp import web
from sqlmodel import Session

from transcription.catalogue import CatalogueBroken, Model, catalogue
from transcription.models import ModelRefused, list_models

from ..engine.seam import WorkerGone
from ..rules.permissions import Act
from ..settings import available_cores
from ..speech.choice import fixed
from ..speech.shelf import Refused, Shelf
from ..store.organisation_log import note
from ..store.organisation_tables import ROOT
from .refusals import ApiError
from .routes import Auth, Call, Handler, Route

SHELF = web.AppKey("shelf", Shelf)
_LIVE_CORES = 0.6
"""With more of a core for one voice, sentences come too late to be read along."""

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Source = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class ModelView(msgspec.Struct, frozen=True, kw_only=True):
    """One model. `state`: ready, absent, incomplete or bad-hash; `reason` says why it is not ready.

    `cores_per_voice`: the part of a core that one voice keeps busy; null: not measured.
    """

    id: str
    title: str
    licence: str
    bytes: int | None
    engine: str
    state: str
    reason: str
    active: bool
    recommended: bool
    listed: bool
    cores_per_voice: float | None


class EngineView(msgspec.Struct, frozen=True):
    """What the scribe says of itself now."""

    engine: str
    state: str
    model: str
    reason: str


class JobView(msgspec.Struct, frozen=True):
    """What is being brought here, or was last. `state`: running, done, failed, stopped; sizes in bytes."""

    action: Literal["fetch", "import"]
    model: str
    state: str
    done: int
    total: int
    reason: str


class MachineView(msgspec.Struct, frozen=True):
    """What a model would have here; sizes in MiB."""

    cores: int
    memory_mib: int
    disk_mib: int


class ModelShelf(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `fixed`: the setting that leaves no choice; `sources`: the folder to import from."""

    models: list[ModelView]
    engine: EngineView
    fixed: str
    machine: MachineView
    job: JobView | None
    hub: str
    sources: str
    importable: list[str]
    trouble: str


class FetchModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model of the list."""

    model: Name


class ImportModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What lies in the import folder; `name`: what a model that no list knows shall be called."""

    source: Source
    name: Name | Literal[""] = ""


async def read_shelf(call: Call) -> ModelShelf:
    """What there is, what writes, and what is being fetched."""
    return await _shelf(call)


async def fetch(call: Call, wish: FetchModel) -> ModelShelf:
    """Begin to download a model; what had come of it before is kept and gone on with."""
    if wish.model not in {model.id for model in await _listed(call)}:
        raise ApiError("no_such_model")
    return await _begun(call, lambda: _of(call).fetch(wish.model), "model_fetched", wish.model)


async def import_model(call: Call, wish: ImportModel) -> ModelShelf:
    """Begin to take in a model from the server's import folder."""
    subject = f"{wish.source} ({wish.name})" if wish.name else wish.source
    return await _begun(call, lambda: _of(call).import_(wish.source, wish.name), "model_imported", subject)


async def stop(call: Call) -> ModelShelf:
    """Stop what is being fetched; it goes on from there when it is asked for again."""
    await _of(call).stop()
    return await _shelf(call)


async def choose(call: Call) -> ModelShelf:
    """Write with this model from now on."""
    name, before = await _known(call), _of(call).active
    try:
        await _of(call).choose(name)
    except Refused as refused:
        raise ApiError(refused.word) from refused
    await _note(call, "model_chosen", before=before, after=name)
    return await _shelf(call)


async def try_out(call: Call) -> EngineView:
    """Load a model beside the one that writes, and say what came of it; this takes seconds."""
    try:
        return _engine(await _of(call).try_out(await _known(call)))
    except Refused as refused:
        raise ApiError(refused.word) from refused
    except WorkerGone as gone:
        raise ApiError("scribe_down") from gone


def _of(call: Call) -> Shelf:
    return call.request.app[SHELF]


async def _known(call: Call) -> str:
    name = call.part("model")
    there = await asyncio.to_thread(lambda: {p.name for p in _of(call).root.glob("*") if p.is_dir()})
    if name not in there | {model.id for model in await _listed(call)} or name.startswith("."):
        raise ApiError("no_such_model")
    return name


async def _listed(call: Call) -> tuple[Model, ...]:
    try:
        return await asyncio.to_thread(catalogue, _of(call).root)
    except CatalogueBroken:
        return catalogue()


async def _begun(call: Call, begin: Any, act: str, subject: str) -> ModelShelf:
    try:
        begin()
    except Refused as refused:
        raise ApiError(refused.word) from refused
    await _note(call, act, subject=subject)
    return await _shelf(call)


async def _note(call: Call, act: str, **body: str) -> None:
    def write(session: Session) -> None:
        note(session, act, at=call.parts.now(), by=call.account.id, organisation=ROOT, **body)

    await call.parts.database.write(write)


async def _shelf(call: Call) -> ModelShelf:
    shelf = _of(call)
    trouble, rows = "", []
    try:
        # What is new is hashed first, which takes a moment.
        rows = await asyncio.to_thread(list_models, shelf.root)
    except ModelRefused as refused:
        trouble = str(refused)
    listed = {model.id: model for model in await _listed(call)}
    machine = await asyncio.to_thread(_machine, shelf)
    best = recommended(tuple(listed.values()), machine)
    job = shelf.job
    return ModelShelf(
        models=[_view(row, listed.get(row["id"]), shelf.active, best) for row in rows],
        engine=_engine(await shelf.stated()),
        fixed=fixed(call.parts.settings),
        machine=machine,
        job=JobView(job.action, job.model, job.state, job.done, job.total, job.reason) if job else None,
        hub=call.parts.settings.hub,
        sources=str(shelf.sources.resolve()),
        importable=await asyncio.to_thread(shelf.importable),
        trouble=trouble,
    )


def _view(row: dict[str, Any], model: Model | None, active: str, best: str) -> ModelView:
    return ModelView(
        id=row["id"],
        title=row["title"],
        licence=row["licence"],
        bytes=row["bytes"],
        engine=row["engine"],
        state=row["state"],
        reason=row["reason"],
        active=row["id"] == active,
        recommended=row["id"] == best,
        listed=model is not None,
        cores_per_voice=model.cores_per_voice if model else None,
    )


def _engine(told: dict[str, str]) -> EngineView:
    return EngineView(
        told.get("engine", ""), told.get("state", ""), told.get("model", ""), told.get("reason", "")
    )


def _machine(shelf: Shelf) -> MachineView:
    place = next(p for p in (shelf.root, *shelf.root.resolve().parents) if p.is_dir())
    disk = psutil.disk_usage(str(place)).free
    return MachineView(available_cores(), psutil.virtual_memory().total >> 20, disk >> 20)


def recommended(models: tuple[Model, ...], machine: MachineView) -> str:
    """The largest measured model that leaves the hearing its cores and the machine half its memory."""
    most = min(_LIVE_CORES, machine.cores / 3)
    fitting = [
        model
        for model in models
        if model.cores_per_voice is not None
        and model.cores_per_voice <= most
        and model.bytes <= machine.memory_mib << 19
    ]
    return max(fitting, key=lambda model: model.bytes).id if fitting else ""


def _route(method: str, rest: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method, f"/api/models{rest}", handler, Auth.STAFF, summary, act=Act.EDIT_MODELS, **more)


ROUTES = (
    _route("GET", "", read_shelf, "The speech models: there, to be had, in use", gives=ModelShelf),
    _route(
        "POST",
        "/fetch",
        fetch,
        "Begin to download a model",
        takes=FetchModel,
        gives=ModelShelf,
        refusals=("no_such_model", "model_busy"),
    ),
    _route(
        "POST",
        "/import",
        import_model,
        "Begin to take in a model from the server's import folder",
        takes=ImportModel,
        gives=ModelShelf,
        refusals=("no_such_source", "model_busy"),
    ),
    _route("POST", "/stop", stop, "Stop what is being fetched", gives=ModelShelf),
    _route(
        "POST",
        "/{model}/choose",
        choose,
        "Write with this model from now on",
        gives=ModelShelf,
        refusals=("no_such_model", "model_not_ready", "model_fixed", "in_session"),
    ),
    _route(
        "POST",
        "/{model}/test",
        try_out,
        "Load a model beside the one that writes, and say what came of it",
        gives=EngineView,
        refusals=("no_such_model", "model_busy", "in_session", "scribe_down"),
    ),
)
