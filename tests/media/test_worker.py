"""The worker as a whole: real publishers and subscribers over loopback."""

import asyncio
import time
from typing import Any

import pytest
from aiortc import RTCPeerConnection

from media.worker import UnknownRoom
from tests.support.callers import CONFIGURATION, Caller, Picture, Tone, running, table, until


async def hang_up(*callers: Caller) -> None:
    await asyncio.gather(*(caller.close() for caller in callers))


async def test_one_publisher_reaches_two_subscribers() -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben", "cleo"], anna_camera=["ben", "cleo"]))
        anna, ben, cleo = (Caller(worker, "r", name) for name in ("anna", "ben", "cleo"))
        try:
            await anna.publish(Tone(), Picture(80))
            await ben.subscribe()
            await cleo.subscribe()
            await until(lambda: ben.frames("video") > 20 and cleo.frames("video") > 20)
            await until(lambda: ben.frames("audio") > 30 and cleo.frames("audio") > 30)
            assert abs(ben.seen[ben.mid("video")].shade - 80) < 6
            kinds = [event["type"] for event in events]
            assert kinds.count("peer_up") == 3
            assert kinds.count("track_started") == 2
            await until(
                lambda: any(e["type"] == "speaking" and e["participants"] == ["anna"] for e in events)
            )
            stats = await worker.stats()
            assert stats["port"]["packets_out"] > stats["port"]["packets_in"] / 2
            assert sum(stats["forward_delay"]["counts"]) > 0
            assert stats["peers"] == 3
        finally:
            await hang_up(anna, ben, cleo)


async def test_a_worker_knows_its_rooms_and_their_epochs() -> None:
    async with running() as (worker, _):
        assert await worker.rooms() == {}
        await worker.open_room("r", 4, {})
        await worker.open_room("q", 7, {})
        await worker.open_room("r", 9, {})
        assert await worker.rooms() == {"r": 4, "q": 7}
        await worker.close_room("r")
        assert await worker.rooms() == {"q": 7}


async def test_a_slot_goes_on_decoding_when_its_publisher_changes() -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        anna, cleo, ben = (Caller(worker, "r", name) for name in ("anna", "cleo", "ben"))
        try:
            await anna.publish(Picture(40))
            await cleo.publish(Picture(200))
            await ben.subscribe(0, 1)
            seen = ben.seen[ben.mid("video")]
            for revision in range(1, 7):
                name, shade = ("anna", 40) if revision % 2 else ("cleo", 200)
                await worker.route("r", table(revision, **{f"{name}_camera": ["ben"]}))
                await until(lambda shade=shade: abs(seen.shade - shade) < 8, 8)  # type: ignore[misc]
                frames = seen.frames
                await until(lambda frames=frames: seen.frames > frames + 15, 8)  # type: ignore[misc]
            told = [e["slots"][0]["participant"] for e in events if e["type"] == "slots"]
            assert told == ["anna", "cleo"] * 3
        finally:
            await hang_up(anna, cleo, ben)


async def test_not_one_packet_leaks_after_a_route_ends() -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        both: dict[str, list[str]] = {"anna_microphone": ["ben", "cleo"], "anna_camera": ["ben", "cleo"]}
        only_cleo: dict[str, list[str]] = {"anna_microphone": ["cleo"], "anna_camera": ["cleo"]}
        await worker.route("r", table(1, **both))
        anna, ben, cleo = (Caller(worker, "r", name) for name in ("anna", "ben", "cleo"))
        try:
            await anna.publish(Tone(), Picture())
            await ben.subscribe()
            await cleo.subscribe()
            outlets = [
                outlet
                for (name, _, plane), peer in worker._rooms["r"].peers.items()
                if name == "ben" and plane == "subscribe"
                for outlet in peer.outlets  # type: ignore[attr-defined]
            ]
            for revision in range(2, 12):
                await until(lambda: ben.frames("audio") > 0 and ben.frames("video") > 0)
                await worker.route("r", table(revision, **(only_cleo if revision % 2 else both)))
                if revision % 2:
                    sent = [outlet.packets for outlet in outlets]
                    heard = cleo.frames("audio")
                    await until(lambda heard=heard: cleo.frames("audio") > heard + 20)  # type: ignore[misc]
                    assert [outlet.packets for outlet in outlets] == sent
                    # Asking again for what was sent before brings nothing either.
                    for outlet in outlets:
                        outlet.resend(list(range(0, 65536, 7)), time.time())
                    assert [outlet.packets for outlet in outlets] == sent
                    assert sum(outlet.resent for outlet in outlets) == 0
        finally:
            await hang_up(anna, ben, cleo)


