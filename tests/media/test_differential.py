"""Whatever comes, both planes do the same: one random life after the other, lived on each."""

import random

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor

from media import plane
from media.guests import Guest
from media.packet import Track
from media.wire import red, rtp
from tests.support import planes
from tests.support.planes import CAMERA, MICROPHONE

PHONE = Track("anna.camera", "video", "camera", "h264", 90000)
STEPS, JUMPS = (1, 1, 1, 1, 1, 2, 3, 0, -1, -3), (700, 3000, -2000, 40)


def test_whatever_comes_both_planes_do_the_same(compiled: str) -> None:
    if compiled:
        pytest.skip(f"no C plane: {compiled}")
    for seed in range(40):
        track = CAMERA if seed % 4 else PHONE
        told = [play(name, random.Random(seed), track) for name in ("python", "c")]
        assert told[0] == told[1], f"seed {seed}"


def play(name: str, chance: random.Random, track: Track) -> list[object]:
    """A random life of two tracks and a slot of each; everything that can be seen of it."""
    bench = planes.Bench(name)
    cameras = [bench.inlet(track), bench.inlet(track)]
    microphone = bench.inlet(MICROPHONE, redundant=98)
    video, audio = bench.outlet(track), bench.outlet(MICROPHONE, redundant=108)
    notebook, now = planes.Notebook(), 10.0
    microphone.guests = cameras[0].guests = (Guest(notebook, lambda guest: None),)
    bench.bind(cameras[0], video)
    bench.bind(microphone, audio)
    heads = [chance.randrange(65536) for _ in range(3)]
    out: list[object] = []
    for _ in range(400):
        now += chance.random() / 50
        act = chance.random()
        if act < 0.9:
            place = chance.randrange(3)
            inlet = (*cameras, microphone)[place]
            heads[place] += chance.choice((*STEPS, chance.choice(JUMPS)))
            data, repair = _packet(chance, place, heads[place] & 0xFFFF, track)
            out.append(bench.give(inlet, data, now, repair=repair))
        elif act < 0.91:
            video.bind(chance.choice(cameras), now)
        elif act < 0.92:
            out.append(video.aim(chance.choice(cameras), now))
        elif act < 0.94:
            out.append([_due(inlet, now) for inlet in cameras])
        elif act < 0.96:
            video.resend([heads[0] + n & 0xFFFF for n in range(-5, 5)], now)
        elif act < 0.98:
            audio.redundant = not audio.redundant
        elif act < 0.99:
            video.park(now)
        else:
            out.append(video.withhold(not video.paused, now))
        bench.port.tick()
        _relist(video, cameras)
        out.append([camera in (video.inlet, video.next) for camera in cameras])
    bench.port.tick()
    out.append([planes.seen(inlet) for inlet in (*cameras, microphone)])
    out.append([inlet.reception.block(1, inlet.high, now) for inlet in (*cameras, microphone)])
    out.append(
        [(one.sequence, one.timestamp, one.marker, one.payload, one.level) for one in notebook.packets]
    )
    out.append((bench.publisher.gaps > 0, bench.publisher.key_frames > 0, video.packets, video.octets))
    out.append(bench.port.tallied().layer_switches)
    out.append([_relative(got) for got in bench.subscriber.far.got()])
    bench.close()
    return out


def _due(inlet: plane.Inlet, now: float) -> tuple[list[int], bool]:
    ask, lost = inlet.gaps.due(now, 0.05)
    return [number & 0xFFFF for number in ask], lost


def _relist(video: plane.Outlet, cameras: list[plane.Inlet]) -> None:
    """What the router does at event rate."""
    for camera in cameras:
        camera.outlets = (video,) if camera in (video.inlet, video.next) and not video.paused else ()


def picture(number: int, chance: random.Random) -> bytes:
    """One VP8 packet, now and then of a key frame, with both ids."""
    head = bytes(VpxPayloadDescriptor(1, 0, picture_id=number & 0x7FFF, tl0picidx=number & 0xFF))
    size = b"\0\0\x9d\x01\x2a" + chance.randbytes(4)
    payload = head + bytes((chance.random() > 0.1,)) + size + bytes(chance.randrange(1300))
    return rtp.build(96, number, number * 3000, 1, payload, marker=True)


def fragment(chance: random.Random, number: int) -> bytes:
    """One H.264 packet: a slice, an aggregate or a fragment, some of them of a picture of its own."""
    heads = [b"\x41", b"\x65", b"\x67", b"\x7c\x85", b"\x7c\x05", b"\x78\0\1\x68\0\2\x65", b"\x78\xff", b""]
    heads += [b"\x67\x42\xc0\x0a" + chance.randbytes(9), b"\x78\0\x0c\x67\x42\xc0" + chance.randbytes(9)]
    payload = chance.choice((*heads, b"\x41", b"\x5c\x01")) + bytes(chance.randrange(1300))
    return rtp.build(96, number, number * 3000, 1, payload, marker=chance.random() < 0.5)


def _packet(chance: random.Random, place: int, number: int, track: Track) -> tuple[bytes, bool]:
    if chance.random() < 0.05:
        noise = bytearray(rtp.build(96, number, 5, 1, chance.randbytes(chance.randrange(40))))
        noise[0] = 0x80 | chance.randrange(64)
        return bytes(noise), False
    if place == 2:
        body = chance.randbytes(chance.randrange(1, 40))
        wrapped = red.build(96, 960, chance.randbytes(9), body) if chance.random() < 0.5 else None
        kind, payload = (98, wrapped) if wrapped else (96, body)
        return rtp.build(kind, number, number * 960, 1, payload), False
    whole = fragment(chance, number) if track is PHONE else picture(number, chance)
    if chance.random() < 0.1:
        return rtp.build(97, 1, number * 3000, 2, rtp.wrap_rtx(number, whole[12:])), True
    return whole, False


def _relative(got: tuple[rtp.Header, bytes, bytes]) -> tuple[object, ...]:
    """What does not depend on the random beginnings of a slot's numbers."""
    header, data, payload = got
    return header.marker, header.payload_type, header.extension, len(data), payload
