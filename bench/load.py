"""The load of bench/forward.py: the C generator behind connections that aiortc made."""

import asyncio
import ctypes
import os
import re
import subprocess
import threading
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def first_in_line(pid: int) -> bool:
    """Run before other programs where that is allowed: their noise, not ours, would set the delays."""
    try:
        os.sched_setscheduler(pid, os.SCHED_RR, os.sched_param(20))
    except OSError:
        return False
    return True


class Generator:
    """The C side: built on the fly, driven through ctypes."""

    def __init__(self, folder: Path) -> None:
        from pylibsrtp import _binding

        library = folder / "generator.so"
        source = HERE / "generator.c"
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
        self._c = ctypes.CDLL(str(library))
        srtp = ctypes.CDLL(_binding.__file__)
        self._c.generator_connection.argtypes = [
            ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self._c.generator_source.argtypes = [
            ctypes.c_int, ctypes.c_int, ctypes.c_uint32, ctypes.c_int, ctypes.c_int, ctypes.c_uint64,
        ]  # fmt: skip
        self._c.generator_init(
            ctypes.cast(srtp.srtp_protect, ctypes.c_void_p), ctypes.cast(srtp.srtp_unprotect, ctypes.c_void_p)
        )
        self._links: dict[int, tuple[Any, Any]] = {}
        self._keys: dict[int, Any] = {}
        self._receivers: dict[int, list[int]] = {}
        self._fds: list[int] = []
        self._thread: threading.Thread | None = None

    def start(self, core: int | None) -> None:
        """Run the sending and receiving thread."""

        def work() -> None:
            if core is not None:
                os.sched_setaffinity(0, {core})
            first_in_line(0)
            self._c.generator_run()

        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close its sockets."""
        self._c.generator_stop()
        for fd in self._fds:
            os.close(fd)

    def adopt(self, connection: Any) -> int:
        """Take socket and keys of a connected aiortc client; STUN goes back to it."""
        from pylibsrtp._binding import ffi

        dtls = connection.getTransceivers()[0].receiver.transport
        pair = dtls.transport._connection._nominated[1]
        transport = pair.protocol.transport
        fd = transport.get_extra_info("socket").fileno()
        asyncio.get_running_loop()._remove_reader(fd)  # type: ignore[attr-defined]
        self._fds.append(os.dup(fd))
        pointers = [int(ffi.cast("uintptr_t", s._srtp[0])) for s in (dtls._tx_srtp, dtls._rx_srtp)]
        host, port = pair.remote_addr
        number = int(self._c.generator_connection(self._fds[-1], host.encode(), port, *pointers))
        self._links[number] = (pair.protocol, pair.remote_addr)
        # The C thread sends for publishers only: a receiver's sending state is ours.
        self._keys[number] = dtls._tx_srtp
        return number

    def send(self, number: int, transceiver: Any, phase: float) -> None:
        """Send synthetic media as this transceiver would."""
        video = transceiver.kind == "video"
        level = next((h.id for h in transceiver._headerExtensions if "audio-level" in h.uri), 0)
        self._c.generator_source(
            video,
            number,
            transceiver.sender._ssrc,
            transceiver._codecs[0].payloadType,
            0 if video else level,
            int(phase * 1e9),
        )

    async def pass_on(self) -> None:
        """Hand what is not RTP to its aiortc client: the server's probes must be answered."""
        data, number = ctypes.create_string_buffer(2048), ctypes.c_int()
        while True:
            while size := self._c.generator_other(ctypes.byref(number), data):
                if data.raw[0] < b"\x04"[0]:
                    protocol, address = self._links[number.value]
                    protocol.datagram_received(data.raw[:size], address)
            await asyncio.sleep(0.02)

    def expect(self, number: int, answer: str) -> None:
        """This connection receives the streams of the answer, and will report on them."""
        ssrcs = [int(found) for found in re.findall(r"a=ssrc-group:FID (\d+)", answer)]
        self._receivers[number] = ssrcs

    async def report(self) -> None:
        """Once a second, as a browser does: every receiver's report and estimate."""
        from media.wire import rtcp

        while True:
            await asyncio.sleep(1.0)
            for number, ssrcs in list(self._receivers.items()):
                blocks = [rtcp.Block(ssrc, 0, 0, 0, 90, 0, 0) for ssrc in ssrcs]
                data = rtcp.receiver_report(1, blocks) + rtcp.estimate(1, 20_000_000, ssrcs)
                protocol, address = self._links[number]
                protocol.transport.sendto(self._keys[number].protect_rtcp(data), address)

    def reset(self) -> None:
        """Count from zero."""
        self._c.generator_reset()

    def totals(self) -> tuple[int, int, int, int]:
        """Packets sent, received, expected and forged since the reset."""
        out = (ctypes.c_uint64 * 4)()
        self._c.generator_totals(out)
        return out[0], out[1], out[2], out[3]

    def delays(self) -> list[int]:
        """Packets per 50 us of delay."""
        out = (ctypes.c_uint64 * 20001)()
        self._c.generator_delays(out)
        return list(out)
