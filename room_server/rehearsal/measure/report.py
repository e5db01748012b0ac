"""The outcome of a rehearsal as one JSON object: logs, journal, manifest, minutes in, verdict out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...rules.reviews import KIND
from ..reviewing import Review
from ..script import Script
from . import replay, traffic
from . import review as reviewed
from .cer import Score, misplaced, score
from .coverage import coverage, outages
from .lateness import on_screen, spread, text_delay
from .replay import Replay

WANTED_SHARE = 0.95
ALLOWED_CER = 0.10
ALLOWED_BEYOND = 1.0
VOICES = "rehearsal-voices"
LEAKS = (
    "caucus_leak_packets",
    "isolation_leak_packets",
    "deliberation_leak_packets",
    "floor_leak_packets",
    "foreign_packets",
)
NOTE = "彩排 rehearsal: nothing here is a record"


@dataclass(slots=True)
class Material:
    """All that a played hearing left behind; `people` maps the script's keys to participant ids."""

    script: Script
    people: Mapping[str, str] = field(default_factory=dict)
    logs: traffic.Logs = field(default_factory=dict)
    caucuses: list[traffic.Caucus] = field(default_factory=list)
    isolations: list[traffic.Isolation] = field(default_factory=list)
    deliberations: list[traffic.Caucus] = field(default_factory=list)
    floors: list[traffic.Floor] = field(default_factory=list)
    journal: list[dict[str, Any]] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    replays: list[Replay] = field(default_factory=list)
    verify: str = ""
    case_file: str = ""
    papers: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 → name of every PDF in the case file."""
    review: Review = field(default_factory=Review)
    seconds: float = 0.0
    own_server: bool = True
    clock_ns: int = 0
    """Unix time at the zero of the monotonic clock."""
    errors: list[str] = field(default_factory=list)

    def interrupted(self) -> bool:
        """Whether the media service was lost meanwhile."""
        return bool(outages(self.journal))


def report(material: Material) -> dict[str, Any]:
    """Everything measured, and `ok` only if nothing is wrong; `errors` says what is."""
    delays = traffic.delays_ms(material.logs)
    joins = {key: traffic.join_ms(log, material.people.get(key, "")) for key, log in material.logs.items()}
    result: dict[str, Any] = {
        "ok": False,
        "rehearsal": True,
        "note": NOTE,
        "script": material.script.name,
        "seconds": round(material.seconds, 1),
        "participants": len(material.logs),
        "pairs": traffic.pairs(material.logs, material.people),
        "forward_delay_ms": traffic.spread(delays),
        "join_ms": traffic.joining([value for value in joins.values() if value is not None]),
        "recorded": coverage(material.manifest, material.journal, material.people),
        "minutes": _minutes(material),
        "stages": stages(material.journal),
        "caucus_leak_packets": traffic.leaked(material.logs, material.caucuses),
        "isolation_leak_packets": traffic.overheard(material.logs, material.isolations),
        "deliberation_leak_packets": traffic.leaked(material.logs, material.deliberations),
        "apart": _apart(material),
        "floor_leak_packets": traffic.spoken_out_of_turn(material.logs, material.floors),
        "foreign_packets": traffic.foreign(material.logs),
        "verify": material.verify,
        "case_file": material.case_file,
        "notes": [],
    }
    if material.script.kind == KIND:
        result["review"] = reviewed.figures(material.review, material.papers)
    result |= {name: result["minutes"][name] for name in ("attribution_errors", "latency_ms")}
    missing = [key for key, value in joins.items() if value is None]
    result["leaks"] = sum(result[name] for name in LEAKS)
    result["engine"] = engine(material.journal)
    result["errors"] = [*material.errors, *_breaches(result)]
    if material.errors and not material.manifest:
        # It broke off: what is missing then only follows from the cause.
        return result
    result["errors"] += _faults(material, result, missing)
    if "review" in result:
        result["errors"] += reviewed.faults(material.review, result["review"])
    poor = _minutes_faults(result["minutes"], result["engine"])
    # Only the rehearsal's own voices understand its people for certain; another engine is just measured.
    strict = material.own_server or result["engine"].get("model") == VOICES
    if material.interrupted():
        # Whoever spoke when the service was lost was not heard to the end.
        strict = False
        result["notes"].append("the media service was lost meanwhile: the minutes are only measured")
    result["errors" if strict else "notes"] += poor
    result["ok"] = not result["errors"]
    return result


def _apart(material: Material) -> dict[str, Any]:
    """How often and how long people were kept apart, in seconds, and the packets sent meanwhile by anybody.

    Without packets nothing would have been tested.
    """
    windows: dict[str, list[traffic.Caucus] | list[traffic.Isolation]] = {
        "caucus": material.caucuses,
        "isolation": material.isolations,
        "deliberation": material.deliberations,
    }
    sent = [packet.at for log in material.logs.values() for packet in log.sent]
    return {
        name: {
            "times": len(found),
            "seconds": round(sum(one.end - one.start for one in found) / 1e9, 1),
            "packets": sum(one.start <= at < one.end for one in found for at in sent),
        }
        for name, found in windows.items()
    }


def _minutes(material: Material) -> dict[str, Any]:
    names = {participant: key for key, participant in material.people.items()}
    # The script is spoken: it is compared with what was heard, not with how the minutes write numbers.
    spoken = {
        body["utterance"]: (body["text"], body["spoken"])
        for body in (entry["body"] for entry in material.journal if entry["type"] == "UtteranceHeard")
        if body.get("spoken")
    }
    heard: dict[str, list[str]] = {}
    for line in material.lines:
        if not line.get("struck"):
            text, said = spoken.get(line.get("line", ""), ("", ""))
            words = said if said and text == line["text"] else line["text"]
            heard.setdefault(names.get(line["speaker"], line["speaker"]), []).append(words)
    result: Score = score(material.script.spoken(), heard)
    return {
        "expected": result.expected,
        "utterances": result.utterances,
        "cer": round(result.cer, 4),
        "attributed": result.attributed,
        "characters": result.characters,
        "attribution_errors": misplaced(material.script.spoken(), heard),
        "text_delay_ms": text_delay(material.journal),
        "latency_ms": spread(lateness(material)),
        **replay.figures(material.replays),
    }


def lateness(material: Material) -> list[float]:
    """From the end of each utterance to the screens of the staff, who are inside all the time, in ms."""
    logs = [material.logs[one.key] for one in material.script.staff() if one.key in material.logs]
    return on_screen(material.journal, logs, material.clock_ns, material.own_server)


def stages(journal: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every stage that was entered, with its media time and what was left undone."""
    return [
        {
            "stage": entry["body"]["stage"],
            "at_ms": entry.get("media_time") or 0,
            "skipped": entry["body"]["skipped"],
        }
        for entry in journal
        if entry["type"] == "StageEntered"
    ]


