"""The socket of a browser: who is let in, what is answered, and what ends it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer

from room_server import signalling as module
from room_server.rates import limits_of
from room_server.settings import Settings
from room_server.signalling import Signalling
from room_server.sitting.live import Sitting
from room_server.tickets import Expired, Forged
from tests.support.people import APPLICANT, MEDIATOR
from tests.support.room_stage import Stage

Socket = ClientWebSocketResponse


class Door:
    """A server with one sitting behind one socket endpoint; the ticket is the participant's id."""

    def __init__(
        self, client: TestClient[web.Request, web.Application], stage: Stage, moment: list[float]
    ) -> None:
        self.client = client
        self.stage = stage
        self.moment = moment
        """What the clock of the limits says."""

    async def knock(self, ticket: str, device: str = "device-one", **more: Any) -> Socket:
        """Open a socket and say hello."""
        socket = await self.client.ws_connect("/ws")
        await send(socket, kind="hello", protocol=1, ticket=ticket, device=device, **more)
        return socket


async def send(socket: Socket, **frame: Any) -> None:
    """Send one frame."""
    await socket.send_str(json.dumps(frame))


async def frame(socket: Socket, *kinds: str) -> dict[str, Any]:
    """The next frame of one of these kinds; fails when the socket closes before."""
    async with asyncio.timeout(5):
        while True:
            message = await socket.receive()
            assert message.type is WSMsgType.TEXT, (message.type, message.data, socket.close_code)
            found: dict[str, Any] = json.loads(message.data)
            if found["kind"] in kinds:
                return found


async def ending(socket: Socket) -> tuple[int | None, list[str]]:
    """The close code, and the words of goodbye before it."""
    words: list[str] = []
    async with asyncio.timeout(5):
        while True:
            message = await socket.receive()
            if message.type is not WSMsgType.TEXT:
                return socket.close_code, words
            found = json.loads(message.data)
            if found["kind"] == "bye":
                words.append(found["word"])


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """The endpoint with its sitting."""
    stage = await Stage().prepare()
    moment = [1000.0]
    limits = limits_of(Settings(), lambda: moment[0])

    async def find(ticket: str) -> tuple[Sitting, str]:
        if ticket == "expired":
            raise Expired(ticket)
        if ticket not in stage.sitting.room.people:
            raise Forged(ticket)
        return stage.sitting, ticket

    app = web.Application()
    app.router.add_get("/ws", Signalling(find, "zh", limits).handle)
    async with TestClient(TestServer(app)) as client:
        yield Door(client, stage, moment)
        await stage.sitting.stop()


async def test_hello_is_welcomed_and_wishes_are_answered(door: Door) -> None:
    socket = await door.knock(APPLICANT.id)
    welcome = await frame(socket, "welcome")
    assert (welcome["participant"], welcome["role"]) == (APPLICANT.id, "applicant")
    await frame(socket, "caught_up")
    await send(socket, kind="wish", id=7, command={"type": "Knock"})
    assert (await frame(socket, "event"))["event"]["type"] == "Knocked"
    assert (await frame(socket, "done"))["id"] == 7
    await send(socket, kind="ping")
    await frame(socket, "pong")


async def test_a_refusal_has_a_word_and_a_text_for_people(door: Door) -> None:
    socket = await door.knock(APPLICANT.id)
    await send(socket, kind="wish", id=1, command={"type": "Close"})
    refusal = await frame(socket, "refusal")
    assert (refusal["id"], refusal["word"]) == (1, "not_allowed")
    assert "无权" in refusal["text"]


async def test_a_wish_that_breaks_is_refused_and_the_socket_lives(door: Door) -> None:
    socket = await door.knock(APPLICANT.id)
    await frame(socket, "caught_up")
    door.stage.journal.broken = True
    await send(socket, kind="wish", id=1, command={"type": "Knock"})
    assert (await frame(socket, "refusal"))["word"] == "internal"
    door.stage.journal.broken = False
    await send(socket, kind="wish", id=2, command={"type": "Knock"})
    assert (await frame(socket, "done"))["id"] == 2


async def test_of_two_sockets_of_a_device_the_later_attempt_stays_whichever_arrives_last(door: Door) -> None:
    living = await door.knock(APPLICANT.id, visit=1000, attempt=2)
    await frame(living, "caught_up")
    late = await door.knock(APPLICANT.id, visit=1000, attempt=1, takeover=True)
    await frame(late, "occupied")
    await late.close()
    copy = await door.knock(APPLICANT.id, visit=999, attempt=9)
    await frame(copy, "occupied")
    await send(living, kind="ping")
    await frame(living, "pong")
    newer = await door.knock(APPLICANT.id, visit=1001, attempt=1)
    await frame(newer, "caught_up")
    assert await ending(living) == (1000, ["replaced"])
    await send(
        copy, kind="hello", protocol=1, ticket=APPLICANT.id, device="device-one", visit=1002, attempt=1
    )
    await frame(copy, "caught_up")
    assert await ending(newer) == (1000, ["replaced"])


async def test_offers_are_answered_by_the_media_worker(door: Door) -> None:
    socket = await door.knock(APPLICANT.id)
    await send(socket, kind="offer", id=3, plane="publish", sdp="v=0")
    assert await frame(socket, "answer") == {"kind": "answer", "id": 3, "sdp": "v=0"}
    door.stage.media.gone = True
    await send(socket, kind="offer", id=4, plane="subscribe", sdp="v=0")
    assert (await frame(socket, "refusal"))["word"] == "media_down"


