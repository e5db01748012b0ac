"""Journals about minutes with what they fold to: `python -m tests.support.minutes_twin` writes `TWIN`."""

import json
import random
from itertools import count
from pathlib import Path
from typing import Any

from transcription.minutes import Minutes, fold

TWIN = Path(__file__).parents[2] / "web_client" / "tests" / "room" / "minutes.json"

Entry = dict[str, Any]


class Journal:
    """Writes entries the way the control process journals them."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._seq = count(1)

    def add(self, kind: str, actor: str, media_time: int | None, **body: Any) -> None:
        entry = {"seq": next(self._seq), "actor": actor, "type": kind, "body": body, "media_time": media_time}
        self.entries.append(entry)

    def heard(
        self, name: str, speaker: str, start: int, text: str, at: int | None = None, **voice: Any
    ) -> None:
        end = start + 1000
        body = {"utterance": name, "participant": speaker, "start_ms": start, "end_ms": end, "text": text}
        self.add(
            "UtteranceHeard",
            "",
            at or end,
            **body,
            words=[],
            confidence=0.9,
            language="zh",
            engine="e",
            **voice,
        )

    def edited(self, line: str, version: int, text: str, speaker: str | None = None) -> None:
        told = {"line": line, "version": version, "text": text, "speaker": speaker}
        self.add("LineEdited", "clerk", 90_000, **told, **_naming(text))

    def named(self, voice: str, speaker: str, lines: dict[str, int]) -> None:
        self.add("VoiceNamed", "clerk", 94_000, participant="p_a", voice=voice, speaker=speaker, lines=lines)

    def inserted(self, line: str, after: str, text: str, speaker: str = "", at: int | None = 0) -> None:
        told = {"line": line, "after": after, "text": text, "speaker": speaker}
        form = {"template": "closing", "form": "7"} if "阅看" in text else {}
        self.add("LineInserted", "clerk", at, **told, **_naming(text), **form)

    def struck(self, line: str, version: int) -> None:
        self.add("LineStruck", "clerk", 90_000, line=line, version=version)

    def split(self, line: str, version: int, text: str, next: str, rest: str, at: int | None) -> None:
        told = {"line": line, "version": version, "text": text, "next": next, "rest": rest, "at_ms": at}
        told |= {"evidence": ["v_1"], "rest_evidence": []} if version % 2 else {}
        self.add("LineSplit", "clerk", 91_000, **told)

    def merged(self, line: str, version: int, text: str, other: str, other_version: int) -> None:
        told = {"line": line, "version": version, "text": text, "other": other}
        self.add("LinesMerged", "clerk", 92_000, **told, other_version=other_version, **_naming(text))

    def said(self, line: str, speaker: str, text: str, at: int) -> None:
        told = {"line": line, "participant": speaker, "text": text, "evidence": []}
        self.add("TextSaid", speaker, at, **(told | _naming(text)))

    def minutes(self) -> Minutes:
        return fold(self.entries)

    def order(self) -> list[str]:
        return [line["line"] for line in self.minutes().lines()]


def _naming(text: str) -> dict[str, Any]:
    """What a wording names; journals from before the minutes named evidence say nothing of it."""
    return {"evidence": ["v_1"]} if "申证1" in text else {}


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
        match chance.randrange(9):
            case 0 | 1 | 2:
                name_of = chance.choice(["", "v1", "v2"])
                voice: dict[str, Any] = {"voice": name_of, "voice_confidence": 0.5} if name_of else {}
                journal.heard(name, chance.choice(["p_a", "p_b"]), start, f"第{number}句", **voice)
                versions[name] = 0
            case 3:
                journal.inserted(
                    name,
                    some() if chance.random() < 0.5 else "",
                    chance.choice(["（敲槌）", "（出示证据 申证1）", "（阅看笔录）"]),
                    at=start,
                )
                versions[name] = 0
            case 4:
                line = some()
                journal.edited(
                    line, next_of(line), chance.choice(["改", "见申证1"]), chance.choice([None, "p_c"])
                )
            case 5:
                line = some()
                journal.struck(line, next_of(line))
                line = some()
                journal.named("v1", chance.choice(["p_b", ""]), {line: next_of(line)})
            case 7:
                journal.said(name, "p_b", "文字：见申证1", start)
                versions[name] = 0
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


def text() -> str:
    """The file that the browser's fold is held against."""
    return json.dumps(twins(), ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    TWIN.write_text(text(), encoding="utf-8")
