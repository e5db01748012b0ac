"""STUN: our answers satisfy aioice, its requests satisfy us, forgeries and noise do not."""

import pytest
from aioice import stun as theirs
from hypothesis import given
from hypothesis import strategies as st

from media.addresses import Address
from media.wire import stun as ours


def request(password: str, nominates: bool = True) -> bytes:
    message = theirs.Message(theirs.Method.BINDING, theirs.Class.REQUEST)
    message.attributes["USERNAME"] = "here:there"
    message.attributes["PRIORITY"] = 1
    if nominates:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(password.encode())
    return bytes(message)


def test_a_clients_check_is_understood_and_answered() -> None:
    message = ours.parse(request("secret"))
    assert message is not None
    assert (message.kind, message.username, message.nominates) == (ours.REQUEST, "here:there", True)
    assert message.authentic("secret")
    answer = theirs.parse_message(ours.answer(message, ("192.0.2.7", 4444), "secret"))
    assert answer.check_message_integrity(b"secret")
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == ("192.0.2.7", 4444)
    assert answer.transaction_id == message.transaction


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (("2001:db8::7", 4444, 0, 0), ("2001:db8::7", 4444)),
        (("::ffff:192.0.2.7", 4444, 0, 0), ("192.0.2.7", 4444)),
    ],
)
def test_a_client_at_a_socket_for_both_families_is_told_its_own_address(
    address: Address, told: tuple[str, int]
) -> None:
    message = ours.parse(request("secret"))
    assert message is not None
    answer = theirs.parse_message(ours.answer(message, address, "secret"))
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == told
    assert answer.check_message_integrity(b"secret")


def test_a_wrong_password_or_a_missing_one_is_not_authentic() -> None:
    message = ours.parse(request("secret"))
    assert message is not None
    assert not message.authentic("guess")
    bare = ours.parse(bytes(theirs.Message(theirs.Method.BINDING, theirs.Class.REQUEST)))
    assert bare is not None
    assert not bare.authentic("")


@given(st.integers(8, 75))
def test_a_flipped_byte_is_not_authentic(place: int) -> None:
    data = bytearray(request("secret"))
    data[place] ^= 1
    message = ours.parse(data)
    assert message is None or not message.authentic("secret") or place >= len(data) - 8


def test_our_probe_satisfies_a_client() -> None:
    probe = theirs.parse_message(ours.probe(b"t" * 12, "there:here", "secret", 5))
    assert probe.message_class == theirs.Class.REQUEST
    assert probe.attributes["USERNAME"] == "there:here"
    assert probe.check_message_integrity(b"secret")


@given(st.binary(max_size=200))
def test_random_bytes_never_raise(data: bytes) -> None:
    ours.parse(data)


@given(st.binary(max_size=80))
def test_random_attributes_never_raise(body: bytes) -> None:
    body += bytes(-len(body) % 4)
    head = b"\0\1" + len(body).to_bytes(2, "big") + ours.COOKIE.to_bytes(4, "big") + b"t" * 12
    message = ours.parse(head + body)
    assert message is None or not message.authentic("secret")
