"""The minutes: a fold over the journal's entries, in which no version of any line is ever lost (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = (
    "UtteranceHeard",
    "LineEdited",
    "LineInserted",
    "LineStruck",
    "LineSplit",
    "LinesMerged",
    "LinesAdopted",
    "VoiceNamed",
    "TextSaid",
)
"""The facts that make minutes."""


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a line, and who made it: nobody (`actor` empty) means the machine."""

    version: int
    text: str
    speaker: str
    struck: bool
    actor: str
    seq: int
    media_time: int | None


@dataclass(slots=True)
class Line:
    """One line of the minutes with all its versions; `machine_text`: what the machine made of its stretch.

    `segments` are the utterances it was made from; `start_ms` to `end_ms` is the stretch of sound behind it,
    by the microphone of `track`; `voice` says which of those who share that one, empty: known by the track.
    """

    id: str
    start_ms: int | None
    end_ms: int | None
    machine_text: str | None
    place: tuple[int, int]
    after: str
    segments: tuple[str, ...] = ()
    adopted: bool = False
    merged_into: str = ""
    track: str = ""
    voice: str = ""
    voice_confidence: float = 0.0
    evidence: tuple[str, ...] = ()
    """Items of evidence that the wording names."""
    in_writing: bool = False
    """Said in writing by its speaker."""
    template: str = ""
    """The text it was put in from, as `id@version`."""
    versions: list[Version] = field(default_factory=list)

    @property
    def now(self) -> Version:
        """The wording that holds."""
        return self.versions[-1]

    def plain(self) -> dict[str, Any]:
        """The line as screens and documents take it."""
        return {
            "line": self.id,
            "speaker": self.now.speaker,
            "start_ms": self.start_ms,
            "end_ms": self.end_ms,
            "text": self.now.text,
            "machine_text": self.machine_text,
            "version": self.now.version,
            "struck": self.now.struck,
            # A person answers for a wording once they wrote or adopted it; until then it is a draft.
            "adopted": self.adopted,
            "segments": list(self.segments),
            "merged_into": self.merged_into,
            "track": self.track,
            "voice": self.voice,
            "voice_confidence": self.voice_confidence,
            **({"evidence": list(self.evidence)} if self.evidence else {}),
            **({"template": self.template} if self.template else {}),
            **({"in_writing": True} if self.in_writing else {}),
        }


