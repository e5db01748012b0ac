"""A hearing over bad networks: loss, jitter, a thin line, outages, and an address that changes."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from recordings.verify import verify as verify_recording
from room_server.ledger import intervals
from room_server.record import notes_of
from tests.support.courthouse import Hearing, in_session
from tests.support.guest import Guest
from tests.support.impairer import GUESTS, SERVER, Network, NotPermitted
from tests.support.observations import frames_recorded, frames_sent, voice_missing
from tests.support.relay import Relay

pytestmark = pytest.mark.journey

LOSSES = (0.01, 0.05, 0.10)
BACK_WITHIN_S = 5.0
"""On a loaded machine; the figures are printed."""


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """The network between server and guests; where none can be made, the reason is printed."""
    try:
        async with Network() as network:
            yield network
    except NotPermitted as reason:
        pytest.skip(str(reason))


class Span:
    """What everybody sent and got during some seconds."""

    def __init__(self, session: Hearing) -> None:
        self.session = session
        self.began = self.ended = time.monotonic()
        self._before = {(g, o): g.seen(o.participant) for g, o in session.pairs()}

    async def last(self, seconds: float) -> "Span":
        """Let so much time go by; a moment later, what is under way has arrived."""
        await asyncio.sleep(seconds)
        self.ended = time.monotonic()
        self._after = {(g, o): g.seen(o.participant) for g, o in self.session.pairs()}
        await asyncio.sleep(0.5)
        return self

    def seen(self, listener: Guest, speaker: Guest) -> float:
        """The share of a speaker's video frames that came."""
        came = self._after[listener, speaker] - self._before[listener, speaker]
        return came / frames_sent(speaker, self.began, self.ended)

    def unheard(self, listener: Guest, speaker: Guest) -> float:
        """The share of a speaker's voice packets that never came."""
        return voice_missing(speaker, listener, self.began, self.ended)[0]

    def recorded(self, speaker: Guest, zero_ms: int) -> float:
        """The share of a speaker's video frames that lie in the recording."""
        kept = frames_recorded(self.session, speaker.participant, self.began, self.ended, zero_ms)
        return kept / frames_sent(speaker, self.began, self.ended)


def told(name: str, values: dict[Any, float]) -> None:
    """Print measured shares."""
    print(f"{name}: {[round(value, 3) for value in values.values()]}")


async def test_loss_jitter_and_a_thin_line_harm_nobody_more_than_they_must(
    tmp_path: Path, network: Network
) -> None:
    async with in_session(tmp_path, network=network) as (_, session):
        await network.turn(delay=60, jitter=50)
        await asyncio.sleep(2)
        shaky = await Span(session).last(8)
        await network.calm()
        loss = dict(zip(session.guests, LOSSES, strict=True))
        for address, share in zip(GUESTS, LOSSES, strict=True):
            await network.turn(address, loss=share)
        await asyncio.sleep(2)
        lossy = await Span(session).last(15)
        await network.calm()
        await network.turn(GUESTS[2], way="down", rate=300)
        await asyncio.sleep(6)
        thin = await Span(session).last(10)
        await network.calm()
        await asyncio.sleep(2)
        zero = next(e for e in await session.journal() if e["type"] == "Opened")["at"]
        await session.close()
        pairs = session.pairs()
        poor = session.respondent
        told("loss 1, 5, 10 %, frames seen", {(g, o): lossy.seen(g, o) for g, o in pairs})
        told("loss 1, 5, 10 %, voice lost", {(g, o): lossy.unheard(g, o) for g, o in pairs})
        told("loss 1, 5, 10 %, frames recorded", {g: lossy.recorded(g, zero) for g in session.guests})
        told("50 ms jitter, frames seen", {(g, o): shaky.seen(g, o) for g, o in pairs})
        told("300 kbit/s to one, frames seen", {(g, o): thin.seen(g, o) for g, o in pairs})
        told("300 kbit/s to one, voice lost", {(g, o): thin.unheard(g, o) for g, o in pairs})
        for guest, other in pairs:
            assert guest is poor or lossy.seen(guest, other) >= 0.9
            assert lossy.unheard(guest, other) <= loss[guest] + loss[other] + 0.03
            assert shaky.seen(guest, other) >= 0.95
            assert shaky.unheard(guest, other) <= 0.01
            assert guest is poor or thin.seen(guest, other) >= 0.95
            assert thin.unheard(guest, other) <= (0.15 if guest is poor else 0.01)
        for guest in session.guests:
            assert lossy.recorded(guest, zero) >= 0.99
            assert thin.recorded(guest, zero) >= 0.99


