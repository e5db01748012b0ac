"""The devices of one sitting: which have connections, which wait for their person, which hello is latest."""

from typing import Protocol

Key = tuple[str, str]
"""Participant and device."""
Order = tuple[int, int]
"""When a page was opened, and which of its attempts a hello was; both grow. (0, 0): not said."""


class Comer(Protocol):
    """Somebody who says hello."""

    participant: str
    device: str
    order: Order


class Devices:
    """What a sitting remembers of the devices that came in."""

    def __init__(self) -> None:
        self._alive: set[Key] = set()
        self._stood: set[tuple[str, str, str]] = set()
        self._parked: dict[str, str] = {}
        self._latest: dict[Key, Order] = {}
        self._offers: dict[tuple[str, str, str], int] = {}

    # ---- connections in the media worker

    def answered(self, key: Key) -> None:
        """The media worker has connections of this device."""
        self._alive.add(key)

    def alive(self, key: Key) -> bool:
        """Whether this device may go on with the connections it has: they stand, or are only silent."""
        return key in self._alive

    def stands(self, key: Key, plane: str) -> None:
        """A connection carries packets."""
        self._stood.add((*key, plane))

    def stood(self, key: Key, plane: str) -> bool:
        """Whether a connection ever carried packets."""
        return (*key, plane) in self._stood

    def gone(self, key: Key) -> None:
        """A connection is over: the device has to make new ones."""
        self._alive.discard(key)

    def forget(self, key: Key) -> None:
        """All connections of a device were ended."""
        self._alive.discard(key)
        self._stood = {one for one in self._stood if one[:2] != key}

    def forget_all(self) -> None:
        """The media worker is gone."""
        self._alive.clear()
        self._stood.clear()

    # ---- sockets

    def park(self, participant: str, device: str) -> None:
        """A device's socket is gone; its connections wait for it."""
        self._parked[participant] = device

    def unpark(self, participant: str) -> str:
        """Somebody came, or nobody will: the device whose connections waited; empty when none did."""
        return self._parked.pop(participant, "")

    def seat(self, comer: Comer) -> None:
        """This hello was let in."""
        key = (comer.participant, comer.device)
        self._latest[key] = max(comer.order, self._latest.get(key, (0, 0)))

    def overtaken(self, comer: Comer) -> bool:
        """Whether a later attempt of the same device was let in: this one was long under way, or a copy."""
        latest = self._latest.get((comer.participant, comer.device), (0, 0))
        return comer.order != (0, 0) and comer.order <= latest

    # ---- offers

    def offer(self, key: Key, plane: str) -> int:
        """A number for an offer that has just come."""
        number = self._offers[*key, plane] = self._offers.get((*key, plane), 0) + 1
        return number

    def latest_offer(self, key: Key, plane: str, number: int) -> bool:
        """Whether no later offer for this plane has come since."""
        return self._offers.get((*key, plane), 0) == number
