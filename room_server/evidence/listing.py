"""The list of evidence of a sitting, as its journal tells it: for print, case file and verification. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..rules.evidence.sides import NAMES, Side

VERSION = 1
_KEPT = (
    *("evidence", "side", "number", "mark", "title", "purpose", "kind", "file", "pages", "seconds"),
    *("bytes", "sha256", "active", "by", "received_at", "submitted_at"),
)
_POINTS = ("authenticity", "legality", "relevance", "reason")
_SIDES = [side.value for side in Side]

Entry = Mapping[str, Any]


def listing(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Every item in the order of the list, with when it was shown, what was said to it, and by whom.

    Times in media ms or None; `at` in Unix ms. Only what holds at the end: the journal has the rest.
    """
    items: dict[str, dict[str, Any]] = {}
    for entry in entries:
        take = _TAKES.get(entry["type"])
        if take is None:
            continue
        if entry["type"] == "EvidenceSubmitted":
            items.setdefault(str(entry["body"]["evidence"]), _new(entry["body"]))
        elif (item := items.get(str(entry["body"]["evidence"]))) is not None:
            take(item, entry)
    return sorted(items.values(), key=lambda item: (_SIDES.index(item["side"]), item["number"]))


def document(entries: Sequence[Entry]) -> dict[str, Any]:
    """The list as the case file holds it: `evidence.json`."""
    return {"version": VERSION, "sitting": str(entries[0]["sitting"]), "items": listing(entries)}


def file_of(item: Mapping[str, Any], suffix: str) -> str:
    """What the original is called in a case file: `申证1_劳动合同.pdf`, before it is made safe."""
    return f"{item['mark']}_{item['title']}"[:80] + suffix


def side_name(item: Mapping[str, Any]) -> str:
    """Who brought it, in Chinese."""
    return NAMES[Side(item["side"])]


def _new(body: Mapping[str, Any]) -> dict[str, Any]:
    item = {name: body[name] for name in _KEPT}
    # Lists of before it was written down must stay what their journals make.
    item |= {"received_from": giver} if (giver := body.get("received_from")) else {}
    return item | {
        "withdrawn": None,
        "presented_ms": [],
        "examined": {},
        "note": "",
        "original": None,
    }


def _withdrawn(item: dict[str, Any], entry: Entry) -> None:
    item["withdrawn"] = {"at": entry["at"], "reason": entry["body"]["reason"]}


def _presented(item: dict[str, Any], entry: Entry) -> None:
    item["presented_ms"].append(entry["media_time"])


def _examined(item: dict[str, Any], entry: Entry) -> None:
    body = entry["body"]
    said = {name: body[name] for name in _POINTS}
    item["examined"][body["party"]] = said | {"at": entry["at"], "written_by": entry["actor"]}


def _noted(item: dict[str, Any], entry: Entry) -> None:
    item["note"] = entry["body"]["note"]


def _checked(item: dict[str, Any], entry: Entry) -> None:
    body = entry["body"]
    held = {"at": entry["at"], "by": entry["actor"], "remark": body["remark"]}
    item["original"] = held if body["checked"] else None


def _nothing(item: dict[str, Any], entry: Entry) -> None:
    """The first telling of an item holds."""


_TAKES = {
    "EvidenceSubmitted": _nothing,
    "EvidenceWithdrawn": _withdrawn,
    "EvidencePresented": _presented,
    "EvidenceExamined": _examined,
    "EvidenceNoted": _noted,
    "OriginalChecked": _checked,
}