class Minutes:
    """Lines in the order of speech; human insertions stay where they were put."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def apply(self, entry: Mapping[str, Any]) -> list[Line]:
        """Take one journal entry in; answer with the lines it made or changed."""
        kinds = {
            "UtteranceHeard": self._heard,
            "LineEdited": self._edited,
            "LineInserted": self._inserted,
            "LineStruck": self._struck,
            "LineSplit": self._split,
            "LinesMerged": self._merged,
            "LinesAdopted": self._adopted,
            "VoiceNamed": self._voice_named,
            "TextSaid": self._said,
        }
        kind = kinds.get(entry["type"])
        return kind(entry, entry["body"]) if kind else []

    def lines(self) -> list[dict[str, Any]]:
        """All lines in reading order, struck ones included."""
        return [line.plain() for line in self._ordered()]

    def line(self, name: str) -> Line | None:
        """One line."""
        return self._lines.get(name)

    def history(self, name: str) -> list[Version]:
        """Every version of a line, oldest first; any of them can be brought back by an edit."""
        line = self._lines.get(name)
        return list(line.versions) if line else []

    def _heard(self, entry: Mapping[str, Any], body: Mapping[str, Any]) -> list[Line]:
        name = body["utterance"]
        if name in self._lines:
            return []
        place = (body["start_ms"], entry["seq"])
        line = Line(name, body["start_ms"], body["end_ms"], body["text"], place, "", (name,))
        line.track, line.voice = body["participant"], body.get("voice", "")
        line.voice_confidence = body.get("voice_confidence", 0.0)
        speaker = body.get("speaker") or body["participant"]
        line.versions.append(_version(entry, 0, body["text"], speaker, machine=True))
        self._lines[name] = line
        return [line]

    def _edited(self, entry: Mapping[str, Any], body: Mapping[str, Any]) -> list[Line]:
        line = self._lines.get(body["line"])
        if line is None:
            return []
        speaker = line.now.speaker if body.get("speaker") is None else body["speaker"]
        line.versions.append(_version(entry, body["version"], body["text"], speaker))
        line.adopted, line.merged_into = True, ""
        line.evidence = tuple(body.get("evidence", ()))
        return [line]

    def _struck(self, entry: Mapping[str, Any], body: Mapping[str, Any]) -> list[Line]:
        line = self._lines.get(body["line"])
        if line is None:
            return []
        now = line.now
        line.versions.append(_version(entry, body["version"], now.text, now.speaker, struck=True))
        line.adopted = True
        return [line]

    def _split(self, entry: Mapping[str, Any], body: Mapping[str, Any]) -> list[Line]:
        line, name, at = self._lines.get(body["line"]), body["next"], body["at_ms"]
        if line is None or name in self._lines:
            return []
        speaker = line.now.speaker
        # Speech stands where it began; what was only written stands behind what it was written after.
        place = (line.place[0] if at is None else at, entry["seq"])
        rest = Line(
            name,
            at,
            None if at is None else line.end_ms,
            line.machine_text,
            place,
            line.id if at is None else "",
            line.segments,
            line.adopted,
        )
        rest.track, rest.voice, rest.voice_confidence = line.track, line.voice, line.voice_confidence
        if line.machine_text == line.now.text:
            line.machine_text, rest.machine_text = body["text"], body["rest"]
        rest.versions.append(_version(entry, 0, body["rest"], speaker))
        line.versions.append(_version(entry, body["version"], body["text"], speaker))
        rest.in_writing = line.in_writing
        line.evidence, rest.evidence = (tuple(body.get(key, ())) for key in ("evidence", "rest_evidence"))
        if at is not None:
            line.end_ms = at
        self._lines[name] = rest
        return [line, rest]

    def _merged(self, entry: Mapping[str, Any], body: Mapping[str, Any]) -> list[Line]:
        line, other = self._lines.get(body["line"]), self._lines.get(body["other"])
        if line is None or other is None:
            return []
        now = other.now
        if line.machine_text is not None and other.machine_text is not None:
            unchanged = line.machine_text == line.now.text and other.machine_text == now.text
            line.machine_text = body["text"] if unchanged else line.machine_text + other.machine_text
        line.versions.append(_version(entry, body["version"], body["text"], line.now.speaker))
        other.versions.append(_version(entry, body["other_version"], now.text, now.speaker, struck=True))
        line.adopted = line.adopted and other.adopted
        if line.voice != other.voice:
            line.voice, line.voice_confidence = "", 0.0
        line.voice_confidence = min(line.voice_confidence, other.voice_confidence)
        line.segments = tuple(dict.fromkeys(line.segments + other.segments))
        line.end_ms = max(line.end_ms or 0, other.end_ms or 0) or None
        line.evidence = tuple(body.get("evidence", ()))
        other.merged_into = line.id
        return [line, other]

    def _adopted(self, entry: Mapping[str, Any], body: Mapping[str, Any]) -> list[Line]:
        found = []
        for name, version in body["lines"].items():
            if line := self._lines.get(name):
                now = line.now
                line.versions.append(_version(entry, version, now.text, now.speaker, now.struck))
                line.adopted = True
                found.append(line)
        return found

    def _voice_named(self, entry: Mapping[str, Any], body: Mapping[str, Any]) -> list[Line]:
        found = []
        for name, version in body["lines"].items():
            if line := self._lines.get(name):
                now, speaker = line.now, body["speaker"] or body["participant"]
                line.versions.append(_version(entry, version, now.text, speaker, now.struck))
                found.append(line)
        return found

    def _inserted(self, entry: Mapping[str, Any], body: Mapping[str, Any]) -> list[Line]:
        name = body["line"]
        if name in self._lines:
            return []
        after = body["after"] if body["after"] in self._lines else ""
        # "At the end" means the end as it was on the screen: later speech comes after it.
        last = max((line.place[0] for line in self._lines.values()), default=0)
        place = (max(last, entry["media_time"] or 0), entry["seq"])
        line = Line(name, None, None, None, place, after, adopted=True)
        line.evidence = tuple(body.get("evidence", ()))
        line.template = f"{body['template']}@{body['form']}" if body.get("template") else ""
        line.versions.append(_version(entry, 0, body["text"], body["speaker"]))
        self._lines[name] = line
        return [line]

    def _said(self, entry: Mapping[str, Any], body: Mapping[str, Any]) -> list[Line]:
        name = body["line"]
        if name in self._lines:
            return []
        place = (entry["media_time"] or 0, entry["seq"])
        line = Line(name, None, None, None, place, "", adopted=True, in_writing=True)
        line.evidence = tuple(body["evidence"])
        line.versions.append(_version(entry, 0, body["text"], body["participant"]))
        self._lines[name] = line
        return [line]

    def _ordered(self) -> list[Line]:
        followers: dict[str, list[Line]] = {}
        for line in self._lines.values():
            followers.setdefault(line.after, []).append(line)
        # Popped from the end: the earliest root, then whatever was put after it, the latest insertion first.
        waiting = sorted(followers.pop("", []), key=lambda line: line.place, reverse=True)
        ordered = []
        while waiting:
            line = waiting.pop()
            ordered.append(line)
            waiting += sorted(followers.get(line.id, []), key=lambda f: f.place[1])
        return ordered


def _version(
    entry: Mapping[str, Any],
    number: int,
    text: str,
    speaker: str,
    struck: bool = False,
    machine: bool = False,
) -> Version:
    actor = "" if machine else entry.get("actor") or ""
    return Version(number, text, speaker, struck, actor, entry["seq"], entry.get("media_time"))


def fold(entries: Iterable[Mapping[str, Any]]) -> Minutes:
    """The minutes that these entries make."""
    minutes = Minutes()
    for entry in entries:
        minutes.apply(entry)
    return minutes
