"""Who was asked to connect anew goes on until the successor brings all that is still brought."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from media.succession import WITHIN, Successions
from tests.support.layers import layered


@dataclass(eq=False)
class Publisher:
    """A publishing connection, as far as successions look at one."""

    sources: list[Any] = field(default_factory=lambda: [layered("q")])
    renewing: bool = False
    state: str = "up"
    born: float = 100.0

    def watch(self, now: float) -> None:
        """Silent already, or not."""


@pytest.fixture
def gone() -> list[Any]:
    """Who was dismissed, in order."""
    return []


@pytest.fixture
def successions(gone: list[Any]) -> Any:
    return Successions(gone.append)


@pytest.mark.parametrize("older", [Publisher(), Publisher(renewing=True, state="lost")])
def test_who_was_not_asked_or_does_not_flow_goes_at_once(
    successions: Any, gone: list[Any], older: Publisher
) -> None:
    successions.begin(Publisher(), older)
    assert gone == [older]


def test_who_was_asked_goes_when_all_that_still_comes_of_them_has_a_successor(
    successions: Any, gone: list[Any]
) -> None:
    voice, picture = layered("q"), layered("q")
    older, newer = Publisher([voice, picture], renewing=True), Publisher()
    successions.begin(newer, older)
    live: dict[str, object] = {picture.track.id: picture}
    successions.flows(newer, live)
    assert gone == []
    live[picture.track.id] = newer.sources[0]
    successions.flows(newer, live)
    successions.flows(newer, live)
    assert gone == [older]


def test_who_takes_too_long_or_is_gone_is_waited_for_no_more(successions: Any, gone: list[Any]) -> None:
    slow, silent, ended = (Publisher(renewing=True) for _ in range(3))
    after = [Publisher() for _ in range(3)]
    for newer, older in zip(after, (slow, silent, ended), strict=True):
        successions.begin(newer, older)
    silent.state = "lost"
    successions.watch(100.0 + WITHIN)
    assert gone == [silent]
    successions.end(after[2])
    successions.watch(100.1 + WITHIN)
    assert gone == [silent, ended, slow]
