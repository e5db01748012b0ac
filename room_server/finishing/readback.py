"""How the minutes were read back, as documents tell it: corrections, confirmations, what was laid. Pure."""

import typing
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ..rules.minutes.events import LineFact
from ..rules.minutes.state import Written
from ..rules.minutes.state import evolve as evolve_lines
from ..rules.readback.events import MinutesLaid
from ..rules.readback.state import Readback, counted, digest, evolve

Entry = Mapping[str, Any]

_COUNTED = frozenset(kind.__name__ for kind in (*typing.get_args(LineFact), MinutesLaid))

_DECISIONS = {"RequestGranted": "granted", "RequestDenied": "denied", "RequestWithdrawn": "withdrawn"}


def corrections_of(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Every correction that was asked for at the table, with the wording as it stood, and the decision."""
    from transcription.minutes import Minutes

    minutes, found = Minutes(), dict[str, dict[str, Any]]()
    for entry in entries:
        minutes.apply(entry)
        body, kind = entry["body"], entry["type"]
        if kind == "RequestMade" and body["kind"] == "correction" and body["place"] == "table":
            line = minutes.line(body["ref"])
            found[body["request"]] = {
                "line": body["ref"] if line else "",
                "original": line.now.text if line else "",
                "requested": body["text"],
                "asked_by": body["participant"],
                "asked_at": entry["at"],
                "decision": "open",
                "reason": "",
                "decided_by": "",
                "decided_at": None,
            }
        elif kind in _DECISIONS and body["request"] in found:
            decided = {"decision": _DECISIONS[kind], "decided_by": entry["actor"], "decided_at": entry["at"]}
            found[body["request"]] |= decided | {"reason": body.get("reason", "")}
    return list(found.values())


def readback_of(entries: Sequence[Entry]) -> dict[str, Any]:
    """`laid`: the newest laying and whether its wording still stands; `confirmations`: by participant."""
    laid: dict[str, Any] = {}
    answers: dict[str, dict[str, Any]] = {}
    for entry in entries:
        body, at = entry["body"], entry["at"]
        match entry["type"]:
            case "MinutesLaid":
                laid = {**body, "at": at}
                for one in answers.values():
                    one["state"] = {"confirmed": "stale", "orally": "stale"}.get(one["state"], one["state"])
            case "MinutesConfirmed":
                told = {"version": body["version"], "digest": body["digest"], "scope": body["scope"]}
                answers[body["participant"]] = {"state": "confirmed", "at": at, **told}
            case "ConfirmationRefused":
                answers[body["participant"]] = {"state": "refused", "at": at, "reason": body["reason"]}
            case "ReadingNoted":
                answers[body["participant"]] = _noted(answers.get(body["participant"]), body, at)
    if laid:
        laid["changed"] = _digest(entries) != laid["digest"]
        for one in answers.values():
            if laid["changed"] and one["state"] in ("confirmed", "orally"):
                one["state"] = "stale"
    return {"laid": laid or None, "confirmations": answers}


def _noted(before: dict[str, Any] | None, body: Mapping[str, Any], at: int) -> dict[str, Any]:
    if body["what"] == "refused":
        own = before["reason"] if before and before["state"] == "refused" else body["reason"]
        return {"state": "noted", "at": at, "reason": own, "note": body["reason"]}
    if body["what"] == "confirmed":
        return {"state": "orally", "at": at, "reason": body["reason"]}
    return before if before and before["state"] != "stale" else {"state": "read_out", "at": at}


def _digest(entries: Sequence[Entry]) -> str:
    """The digest of what stands now, counted as the room counts it."""
    written, readback = Written(), Readback()
    for entry in entries:
        if entry["type"] not in _COUNTED:
            continue
        event = msgspec.convert({"type": entry["type"], **entry["body"]}, LineFact | MinutesLaid)
        written = evolve_lines(written, event)
        readback = evolve(readback, written, event)
    return digest(counted(written, readback.texts))
