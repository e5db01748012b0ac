"""TLS: the operator's certificate, or a self-made local authority that follows our addresses."""

import hashlib
import ipaddress
import logging
import re
import socket
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .store.keys import write_private

logger = logging.getLogger(__name__)

AUTHORITY_DAYS = 3650
# Phones refuse longer ones, also from an authority that their owner trusts.
SERVER_DAYS = 397
RENEW_DAYS = 30
_LOCAL_NETWORKS = ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
_LOCAL_NETWORKS_6 = ("::1/128", "fc00::/7", "fe80::/10")
_LOCAL_DOMAINS = ("localhost", "local", "lan", "internal", "home.arpa")
_HOST = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$")


class TlsError(Exception):
    """A certificate or key cannot be used; the text names the file and the cure."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files to serve with; `authority` is the self-made one that phones must trust, if any."""

    chain: Path
    key: Path
    authority: Path | None = None

    def fingerprint(self) -> str:
        """SHA-256 of the authority (or else the server certificate), to compare on a phone's screen."""
        certificate = _read_certificate(self.authority or self.chain)
        digest = hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest().upper()
        return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))

    def ssl_context(self) -> ssl.SSLContext:
        """A server context of TLS 1.2 and newer; raises `TlsError` when key and certificate do not match."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        try:
            # The password callback keeps OpenSSL from asking on the terminal.
            context.load_cert_chain(self.chain, self.key, password=lambda: "")
        except (ssl.SSLError, OSError, ValueError) as error:
            raise TlsError(_mismatch(self.chain, self.key, error)) from error
        return context


def prepare(
    folder: Path,
    names: Iterable[str] = (),
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    now: datetime | None = None,
) -> Certificates:
    """The operator's files when given, else our own under `folder`, made or renewed where needed."""
    if certificate or key:
        if not (certificate and key):
            raise TlsError("tls_certificate and tls_key belong together: give both or none")
        return Certificates(_readable(certificate), _readable(key))
    now = now or datetime.now(UTC)
    wanted = sorted(set(_valid(names)) | {"localhost", "127.0.0.1", "::1"} | set(local_names()))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _own(folder, wanted, now)
    except OSError as error:
        raise TlsError(f"cannot use the TLS folder {folder}: {error.strerror}; check its owner") from error


def local_names() -> list[str]:
    """This machine's name and its addresses in the local network.

    Global IPv6 addresses come and go, and each new one would ask for a new authority, which every phone
    would have to trust again: they are in only where there is nothing else.
    """
    addresses = lan_addresses()
    local = [ipaddress.ip_network(network) for network in _LOCAL_NETWORKS_6]
    steady = [text for text in addresses if ":" not in text or _inside(text, (), local)]
    return [*_valid([socket.gethostname().lower()]), *(steady or addresses)]


def lan_addresses() -> list[str]:
    """This machine's addresses that others can reach: real networks first, IPv4 before IPv6."""
    found = []
    for interface, addresses in psutil.net_if_addrs().items():
        virtual = interface.startswith(("docker", "br-", "veth", "virbr", "cni"))
        for one in addresses:
            address = _address(one.address)
            # Link-local IPv6 means nothing without a zone, and certificates and links have none.
            if address and not address.is_loopback and not (address.version == 6 and address.is_link_local):
                found.append((virtual, address.version, str(address)))
    return [address for _, _, address in sorted(found)]


def _own(folder: Path, names: Sequence[str], now: datetime) -> Certificates:
    files = Certificates(folder / "server.pem", folder / "server.key", folder / "ca.pem")
    authority_key = folder / "ca.key"
    assert files.authority is not None
    if (
        not files.authority.exists()
        or not authority_key.exists()
        or not _permits(files.authority, names, now)
    ):
        _make_authority(files.authority, authority_key, names, now)
        files.chain.unlink(missing_ok=True)
    if not _still_good(files, names, now):
        _make_server(files, authority_key, names, now)
    return files