async def test_hanging_up_is_noticed_at_once() -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben"]))
        anna, ben = Caller(worker, "r", "anna"), Caller(worker, "r", "ben")
        try:
            await anna.publish(Tone())
            await ben.subscribe(1, 0)
            await until(lambda: ben.frames("audio") > 5)
            await anna.close()
            await until(lambda: any(e["type"] == "peer_lost" for e in events), 3)
            (lost,) = [e for e in events if e["type"] == "peer_lost"]
            assert (lost["participant"], lost["why"]) == ("anna", "closed")
            assert [e["source"] for e in events if e["type"] == "track_ended"] == ["microphone"]
            assert [e for e in events if e["type"] == "slots"][-1]["slots"][0]["participant"] == ""
        finally:
            await hang_up(ben)


async def test_a_second_device_takes_over_and_the_first_ones_end_harms_nothing() -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_camera=["ben"]))
        old, new = Caller(worker, "r", "anna", "phone"), Caller(worker, "r", "anna", "laptop")
        ben = Caller(worker, "r", "ben")
        try:
            await ben.subscribe(0, 1)
            await old.publish(Picture(40))
            await until(lambda: ben.frames("video") > 5)
            await new.publish(Picture(200))
            seen = ben.seen[ben.mid("video")]
            await until(lambda: abs(seen.shade - 200) < 8)
            await worker.drop_peer("r", "anna", "phone", "taken over")
            frames = ben.frames("video")
            await until(lambda: ben.frames("video") > frames + 20)
            assert not [e for e in events if e["type"] == "track_ended"]
        finally:
            await hang_up(old, new, ben)


async def test_one_plane_of_a_device_ends_alone() -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben"], ben_microphone=["anna"]))
        anna, ben = Caller(worker, "r", "anna"), Caller(worker, "r", "ben")
        try:
            await anna.publish(Tone())
            await anna.subscribe(1, 0)
            await ben.publish(Tone())
            await ben.subscribe(1, 0)
            await until(lambda: anna.frames("audio") > 2 and ben.frames("audio") > 2)
            await worker.drop_peer("r", "anna", anna.peer, "gone", "subscribe")
            frames = ben.frames("audio")
            await until(lambda: ben.frames("audio") > frames + 20)
            planes = [
                peer["plane"]
                for peer in (await worker.stats())["rooms"]["r"]["peers"]
                if peer["participant"] == "anna"
            ]
            assert planes == ["publish"]
        finally:
            await hang_up(anna, ben)


async def test_the_same_device_again_replaces_its_own_connection() -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben"]))
        anna, again, ben = (Caller(worker, "r", name) for name in ("anna", "anna", "ben"))
        try:
            await ben.subscribe(1, 0)
            await anna.publish(Tone())
            await until(lambda: ben.frames("audio") > 5)
            await again.publish(Tone())
            await until(lambda: len([e for e in events if e["type"] == "track_started"]) == 2)
            frames = ben.frames("audio")
            await until(lambda: ben.frames("audio") > frames + 30)
            assert (await worker.stats())["peers"] == 2
            assert not [e for e in events if e["type"] == "peer_lost"]
        finally:
            await hang_up(anna, again, ben)


