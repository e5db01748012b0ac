"""One result for all hearings of a rehearsal, and the same as a table for people. Pure."""

from collections.abc import Sequence
from typing import Any

from . import traffic
from .lateness import spread, text_delay
from .outage import Heard, Kill, faults
from .report import LEAKS, Material, lateness, report


def summary(materials: list[Material], kills: Sequence[Kill] = (), word: str = "room") -> dict[str, Any]:
    """The report of one hearing; of several, the same fields over all of them and each report beside.

    `word`: what each of several is: a room, or a sitting of the same case.
    `faults`: every death of a media worker, those done on purpose (`kills`) among them.
    """
    result = _together(materials, word)
    heard = [Heard(m.script, m.logs, m.people, m.journal, m.manifest, m.clock_ns) for m in materials]
    result["faults"] = faults(heard, kills)
    broken = [error for fault in result["faults"] for error in fault["errors"]]
    return result | {"errors": [*result["errors"], *broken], "ok": result["ok"] and not broken}


def _together(materials: list[Material], word: str) -> dict[str, Any]:
    reports = [report(material) for material in materials]
    if len(reports) == 1:
        return reports[0]
    delays = [delay for material in materials for delay in traffic.delays_ms(material.logs)]
    joins = [join for material in materials for join in traffic.joins_ms(material.logs, material.people)]
    minutes = [each["minutes"] for each in reports]
    characters = sum(each["characters"] for each in minutes)
    first = reports[0]
    late = spread(delay for material in materials for delay in lateness(material))
    astray = sum(each["attribution_errors"] for each in minutes)
    return {
        **{name: first[name] for name in ("ok", "rehearsal", "note", "script")},
        "scripts": [each["script"] for each in reports],
        "seconds": (max if word == "room" else sum)(each["seconds"] for each in reports),
        f"{word}s": len(reports),
        "participants": sum(each["participants"] for each in reports),
        "pairs": _all(reports, "pairs", word),
        "forward_delay_ms": traffic.spread(delays),
        "join_ms": traffic.joining(joins),
        "recorded": _all(reports, "recorded", word),
        "minutes": {
            "expected": sum(each["expected"] for each in minutes),
            "utterances": sum(each["utterances"] for each in minutes),
            "cer": round(sum(each["cer"] * each["characters"] for each in minutes) / (characters or 1), 4),
            "attributed": sum(each["attributed"] for each in minutes),
            "characters": characters,
            "attribution_errors": astray,
            "text_delay_ms": text_delay([entry for each in materials for entry in each.journal]),
            "latency_ms": late,
            **{name: sum(each[name] for each in minutes) for name in ("lines_played", "lines_replayed")},
            "replay_mismatches": [one for each in minutes for one in each["replay_mismatches"]],
        },
        "attribution_errors": astray,
        "latency_ms": late,
        "stages": _all(reports, "stages", word),
        **{name: sum(each[name] for each in reports) for name in (*LEAKS, "leaks")},
        "verify": next((each["verify"] for each in reports if each["verify"] != "intact"), "intact"),
        "case_file": [each["case_file"] for each in reports],
        "errors": [f"{word} {n}: {error}" for n, each in enumerate(reports, 1) for error in each["errors"]],
        "notes": [f"{word} {n}: {note}" for n, each in enumerate(reports, 1) for note in each["notes"]],
        "engine": first["engine"],
        "hearings": reports,
    } | {"ok": all(each["ok"] for each in reports)}


def _all(reports: list[dict[str, Any]], name: str, word: str) -> list[dict[str, Any]]:
    return [{word: number, **row} for number, each in enumerate(reports, 1) for row in each[name]]


def table(result: dict[str, Any]) -> str:
    """The result for people."""
    lines = [
        "",
        f"Rehearsal 彩排 {result['script']}: {result['participants']} people, {result['seconds']:.0f} s",
    ]
    if result["participants"]:
        lines += _measured(result)
    lines += [f"  note            {note}" for note in result["notes"]]
    lines += [f"  WRONG           {error}" for error in result["errors"]]
    lines.append(
        f"  {'everything held' if result['ok'] else 'not everything held'}; nothing here is a record"
    )
    return "\n".join(lines)


def _measured(result: dict[str, Any]) -> list[str]:
    delay, join, minutes = result["forward_delay_ms"], result["join_ms"], result["minutes"]
    lines = [
        f"  join            p50 {_ms(join['p50'])}, longest {_ms(join['max'])}",
        f"  forwarding      p50 {_ms(delay['p50'])}, p95 {_ms(delay['p95'])} over {delay['packets']} packets",
        f"  minutes         {minutes['attributed']} of {minutes['expected']} sentences beside their speaker, "
        f"character errors {minutes['cer']:.1%}",
        f"  attribution     {minutes['attribution_errors']} lines beside somebody else",
        f"  text            p50 {_ms(minutes['latency_ms']['p50'])}, "
        f"p95 {_ms(minutes['latency_ms']['p95'])} from the last word to the screen",
        f"  replay          {minutes['lines_replayed']} lines written down again from their sound, "
        f"{len(minutes['replay_mismatches'])} say something else",
        f"  caucus          {result['caucus_leak_packets']} packets leaked",
        f"  isolation       {result['isolation_leak_packets']} packets leaked",
        f"  deliberation    {result['deliberation_leak_packets']} packets leaked",
        f"  floor           {result['floor_leak_packets']} packets heard out of turn",
        *_reviewed(result.get("review")),
        *(line for fault in result["faults"] for line in _harm(fault)),
        f"  case file       {result['verify'] or 'none'}  {result['case_file']}",
        "  received        video frames / audio packets, first picture",
    ]
    for pair in result["pairs"]:
        lines.append(
            f"    {_room(pair)}{pair['from']:<12} → {pair['to']:<12} "
            f"{pair['video_frames']:>6} / {pair['audio_packets']:<6} {_ms(pair['first_picture_ms'])}"
        )
    lines.append("  recorded        seconds (of those at the table)")
    for row in result["recorded"]:
        lines.append(
            f"    {_room(row)}{row['participant']:<12} {row['kind']:<6} "
            f"{row['seconds']:>7.1f} ({row['wanted_seconds']:.1f})"
        )
    return lines


def _reviewed(review: dict[str, Any] | None) -> list[str]:
    if review is None:
        return []
    conclusion = review["conclusion"]
    drawn = f"conclusion {conclusion['version']} in {conclusion['file']}" if conclusion else "no conclusion"
    return [
        f"  review          {review['materials']} materials, {review['looks']} looks, "
        f"{review['refused']} refused, {review['opinions']} opinions, {drawn}"
    ]


def _harm(fault: dict[str, Any]) -> list[str]:
    rooms = ", ".join(map(str, fault["rooms_hit"])) or "none"
    back = "never" if fault["back_s"] is None else f"after {fault['back_s']:.1f} s"
    lines = [f"  harm            {fault['what']} {fault['worker']}: rooms {rooms} were hit, all back {back}"]
    if fault["rooms_spared"]:
        lines.append(
            f"                  the other rooms lost {fault['spared_packets_lost']} of "
            f"{fault['spared_packets']} packets; longest silence {fault['spared_longest_silence_ms']} ms"
        )
    return lines


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} ms"


def _room(row: dict[str, Any]) -> str:
    return next((f"{word} {row[word]}  " for word in ("room", "sitting") if word in row), "")