def _permits(path: Path, names: Sequence[str], now: datetime) -> bool:
    """Whether the authority may sign for these names until long after the next renewal."""
    authority = _read_certificate(path)
    if authority.not_valid_after_utc < now + timedelta(days=SERVER_DAYS):
        return False
    allowed = (
        authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    )
    domains = [name.value for name in allowed if isinstance(name, x509.DNSName)]
    networks = [name.value for name in allowed if isinstance(name, x509.IPAddress)]
    return all(_inside(name, domains, networks) for name in names)


def _inside(name: str, domains: Sequence[str], networks: Sequence[object]) -> bool:
    address = _address(name)
    if address is None:
        return any(name == domain or name.endswith(f".{domain}") for domain in domains)
    return any(
        isinstance(network, ipaddress.IPv4Network | ipaddress.IPv6Network) and address in network
        for network in networks
    )


def _make_authority(path: Path, key_path: Path, names: Sequence[str], now: datetime) -> None:
    """An authority that phones can trust safely: it may vouch for this server's local names only."""
    networks = [ipaddress.ip_network(text) for text in (*_LOCAL_NETWORKS, *_LOCAL_NETWORKS_6)]
    outside = [name for name in names if not _inside(name, _LOCAL_DOMAINS, networks)]
    addresses = [ipaddress.ip_network(address) for name in outside if (address := _address(name))]
    domains = [name for name in outside if _address(name) is None]
    permitted: list[x509.GeneralName] = [x509.DNSName(domain) for domain in (*_LOCAL_DOMAINS, *domains)]
    permitted += [x509.IPAddress(network) for network in (*networks, *addresses)]
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(f"Heting local CA {now:%Y-%m-%d}")
    certificate = (
        _builder(subject, subject, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_private(key_path, _pem(key))
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    logger.info("made a local certificate authority: %s", path)


def _make_server(files: Certificates, authority_key: Path, names: Sequence[str], now: datetime) -> None:
    assert files.authority is not None
    authority = _read_certificate(files.authority)
    signer = _read_key(authority_key)
    key = ec.generate_private_key(ec.SECP256R1())
    alternatives = [
        x509.IPAddress(address) if (address := _address(name)) else x509.DNSName(name) for name in names
    ]
    certificate = (
        _builder(_subject("Heting server"), authority.subject, key.public_key(), now, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    write_private(files.key, _pem(key))
    pem = serialization.Encoding.PEM
    files.chain.write_bytes(certificate.public_bytes(pem) + authority.public_bytes(pem))
    logger.info("made a server certificate for %d names", len(names))


def _still_good(files: Certificates, names: Sequence[str], now: datetime) -> bool:
    if not files.chain.exists() or not files.key.exists():
        return False
    certificate = _read_certificate(files.chain)
    _read_key(files.key)
    names_in_it = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    present = {str(name.value) for name in names_in_it}
    return set(names) <= present and certificate.not_valid_after_utc > now + timedelta(days=RENEW_DAYS)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    # A phone's clock may be behind ours.
    begin = now - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _valid(names: Iterable[str]) -> list[str]:
    found = [name.strip().lower().strip("[]") for name in names]
    return [name for name in found if _address(name) or _HOST.match(name)]


def _readable(path: Path) -> Path:
    try:
        path.read_bytes()
    except OSError as error:
        raise TlsError(f"cannot read {path}: {error.strerror}; check tls_certificate, tls_key") from error
    return path


def _read_certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(_readable(path).read_bytes())
    except ValueError as error:
        raise TlsError(f"{path} is no certificate; delete {path.parent} to have a new one made") from error


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(_readable(path).read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise TlsError(f"{path} is no usable key; delete {path.parent} to have a new one made") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TlsError(f"{path} is not one of our keys; delete {path.parent} to have a new one made")
    return key


def _mismatch(chain: Path, key: Path, error: Exception) -> str:
    reason = getattr(error, "reason", None) or type(error).__name__
    return f"cannot serve with the certificate {chain} and the key {key} ({reason}): check that they match"
