"""WHIP and WHEP: every answer, who is let in, and what ends a device's visit."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from room_server import doors as module
from room_server.doors import Doors
from room_server.engine.seam import WorkerError
from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.people import Participant, Role
from room_server.sitting import live as sitting_module
from room_server.sitting.live import Sitting
from room_server.store import hearings
from room_server.store.hearings import Booking
from room_server.tickets import Tickets
from room_server.turn import IceServer
from tests.support.desk_server import NOW, Answer, DeskServer, desk_server
from tests.support.offers import offer, section
from tests.support.room_stage import Ear, Stage

OFFER = offer(section(), section("1", "video"))


@dataclass
class Porch:
    """A server with one sitting behind open doors; the mediator is in the room with a browser."""

    server: DeskServer
    stage: Stage
    booking: Booking
    mediator: Ear
    tokens: dict[Role, str]

    def person(self, role: Role) -> Participant:
        return next(person for person in self.booking.participants if person.role is role)

    async def call(self, method: str, path: str, role: Role | None = Role.APPLICANT, **more: Any) -> Answer:
        headers = {"Accept-Language": "en"} | more.pop("headers", {})
        if role is not None:
            headers = {"Authorization": f"Bearer {self.tokens[role]}"} | headers
        return await self.server.anonymous().call(method, path, headers=headers, **more)

    async def come(self, door: str = "whip", sdp: str = OFFER, **more: Any) -> Answer:
        headers = {"Content-Type": "application/sdp"} | more.pop("headers", {})
        return await self.call(
            "POST", f"/{door}/{self.booking.id}", body=sdp.encode(), headers=headers, **more
        )

    async def admitted(self, role: Role = Role.APPLICANT) -> None:
        """Knock by coming, and be let in."""
        assert (await self.come(role=role)).status == 409
        wish = c.Admit(participant=self.person(role).id)
        await self.stage.sitting.wish(self.mediator.participant, wish)

    async def settled(self) -> None:
        """Everything posted to the sitting before is done."""
        await self.stage.sitting.told()

    def kinds(self) -> list[str]:
        return self.stage.journal.types()


@pytest.fixture
async def porch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Porch]:
    monkeypatch.setattr(sitting_module, "GRACE_S", 0.05)
    stage = Stage()

    async def sitting_of(hearing: str) -> Sitting:
        return stage.sitting

    def add(app: web.Application, tickets: Tickets) -> None:
        doors = Doors(tickets, sitting_of, lambda who: [IceServer(["turn:a", "turns:b:443"], who, "c")])
        doors.add_routes(app)
        stage.sitting.adopt = doors.adopt

    async with desk_server(tmp_path, add) as server:
        booking = await server.book()
        prepared = e.SittingPrepared(
            sitting="s_1",
            case_number="1",
            case_title="t",
            hearing=booking.id,
            kind="mediation",
            organisation="o",
            rehearsal=False,
            participants=booking.participants,
        )
        await stage.sitting.told(prepared)
        roles = (Role.APPLICANT, Role.AGENT, Role.WITNESS)
        tokens = {role: await server.token(booking, role) for role in roles}
        mediator = booking.participants[0].id
        tokens[Role.MEDIATOR] = await server.tickets.seat(booking.id, mediator)
        yield Porch(server, stage, booking, await stage.seat(mediator), tokens)
        await stage.sitting.stop()


async def test_whoever_is_not_admitted_knocks_and_is_told_to_ask_again(porch: Porch) -> None:
    answer = await porch.come()
    assert (answer.status, answer.headers["Retry-After"]) == (409, "5")
    assert answer.body == b"You have knocked: try again once the staff have let you in.\n"
    assert porch.kinds()[-2:] == ["Joined", "Knocked"]
    assert (await porch.come()).status == 409
    assert porch.kinds()[-2:] == ["Joined", "Knocked"], "once is enough"
    assert "publish" not in porch.stage.media.methods()


async def test_an_encoder_publishes_and_ends(porch: Porch) -> None:
    await porch.admitted()
    answer = await porch.come()
    assert (answer.status, answer.headers["Content-Type"]) == (201, "application/sdp")
    assert answer.body == b"v=0"
    room, who, device, sdp = porch.stage.media.last("publish")
    assert (room, who, sdp) == ("s_1", porch.person(Role.APPLICANT).id, OFFER)
    assert device.startswith("whip-")
    relays = answer.headers.getall("Link")  # type: ignore[attr-defined]
    assert relays == [
        f'<{url}>; rel="ice-server"; username="{who}"; credential="c"; credential-type="password"'
        for url in ("turn:a", "turns:b:443")
    ]
    resource = answer.headers["Location"]
    assert resource.startswith(f"/whip/{porch.booking.id}/")
    assert (await porch.call("DELETE", resource)).status == 200
    assert porch.kinds()[-1] == "Left"
    assert porch.stage.media.last("drop_peer")[:3] == ("s_1", who, device)
    assert (await porch.call("DELETE", resource)).status == 404


async def test_who_only_watches_receives_and_never_publishes(
    porch: Porch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await porch.admitted()
    monkeypatch.setattr("room_server.rules.decisions.LISTEN_ONLY", frozenset({Role.APPLICANT}))
    monkeypatch.setattr("room_server.rules.decisions.WATCHES", {Role.APPLICANT: "旁听"})
    assert (await porch.come("whep")).status == 201
    assert (await porch.come()).status == 403
    assert "publish" not in porch.stage.media.methods()


async def test_a_player_receives_beside_the_encoder_of_the_same_person(porch: Porch) -> None:
    await porch.admitted()
    published, received = await porch.come(), await porch.come("whep")
    assert (published.status, received.status) == (201, 201)
    assert porch.stage.media.last("subscribe")[2] == porch.stage.media.last("publish")[2]
    assert (await porch.come("whep")).status == 409
    assert (await porch.call("DELETE", received.headers["Location"])).status == 200
    await porch.settled()
    assert porch.stage.media.last("drop_peer")[4:] == ("subscribe",)
    assert "Left" not in porch.kinds()
    assert (await porch.call("DELETE", published.headers["Location"])).status == 200
    assert porch.kinds()[-1] == "Left"


async def test_staff_take_their_seat_at_once(porch: Porch) -> None:
    porch.stage.sitting.leave(porch.mediator)
    await asyncio.sleep(0.1)
    assert (await porch.come(role=Role.MEDIATOR)).status == 201


async def test_a_browser_in_the_room_is_not_driven_out(porch: Porch) -> None:
    answer = await porch.come(role=Role.MEDIATOR)
    assert (answer.status, porch.mediator.word) == (409, "")
    assert b"another device" in answer.body


async def test_a_browser_may_take_over_from_an_encoder(porch: Porch) -> None:
    await porch.admitted()
    resource = (await porch.come()).headers["Location"]
    await porch.stage.seat(porch.person(Role.APPLICANT).id, "browser", takeover=True)
    assert (await porch.call("DELETE", resource)).status == 404
    assert (await porch.come()).status == 409


@pytest.mark.parametrize(
    ("sdp", "reason"),
    [
        ("", b"this is not SDP"),
        ("hello", b"this is not SDP"),
        (offer(), b"no audio or video"),
        (OFFER.replace("a=ice-ufrag:abcd\r\n", ""), b"no ICE credentials"),
        (OFFER.replace("a=fingerprint", "a=finger"), b"no fingerprint"),
    ],
)
async def test_an_offer_that_is_none_is_refused_with_the_reason(
    porch: Porch, sdp: str, reason: bytes
) -> None:
    answer = await porch.come(sdp=sdp)
    assert answer.status == 400
    assert reason in answer.body
    assert porch.kinds().count("Joined") == 1, "only the mediator came in"


async def test_what_the_media_worker_cannot_take_is_refused_with_its_reason(
    porch: Porch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await porch.admitted()

    async def refuse(method: str, *args: Any, wait: float = 10.0) -> Any:
        raise WorkerError("ValueError", "the offer sends nothing that can be taken (VP8 or Opus)")

    with monkeypatch.context() as patch:
        patch.setattr(porch.stage.media, "call", refuse)
        answer = await porch.come()
    assert answer.status == 400
    assert b"VP8 or Opus" in answer.body
    assert (await porch.come()).status == 201


async def test_without_a_media_worker_it_is_told_to_come_again(porch: Porch) -> None:
    await porch.admitted()
    porch.stage.media.gone = True
    answer = await porch.come()
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


async def test_another_content_type_and_a_giant_are_refused(porch: Porch) -> None:
    answer = await porch.come(headers={"Content-Type": "application/json"})
    assert (answer.status, answer.headers["Accept-Post"]) == (415, "application/sdp")
    assert (await porch.come(sdp="v=0" + "x" * 300_000)).status == 413
    binary = await porch.call(
        "POST",
        f"/whip/{porch.booking.id}",
        body=b"\xff\xfe",
        headers={"Content-Type": "application/sdp"},
    )
    assert binary.status == 400


async def test_tickets_are_asked_for(porch: Porch) -> None:
    answer = await porch.come(role=None)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for header in ("Bearer ", "Bearer forged", "Basic eDp5", f"Ticket {porch.tokens[Role.AGENT]}"):
        assert (await porch.come(role=None, headers={"Authorization": header})).status == 401, header
    other = await porch.server.book("2")
    token = await porch.server.token(other, Role.APPLICANT)
    assert (await porch.come(role=None, headers={"Authorization": f"Bearer {token}"})).status == 403
    await porch.server.tickets.revoke(porch.booking.id, porch.person(Role.APPLICANT).id)
    assert (await porch.come()).status == 401
    porch.server.clock[0] += 10 * 24 * 3600
    assert (await porch.come(role=Role.AGENT)).status == 401


async def test_a_closed_hearing_has_no_door(porch: Porch) -> None:
    await porch.server.database.write(lambda s: hearings.begin_sitting(s, porch.booking.id, NOW))
    await porch.server.database.write(lambda s: hearings.set_state(s, porch.booking.id, "closed"))
    assert (await porch.come()).status == 410


async def test_nobody_else_ends_a_resource(porch: Porch) -> None:
    await porch.admitted()
    resource = (await porch.come()).headers["Location"]
    assert (await porch.call("DELETE", resource, role=Role.AGENT)).status == 404
    assert (await porch.call("DELETE", resource, role=None)).status == 401
    assert (await porch.call("DELETE", resource.replace("whip", "whep"))).status == 404
    assert (await porch.call("DELETE", resource)).status == 200


async def test_methods_that_are_not_spoken_are_refused(porch: Porch) -> None:
    endpoint = f"/whip/{porch.booking.id}"
    for method, path in [
        ("GET", endpoint),
        ("HEAD", endpoint),
        ("PUT", endpoint),
        ("PATCH", f"{endpoint}/r"),
        ("GET", f"{endpoint}/r"),
    ]:
        answer = await porch.call(method, path)
        assert answer.status == 405, (method, path)
        assert "OPTIONS" in answer.headers["Allow"]


@pytest.mark.parametrize("door", ["whip", "whep"])
async def test_pages_of_others_may_ask(porch: Porch, door: str) -> None:
    origin = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = await porch.call("OPTIONS", f"/{door}/{porch.booking.id}", role=None, headers=origin)
    assert answer.status == 204
    assert answer.headers["Accept-Post"] == "application/sdp"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    answer = await porch.call("OPTIONS", f"/{door}/{porch.booking.id}/r", role=None, headers=origin)
    assert answer.headers["Access-Control-Allow-Methods"] == "DELETE, OPTIONS"
    refused = await porch.come(door, role=None, headers=origin)
    assert (refused.status, refused.headers["Access-Control-Allow-Origin"]) == (401, "*")
    elsewhere = await porch.call("GET", "/health", role=None, headers=origin)
    assert "Access-Control-Allow-Origin" not in elsewhere.headers


async def test_a_lost_connection_ends_the_resource_and_the_presence(porch: Porch) -> None:
    await porch.admitted()
    resource = (await porch.come()).headers["Location"]
    who, device = porch.stage.media.last("publish")[1:3]
    porch.stage.sitting.connections.peer_lost(who, "another-device", "publish", "silent")
    porch.stage.sitting.connections.peer_lost(who, device, "publish", "silent")
    await porch.settled()
    assert porch.stage.media.last("drop_peer") == ("s_1", who, device, "gone", "publish")
    assert (await porch.call("DELETE", resource)).status == 404
    await asyncio.sleep(0.1)
    assert porch.stage.journal.entries[-1].body == {"participant": who, "cause": "silent"}


async def test_an_encoder_that_comes_back_at_once_never_left(porch: Porch) -> None:
    await porch.admitted()
    await porch.come()
    who, device = porch.stage.media.last("publish")[1:3]
    porch.stage.sitting.connections.peer_lost(who, device, "publish", "silent")
    assert (await porch.come()).status == 201
    await asyncio.sleep(0.1)
    assert "Left" not in porch.kinds()
    assert porch.stage.media.last("publish")[2] != device


async def adopted(porch: Porch, *planes: str) -> tuple[str, str]:
    """A device that a media worker still had when this control process began; its person and its name."""
    who, device = porch.person(Role.APPLICANT).id, "whip-0123abcd"
    await porch.stage.sitting.told(
        e.Joined(participant=who, device=device),
        e.Admitted(participant=who),
        e.Moved(participant=who, place="table", origin="lobby"),
    )
    media = porch.stage.media
    media.opened = {"devices": [{"participant": who, "peer": device, "slots": [], "planes": list(planes)}]}
    await porch.stage.sitting.media_ready(None, fresh=False)
    return who, device


async def test_a_device_lives_on_over_a_restart_and_ends_by_its_old_address(porch: Porch) -> None:
    who, device = await adopted(porch, "publish")
    assert "drop_peer" not in porch.stage.media.methods()
    assert porch.stage.sitting.audience.screens[who].device == device
    assert (await porch.come()).status == 409, "it publishes already"
    for stranger in ("whip/x/9999-1", "whep/x/0123abcd-77aa"):
        assert (await porch.call("DELETE", f"/{stranger}".replace("x", porch.booking.id))).status == 404
    assert (await porch.call("DELETE", f"/whip/{porch.booking.id}/0123abcd-77aa")).status == 200
    assert porch.stage.journal.entries[-1].body == {"participant": who, "cause": "left"}
    assert porch.stage.media.last("drop_peer")[:3] == ("s_1", who, device)


async def test_an_adopted_device_may_use_its_other_door_and_is_watched_like_any(porch: Porch) -> None:
    who, device = await adopted(porch, "publish")
    assert (await porch.come("whep")).status == 201
    assert porch.stage.media.last("subscribe")[1:3] == (who, device)
    porch.stage.sitting.connections.peer_lost(who, device, "publish", "silent")
    await porch.settled()
    assert porch.stage.media.last("drop_peer")[4:] == ("publish",)
    porch.stage.sitting.connections.peer_lost(who, device, "subscribe", "silent")
    await asyncio.sleep(0.1)
    assert porch.kinds()[-1] == "Left"
    assert (await porch.come()).status == 201


async def test_a_browser_that_is_back_first_is_not_driven_out_by_an_adopted_device(porch: Porch) -> None:
    who = porch.person(Role.APPLICANT).id
    browser = await porch.stage.seat(who, "browser")
    await adopted(porch, "publish")
    assert browser.word == "" and porch.stage.sitting.audience.screens[who] is browser
    assert porch.stage.media.last("drop_peer")[:3] == ("s_1", who, "whip-0123abcd")


async def test_a_lost_worker_and_the_close_end_every_resource(porch: Porch) -> None:
    await porch.admitted()
    first = (await porch.come()).headers["Location"]
    porch.stage.sitting.media_lost()
    assert (await porch.call("DELETE", first)).status == 404
    second = (await porch.come()).headers["Location"]
    mediator = porch.mediator.participant
    await porch.stage.sitting.wish(mediator, c.Open())
    await porch.stage.sitting.wish(mediator, c.Close())
    assert (await porch.call("DELETE", second)).status == 404
    assert porch.mediator.word == "", "whoever has a screen stays to read the end"


async def test_one_who_was_refused_is_shown_the_door(porch: Porch) -> None:
    assert (await porch.come()).status == 409
    who = porch.person(Role.APPLICANT).id
    await porch.stage.sitting.wish(porch.mediator.participant, c.Refuse(participant=who, reason="no"))
    assert who not in porch.stage.sitting.audience.screens


async def test_one_who_does_not_ask_again_goes(porch: Porch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_S", 0.05)
    assert (await porch.come()).status == 409
    await asyncio.sleep(0.2)
    assert porch.kinds()[-1] == "Left"


async def test_a_flood_of_offers_is_slowed_down(porch: Porch) -> None:
    for _ in range(module.OFFERS):
        assert (await porch.come(sdp="")).status == 400
    answer = await porch.come()
    assert answer.status == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
