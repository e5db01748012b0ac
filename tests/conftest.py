"""No test hangs: each of its phases has a limit, also when it is run a second time.

pytest-timeout has one timer for a test and all its reruns: a second try would have none.
"""

import faulthandler
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key

LIMIT_S = float(os.environ.get("HETING_TEST_LIMIT_S", "300"))
"""For the setup, the call and the teardown of a test, each."""
GRACE_S = 0.2 * LIMIT_S
"""Whoever cannot even be interrupted for so long ends its process; the stacks of its threads are printed."""


@contextmanager
def limited(item: pytest.Item, phase: str) -> Iterator[None]:
    """Fail where the test stands when the limit is over, naming it."""
    stderr = item.config.stash.get(fault_handler_stderr_fd_key, 2)

    def over(number: int, frame: FrameType | None) -> None:
        os.write(stderr, f"\n{item.nodeid}: {phase} took longer than {LIMIT_S:.0f} s\n".encode())
        faulthandler.dump_traceback(file=stderr)
        pytest.fail(f"{phase} took longer than {LIMIT_S:.0f} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
    faulthandler.dump_traceback_later(LIMIT_S + GRACE_S, exit=True, file=stderr)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Limit the setup."""
    with limited(item, "setup"):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Limit the call."""
    with limited(item, "call"):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Limit the teardown."""
    with limited(item, "teardown"):
        return (yield)
