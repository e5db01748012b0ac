"""Notices by SMS or WeChat: a signed POST to the operator's gateway, and its signed reports."""

import hashlib
import hmac
from collections.abc import Callable

import aiohttp
import msgspec

from .channel import Message, Undeliverable

SIGNATURE = "X-Heting-Signature"
TOLERANCE_S = 300
_TIMEOUT = aiohttp.ClientTimeout(total=20)
_LONGEST = 4096


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway may answer, or report later, of a notice."""

    state: str = ""
    """`delivered`, `failed`, or something else that is not final."""
    notice: str = ""


def sign(secret: str, at: int, body: bytes) -> str:
    """The value of the header: `t=<Unix s>,v1=<HMAC-SHA-256 of "t.body" in hex>`."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def is_signed(secret: str, header: str, body: bytes, now: int) -> bool:
    """Whether a body came from who knows the secret, within five minutes of its time."""
    parts = dict(part.partition("=")[::2] for part in header.split(",")[:8])
    stamp = parts.get("t", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12 and header.isascii()):
        return False
    if abs(now - int(stamp)) > TOLERANCE_S:
        return False
    wanted = sign(secret, int(stamp), body).partition("v1=")[2]
    return hmac.compare_digest(parts.get("v1", ""), wanted)


class Gateway:
    """Posts each notice as JSON; 2xx takes it, 4xx refuses it for good, everything else is tried again."""

    def __init__(self, url: str, secret: str, clock: Callable[[], float]) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock

    async def send(self, message: Message) -> bool:
        """Hand over; whether the gateway says that it has arrived already."""
        body = msgspec.json.encode(
            {
                "id": message.id,
                "to": message.address,
                "name": message.name,
                "title": message.subject,
                "text": message.short,
            }
        )
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.id,
            SIGNATURE: sign(self._secret, int(self._clock()), body),
        }
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                status, told = answer.status, await answer.content.read(_LONGEST)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Undeliverable("unreachable", again=True) from error
        if 200 <= status < 300:
            return _state(told) == "delivered"
        if status in (408, 425, 429) or status >= 500:
            raise Undeliverable("unreachable", again=True)
        raise Undeliverable("address_refused" if status == 422 else "gateway_refused", again=False)


def _state(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=Report).state
    except (msgspec.DecodeError, UnicodeError):
        return ""
