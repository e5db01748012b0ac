"""The recent packets of one stream: known duplicates, and what can be sent again."""

from typing import NamedTuple

from .wire.vp8 import NOTHING, Descriptor


class Kept(NamedTuple):
    """One packet as it came, by its unwrapped sequence number."""

    number: int
    timestamp: int
    marker: int
    """0 or 128: the marker bit where it lies in the header."""
    payload: bytes
    level: int
    seen: Descriptor = NOTHING


class History:
    """A ring of the last packets; its size is a power of two."""

    __slots__ = ("_mask", "_ring", "size")

    def __init__(self, size: int = 512) -> None:
        if size & (size - 1):
            raise ValueError("the size must be a power of two")
        self.size = size
        self._mask = size - 1
        self._ring: list[Kept | None] = [None] * size

    def add(self, kept: Kept) -> None:
        """Keep a packet; the one that was `size` before it is forgotten."""
        self._ring[kept.number & self._mask] = kept

    def get(self, index: int) -> Kept | None:
        """The packet with this unwrapped sequence number, None if it never came or is forgotten."""
        kept = self._ring[index & self._mask]
        return kept if kept is not None and kept.number == index else None

    def clear(self) -> None:
        """Forget everything."""
        self._ring = [None] * self.size
