"""Runs the examiner in a process of its own, a few at a time, and never longer than it may take."""

import asyncio
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

from .kinds import NotAccepted

logger = logging.getLogger(__name__)

PATIENCE_S = 150.0
AT_ONCE = 2
_ROOT = Path(__file__).parents[2]


class ExaminerFailed(Exception):
    """The examiner died or took too long: the file is to blame, or the machine."""


class Examiners:
    """As many examiners at once as leave the hearings their processors."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._free = asyncio.Semaphore(AT_ONCE)

    async def examine(self, path: Path, views: Path) -> dict[str, Any]:
        """What a file is: `format`, `kind`, `pages`, `active`, `seconds`; its first pages are drawn.

        Raises `NotAccepted` with the reason, or `ExaminerFailed`.
        """
        return await self._order({"do": "examine", "path": str(path), "views": str(views)})

    async def draw(self, path: Path, views: Path, first: int, count: int) -> None:
        """Draw more pages of a document; raises `ExaminerFailed`."""
        order = {"do": "draw", "path": str(path), "views": str(views), "first": first, "count": count}
        try:
            await self._order(order)
        except NotAccepted as refusal:
            raise ExaminerFailed(refusal.word) from refusal

    async def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        async with self._free:
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", f"{__package__}.examiner"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=_bare_environment(),
                start_new_session=True,
            )
            try:
                told, _ = await asyncio.wait_for(
                    child.communicate(json.dumps(order).encode()), self._patience_s
                )
            except TimeoutError:
                raise ExaminerFailed("too slow") from None
            finally:
                if child.returncode is None:
                    # With whatever it started, which would keep its pipes open.
                    os.killpg(child.pid, signal.SIGKILL)
                    await child.wait()
        return _answer(told, child.returncode)


def _answer(told: bytes, code: int | None) -> dict[str, Any]:
    try:
        answer = json.loads(told)
        if "refused" in answer:
            raise NotAccepted(str(answer["refused"]))
        facts: dict[str, Any] = answer["ok"]
        return facts
    except (ValueError, KeyError, TypeError) as error:
        logger.warning("an examiner ended with %s and no answer", code)
        raise ExaminerFailed(f"ended with {code}") from error


def _bare_environment() -> dict[str, str]:
    """Nothing of ours is for an examiner: no settings, no secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
