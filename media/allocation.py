"""A real allocation at a TURN server: the only proof that it is there and takes our credentials."""

import asyncio
import re
import ssl
from dataclasses import dataclass

from aioice import stun, turn

_URL = re.compile(r"(turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?")
_UNAUTHORISED = 401


class AllocationError(Exception):
    """The relay gave nothing; the text says why in plain words."""


@dataclass(frozen=True, slots=True)
class Relay:
    """Where a TURN server is and how it is spoken to (RFC 7065)."""

    host: str
    port: int
    transport: str
    secure: bool

    @property
    def way(self) -> str:
        """How a client reaches it: `udp`, `tcp` or `tls`."""
        return "tls" if self.secure else self.transport


def read_url(url: str) -> Relay:
    """A `turn:` or `turns:` address; ValueError when it is none. TLS is over TCP always."""
    found = _URL.fullmatch(url)
    if found is None:
        raise ValueError(f"{url!r} is no TURN address")
    scheme, host, port, transport = found.groups()
    secure = scheme == "turns"
    number = int(port) if port else 5349 if secure else 3478
    return Relay(host.strip("[]"), number, "tcp" if secure else transport or "udp", secure)


async def allocate(
    url: str, username: str, password: str, seconds: float = 5.0, trust: ssl.SSLContext | None = None
) -> str:
    """The address that the relay lent us, given back at once. `trust`: not the system's authorities."""
    relay = read_url(url)
    try:
        async with asyncio.timeout(seconds):
            lent, _ = await turn.create_turn_endpoint(
                asyncio.DatagramProtocol,
                server_addr=(relay.host, relay.port),
                username=username,
                password=password,
                ssl=(trust or True) if relay.secure else None,
                transport=relay.transport,
            )
    except ssl.SSLCertVerificationError as error:
        raise AllocationError(f"its certificate is not trusted here: {error.verify_message}") from error
    except stun.TransactionFailed as error:
        raise AllocationError(_refusal(error)) from error
    except (TimeoutError, stun.TransactionTimeout) as error:
        raise AllocationError(f"no answer over {relay.way.upper()}") from error
    except OSError as error:
        raise AllocationError(
            f"cannot be reached over {relay.way.upper()}: {error.strerror or error}"
        ) from error
    host: str = lent.get_extra_info("sockname")[0]
    lent.close()
    # The goodbye leaves before the loop may end.
    await asyncio.sleep(0.05)
    return host


def _refusal(error: stun.TransactionFailed) -> str:
    code, reason = error.response.attributes.get("ERROR-CODE", (0, ""))
    if code == _UNAUTHORISED:
        return "refused our credentials: the secret or the clock differs"
    return f"refused: {code} {reason}"
