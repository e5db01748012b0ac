"""`heting models`: list, verify, fetch and import speech models, with progress."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from transcription import models as shelf
from transcription.catalogue import default_model
from transcription.weights import Standing, State, examine

from ..settings import Settings
from ..speech.choice import chosen


def main(settings: Settings, action: str, target: str | None, as_json: bool, name: str | None = None) -> int:
    """Do one action; the exit status."""
    try:
        found = _ACTIONS[action](settings, target, name)
    except shelf.ModelRefused as error:
        if as_json:
            print(json.dumps({"ok": False, "error": str(error)}, ensure_ascii=False))
        else:
            print(f"heting: {error}", file=sys.stderr)
        return 1
    good = all(model["state"] == State.READY.value for model in found) or action == "list"
    if as_json:
        print(json.dumps({"ok": good, "models": found}, ensure_ascii=False))
    else:
        for model in found:
            print(_line(model))
    return 0 if good else 1


def fetch_if_reachable(settings: Settings) -> None:
    """At a first start: fetch the default model when none is there and a hub or mirror answers within 3 s."""
    named = settings.speech_model or chosen(settings)
    name = named or default_model()
    wanted = settings.models == "fetch" and not settings.rehearsal and not settings.speech_url
    if not wanted or "/" in name or examine(settings.model_folder / name).state is State.READY:
        return
    if not named and shelf.installed(settings.model_folder):
        return
    if not shelf.reachable(3.0, settings.hub):
        return
    print(f"Fetching the speech model {name} from {settings.hub} (HETING_MODELS=skip declines)")
    try:
        shelf.fetch(settings.model_folder, name, _bar, settings.hub)
    except shelf.ModelRefused as error:
        print(f"\nheting: {error}; going on without", file=sys.stderr)


def _list(settings: Settings, _: str | None = None, __: str | None = None) -> list[dict[str, Any]]:
    return shelf.list_models(settings.model_folder)


def _verify(settings: Settings, target: str | None, _: str | None) -> list[dict[str, Any]]:
    names = [target] if target else [m["id"] for m in _list(settings) if m["state"] != "absent"]
    return [_plain(shelf.verify(settings.model_folder, name)) for name in names]


def _fetch(settings: Settings, target: str | None, _: str | None) -> list[dict[str, Any]]:
    name = target or default_model()
    return [_plain(shelf.fetch(settings.model_folder, name, _bar, settings.hub))]


def _import(settings: Settings, target: str | None, name: str | None) -> list[dict[str, Any]]:
    if not target:
        raise shelf.ModelRefused("say which directory or tar file: heting models import PATH")
    return [_plain(shelf.import_(settings.model_folder, Path(target), name))]


_Action = Callable[[Settings, str | None, str | None], list[dict[str, Any]]]
_ACTIONS: dict[str, _Action] = {"list": _list, "verify": _verify, "fetch": _fetch, "import": _import}


def _plain(standing: Standing) -> dict[str, Any]:
    return {**asdict(standing), "id": standing.model, "state": standing.state.value}


def _line(model: dict[str, Any]) -> str:
    mark = " (default)" if model.get("default") else ""
    size = f"  {model['bytes'] / 1e6:.0f} MB" if model.get("bytes") else ""
    reason = f"  {model['reason']}" if model.get("reason") else ""
    return f"{model['state']:<11} {model['id']}{mark}{size}  {model['licence']}{reason}"


def _bar(file: str, done: int, total: int) -> None:
    share = done / total if total else 0.0
    if not sys.stderr.isatty():
        _plain_progress(file, done, total)
        return
    filled = int(share * 30)
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {share:4.0%} {done / 1e6:.0f} MB  {file:<26}")
    if total and done >= total:
        sys.stderr.write("\n")
    sys.stderr.flush()


def _plain_progress(file: str, done: int, total: int) -> None:
    """For a log: a line for each tenth, whatever size the pieces have that it came in."""
    tenth = 10 * done // total if total else 0
    if tenth != _told.get(file):
        _told[file] = tenth
        sys.stderr.write(f"{10 * tenth:3d} %  {done / 1e6:.1f} of {total / 1e6:.1f} MB  {file}\n")
        sys.stderr.flush()


_told: dict[str, int] = {}