@pytest.mark.parametrize(("ticket", "word"), [("p_forged", "ticket_forged"), ("expired", "ticket_expired")])
async def test_bad_tickets_get_a_word_and_the_door(door: Door, ticket: str, word: str) -> None:
    assert await ending(await door.knock(ticket)) == (4401, [word])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 4400),
        ("not json", 4400),
        ("[" * 50_000, 4400),
        ('{"kind":"wish","id":1,"command":{"type":"Knock"}}', 4400),
        ('{"kind":"hello","protocol":9,"ticket":"x","device":"device-one"}', 4426),
    ],
)
async def test_whoever_does_not_say_hello_properly_is_closed(door: Door, text: str, code: int) -> None:
    socket = await door.client.ws_connect("/ws")
    await socket.send_str(text)
    assert (await ending(socket))[0] == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"kind":"wish","id":1,"command":{"type":"Fly"}}', 4400),
        ('{"kind":"hello","protocol":1,"ticket":"p_applicant","device":"device-one"}', 4400),
        ('{"kind":"wish","id":1,"command":{"type":"InsertLine","text":"' + "x" * 100_001 + '"}}', 4400),
        ("x" * 300_000, 1009),
    ],
)
async def test_a_broken_frame_in_mid_hearing_ends_only_its_own_socket(
    door: Door, text: str, code: int
) -> None:
    victim = await door.knock(MEDIATOR.id)
    socket = await door.knock(APPLICANT.id)
    await frame(socket, "caught_up")
    await socket.send_str(text)
    assert (await ending(socket))[0] == code
    await send(victim, kind="ping")
    await frame(victim, "pong")


async def test_binary_is_not_spoken_here(door: Door) -> None:
    socket = await door.knock(APPLICANT.id)
    await frame(socket, "caught_up")
    await socket.send_bytes(b"\x00" * 100)
    assert (await ending(socket))[0] == 4400


async def test_a_flood_is_cut_off(door: Door) -> None:
    socket = await door.knock(APPLICANT.id)
    await frame(socket, "caught_up")
    for _ in range(200):
        await send(socket, kind="ping")
    assert (await ending(socket))[0] == 4429


async def test_a_flood_is_refused_while_another_is_served_and_its_sender_recovers(door: Door) -> None:
    flooder, other = await door.knock(APPLICANT.id), await door.knock(MEDIATOR.id)
    await frame(flooder, "caught_up")
    await frame(other, "caught_up")
    words = []
    for number in range(70):
        await send(flooder, kind="wish", id=number, command={"type": "Close"})
    for number in range(70):
        refusal = await frame(flooder, "refusal")
        assert refusal["id"] == number
        words.append(refusal["word"])
    # The greeting was a frame, too.
    assert words == ["not_allowed"] * 59 + ["too_fast"] * 11
    assert "频繁" in refusal["text"]
    await send(other, kind="ping")
    await frame(other, "pong")
    door.moment[0] += 1
    second = await door.knock(APPLICANT.id)
    await frame(second, "caught_up")
    await send(second, kind="wish", id=1000, command={"type": "Close"})
    assert (await frame(second, "refusal"))["word"] == "not_allowed"


async def test_who_floods_cannot_go_on_over_a_new_socket(door: Door) -> None:
    await test_a_flood_is_cut_off(door)
    socket = await door.knock(APPLICANT.id)
    assert (await ending(socket))[0] == 4429


async def test_silence_ends_a_socket(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELLO_S", 0.1)
    monkeypatch.setattr(module, "SILENT_S", 0.2)
    assert (await ending(await door.client.ws_connect("/ws")))[0] == 4408
    assert (await ending(await door.knock(APPLICANT.id)))[0] == 4408


async def test_a_second_device_asks_and_the_first_is_told(door: Door) -> None:
    first = await door.knock(APPLICANT.id)
    await frame(first, "caught_up")
    second = await door.knock(APPLICANT.id, "device-two")
    await frame(second, "occupied")
    await send(first, kind="ping")
    await frame(first, "pong")
    await send(second, kind="hello", protocol=1, ticket=APPLICANT.id, device="device-two", takeover=True)
    await frame(second, "welcome")
    assert (await ending(first))[1] == ["taken_over"]


async def test_a_takeover_that_is_declined_leaves_the_first_device_alone(door: Door) -> None:
    first = await door.knock(APPLICANT.id)
    await frame(first, "caught_up")
    second = await door.knock(APPLICANT.id, "device-two")
    await frame(second, "occupied")
    await second.close()
    await send(first, kind="ping")
    await frame(first, "pong")
    assert "TakenOver" not in door.stage.journal.types()


async def test_a_reload_of_the_same_device_slips_in_and_resumes(door: Door) -> None:
    first = await door.knock(APPLICANT.id)
    seen = (await frame(first, "caught_up"))["seq"]
    again = await door.knock(APPLICANT.id, since=seen)
    await frame(again, "welcome")
    assert (await frame(again, "event", "caught_up"))["kind"] == "caught_up"
    assert (await ending(first))[1] == ["replaced"]
