"""A hearing over bad networks: loss, jitter, a thin line, outages, and an address that changes."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from media import planes
from media.layered_picture import SIZES
from recordings.verify import verify as verify_recording
from room_server.finishing.record import notes_of
from room_server.ledger import intervals
from tests.support.courthouse import Hearing, in_session
from tests.support.guest import Guest
from tests.support.impairer import GUESTS, SERVER, Network, NotPermitted
from tests.support.observations import frames_recorded, frames_sent, voice_missing
from tests.support.relay import Relay

pytestmark = pytest.mark.journey

LOSSES = (0.01, 0.05, 0.10)
BACK_WITHIN_S = 5.0
"""On a loaded machine, and by a guest who is not as quick as the page; the figures are printed."""
LOW, HIGH = SIZES["q"][1], SIZES["f"][1]
"""How tall the lowest and the highest layer are, in pixels."""


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """The network between server and guests; where none can be made, the reason is printed."""
    try:
        async with Network() as network:
            yield network
    except NotPermitted as reason:
        pytest.skip(str(reason))


@pytest.fixture(params=["python", "c"])
def plane(request: pytest.FixtureRequest) -> str:
    """Both planes, one after the other; where the C plane cannot be used, the reason is printed."""
    chosen: str = request.param
    usable, detail = planes.state() if chosen == "c" else (True, "")
    if not usable:
        pytest.skip(f"no C plane: {detail}")
    return chosen


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

    def rate(self, listener: Guest, speaker: Guest) -> float:
        """Whole video frames of a speaker that came in a second."""
        came = self._after[listener, speaker] - self._before[listener, speaker]
        return came / (self.ended - self.began)

    def unheard(self, listener: Guest, speaker: Guest) -> float:
        """The share of a speaker's voice packets that never came."""
        return voice_missing(speaker, listener, self.began, self.ended)[0]

    def recorded(self, speaker: Guest, zero_ms: int) -> float:
        """The share of a speaker's video frames that lie in the recording."""
        kept = frames_recorded(self.session, speaker.participant, self.began, self.ended, zero_ms)
        return kept / frames_sent(speaker, self.began, self.ended)


def told(name: str, values: Mapping[Any, float]) -> None:
    """Print measured shares."""
    print(f"{name}: {[round(value, 3) for value in values.values()]}")


async def test_loss_and_jitter_harm_nobody_more_than_they_must(
    tmp_path: Path, network: Network, plane: str
) -> None:
    async with in_session(tmp_path, network=network, plane=plane) as (_, session):
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
        await asyncio.sleep(2)
        zero = next(e for e in await session.journal() if e["type"] == "Opened")["at"]
        await session.close()
        pairs = session.pairs()
        told("loss 1, 5, 10 %, frames seen", {(g, o): lossy.seen(g, o) for g, o in pairs})
        told("loss 1, 5, 10 %, voice lost", {(g, o): lossy.unheard(g, o) for g, o in pairs})
        told("loss 1, 5, 10 %, frames recorded", {g: lossy.recorded(g, zero) for g in session.guests})
        told("50 ms jitter, frames seen", {(g, o): shaky.seen(g, o) for g, o in pairs})
        told("50 ms jitter, voice lost", {(g, o): shaky.unheard(g, o) for g, o in pairs})
        for guest, other in pairs:
            assert lossy.seen(guest, other) >= 0.9
            assert lossy.unheard(guest, other) <= loss[guest] + loss[other] + 0.03
            assert shaky.seen(guest, other) >= 0.95
            assert shaky.unheard(guest, other) <= 0.01
        for guest in session.guests:
            assert lossy.recorded(guest, zero) >= 0.99
            assert shaky.recorded(guest, zero) >= 0.99


async def test_a_thin_line_gets_small_pictures_and_keeps_every_voice(
    tmp_path: Path, network: Network, plane: str
) -> None:
    async with in_session(tmp_path, network=network, plane=plane, layers=True) as (_, session):
        poor, pairs = session.respondent, session.pairs()
        await poor.until(lambda: all(g.height(o.participant) == HIGH for g, o in pairs))
        await network.turn(GUESTS[2], way="down", rate=300)
        began = time.monotonic()
        took = await poor.until(
            lambda: any(poor.height(o.participant) == LOW for o in (session.mediator, session.applicant))
        )
        await asyncio.sleep(max(0.0, began + 5 - time.monotonic()))
        span = await Span(session).last(15)
        tall = {(g, o): g.height(o.participant) for g, o in pairs}
        told(
            f"300 kbit/s to the last, low layer after {took:.1f} s; frames a second",
            {(g, o): span.rate(g, o) for g, o in pairs},
        )
        told("300 kbit/s to the last, voice lost", {(g, o): span.unheard(g, o) for g, o in pairs})
        told("300 kbit/s to the last, pixels of height", tall)
        others = [other for other in session.guests if other is not poor]
        for guest, other in pairs:
            assert span.unheard(guest, other) <= (0.05 if guest is poor else 0.01)
            assert guest is poor or (span.rate(guest, other) >= 12 and tall[guest, other] == HIGH)
        assert took <= 5
        assert max(span.rate(poor, other) for other in others) >= 8
        assert all(tall[poor, other] < HIGH for other in others)


async def test_after_outages_the_same_person_is_back_at_the_same_place(
    tmp_path: Path, network: Network, plane: str
) -> None:
    took: dict[int, float] = {}
    async with in_session(tmp_path, network=network, plane=plane) as (_, session):
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


async def test_a_person_whose_address_changes_keeps_the_connection(
    tmp_path: Path, network: Network, plane: str
) -> None:
    async with in_session(tmp_path, network=network, plane=plane) as (_, session):
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
