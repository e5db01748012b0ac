"""The browser folds the minutes as the server does: both are held against the same journals."""

import json
import random
from pathlib import Path
from typing import Any

from tests.transcription.test_minutes import Journal

TWIN = Path(__file__).parents[2] / "web_client" / "tests" / "room" / "minutes.json"


def wander(seed: int) -> Journal:
    """A journal of any steps, many of them about lines that are not there."""
    chance, journal = random.Random(seed), Journal()
    versions: dict[str, int] = {}

    def some() -> str:
        return chance.choice([*versions, "nothing"])

    def next_of(line: str) -> int:
        versions[line] = versions.get(line, 0) + 1
        return versions[line]

    for number in range(30):
        name, start = f"l{number}", chance.randrange(9000)
        match chance.randrange(8):
            case 0 | 1 | 2:
                journal.heard(name, chance.choice(["p_a", "p_b"]), start, f"第{number}句")
                versions[name] = 0
            case 3:
                journal.inserted(name, some() if chance.random() < 0.5 else "", "（敲槌）", at=start)
                versions[name] = 0
            case 4:
                line = some()
                journal.edited(line, next_of(line), "改", chance.choice([None, "p_c"]))
            case 5:
                line = some()
                journal.struck(line, next_of(line))
            case 6:
                line = some()
                at = chance.choice([None, start])
                journal.split(line, next_of(line), "前", name, "后", at)
                versions[name] = 0
            case _:
                line, other = some(), some()
                if line != other:
                    journal.merged(line, next_of(line), "前后", other, next_of(other))
                journal.add("LinesAdopted", "clerk", 93_000, lines={line: next_of(line)})
    return journal


def twins() -> list[dict[str, Any]]:
    """Journals, each with what it folds to."""
    journals = [wander(seed) for seed in range(24)]
    return [{"entries": one.entries, "lines": one.minutes().lines()} for one in journals]


def test_the_browser_is_held_against_what_the_server_folds() -> None:
    text = json.dumps(twins(), ensure_ascii=False, separators=(",", ":")) + "\n"
    if not TWIN.exists() or TWIN.read_text(encoding="utf-8") != text:
        TWIN.write_text(text, encoding="utf-8")
        raise AssertionError(f"{TWIN.name} was not what the server folds: it is written anew, commit it")
