"""Coming in by an entry code: twelve figures that were read out or printed become the ticket.

Guessing. Eleven figures are free, so there are 10^11 codes. One address (a household) may give `MOST_WRONG`
wrong ones in `WITHIN_S`, all addresses together `MOST_WRONG_OF_ALL`; what the last figure shows to be a slip
is refused before it is looked up and counts as none. Guessed at without pause from enough addresses that is
60 in 600 s, 8640 a day. With 1000 good links at a time a day's guessing finds any one of them with the chance
8640 * 1000 / 10^11 = 0.0000864: once in some 32 years. One address alone gets 1440 a day: once in 190 years.
Whoever found one would stand before the door: somebody of the staff still looks at them before they enter.

The bound of all holds for right codes too, or it would be none; links and QR codes go on working meanwhile.
"""

import logging
import math
from typing import Annotated

import msgspec
from aiohttp import web

from ..rules.entry_codes import MAX_TYPED, Mistyped, read_typed
from .limiting import CLIENT, household
from .links import Entrance
from .refusals import ApiError
from .routes import PARTS, Auth, Call, Route
from .throttle import Throttle

logger = logging.getLogger(__name__)

WITHIN_S = 600.0
MOST_WRONG = 10
MOST_WRONG_OF_ALL = 60
_ALL = "all"


class EntryCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code as it was typed: spaces, dashes and full-width figures do not matter."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TYPED)]


class CodeGate:
    """Holds back guessing: by the address it comes from, and altogether."""

    def __init__(self, app: web.Application) -> None:
        clock = app[PARTS].clock
        self._by_address = Throttle(MOST_WRONG, WITHIN_S, clock)
        self._of_all = Throttle(MOST_WRONG_OF_ALL, WITHIN_S, clock)

    def enter(self, address: str) -> None:
        """Count an attempt before it is looked up, so that many at once are counted too."""
        wait = max(self._by_address.wait(address), self._of_all.wait(_ALL))
        if wait > 0:
            seconds = str(math.ceil(wait))
            raise ApiError("too_many", seconds, {"Retry-After": seconds})
        self._by_address.count(address)
        self._of_all.count(_ALL)

    def passed(self, address: str) -> None:
        """It was a right code and no guess; the wrong ones before it still count."""
        self._by_address.take_back(address)
        self._of_all.take_back(_ALL)

    def wrong(self, address: str) -> None:
        """It stays counted; the log says so when it was the last that was free."""
        if self._by_address.wait(address) > 0:
            logger.warning("%s gave %d wrong entry codes: refused for a while", address, MOST_WRONG)
        if self._of_all.wait(_ALL) > 0:
            logger.warning("%d wrong entry codes: none is taken for a while", MOST_WRONG_OF_ALL)


CODES = web.AppKey("entry_codes", CodeGate)


async def redeem_code(call: Call, wish: EntryCode) -> Entrance:
    """The ticket that a code stands for."""
    try:
        code = read_typed(wish.code)
    except Mistyped as error:
        raise ApiError("code_mistyped") from error
    gate, address = call.request.app[CODES], household(call.request[CLIENT])
    gate.enter(address)
    ticket = await call.parts.tickets.redeem(code)
    if ticket is None:
        gate.wrong(address)
        raise ApiError("code_unknown")
    gate.passed(address)
    return Entrance(ticket)


ROUTES = (
    Route(
        "POST",
        "/api/tickets",
        redeem_code,
        Auth.OPEN,
        "The ticket that an entry code stands for",
        takes=EntryCode,
        gives=Entrance,
        refusals=("code_mistyped", "code_unknown", "too_many"),
    ),
)
