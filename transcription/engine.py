"""Which recogniser writes, and in which state it is: local model, remote server, or honestly none."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .pcm import RATE
from .scribe import Recogniser
from .weights import Standing, State, examine, rehearsal_voices


@dataclass(frozen=True, slots=True)
class Engine:
    """A recogniser, if there is one, and what to say about it in the record."""

    name: str
    standing: Standing
    recogniser: Recogniser | None = None


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
    name = str(need.get("engine") or "faster-whisper")
    if name != "faster-whisper":
        return Engine(name, Standing(State.ABSENT, "", reason=f"there is no engine called {name}"))
    if not need.get("model"):
        return Engine(name, Standing(State.ABSENT, "", reason="no speech model is installed"))
    return _local(name, Path(need["model"]), bool(need.get("rehearsal")), int(need.get("threads") or 1))


def _local(name: str, directory: Path, rehearsal: bool, threads: int) -> Engine:
    standing = examine(directory, rehearsal_voices() if rehearsal else None)
    if standing.state is not State.READY:
        return Engine(name, standing)
    weights = next(f.sha256 for f in rehearsal_voices().files if f.path == "model.bin")
    if standing.sha256 == weights and not rehearsal:
        reason = "the rehearsal voices are no speech model"
        return Engine(name, Standing(State.ABSENT, standing.model, reason=reason))
    from .whisper import MANDARIN, Whisper

    try:
        recogniser = Whisper(directory, threads, prompt="" if rehearsal else MANDARIN)
        # The first utterance of a hearing shall not wait for what is loaded lazily.
        recogniser.recognise(np.zeros(RATE, np.float32), "zh", ())
    except (RuntimeError, ValueError, OSError) as error:
        return Engine(
            name, Standing(State.INCOMPLETE, standing.model, standing.sha256, reason=str(error)[:200])
        )
    return Engine(name, standing, recogniser)


def _remote(need: dict[str, Any]) -> Engine:
    from .openai_client import OpenAiClient

    try:
        client = OpenAiClient(
            str(need["remote"]),
            str(need.get("remote_model") or "whisper-1"),
            str(need.get("remote_key") or ""),
        )
    except ValueError as error:
        return Engine("openai-style", Standing(State.ABSENT, "", reason=str(error)))
    if not client.reachable():
        return Engine(
            client.engine, Standing(State.ABSENT, client.host, reason="the server does not answer"), client
        )
    return Engine(client.engine, Standing(State.READY, client.host), client)
