"""Which data plane carries the packets here: the C plane where it was built, else the Python plane."""

import logging
from typing import Literal

from .port import Port

logger = logging.getLogger(__name__)

Choice = Literal["auto", "c", "python"]


def open_port(choice: str, bind: str, number: int) -> Port:
    """The port of a worker on the chosen plane; `auto`: the fastest there is. RuntimeError: there is no such.

    OSError: the port is taken or the address not ours.
    """
    if choice == "python":
        return Port(bind, number)
    usable, detail = state()
    if usable:
        from .native import port as native

        return native.Port(bind, number)
    if choice == "c":
        raise RuntimeError(f"the C plane cannot be used: {detail}")
    logger.info("media is forwarded by Python: the C plane is %s", detail)
    return Port(bind, number)


def state() -> tuple[bool, str]:
    """Whether the C plane can be used here, and what was loaded or why it cannot."""
    from .native.library import state as native

    return native()
