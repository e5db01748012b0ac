"""Tests of lines before entering: for some seconds a device sends to itself through a media worker.

A probe has a room of its own on the worker that would get the next sitting. It belongs to nobody's hearing,
is never recorded, and ends by itself; all that is kept of it is what the device reports afterwards.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from ..engine.seam import WorkerError, WorkerGone
from .placement import Placement

WAYS = ("direct", "udp", "tcp", "tls")
LASTS_S = 25.0
AT_ONCE = 8
"""Each costs about as much as a person in a hearing; whoever comes ninth waits some seconds."""
OFFERS = 2 * len(WAYS)


class ProbeRefused(Exception):
    """`word` is one of the API's; `wait_s` tells when to ask again, `reason` what is wrong with an offer."""

    def __init__(self, word: str, wait_s: float = 0.0, reason: str = "") -> None:
        super().__init__(word)
        self.word, self.wait_s, self.reason = word, wait_s, reason


@dataclass(slots=True)
class Probe:
    """One test that may be going on."""

    id: str
    who: str
    worker: str
    ends: float
    offers: int = 0


class Probes:
    """All tests that are going on; at most one per person."""

    def __init__(self, placement: Placement, clock: Callable[[], float]) -> None:
        self._placement, self._clock = placement, clock
        self._going: dict[str, Probe] = {}

    async def open(self, who: str) -> str:
        """Begin a test for a participant, in place of one they have; its id. Raises `ProbeRefused`."""
        await self._end_of(who)
        now = self._clock()
        self._going = {probe.id: probe for probe in self._going.values() if probe.ends > now}
        if len(self._going) >= AT_ONCE:
            raise ProbeRefused("too_many", min(probe.ends for probe in self._going.values()) - now)
        try:
            probe = Probe(f"probe-{secrets.token_hex(8)}", who, self._placement.freest(), now + LASTS_S)
        except WorkerGone:
            raise ProbeRefused("media_down") from None
        self._going[probe.id] = probe
        try:
            await self._ask(probe, "open_probe", list(WAYS), LASTS_S)
        except ProbeRefused:
            self._going.pop(probe.id, None)
            raise
        return probe.id

    async def offer(self, who: str, probe: str, way: str, plane: str, sdp: str) -> str:
        """Connect one way of a test; the answer's SDP. Raises `ProbeRefused`."""
        found = self._found(who, probe)
        found.offers += 1
        if found.offers > OFFERS:
            raise ProbeRefused("too_many", LASTS_S)
        participant = "out" if plane == "publish" else way
        answer: dict[str, str] = await self._ask(found, plane, participant, way, sdp)
        return answer["sdp"]

    async def close(self, who: str, probe: str) -> None:
        """End a test before its time."""
        await self._end(self._found(who, probe))

    def _found(self, who: str, probe: str) -> Probe:
        found = self._going.get(probe)
        if found is None or found.who != who or found.ends <= self._clock():
            raise ProbeRefused("no_such_probe")
        return found

    async def _end_of(self, who: str) -> None:
        for probe in [probe for probe in self._going.values() if probe.who == who]:
            await self._end(probe)

    async def _end(self, probe: Probe) -> None:
        self._going.pop(probe.id, None)
        try:
            await self._ask(probe, "close_room")
        except ProbeRefused:
            # A worker that is gone has taken the test along.
            return

    async def _ask(self, probe: Probe, method: str, *args: object) -> dict[str, str]:
        try:
            answer: dict[str, str] = await self._placement.call_worker(
                probe.worker, method, probe.id, *args, wait=5.0
            )
        except WorkerGone:
            raise ProbeRefused("media_down") from None
        except WorkerError as error:
            word = {"ValueError": "bad_sdp", "UnknownRoom": "no_such_probe"}.get(error.kind, "internal")
            raise ProbeRefused(word, reason=str(error)) from None
        return answer
