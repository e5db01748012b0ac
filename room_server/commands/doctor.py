"""`heting doctor`: what works on this machine, what is missing, and the one-line cure."""

import importlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .. import disk
from ..law.own import faults
from ..settings import Settings, available_cores
from . import reach
from .finding import Finding


def main(settings: Settings, as_json: bool) -> int:
    """Print what was found; 1 when something is broken, else 0."""
    found = [finding for check in CHECKS for finding in check(settings)]
    if as_json:
        ok = all(finding.state != "broken" for finding in found)
        print(json.dumps({"ok": ok, "findings": [asdict(f) for f in found]}, ensure_ascii=False))
    else:
        for finding in found:
            print(_line(finding))
    return 1 if any(finding.state == "broken" for finding in found) else 0


def _line(finding: Finding) -> str:
    sign = {"ok": "ok     ", "missing": "MISSING", "broken": "BROKEN "}[finding.state]
    cure = f"\n        cure: {finding.cure}" if finding.cure else ""
    return f"{sign} {finding.part}: {finding.detail}{cure}"


def _python(_: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    yield Finding("python", "ok" if good else "broken", version, "" if good else "install Python 3.11")


def _data(settings: Settings) -> Iterator[Finding]:
    try:
        disk.prepare(settings.data)
    except disk.DiskError as error:
        yield Finding("data", "broken", str(error), "see the message")
        return
    free = shutil.disk_usage(settings.data).free
    hours = free / disk.LEAST_FREE
    yield Finding(
        "data", "ok", f"{settings.data.resolve()}: {free // 2**30} GiB free, about {hours:.0f} h of hearings"
    )


def _media(settings: Settings) -> Iterator[Finding]:
    try:
        importlib.import_module("media.aiortc_bridge")
    except ImportError as error:
        yield Finding("media", "broken", str(error), "make setup")
        return
    from media.planes import state

    usable, detail = state()
    if settings.media_plane == "python":
        yield Finding("media", "ok", "forwarded by Python, as HETING_MEDIA_PLANE says")
    elif usable:
        yield Finding("media", "ok", f"forwarded by the C plane ({detail})")
    else:
        word = "broken" if settings.media_plane == "c" else "ok"
        cure = "install gcc, then: python -m media.native.build   (about half the CPU for the same people)"
        yield Finding("media", word, f"forwarded by Python: the C plane is {detail}", cure)


def _workers(settings: Settings) -> Iterator[Finding]:
    count, cores = len(settings.worker_ports), available_cores()
    running = [name for name, _ in reach.workers(settings)]
    detail = f"{count} for {cores} cores; running now: {', '.join(running) or 'none'}"
    if count > cores:
        cure = f"set HETING_MEDIA_WORKERS to {max(1, cores - 1)}, or to 0: then there is one per core but one"
        yield Finding("media workers", "missing", f"{detail}: they get in each other's way", cure)
    elif count == 1:
        yield Finding("media workers", "ok", f"{detail}; if it dies, every sitting waits for its successor")
    else:
        yield Finding("media workers", "ok", f"{detail}; one that dies takes only its own sittings along")


def _speech(settings: Settings) -> Iterator[Finding]:
    from transcription.weights import State, examine

    from ..speech.choice import model_folder, standby

    folder = model_folder(settings)
    if folder is None:
        ready = standby(settings)
        behind = f"; {ready.name} writes while it fails" if ready else "; no local model behind it"
        yield Finding("speech", "ok", f"remote server {settings.speech_url}{behind}")
        return
    standing = examine(folder)
    if standing.state is State.READY:
        trouble = _unfit(folder)
        about = f"{standing.model} ({standing.licence or 'licence unknown'})"
        yield Finding(
            "speech", "broken" if trouble else "ok", trouble or about, _NO_SPEECH if trouble else ""
        )
    else:
        cure = f"heting models fetch {folder.name}   (or: heting models import DIR)"
        detail = f"{folder.name}: {standing.state.value}, {standing.reason}; recording only"
        yield Finding("speech", "missing", detail, cure)


def _voices(_: Settings) -> Iterator[Finding]:
    from transcription.voices.standing import CURE, examine
    from transcription.weights import State

    standing = examine()
    if standing.state is State.READY:
        yield Finding(
            "voices", "ok", f"told apart at a shared microphone: {standing.model} ({standing.licence})"
        )
    else:
        detail = f"not told apart at a shared microphone: {standing.reason}"
        yield Finding("voices", "missing", detail, CURE)


_NO_SPEECH = "until then hearings are recorded only"


def _unfit(folder: Path) -> str:
    """Why a whole model does not load: files can be what they should and still fit no engine."""
    from transcription.catalogue import engine_of
    from transcription.layouts import SHERPA
    from transcription.sherpa import Unfit, tried

    if engine_of(folder) != SHERPA.engine:
        return ""
    try:
        tried(folder)
    except Unfit as unfit:
        return f"{folder.name}: {unfit}"
    return ""


def _fonts(_: Settings) -> Iterator[Finding]:
    from signing.fonts import state

    fonts: dict[str, Any] = state()
    word = {"ready": "ok", "partial": "missing"}.get(fonts["state"], "broken")
    faces = ", ".join(sorted({name for name in fonts["faces"].values() if name}))
    rare = f"; rare names do not print: {''.join(fonts['rare_missing'])}" if fonts["rare_missing"] else ""
    yield Finding("fonts", word, f"{faces or 'no Chinese font'}{rare}", fonts["cure"])


def _seal(settings: Settings) -> Iterator[Finding]:
    from signing.keys import KeyProblem, open_key

    try:
        yield Finding("seal", "ok", f"key {open_key(settings.keys).fingerprint}")
    except KeyProblem as error:
        yield Finding("seal", "broken", str(error), "restore the key file from a backup")


def _law(settings: Settings) -> Iterator[Finding]:
    found = faults(settings.law)
    own = sorted(path.name for path in settings.law.rglob("*.toml")) if settings.law.is_dir() else []
    if found:
        cure = f"correct the file, or take it out of {settings.law}"
        yield Finding("law", "broken", "; ".join(found), cure)
    else:
        yield Finding("law", "ok", f"as shipped, and of your own: {', '.join(own) or 'nothing'}")


def _pages(_: Settings) -> Iterator[Finding]:
    page = Path(__file__).parents[2] / "web_client" / "dist" / "party.html"
    if page.exists():
        yield Finding("web client", "ok", "built")
    else:
        yield Finding("web client", "broken", "not built", "make run (needs Node.js 20 or newer)")


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _python,
    _data,
    _media,
    _workers,
    _speech,
    _voices,
    _fonts,
    _seal,
    _law,
    _pages,
    reach.ports,
    reach.nat,
    reach.ipv6,
    reach.relays,
)
