"""People come and go while packets flow: nothing that is gone is touched, and who stays is served."""

import asyncio
import random

from media.wire import rtcp, rtp
from tests.support.planes import CAMERA, Bench, Device

TURNS = 250


class Slot:
    """A listener with one slot, for a while."""

    def __init__(self, bench: Bench, number: int) -> None:
        self.device = Device(bench.port, f"listener-{number}")
        self.device.stand()
        self.outlet = bench.port.outlet(
            "0", "video", self.device, payload_types={"vp8": (106, 107)}, redundant_type=-1, extension=5
        )

    def leave(self, bench: Bench) -> None:
        """As a connection ends: the plane first, then the tables."""
        bench.port.remove(self.device)
        self.device.keys = self.device.address = None
        self.outlet.bind(None, 1.0)
        self.device.far.socket.close()


async def test_nothing_that_is_gone_is_touched_while_packets_flow(plane: str) -> None:
    bench, chance = Bench(plane), random.Random(7)
    bench.port.open()
    publisher, target = bench.publisher, ("127.0.0.1", bench.port.number)
    inlet, stays = bench.inlet(CAMERA), Slot(bench, -1)
    bench.port.assign(publisher, 1, inlet, False)
    # On the Python plane packets reach their stream through their connection.
    publisher.take_rtp = inlet.take  # type: ignore[method-assign]
    slots, number = [stays], 0
    stays.outlet.bind(inlet, 1.0)
    for turn in range(TURNS):
        for _ in range(6):
            number += chance.choice((1, 1, 1, 2))
            packet = rtp.build(96, number & 0xFFFF, number * 3000, 1, b"\x10\x00" + bytes(900))
            publisher.far.socket.sendto(publisher.far.writes.protect(packet), target)
        act = chance.randrange(4)
        if act == 0 and len(slots) < 12:
            slots.append(Slot(bench, turn))
            slots[-1].outlet.bind(inlet, 1.0)
        elif act == 1 and len(slots) > 1:
            slots.pop(chance.randrange(1, len(slots))).leave(bench)
        elif act == 2:
            highest = inlet.high
            chance.choice(slots).outlet.resend([highest - n & 0xFFFF for n in range(9)], 2.0 + turn)
        else:
            bench.port.send_rtcp(chance.choice(slots).device, rtcp.picture_loss(1, 2))
            inlet.gaps.due(2.0 + turn, 0.1)
        inlet.outlets = tuple(slot.outlet for slot in slots)
        if turn == TURNS // 2:
            inlet.renew()
        await asyncio.sleep(0.001 * chance.randrange(3))
    bench.port.tick()
    before = stays.outlet.packets
    assert before > TURNS
    bench.port.remove(publisher)
    for _ in range(20):
        publisher.far.socket.sendto(b"\x80" + bytes(60), target)
    await asyncio.sleep(0.1)
    assert bench.port.tallied().unknown_address == 20 and stays.outlet.packets == before
    for slot in slots:
        slot.leave(bench)
    bench.close()
