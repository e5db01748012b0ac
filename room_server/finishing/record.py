"""What the journal says as minutes to print: header, lines, notes and proofs. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..law.minutes import forms, style_for
from ..ledger import Interval, intervals
from ..rules.people import PARTIES
from ..verifying.journal import head, recording_root
from . import proceedings
from .readback import corrections_of, readback_of

Entry = Mapping[str, Any]

_ENGINE = ("engine", "state", "model", "sha256", "licence", "reason")


def minutes_of(entries: Sequence[Entry]) -> dict[str, Any]:
    """The minutes of a sitting from its journal, as `signing.minutes_pdf` and the case file take them."""
    from transcription.minutes import fold

    prepared = entries[0]["body"]
    present = {entry["body"]["participant"] for entry in entries if entry["type"] == "Admitted"}
    in_person = in_person_of(entries)
    people = [
        {**person, "attended": person["id"] in present | in_person, "in_person": person["id"] in in_person}
        for person in people_of(entries)
    ]
    return {
        "title": "",
        "organisation": prepared["organisation"],
        "case_number": prepared["case_number"],
        "case_title": prepared["case_title"],
        "kind": prepared["kind"],
        "rehearsal": prepared["rehearsal"],
        "place": prepared.get("place") or "互联网视频",
        "mode": _mode(people),
        "opened_at": _at(entries, "Opened"),
        "closed_at": _at(entries, "Closed"),
        "recording_root": recording_root(entries),
        "journal_head": head(entries),
        "engine": _engine(entries),
        "participants": people,
        "lines": fold(entries).lines(),
        "notes": notes_of(entries),
        "outcome": _outcome(entries),
        "short": style.short if (style := style_for(forms(), prepared["kind"])) else {},
        "corrections": corrections_of(entries),
        **readback_of(entries),
    }


def _outcome(entries: Sequence[Entry]) -> str:
    ends = [entry["body"].get("outcome", "") for entry in entries if entry["type"] == "Closed"]
    return proceedings.OUTCOMES.get(ends[-1], "") if ends else ""


def people_of(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Everybody who belongs to a sitting: those expected, then those invited to it."""
    later = [entry["body"]["participant"] for entry in entries if entry["type"] == "PersonInvited"]
    return [*entries[0]["body"]["participants"], *later]


def in_person_of(entries: Sequence[Entry]) -> set[str]:
    """Who came in person: noted so, or one of several at a shared microphone."""
    found: set[str] = set()
    for entry in entries:
        body = entry["body"]
        if entry["type"] == "PresenceNoted":
            found = found | {body["participant"]} if body["on"] else found - {body["participant"]}
        elif entry["type"] == "MicrophoneShared":
            found |= {one["participant"] for one in body["people"] if one["participant"]}
    return found


def _mode(people: Sequence[Mapping[str, Any]]) -> str:
    """How people took part; empty: by video, each from their own place."""
    there = [person for person in people if person["attended"]]
    if not any(person["in_person"] for person in there):
        return ""
    parties = [person for person in there if person["role"] in PARTIES]
    mixed = any(not person["in_person"] for person in parties)
    return "部分参加人现场参加，部分参加人在线参加" if mixed else "现场参加"


def notes_of(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """What is noted between the lines: adjournments, interruptions, and caucuses as intervals only."""
    names = {person["id"]: person["name"] for person in people_of(entries)}
    notes: list[dict[str, Any]] = []
    inside: dict[str, tuple[int, set[str]]] = {}
    shown: dict[str, int] = {}
    for entry in entries:
        body, at = entry["body"], entry["media_time"] or 0
        if entry["type"] == "Adjourned":
            notes.append({"at_ms": at, "text": f"休庭{'：' + body['reason'] if body['reason'] else ''}"})
        elif entry["type"] == "Resumed":
            notes.append({"at_ms": at, "text": "恢复开庭"})
        elif entry["type"] == "MediaLost":
            notes.append({"at_ms": at, "text": "音视频服务中断"})
        elif entry["type"] == "MediaRestored" and entry["media_time"] is not None:
            notes.append({"at_ms": at, "text": "音视频服务恢复"})
        elif entry["type"] == "Moved":
            _caucus(inside, body, at, names, notes)
        elif entry["type"] == "WatchBegan" and entry["media_time"] is not None:
            who = names.get(body["participant"], body["participant"])
            notes.append({"at_ms": at, "text": f"{who} 开始旁听：{body['purpose']}"})
        elif entry["type"] in ("ScreenShared", "ScreenStopped", "Left"):
            _screen(shown, entry, names, notes)
    notes += proceedings.notes(entries, names)
    notes += [{"at_ms": began, "text": f"{names.get(who, who)} 共享屏幕"} for who, began in shown.items()]
    for who, theirs in intervals(entries).items():
        came = _came_in(entries, who)
        notes += [
            {"at_ms": interval.from_ms, "text": f"{names.get(who, who)} {_interruption(interval)}"}
            for interval in theirs
            if came is not None and interval.from_ms >= max(came, 0)
        ]
    return sorted(notes, key=lambda note: int(note["at_ms"]))


def _came_in(entries: Sequence[Entry], who: str) -> int | None:
    """When a person had first been let in to an opened sitting, in media time; before it: 0."""
    opened = any(entry["type"] == "Opened" for entry in entries)
    for entry in entries:
        if opened and entry["type"] == "Admitted" and entry["body"]["participant"] == who:
            return int(entry["media_time"] or 0)
    return None


def _interruption(interval: Interval) -> str:
    """It is told as a fact and without a cause: what follows from it is for people to decide."""
    if interval.to_ms is None or not interval.back:
        return "连接中断，此后未恢复"
    return f"连接中断{_spent(interval.to_ms - interval.from_ms)}"


def _spent(ms: int) -> str:
    minutes, seconds = divmod(max(1, round(ms / 1000)), 60)
    return "约" + (f"{minutes}分" if minutes else "") + (f"{seconds}秒" if seconds else "钟")


def _caucus(
    inside: dict[str, tuple[int, set[str]]],
    body: Mapping[str, Any],
    at: int,
    names: Mapping[str, str],
    notes: list[dict[str, Any]],
) -> None:
    who = body["participant"]
    if body["place"].startswith("caucus:"):
        began, people = inside.get(body["place"], (at, set()))
        inside[body["place"]] = (began, people | {who})
    if body["origin"].startswith("caucus:") and body["origin"] in inside:
        # The first to leave ends the note: what is private has an interval and names, never words.
        began, people = inside.pop(body["origin"])
        spent = max(1, round((at - began) / 60_000))
        together = "、".join(sorted(names.get(p, p) for p in people))
        notes.append({"at_ms": began, "text": f"单独沟通约{spent}分钟：{together}"})


def _screen(
    shown: dict[str, int], entry: Entry, names: Mapping[str, str], notes: list[dict[str, Any]]
) -> None:
    who, at = entry["body"]["participant"], entry["media_time"]
    if entry["type"] == "ScreenShared":
        if at is not None and not entry["body"]["place"].startswith("caucus:"):
            shown[who] = at
    elif who in shown:
        began = shown.pop(who)
        notes.append({"at_ms": began, "text": f"{names.get(who, who)} 共享屏幕{_spent(at - began)}"})


def _at(entries: Sequence[Entry], kind: str) -> int:
    return int(next((entry["at"] for entry in entries if entry["type"] == kind), entries[0]["at"]))


def _engine(entries: Sequence[Entry]) -> dict[str, str]:
    stated = [entry["body"] for entry in entries if entry["type"] == "EngineStated"]
    return {name: str(stated[-1].get(name, "")) if stated else "" for name in _ENGINE}
