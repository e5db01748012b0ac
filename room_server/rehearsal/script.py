"""The script of a rehearsal: who takes part and what happens, step by step, read from a TOML file."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
DEEDS = frozenset(
    {
        *("enter", "admit", "open", "stage", "turn", "read", "say"),
        *("floor", "free", "caucus", "return", "wait", "close", "next"),
        *("sign", "decline", "request", "grant", "deny", "call", "dismiss"),
        *("recess", "delegate", "drop", "back", "lay", "confirm"),
        *("submit", "put", "choose", "look", "pry", "opine", "reveal", "conclude"),
    }
)
PRESIDING = ("chief_arbitrator", "sole_arbitrator", "mediator")
STAFF = frozenset({*PRESIDING, "arbitrator", "clerk"})
LISTENERS = frozenset({"observer", "supervisor", "tech"})

_SECONDS = {"say": 3, "drop": 6, "back": 3, "next": 15}


class BadScript(Exception):
    """A script that cannot be played; the text says why."""


@dataclass(frozen=True, slots=True)
class Person:
    """One synthetic person: a seat in the hearing, a voice and a colour."""

    key: str
    name: str
    role: str
    side: str
    voice: str
    pitch: int
    speed: int
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: `who` does it or has it done to them; several who `say` speak at once.

    `over`: somebody who says something else meanwhile, the clip and the text.
    """

    do: str
    who: tuple[str, ...] = ()
    clip: str = ""
    text: str = ""
    seconds: float = 0.0
    to: str = ""
    """The stage that is entered; empty: the regular one."""
    reason: str = ""
    outcome: str = ""
    kind: str = ""
    """What is asked for."""
    by: str = ""
    """Who does it instead of whoever presides."""
    over: tuple[str, ...] = ()

    def voices(self) -> list[tuple[str, str, str]]:
        """Who says what at the same time: person, clip, text."""
        both = [self.over] if self.over else []
        return [*((who, self.clip, self.text) for who in self.who), *((a, b, c) for a, b, c in both)]


@dataclass(frozen=True, slots=True)
class Script:
    """A whole hearing to be played."""

    name: str
    title: str
    kind: str
    pause: float
    people: tuple[Person, ...]
    steps: tuple[Step, ...]
    cast: str = ""
    """The script whose recorded sentences are spoken; empty: its own."""

    def clip_file(self, who: str, clip: str) -> Path:
        """Where a person's recorded sentence lies."""
        return FOLDER / "cast" / (self.cast or self.name) / f"{who}-{clip}.ogg"

    def chair(self) -> str:
        """The key of the person who presides."""
        by_role = {person.role: person.key for person in reversed(self.people)}
        return next(by_role[role] for role in PRESIDING if role in by_role)

    def staff(self) -> list[Person]:
        """Those with an account of their own: whoever presides, decides or keeps the minutes."""
        return [person for person in self.people if person.role in STAFF]

    def has_bench(self) -> bool:
        """Whether it takes more staff than the one account that every server has."""
        return [person.role for person in self.staff()] != ["mediator"]

    def listeners(self) -> frozenset[str]:
        """The keys of those who only watch."""
        return frozenset(person.key for person in self.people if person.role in LISTENERS)

    def sittings(self) -> list["Script"]:
        """The script of each sitting: the next one begins with `next`, and has the people who enter it."""
        parts: list[list[Step]] = [[]]
        for step in self.steps:
            if step.do == "next":
                parts.append([])
            else:
                parts[-1].append(step)
        if len(parts) == 1:
            return [self]
        found = []
        for steps in parts:
            there = {who for step in steps if step.do == "enter" for who in step.who}
            people = tuple(person for person in self.people if person.key in there)
            found.append(replace(self, people=people, steps=tuple(steps)))
        return found

    def staged(self) -> bool:
        """Whether it follows the stages of its kind."""
        return any(step.do == "stage" for step in self.steps)

    def spoken(self) -> dict[str, list[str]]:
        """What each person says on the record, in order; a caucus is off the record."""
        lines: dict[str, list[str]] = {person.key: [] for person in self.people}
        apart: set[str] = set()
        for step in self.steps:
            if step.do == "caucus":
                apart.update(step.who)
            elif step.do == "return":
                apart.difference_update(step.who)
            elif step.do == "say":
                for who, _, text in step.voices():
                    if who not in apart:
                        lines[who].append(text)
        return lines

    def seconds(self) -> float:
        """About how long the hearing lasts: 3 s for a sentence, 6 for a lost line, 1 for most else."""
        return sum(_SECONDS.get(step.do, 1) + step.seconds for step in self.steps)


def names() -> list[str]:
    """The scripts there are."""
    return sorted(path.stem for path in (FOLDER / "scripts").glob("*.toml"))


def load(name: str) -> Script:
    """Read a script by its name; raises `BadScript`."""
    if name not in names():
        raise BadScript(f"no script {name!r}; there are: {', '.join(names())}")
    with (FOLDER / "scripts" / f"{name}.toml").open("rb") as file:
        return parse(name, tomllib.load(file))


def parse(name: str, table: dict[str, Any]) -> Script:
    """Turn a TOML table into a script, or say what is wrong with it."""
    try:
        people = tuple(Person(**row | {"colour": tuple(row["colour"])}) for row in table["people"])
        steps = tuple(
            Step(**row | {name: tuple(row.get(name, ())) for name in ("who", "over")})
            for row in table["steps"]
        )
        cast = table.get("cast", "")
        script = Script(name, table["title"], table["kind"], table["pause"], people, steps, cast)
    except (KeyError, TypeError) as error:
        raise BadScript(f"script {name}: {error}") from error
    _check(script)
    return script


def _check(script: Script) -> None:
    keys = {person.key for person in script.people}
    if not {person.role for person in script.people} & set(PRESIDING):
        raise BadScript(f"script {script.name}: nobody presides")
    for step in script.steps:
        if step.do not in DEEDS:
            raise BadScript(f"script {script.name}: unknown deed {step.do!r}")
        if len(step.over) not in (0, 3):
            raise BadScript(f"script {script.name}: what is said over it needs who, clip and text")
        if unknown := {*step.who, step.by, *step.over[:1]} - keys - {""}:
            raise BadScript(f"script {script.name}: unknown person {', '.join(sorted(unknown))}")
        if step.do == "say" and not (step.who and step.clip and step.text):
            raise BadScript(f"script {script.name}: a sentence needs who, clip and text")
