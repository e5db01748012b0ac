"""What one synthetic person noted: packets sent and received and facts, one JSON list per line."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TextIO


class Sent(NamedTuple):
    """A payload that left; `at` is monotonic ns, the same clock in every process of a machine."""

    at: int
    digest: int
    medium: str
    end: bool


class Received(NamedTuple):
    """A payload that came, on a slot."""

    at: int
    digest: int
    medium: str
    mid: str


class Fact(NamedTuple):
    """Something that happened to the person: `hello`, `welcome`, `connected`, `told` …"""

    at: int
    name: str
    about: dict[str, Any]


@dataclass(slots=True)
class PersonLog:
    """Everything one person noted."""

    sent: list[Sent] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def first(self, name: str) -> int | None:
        """When a fact was first noted."""
        return next((fact.at for fact in self.facts if fact.name == name), None)

    def told(self) -> list[tuple[int, dict[str, Any]]]:
        """The entries of the journal as they arrived on this person's screen."""
        return [(fact.at, fact.about["event"]) for fact in self.facts if fact.name == "told"]


_LETTERS: dict[type, str] = {Sent: "s", Received: "r", Fact: "f"}


def write(file: TextIO, rows: Iterable[Sent | Received | Fact]) -> None:
    """Append rows."""
    file.writelines(json.dumps([_LETTERS[type(row)], *row], ensure_ascii=False) + "\n" for row in rows)


def read(path: Path) -> PersonLog:
    """Read a log; one whose writer died in mid-line is read up to there, a missing one is empty."""
    log = PersonLog()
    if not path.exists():
        return log
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                letter, *row = json.loads(line)
            except json.JSONDecodeError:
                break
            if letter == "s":
                log.sent.append(Sent(*row))
            elif letter == "r":
                log.received.append(Received(*row))
            else:
                log.facts.append(Fact(*row))
    return log


def joined(logs: Iterable[PersonLog]) -> PersonLog:
    """The logs of one person who came several times, in the order of their coming."""
    whole = PersonLog()
    for each in logs:
        whole.sent += each.sent
        whole.received += each.received
        whole.facts += each.facts
    return whole
