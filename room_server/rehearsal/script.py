"""The script of a rehearsal: who takes part and what happens, step by step, read from a TOML file."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
DEEDS = frozenset(
    {
        *("enter", "admit", "open", "stage", "turn", "read", "say"),
        *("floor", "free", "caucus", "return", "wait", "close"),
    }
)


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
    """One thing that happens: `who` does it or has it done to them; several who `say` speak at once."""

    do: str
    who: tuple[str, ...] = ()
    clip: str = ""
    text: str = ""
    seconds: float = 0.0
    to: str = ""
    """The stage that is entered; empty: the regular one."""
    reason: str = ""
    outcome: str = ""


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
        return next(person.key for person in self.people if person.role == "mediator")

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
                for who in step.who:
                    if who not in apart:
                        lines[who].append(step.text)
        return lines

    def seconds(self) -> float:
        """About how long the hearing lasts, taking 3 s for a sentence and 1 s for anything else."""
        return sum(3 if step.do == "say" else 1 + step.seconds for step in self.steps)


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
        steps = tuple(Step(**row | {"who": tuple(row.get("who", ()))}) for row in table["steps"])
        cast = table.get("cast", "")
        script = Script(name, table["title"], table["kind"], table["pause"], people, steps, cast)
    except (KeyError, TypeError) as error:
        raise BadScript(f"script {name}: {error}") from error
    _check(script)
    return script


def _check(script: Script) -> None:
    keys = {person.key for person in script.people}
    if "mediator" not in {person.role for person in script.people}:
        raise BadScript(f"script {script.name}: nobody presides")
    for step in script.steps:
        if step.do not in DEEDS:
            raise BadScript(f"script {script.name}: unknown deed {step.do!r}")
        if unknown := set(step.who) - keys:
            raise BadScript(f"script {script.name}: unknown person {', '.join(sorted(unknown))}")
        if step.do == "say" and not (step.who and step.clip and step.text):
            raise BadScript(f"script {script.name}: a sentence needs who, clip and text")
