"""A UDP relay on loopback between one client and the media worker that loses or cuts what it is told to."""

import asyncio
import random
import re
import socket
from collections.abc import Callable

Address = tuple[str, int]


class Relay:
    """Stands where the server's port was announced; forwards both ways, drops media by `lose`.

    Each client address gets a socket of its own towards the server, as a NAT would do it.
    """

    def __init__(self, server: Address, host: str = "127.0.0.1") -> None:
        self._server, self._host = server, host
        self._front = self._open()
        self.address: Address = self._front.getsockname()
        self._backs: dict[Address, socket.socket] = {}
        self.up_loss = self.down_loss = 0.0
        self.delay = 0.0
        """Seconds a datagram takes each way."""
        self.down_rate = 0.0
        """Bit/s towards the client; 0 for no limit."""
        self.down_queue = 0.3
        """Seconds that may wait there for their turn; what comes then is lost."""
        self._free_at = 0.0
        self.cut = False
        self.lost = self.ports = 0
        self._chance = random.Random(7)
        asyncio.get_running_loop().add_reader(self._front, self._from_client)

    def _open(self) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.bind((self._host, 0))
        return sock

    def through(self, sdp: str) -> str:
        """An answer whose candidates lead to this relay."""
        host, port = self._server
        return re.sub(rf" {re.escape(host)} {port} typ", f" {self._host} {self.address[1]} typ", sdp)

    def renumber(self) -> None:
        """The NAT forgets: from now on every client appears under another port."""
        for back in self._backs.values():
            asyncio.get_running_loop().remove_reader(back)
            back.close()
        self._backs.clear()

    def close(self) -> None:
        """End."""
        self.renumber()
        asyncio.get_running_loop().remove_reader(self._front)
        self._front.close()

    def _from_client(self) -> None:
        for data, client in _drain(self._front):
            back = self._backs.get(client)
            if back is None:
                back = self._backs[client] = self._open()
                self.ports += 1
                asyncio.get_running_loop().add_reader(back, self._to_client(client, back))
            if not self._loses(data, self.up_loss):
                self._later(back, data, self._server)

    def _to_client(self, client: Address, back: socket.socket) -> Callable[[], None]:
        def pass_on() -> None:
            for data, _ in _drain(back):
                if not self._loses(data, self.down_loss):
                    self._deliver(data, client)

        return pass_on

    def _deliver(self, data: bytes, client: Address) -> None:
        if not self.down_rate:
            self._later(self._front, data, client)
            return
        loop = asyncio.get_running_loop()
        begin = max(loop.time(), self._free_at)
        if begin - loop.time() > self.down_queue:
            self.lost += 1
            return
        self._free_at = begin + len(data) * 8 / self.down_rate
        loop.call_at(self._free_at + self.delay, _send, self._front, data, client)

    def _later(self, sock: socket.socket, data: bytes, address: Address) -> None:
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, _send, sock, data, address)
        else:
            sock.sendto(data, address)

    def _loses(self, data: bytes, share: float) -> bool:
        rtp = 128 <= data[0] < 192 and not 192 <= data[1] < 224
        lose = self.cut or (rtp and self._chance.random() < share)
        self.lost += lose
        return lose


def _send(sock: socket.socket, data: bytes, address: Address) -> None:
    if sock.fileno() >= 0:
        sock.sendto(data, address)


def _drain(sock: socket.socket) -> list[tuple[bytes, Address]]:
    got: list[tuple[bytes, Address]] = []
    try:
        while len(got) < 64:
            got.append(sock.recvfrom(2048))
    except OSError:
        pass
    return got
