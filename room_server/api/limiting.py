"""Whoever asks too fast is told to wait; who they are is their address, and their account or ticket."""

import ipaddress
import logging
import math
from collections.abc import Awaitable, Callable, Hashable, Sequence

from aiohttp import web

from ..rates import Limits, Rates
from .refusals import ApiError

logger = logging.getLogger(__name__)

CLIENT = web.RequestKey("client", str)
_MOST_HOPS = 20

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LIMITS = web.AppKey("limits", Limits)
PROXIES = web.AppKey("proxies", Sequence[Network])
Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def limiting(request: web.Request, handler: Next) -> web.StreamResponse:
    """Find out who asks, and count it before anything is read or looked up."""
    forwarded = request.headers.getall("X-Forwarded-For", [])
    client = client_address(request.remote or "", forwarded, request.app[PROXIES])
    request[CLIENT] = client
    _count(request.app[LIMITS].address, household(client))
    return await handler(request)


def count_account(request: web.Request, who: str) -> None:
    """Count a request of somebody who has proved who they are, from wherever they ask."""
    _count(request.app[LIMITS].account, who)


def client_address(remote: str, forwarded: Sequence[str], proxies: Sequence[Network]) -> str:
    """The address of who asks: the last of `X-Forwarded-For` that no proxy of ours has written.

    What stands left of it was written by somebody we do not know, and may be invented.
    """
    client = _plain(remote)
    hops = [hop.strip() for line in forwarded for hop in line.split(",")][-_MOST_HOPS:]
    while hops and _is_ours(client, proxies):
        hop = _plain(hops.pop())
        if not _known(hop):
            break
        client = hop
    return client


def household(address: str) -> str:
    """What is counted as one client: an IPv4 address, or the /64 that one IPv6 subscriber has."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network(f"{address.partition('%')[0]}/64", strict=False))
    except ValueError:
        return address


def _count(rates: Rates, key: Hashable) -> None:
    wait = rates.take(key)
    if not wait:
        return
    if rates.newly_refused(key):
        logger.warning("%s asks too fast: refused until it slows down", key)
    seconds = str(math.ceil(wait))
    raise ApiError("too_fast", seconds, {"Retry-After": seconds})


def _plain(text: str) -> str:
    """An address without brackets and port, an IPv4 one never in its IPv6 form; anything else as it is."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text
    mapped = found.ipv4_mapped if found.version == 6 else None
    return str(mapped or found)


def _known(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_ours(address: str, proxies: Sequence[Network]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found.version == network.version and found in network for network in proxies)
