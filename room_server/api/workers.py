"""The media workers, for whoever operates this machine: who carries what, and who takes no new rooms."""

from typing import Literal

import msgspec

from .refusals import ApiError
from .routes import Auth, Call, Route
from .status import check_at_home


class MediaWorker(msgspec.Struct, frozen=True):
    """One media worker. `state`: up, drained, leaving, down; `busy`: the share of a core it uses."""

    name: str
    state: str
    epoch: int
    port: int
    rooms: int
    busy: float


class Crew(msgspec.Struct, frozen=True):
    """Every media worker."""

    workers: list[MediaWorker]


class Tend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """drain: no new rooms; replace: that, and a new worker once the last is over; resume: new rooms again."""

    wish: Literal["drain", "replace", "resume"]


async def read_crew(call: Call) -> Crew:
    """Every media worker and what it carries."""
    check_at_home(call)
    return _crew(call)


async def tend(call: Call, wish: Tend) -> Crew:
    """Take a media worker out of the sharing of new rooms, or back in."""
    # A page elsewhere cannot ask this through a browser here: JSON makes it ask for leave first, in vain.
    check_at_home(call)
    try:
        call.parts.live.tend(call.part("worker"), wish.wish)
    except LookupError as error:
        raise ApiError("not_found") from error
    return _crew(call)


def _crew(call: Call) -> Crew:
    return Crew(msgspec.convert(call.parts.live.crew(), list[MediaWorker]))


ROUTES = (
    Route(
        "GET",
        "/api/workers",
        read_crew,
        Auth.OPEN,
        "The media workers; from this machine",
        gives=Crew,
        refusals=("not_allowed",),
    ),
    Route(
        "POST",
        "/api/workers/{worker}",
        tend,
        Auth.OPEN,
        "Drain, replace or resume a media worker; from this machine",
        takes=Tend,
        gives=Crew,
        refusals=("not_allowed", "not_found"),
    ),
)
