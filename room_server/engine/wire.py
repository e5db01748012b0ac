"""Frames between control and worker: four bytes of length, then one JSON object."""

import asyncio
import struct
from typing import Any

import msgspec

MAX_BYTES = 16 * 1024 * 1024
_LENGTH = struct.Struct("!I")
_encode = msgspec.json.Encoder().encode
_decode: msgspec.json.Decoder[dict[str, Any]] = msgspec.json.Decoder(dict[str, Any])


class Broken(Exception):
    """The other side sent something that is not a frame."""


def pack(message: dict[str, Any]) -> bytes:
    """One frame as bytes."""
    body = _encode(message)
    return _LENGTH.pack(len(body)) + body


async def read(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """The next frame, or None at the end of the stream."""
    try:
        (size,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        if size > MAX_BYTES:
            raise Broken(f"frame of {size} bytes")
        return _decode.decode(await reader.readexactly(size))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except msgspec.DecodeError as error:
        raise Broken(str(error)) from error
