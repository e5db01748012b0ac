"""The self-made authority: trusted by its own file only, narrow, renewed in time; clear words when broken."""

import asyncio
import ssl
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from room_server import tls
from room_server.tls import Certificates, TlsError, prepare

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def names(path: Path) -> set[str]:
    extension = read(path).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return {str(name.value) for name in extension.value}


async def shake_hands(certificates: Certificates, name: str) -> str | None:
    """Connect as a phone that trusts the authority would; the protocol that was agreed on."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=certificates.ssl_context())
    trusting = ssl.create_default_context(cafile=str(certificates.authority))
    trusting.verify_flags |= ssl.VERIFY_X509_STRICT
    async with server:
        port = server.sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting, server_hostname=name)
        agreed: ssl.SSLObject = writer.get_extra_info("ssl_object")
        version = agreed.version()
        writer.close()
        return version


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
async def test_a_client_that_trusts_the_authority_connects(tmp_path: Path, name: str) -> None:
    assert await shake_hands(prepare(tmp_path / "tls"), name) == "TLSv1.3"


async def test_a_public_name_given_by_the_operator_is_accepted_and_no_other(tmp_path: Path) -> None:
    certificates = prepare(tmp_path, ["hearing.example.cn", "203.0.113.7"])
    assert await shake_hands(certificates, "hearing.example.cn") == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError, match=r"example\.com"):
        await shake_hands(certificates, "example.com")


async def test_a_stolen_authority_key_is_worth_nothing_for_other_names(tmp_path: Path) -> None:
    certificates = prepare(tmp_path)
    forged = ["localhost", "bank.example.com"]
    tls._make_server(certificates, tmp_path / "ca.key", forged, datetime.now(UTC))
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        await shake_hands(certificates, "bank.example.com")


def test_names_and_addresses_of_this_machine_are_in_it(tmp_path: Path) -> None:
    found = names(prepare(tmp_path).chain)
    assert {"localhost", "127.0.0.1", "::1", *tls.local_names()} <= found


def test_private_files_are_private(tmp_path: Path) -> None:
    certificates = prepare(tmp_path / "tls")
    for path in (certificates.key, tmp_path / "tls" / "ca.key"):
        assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "tls").stat().st_mode & 0o777 == 0o700


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    prepare(tmp_path, now=NOW)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    prepare(tmp_path, now=NOW + timedelta(days=300))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_it_is_renewed_thirty_days_before_its_end_under_the_same_authority(tmp_path: Path) -> None:
    first = prepare(tmp_path, now=NOW)
    ends = read(first.chain).not_valid_after_utc
    authority = first.fingerprint()
    before = first.chain.read_bytes()
    prepare(tmp_path, now=ends - timedelta(days=31))
    assert first.chain.read_bytes() == before
    second = prepare(tmp_path, now=ends - timedelta(days=29))
    assert read(second.chain).not_valid_after_utc > ends
    assert second.fingerprint() == authority


def test_a_new_local_address_renews_the_certificate_but_not_the_authority(tmp_path: Path) -> None:
    first = prepare(tmp_path, now=NOW)
    authority = first.fingerprint()
    second = prepare(tmp_path, ["192.168.77.5"], now=NOW)
    assert "192.168.77.5" in names(second.chain)
    assert second.fingerprint() == authority


def test_a_name_outside_of_the_authority_s_limits_makes_a_new_authority(tmp_path: Path) -> None:
    authority = prepare(tmp_path, now=NOW).fingerprint()
    second = prepare(tmp_path, ["hearing.example.cn"], now=NOW)
    assert second.fingerprint() != authority
    assert prepare(tmp_path, ["hearing.example.cn"], now=NOW).fingerprint() == second.fingerprint()


def test_names_that_are_no_names_are_left_out(tmp_path: Path) -> None:
    found = names(prepare(tmp_path, ["bad name", "*", "", "HOST.lan", "[fe80::1]"]).chain)
    assert {"host.lan", "fe80::1"} <= found
    assert not {"bad name", "*", ""} & found


def network(monkeypatch: pytest.MonkeyPatch, **interfaces: list[str]) -> None:
    """A machine with these addresses."""
    Row = namedtuple("Row", "address")
    rows = {name: [Row(address) for address in found] for name, found in interfaces.items()}
    monkeypatch.setattr("room_server.tls.psutil.net_if_addrs", lambda: rows)


def test_lan_addresses_are_those_that_others_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    network(
        monkeypatch,
        docker0=["172.17.0.1"],
        lo=["127.0.0.1", "::1", "00:00:00:00:00:00"],
        eth0=["fd00::2", "fe80::1%eth0", "192.0.2.2", "2001:db8::2"],
    )
    assert tls.lan_addresses() == ["192.0.2.2", "2001:db8::2", "fd00::2", "172.17.0.1"]


def test_an_address_that_comes_and_goes_asks_for_no_new_authority(monkeypatch: pytest.MonkeyPatch) -> None:
    network(monkeypatch, eth0=["192.0.2.2", "2001:db8::2", "fd00::2"])
    assert tls.local_names()[-2:] == ["192.0.2.2", "fd00::2"]
    network(monkeypatch, eth0=["2001:db8::2"])
    assert tls.local_names()[-1] == "2001:db8::2"


@pytest.mark.parametrize("name", ["ca.pem", "ca.key", "server.pem", "server.key"])
def test_a_broken_file_is_named_with_the_cure(tmp_path: Path, name: str) -> None:
    prepare(tmp_path, now=NOW)
    (tmp_path / name).write_text("no PEM at all")
    with pytest.raises(TlsError, match=rf"{name}.*delete"):
        # A new address makes it read the authority's key too.
        prepare(tmp_path, ["192.168.77.6"] if name == "ca.key" else (), now=NOW)


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "tls").write_text("")
    with pytest.raises(TlsError, match=r"/tls: .*owner"):
        prepare(tmp_path / "tls")


def test_the_operator_s_own_files_are_used(tmp_path: Path) -> None:
    own = prepare(tmp_path / "own")
    given = prepare(tmp_path / "tls", certificate=own.chain, key=own.key)
    assert given.authority is None
    assert given.ssl_context().minimum_version is ssl.TLSVersion.TLSv1_2
    assert not (tmp_path / "tls").exists()


def test_the_operator_s_missing_or_mismatched_files_are_named(tmp_path: Path) -> None:
    own, other = prepare(tmp_path / "own"), prepare(tmp_path / "other")
    with pytest.raises(TlsError, match="belong together"):
        prepare(tmp_path / "tls", certificate=own.chain)
    with pytest.raises(TlsError, match=r"missing\.key.*tls_key"):
        prepare(tmp_path / "tls", certificate=own.chain, key=tmp_path / "missing.key")
    mixed = prepare(tmp_path / "tls", certificate=own.chain, key=other.key)
    with pytest.raises(TlsError, match=r"server\.pem.*server\.key.*match"):
        mixed.ssl_context()


def test_a_key_with_a_password_does_not_ask_on_the_terminal(tmp_path: Path) -> None:
    own = prepare(tmp_path / "own")
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    with pytest.raises(TlsError, match=r"locked\.key"):
        prepare(tmp_path, certificate=own.chain, key=locked).ssl_context()
