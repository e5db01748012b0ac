"""Addresses in both families, to the kernel's form and back."""

import socket

import pytest

from media.addresses import Address
from media.native.sockaddr import packed, unpacked


@pytest.mark.parametrize(
    ("address", "size"),
    [
        (("192.0.2.7", 50000), 16),
        (("::ffff:192.0.2.7", 1, 0, 0), 28),
        (("2001:db8::1", 65535, 0, 0), 28),
        (("fe80::1", 9, 0, 3), 28),
    ],
)
def test_an_address_survives_the_way_there_and_back(address: Address, size: int) -> None:
    assert len(packed(address)) == size
    assert unpacked(packed(address)) == address


def test_the_form_is_the_one_the_socket_gives() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two,
    ):
        one.bind(("127.0.0.1", 0))
        two.sendto(b"x", one.getsockname())
        address = one.recvfrom(9)[1]
        assert unpacked(packed(address)) == address
