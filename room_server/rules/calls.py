"""Calls to chambers: rung, accepted, declined, taken back, missed, over. Pure; time comes as an argument."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from .presence import Standing
from .refusal import Refused

RING_MS = 45_000
"""How long it rings; whoever comes too late is told that the call was missed."""


class State(StrEnum):
    """Where a call stands."""

    RINGING = "ringing"
    ACCEPTED = "accepted"
    """Both are in one room, or on their way there."""
    DECLINED = "declined"
    CANCELLED = "cancelled"
    """Taken back by the caller."""
    MISSED = "missed"
    OVER = "over"


UNSETTLED = frozenset({State.RINGING, State.ACCEPTED})


class Act(StrEnum):
    """What somebody may do to a call."""

    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    END = "end"


class Phoned(msgspec.Struct, frozen=True, kw_only=True):
    """A call: `caller` is a chamber, or empty where a member of the staff (`account`) calls to a hearing."""

    id: str
    caller: str
    callee: str
    account: str = ""
    hearing: str = ""
    state: State = State.RINGING
    asked_at: int = 0

    def ends(self, chamber: str) -> bool:
        """Whether a chamber is one of its two ends."""
        return chamber != "" and chamber in (self.caller, self.callee)


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to call a chamber."""

    caller: str = ""
    account: str = ""
    callee: str
    hearing: str = ""


class Found(msgspec.Struct, frozen=True):
    """What a ring came upon: a call that is to be made (None), is made already, or is answered by it."""

    call: Phoned | None = None
    accepts: bool = False
    """The other one was ringing too: both want the same."""


def is_over(call: Phoned, now: int) -> bool:
    """Whether a call rings no longer though nobody has answered."""
    # A clock that was set back must not ring for hours.
    return call.state is State.RINGING and not call.asked_at - RING_MS < now < call.asked_at + RING_MS


def unsettled(calls: Sequence[Phoned], now: int) -> list[Phoned]:
    """The calls that still ring, or connect two chambers."""
    return [call for call in calls if call.state in UNSETTLED and not is_over(call, now)]


def in_call(calls: Sequence[Phoned], chamber: str, now: int) -> bool:
    """Whether a chamber rings, is rung or is connected."""
    return any(call.ends(chamber) for call in unsettled(calls, now))


def ring(calls: Sequence[Phoned], wish: Ring, standing: Standing, now: int) -> Found:
    """What becomes of a wish to call; `standing`: of the called chamber. Raises `Refused`.

    The same wish again finds the call that rings; two chambers that ring each other are connected.
    """
    if wish.caller == wish.callee:
        raise Refused("own_chamber")
    current = unsettled(calls, now)
    for call in current:
        same = (call.caller, call.account, call.callee) == (wish.caller, wish.account, wish.callee)
        if same and (call.hearing == wish.hearing or call.state is State.ACCEPTED):
            return Found(call)
        if wish.caller and (call.caller, call.callee) == (wish.callee, wish.caller):
            return Found(call, accepts=call.state is State.RINGING)
    if wish.caller and any(call.ends(wish.caller) for call in current):
        raise Refused("in_call")
    if standing in (Standing.UNPAIRED, Standing.OFFLINE):
        raise Refused("chamber_offline")
    if standing is Standing.BUSY or any(call.ends(wish.callee) for call in current):
        raise Refused("chamber_busy")
    return Found()


def answer(call: Phoned, act: Act, chamber: str, account: str, now: int) -> State:
    """The state of a call after somebody did something to it, the same as before if it had no effect.

    `chamber` or `account` does it. Raises `Refused`.
    """
    caller = call.caller == chamber if chamber else call.caller == "" and call.account == account
    callee = chamber != "" and call.callee == chamber
    if not (caller or callee):
        raise Refused("not_allowed")
    if is_over(call, now):
        raise Refused("call_missed")
    if act is Act.END:
        return State.OVER if call.state is State.ACCEPTED else _still(call, State.OVER)
    if (act is Act.CANCEL) != caller or (act is not Act.CANCEL and not callee):
        raise Refused("not_allowed")
    wanted = {Act.ACCEPT: State.ACCEPTED, Act.DECLINE: State.DECLINED, Act.CANCEL: State.CANCELLED}[act]
    return wanted if call.state is State.RINGING else _still(call, wanted)


def _still(call: Phoned, wanted: State) -> State:
    """A call that is as it was wanted stays so; one that has become something else refuses."""
    if call.state is not wanted:
        raise Refused("call_settled")
    return call.state