async def test_after_outages_the_same_person_is_back_at_the_same_place(
    tmp_path: Path, network: Network
) -> None:
    took: dict[int, float] = {}
    async with in_session(tmp_path, network=network) as (_, session):
        _, applicant, respondent = session.guests
        outages: dict[Guest, tuple[int, ...]] = {applicant: (45,), respondent: (4, 12, 25)}
        away: set[Guest] = set()

        async def suffer(guest: Guest, *outages: int) -> None:
            address = GUESTS[session.guests.index(guest)]
            for seconds in outages:
                await asyncio.sleep(3)
                await network.turn(address, up=False)
                away.add(guest)
                await asyncio.sleep(seconds)
                await network.turn(address, up=True)
                took[seconds] = round(await session.back(guest, away - {guest}), 2)
                away.remove(guest)

        before = [guest.participant for guest in session.guests]
        await asyncio.gather(*(suffer(guest, *spans) for guest, spans in outages.items()))
        print(f"media back after {took} s; connections: {[len(g.connected_at) for g in session.guests]}")
        await session.flowing()
        await asyncio.sleep(2)
        journal = await session.close()
        assert [guest.participant for guest in session.guests] == before
        moves = [e["body"]["participant"] for e in journal if e["type"] == "Moved"]
        assert sorted(moves) == sorted(before)
        noted = [note["text"] for note in notes_of(journal) if "中断" in note["text"]]
        assert len(noted) == 3, noted
        manifest = await session.desk.recording(session.sitting)
        for guest, spans in outages.items():
            cut = [i for i in intervals(journal)[guest.participant] if i.back]
            long = [span for span in spans if span > 5]
            for interval, span in zip(cut, long, strict=True):
                assert interval.to_ms is not None
                assert interval.to_ms - interval.from_ms >= (span - 5.5) * 1000
            for source in ("microphone", "camera"):
                gaps = gaps_of(manifest, f"{guest.participant}.{source}")
                assert [round(gap) >= s for gap, s in zip(gaps, spans, strict=True)] == [True] * len(spans)
        segments = [entry["body"] for entry in journal if entry["type"] == "SegmentSealed"]
        assert verify_recording(session.data / "recordings" / session.sitting, segments) == []
        assert max(took.values()) <= BACK_WITHIN_S


def gaps_of(manifest: dict[str, Any], name: str) -> list[float]:
    """The gaps of a track longer than 2 s, in seconds; the track is one, in one file."""
    (track,) = [t for t in manifest["tracks"] if t["track"] == name]
    assert len(track["files"]) == 1
    lengths = [(gap["end_ms"] - gap["start_ms"]) / 1000 for gap in track["gaps"]]
    return [length for length in lengths if length > 2]


async def test_a_person_whose_address_changes_keeps_the_connection(tmp_path: Path, network: Network) -> None:
    async with in_session(tmp_path, network=network) as (_, session):
        guest = session.applicant
        relays: list[Relay] = []

        def through(answer: str) -> str:
            if not relays:
                port = int(re.findall(r"(\d+) typ host", answer)[0])
                relays.append(Relay((SERVER, port), GUESTS[1]))
            return relays[0].through(answer)

        guest.through = through
        guest.renew()
        await guest.until(lambda: len(guest.connected_at) == 2)
        (relay,) = relays
        try:
            await session.flowing()
            relay.renumber()
            took = await session.flowing(20)
            print(f"followed after {took:.2f} s")
            assert relay.ports == 2 * 2
            assert len(guest.connected_at) == 2
            assert took <= 8.0
        finally:
            relay.close()
