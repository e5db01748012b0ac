"""Relays for those whom UDP does not reach: TURN servers with credentials that end by themselves.

The form is the one of coturn's `use-auth-secret`: the name is `<expiry in Unix s>:<participant>`, the
password the HMAC-SHA1 of the name under the shared secret, in base64. The relay needs no word with us.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Sequence

import msgspec

from .settings import Settings


class IceServer(msgspec.Struct, frozen=True):
    """Relays with one name and password, in the form that browsers take."""

    urls: list[str]
    username: str
    credential: str


def credential(secret: str, username: str) -> str:
    """The password that belongs to a name."""
    return base64.b64encode(hmac.digest(secret.encode(), username.encode(), hashlib.sha1)).decode()


def ice_servers(settings: Settings, who: str, now: float | None = None) -> list[IceServer]:
    """The relays for one person; none where none are set up."""
    if not settings.turn_urls:
        return []
    expiry = int(time.time() if now is None else now) + settings.turn_ttl_s
    username = f"{expiry}:{who}"
    return [IceServer(list(settings.turn_urls), username, credential(settings.turn_secret, username))]


def links(servers: Sequence[IceServer]) -> list[str]:
    """The relays as values of `Link` headers (RFC 9725 4.6)."""
    return [
        f'<{url}>; rel="ice-server"; username="{server.username}"; '
        f'credential="{server.credential}"; credential-type="password"'
        for server in servers
        for url in server.urls
    ]