async def test_video_is_allowed_more_than_the_floor() -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_camera=["ben"]))
        anna, ben = Caller(worker, "r", "anna"), Caller(worker, "r", "ben")
        allowed: list[int] = []
        try:
            await anna.publish(Picture())
            assert anna.publishing is not None
            sender: Any = anna.publishing.getSenders()[0]
            original = sender._handle_rtcp_packet

            async def watching(packet: Any) -> None:
                if getattr(packet, "fmt", 0) == 15:
                    data = packet.fci
                    allowed.append(((data[5] & 3) << 16 | data[6] << 8 | data[7]) << (data[5] >> 2))
                await original(packet)

            sender._handle_rtcp_packet = watching
            await ben.subscribe(0, 1)
            await until(lambda: len(allowed) >= 3)
            assert all(250_000 <= bitrate <= 1_500_000 for bitrate in allowed)
            assert allowed[0] > 1_400_000
        finally:
            await hang_up(anna, ben)


async def offer_of(direction: str, kind: str = "audio", count: int = 1) -> str:
    connection = RTCPeerConnection(CONFIGURATION)
    for _ in range(count):
        connection.addTransceiver(kind, direction)
    await connection.setLocalDescription(await connection.createOffer())
    text = connection.localDescription.sdp
    await connection.close()
    return text


async def test_unfit_offers_are_refused_and_leave_nothing_behind() -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        send, receive = await offer_of("sendonly"), await offer_of("recvonly")
        unfit = [
            (worker.publish, "garbage"),
            (worker.publish, receive),
            (worker.publish, send.replace("a=fingerprint", "a=x")),
            (worker.publish, send.replace("opus", "speex")),
            (worker.subscribe, send),
            (worker.subscribe, await offer_of("recvonly", count=41)),
            (worker.subscribe, ""),
        ]
        for call, text in unfit:
            with pytest.raises(ValueError, match=r"[a-z ]{10}"):
                await call("r", "anna", "device", text)
        assert (await worker.stats())["peers"] == 0
        assert worker._port is not None and not worker._port._by_ufrag


async def test_an_offer_with_local_names_for_candidates_connects() -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        original = worker.publish

        async def hidden(room: str, participant: str, peer: str, sdp: str) -> dict[str, Any]:
            assert "127.0.0.1" in sdp
            return await original(
                room, participant, peer, sdp.replace("udp 2130706431 127.0.0.1", "udp 2130706431 0b1c.local")
            )

        worker.publish = hidden  # type: ignore[method-assign]
        anna = Caller(worker, "r", "anna")
        try:
            await anna.publish(Tone())
            await until(lambda: any(e["type"] == "track_started" for e in events), 5)
        finally:
            await anna.close()


async def test_rooms_open_twice_close_twice_and_are_unknown_afterwards() -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        await worker.open_room("r", 1, {})
        assert set((await worker.stats())["rooms"]) == {"r"}
        await worker.close_room("r")
        await worker.close_room("r")
        with pytest.raises(UnknownRoom):
            await worker.route("r", table(1))
        assert abs((await worker.ping())["at"] - time.time() * 1000) < 1000


async def test_a_device_that_never_connects_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.peer.CONNECT_WITHIN", 0.3)
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.publish("r", "anna", "device", await offer_of("sendonly"))
        await until(lambda: bool(events), 3)
        assert events == [
            {
                "type": "peer_lost",
                "participant": "anna",
                "peer": "device",
                "plane": "publish",
                "why": "failed",
                "gone": True,
                "room": "r",
            }
        ]
        assert (await worker.stats())["peers"] == 0


async def test_closing_the_worker_with_people_in_it_is_quick_and_final() -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        anna = Caller(worker, "r", "anna")
        await anna.publish(Tone())
        began = time.monotonic()
        await worker.close()
        assert time.monotonic() - began < 2
        await anna.close()