def _faults(material: Material, result: dict[str, Any], unseen: list[str]) -> list[str]:
    faults = [f"{key} never saw a picture of anybody" for key in unseen]
    if result["participants"] < len(material.script.people):
        faults.append(f"only {result['participants']} of {len(material.script.people)} people took part")
    listeners = material.script.listeners()
    for pair in result["pairs"]:
        if pair["from"] in listeners:
            continue
        for what in ("video_frames", "audio_packets"):
            if not pair[what]:
                faults.append(f"{pair['to']} got no {what.replace('_', ' ')} from {pair['from']}")
    faults += _recording_faults(material, result["recorded"])
    if material.verify != "intact":
        faults.append(f"case file: {material.verify or 'none was made'}")
    return faults


def _breaches(result: dict[str, Any]) -> list[str]:
    breaches = []
    if result["caucus_leak_packets"]:
        breaches.append(f"{result['caucus_leak_packets']} packets of the caucus left it")
    if result["isolation_leak_packets"]:
        breaches.append(f"{result['isolation_leak_packets']} packets reached somebody in isolation")
    if result["deliberation_leak_packets"]:
        breaches.append(f"{result['deliberation_leak_packets']} packets of the deliberation left it")
    if result["floor_leak_packets"]:
        breaches.append(f"{result['floor_leak_packets']} packets were heard of people without the floor")
    if result["foreign_packets"]:
        breaches.append(f"{result['foreign_packets']} packets arrived that nobody had sent so")
    return breaches


def _minutes_faults(minutes: dict[str, Any], writer: dict[str, Any]) -> list[str]:
    state = writer.get("state", "ready")
    if state != "ready" and not minutes["utterances"]:
        return [f"minutes: none were written, the server's speech engine is {state}"]
    faults = []
    if minutes["cer"] > ALLOWED_CER:
        faults.append(f"minutes: character error rate {minutes['cer']:.3f} is above {ALLOWED_CER:.2f}")
    if minutes["attributed"] < minutes["expected"]:
        faults.append(
            f"minutes: {minutes['attributed']} of {minutes['expected']} sentences are beside their speaker"
        )
    if minutes["attribution_errors"]:
        faults.append(f"minutes: {minutes['attribution_errors']} lines are beside somebody else")
    return faults + replay.faults(minutes["replay_mismatches"])


def engine(journal: list[dict[str, Any]]) -> dict[str, Any]:
    """Which engine the journal says wrote the minutes; empty when it says nothing."""
    stated = [entry["body"] for entry in journal if entry["type"] == "EngineStated"]
    return {name: stated[-1].get(name, "") for name in ("engine", "model", "state")} if stated else {}


def _recording_faults(material: Material, rows: list[dict[str, Any]]) -> list[str]:
    faults = []
    for key in material.people:
        if key in material.script.listeners():
            continue
        for kind in ("audio", "video"):
            if not any(row["participant"] == key and row["kind"] == kind for row in rows):
                faults.append(f"{key}: no {kind} was recorded")
    for row in rows:
        wanted, kept = row["wanted_seconds"], round(row["wanted_seconds"] - row["gap_seconds"], 2)
        if kept < WANTED_SHARE * wanted:
            faults.append(
                f"{row['participant']}: {kept} s of {wanted} s at the table recorded ({row['kind']})"
            )
        if row["beyond_seconds"] > ALLOWED_BEYOND:
            faults.append(
                f"{row['participant']}: {row['beyond_seconds']} s recorded that had to stay unrecorded "
                f"({row['kind']})"
            )
    return faults
