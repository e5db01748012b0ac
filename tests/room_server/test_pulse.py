"""The pulse: a loop that is held up is felt, and only the time since the last question counts."""

import asyncio
import time

import pytest

from room_server.sittings import pulse as module
from room_server.sittings.pulse import Pulse


async def test_a_loop_that_is_held_up_is_felt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY_S", 0.01)
    pulse = Pulse()
    assert pulse.worst() == 0.0
    pulse.start()
    await asyncio.sleep(0.02)
    time.sleep(0.3)  # noqa: ASYNC251  (the very thing that is to be felt)
    await asyncio.sleep(0.02)
    assert pulse.worst() > 0.25
    await pulse.stop()
    assert pulse.worst() < 0.25
    await Pulse().stop()
