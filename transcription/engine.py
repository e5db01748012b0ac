"""Which recogniser writes, and in which state it is: local model, remote server, or honestly none."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .catalogue import engine_of, rehearsal_voices
from .fallback import Fallback
from .layouts import SHERPA, WHISPER
from .pcm import RATE
from .scribe import Recogniser
from .weights import Standing, State, examine

_PATIENT_S = 30.0
_LATE_S = 10.0
"""How long an utterance may take a remote server when a local recogniser could do it."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A recogniser, if there is one, and what to say about it in the record."""

    name: str
    standing: Standing
    recogniser: Recogniser | None = None
    behind: "Engine | None" = None
    """Who writes while this one cannot."""


def describe(engine: Engine | None) -> dict[str, str]:
    """The engine as the record and the screen show it."""
    if engine is None:
        return {
            "engine": "",
            "state": State.ABSENT.value,
            "model": "",
            "sha256": "",
            "licence": "",
            "reason": "",
        }
    if engine.behind and isinstance(engine.recogniser, Fallback) and engine.recogniser.failing:
        return describe(engine.behind) | {"reason": engine.recogniser.reason}
    standing = engine.standing
    return {
        "engine": engine.name,
        "state": standing.state.value,
        "model": standing.model,
        "sha256": standing.sha256,
        "licence": standing.licence,
        "reason": standing.reason,
    }


def open_engine(need: dict[str, Any]) -> Engine:
    """Open what the worker's need describes; slow, call it in a thread."""
    if need.get("remote"):
        return _remote(need)
    name = str(need.get("engine") or "")
    if name and name not in _KNOWN:
        return Engine(name, Standing(State.ABSENT, "", reason=f"there is no engine called {name}"))
    if not need.get("model"):
        return Engine(
            name or WHISPER.engine, Standing(State.ABSENT, "", reason="no speech model is installed")
        )
    return _local_of(need)


def _local_of(need: dict[str, Any]) -> Engine:
    threads, hands = int(need.get("threads") or 1), int(need.get("hands") or 1)
    fitted = need.get("window") == "fitted"
    return _local(Path(need["model"]), bool(need.get("rehearsal")), threads, hands, fitted)


def _local(directory: Path, rehearsal: bool, threads: int, hands: int, fitted: bool) -> Engine:
    """The engine that the model in the directory is made for."""
    standing = examine(directory, rehearsal_voices() if rehearsal else None)
    name = engine_of(directory)
    if standing.state is not State.READY:
        return Engine(name, standing)
    if standing.sha256 == rehearsal_voices().weights and not rehearsal:
        reason = "the rehearsal voices are no speech model"
        return Engine(name, Standing(State.ABSENT, standing.model, reason=reason))
    if importlib.util.find_spec(_KNOWN[name]) is None:
        reason = f"{name} is not installed: pip install {name}"
        return Engine(name, replace(standing, state=State.ABSENT, reason=reason))
    try:
        recogniser = _OPENERS[name](directory, rehearsal, threads, hands, fitted)
        # The first utterance of a hearing shall not wait for what is loaded lazily.
        recogniser.recognise(np.zeros(RATE, np.float32), "zh", ())
    except (RuntimeError, ValueError, OSError) as error:
        return Engine(name, replace(standing, state=State.INCOMPLETE, reason=str(error)[:300]))
    return Engine(name, standing, recogniser)


def _whisper(directory: Path, rehearsal: bool, threads: int, hands: int, fitted: bool) -> Recogniser:
    from .whisper import MANDARIN, Whisper

    prompt = "" if rehearsal else MANDARIN
    return Whisper(directory, threads, prompt=prompt, hands=hands, fitted=fitted)


def _sherpa(directory: Path, rehearsal: bool, threads: int, hands: int, fitted: bool) -> Recogniser:
    from .sherpa import Sherpa, tried

    return Sherpa(tried(directory), threads, hands)


_KNOWN = {WHISPER.engine: "faster_whisper", SHERPA.engine: "sherpa_onnx"}
"""The engines by their names, with the library that each one needs."""
_OPENERS: dict[str, Callable[[Path, bool, int, int, bool], Recogniser]] = {
    WHISPER.engine: _whisper,
    SHERPA.engine: _sherpa,
}


def _remote(need: dict[str, Any]) -> Engine:
    from .openai_client import OpenAiClient

    local = _local_of(need) if need.get("model") else None
    second = local.recogniser if local else None
    try:
        client = OpenAiClient(
            str(need["remote"]),
            str(need.get("remote_model") or "whisper-1"),
            str(need.get("remote_key") or ""),
            _PATIENT_S if second is None else _LATE_S,
        )
    except ValueError as error:
        return Engine("openai-style", Standing(State.ABSENT, "", reason=str(error)))
    reason = "" if client.reachable() else "the server does not answer"
    ready = Standing(State.READY, client.host)
    if second is not None:
        return Engine(client.engine, ready, Fallback(client, second, reason), local)
    if reason:
        return Engine(client.engine, Standing(State.ABSENT, client.host, reason=reason), client)
    return Engine(client.engine, ready, client)
