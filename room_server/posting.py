"""The postman: sends what waits in the outbox to other systems, signed, and never into our own network."""

import asyncio
import ipaddress
import logging
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from sqlalchemy.exc import SQLAlchemyError
from yarl import URL

from .rules.webhooks import signature
from .store import webhooks
from .store.database import Database, DatabaseError
from .store.privacy import Privacy
from .store.webhooks import Due

logger = logging.getLogger(__name__)

PAUSE_S = 1.0
PATIENCE_S = 15.0
KEEP_MS = 30 * 24 * 3_600_000
"""How long messages are kept after they were settled."""
_AT_ONCE = 100
_PRUNE_S = 3600.0
_EMBEDDING = tuple(ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"))
"""IPv6 networks whose addresses lead to an IPv4 address inside of them."""


class BadTarget(ValueError):
    """An address that nothing is sent to; the text says why, in Chinese and English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(english)
        self.texts = (chinese, english)


class PrivateTarget(OSError):
    """A name that leads into a private network."""


def check_target(url: str, private: bool) -> None:
    """Raise `BadTarget` for what is no address of a receiver; `private`: our own network is meant, too."""
    try:
        parts = urlsplit(url)
        # The client reads an address in its own way: what it will connect to is what counts.
        host = URL(url).raw_host
    except ValueError as error:
        raise BadTarget("网址不正确", "not an address") from error
    if not host or not url.isascii() or any(letter <= " " for letter in url) or "%" in parts.netloc:
        raise BadTarget("网址不正确", "not an address")
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise BadTarget("网址须以 https:// 开头", "it must begin with https://")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadTarget("网址不得含账号或 # 片段", "no user name, password or fragment")
    if not private and (f".{host}".endswith(".localhost") or _is_private_address(host)):
        raise BadTarget("不得指向内部网络", "it leads into a private network")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet, whatever it is wrapped in."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if found.version == 6:
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif any(found in network for network in _EMBEDDING):
            return False
    return found.is_global and not found.is_multicast


class PublicResolver(AbstractResolver):
    """Looks a name up once, and gives only addresses that may be connected to: those are then used."""

    def __init__(self, private: bool) -> None:
        self._private = private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name; raises `PrivateTarget` when one of them is not public."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        # One private address among public ones is an attack or a mistake: neither is to be guessed about.
        if not self._private and not all(is_public(str(row[4][0])) for row in found):
            raise PrivateTarget(host)
        return [
            ResolveResult(
                hostname=host,
                host=str(row[4][0]),
                port=port,
                family=row[0],
                proto=row[2],
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for row in found
        ]

    async def close(self) -> None:
        """Nothing is held."""


class Postman:
    """One per server; what it has not settled when it stops or is killed, the next one sends (again)."""

    def __init__(
        self,
        database: Database,
        privacy: list[Privacy],
        private: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`privacy` holds the key of the database once the server has started."""
        self._database = database
        self._privacy = privacy
        self._private = private
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._task: asyncio.Task[None] | None = None
        self._pruned = 0.0

    async def start(self) -> None:
        """Begin to look into the outbox again and again."""
        await self.open()
        self._task = asyncio.create_task(self._run())

    async def open(self) -> None:
        """Be ready for `deliver_due`."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=PublicResolver(self._private), use_dns_cache=False, force_close=True
            ),
            timeout=aiohttp.ClientTimeout(total=PATIENCE_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def stop(self) -> None:
        """Stop at once; may be called twice."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def deliver_due(self) -> int:
        """Try everything that is due, each subscription in order; how many tries were made."""
        waiting = await self._database.read(lambda s: webhooks.due(s, self._now(), _AT_ONCE))
        queues: dict[str, list[Due]] = {}
        for one in waiting:
            queues.setdefault(one.webhook, []).append(one)
        return sum(await asyncio.gather(*(self._deliver(queue) for queue in queues.values())))

    async def _run(self) -> None:
        while True:
            try:
                busy = await self.deliver_due()
                if self._clock() - self._pruned > _PRUNE_S:
                    self._pruned = self._clock()
                    await self._database.write(lambda s: webhooks.prune(s, self._now() - KEEP_MS))
            except (DatabaseError, SQLAlchemyError) as error:
                logger.warning("the outbox cannot be read: %s", type(error).__name__)
                busy = 0
            if not busy:
                await asyncio.sleep(PAUSE_S)

    async def _deliver(self, queue: list[Due]) -> int:
        for tried, one in enumerate(queue, 1):
            status, word = await self._post(one)
            now = self._now()
            await self._database.write(
                lambda s, one=one, now=now, status=status, word=word: webhooks.settle(  # type: ignore[misc]
                    s, one.id, now, status, word
                )
            )
            if word:
                logger.info("webhook %s: message %s was not taken: %s", one.webhook, one.id, word)
                return tried
        return len(queue)

    async def _post(self, one: Due) -> tuple[int | None, str]:
        """One try: the status of the answer, and what went wrong (empty: nothing)."""
        assert self._session is not None
        try:
            check_target(one.url, self._private)
            async with self._session.post(
                one.url, data=one.body.encode(), headers=self._headers(one), allow_redirects=False
            ) as answer:
                return answer.status, "" if 200 <= answer.status < 300 else "refused"
        except (BadTarget, aiohttp.InvalidURL):
            return None, "bad_target"
        except aiohttp.ClientConnectorDNSError as error:
            return None, "bad_target" if isinstance(error.os_error, PrivateTarget) else "no_such_name"
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError):
            return None, "tls"
        except TimeoutError:
            return None, "timeout"
        except (aiohttp.ClientError, OSError, ValueError):
            return None, "unreachable"

    def _headers(self, one: Due) -> dict[str, str]:
        timestamp = self._now() // 1000
        keys = [self._privacy[0].reveal(one.webhook, sealed) for sealed in one.secrets]
        return {
            "Content-Type": "application/json",
            "User-Agent": "Heting",
            "webhook-id": one.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(signature(key, one.id, timestamp, one.body) for key in keys),
        }

    def _now(self) -> int:
        return int(self._clock() * 1000)


def _is_private_address(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:
        return False
