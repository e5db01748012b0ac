"""What a sitting needs of the house: where its facts are kept and who carries its media."""

from collections.abc import Sequence
from typing import Any, Protocol

from ..rules import events as e
from .audience import Entry


class Journal(Protocol):
    """Where facts are kept before anybody is told."""

    async def append(
        self, sitting: str, facts: Sequence[tuple[str, int, int | None, e.Event]]
    ) -> Sequence[Entry]:
        """Store facts `(actor, at, media_time, event)` durably, in order."""


class Media(Protocol):
    """The media worker, as far as a sitting needs it."""

    async def call(self, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Ask the media worker; raises `WorkerGone` while there is none."""

    @property
    def epoch(self) -> int:
        """Changes whenever the worker was replaced."""
