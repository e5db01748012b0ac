"""A whole recording written down once more, in a process of its own that yields to everything else.

`python -m transcription.second_pass` takes one JSON object on its standard input (`folder`, `manifest`,
`need` of the engine, `language`, `hot_words`) and writes one JSON object per line: `engine`, then `utterance`
after `utterance`, `unreadable` for a file that could not be read to its end, and `done` or `failed`.
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .engine import describe, open_engine
from .offline import transcribe
from .scribe import Recogniser
from .wording.script import Script


def main() -> int:
    """Read what is wanted, write what was heard; the exit status."""
    _step_back()
    wanted = json.load(sys.stdin)
    engine = open_engine(wanted["need"])
    described = describe(engine)
    _tell(engine=described)
    if engine.recogniser is None:
        _tell(failed=described["reason"] or "no speech model")
        return 1
    for told in heard(wanted, engine.recogniser):
        _tell(**told)
    _tell(done=True)
    return 0


def heard(wanted: Mapping[str, Any], recogniser: Recogniser) -> Iterator[dict[str, Any]]:
    """What a recogniser makes of a recording, in the order of speech."""
    problems: list[str] = []
    utterances = transcribe(
        Path(wanted["folder"]),
        wanted["manifest"],
        recogniser,
        wanted.get("language") or "zh",
        wanted.get("hot_words") or (),
        problems.append,
        Script(wanted.get("script") or Script.AS_SPOKEN),
    )
    for one in utterances:
        yield {"utterance": {"participant": one.speaker, **one.plain()}}
    yield from ({"unreadable": problem} for problem in problems)


def _step_back() -> None:
    """Use only time that nobody else wants: a hearing that is held now goes first."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.nice(19)
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _tell(**told: Any) -> None:
    print(json.dumps(told, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
