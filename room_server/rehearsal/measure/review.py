"""What a review by a panel came to: the deeds beside the server's own log and the case file. Pure."""

from collections.abc import Mapping
from typing import Any

from ...verifying import layout
from ..reviewing import Review

_LOGGED = {"choose": "materials", "look": "looks", "pry": "refused", "opine": "opinions"}


def figures(review: Review, papers: Mapping[str, str]) -> dict[str, Any]:
    """`materials`, `looks`, `refused` and `opinions` as the server logged them, and the `conclusion`.

    `papers`: SHA-256 → name of what lies in the unpacked case file. `conclusion` has `version`, `sha256`,
    `number`, `majority` and `file`, its name there (empty: it is not in it); None where none was drawn.
    """
    acts = [act for act in review.log if not str(act["what"]).startswith("conclusion")]
    count = {
        name: sum(act["act"] == kind for act in acts)
        for name, kind in (
            ("materials", "material_opened"),
            ("looks", "read"),
            ("refused", "refused"),
            ("opinions", "opinion_given"),
        )
    }
    drawn = next(reversed(review.shown.get("conclusions") or []), None)
    conclusion = drawn and {
        **{name: drawn[name] for name in ("version", "number", "majority", "sha256")},
        "file": papers.get(drawn["sha256"], ""),
    }
    return {**count, "conclusion": conclusion}


def faults(review: Review, told: Mapping[str, Any]) -> list[str]:
    """What does not hold; nothing for a hearing that is no review."""
    found = [f"review: {wrong}" for wrong in review.wrong]
    for deed, name in _LOGGED.items():
        wanted = review.done.get(deed, 0)
        if told[name] != wanted:
            found.append(f"review: {name}: {told[name]} in the log, {wanted} were done")
    conclusion = told["conclusion"]
    if review.done.get("conclude") and not conclusion:
        found.append("review: no conclusion was drawn")
    if conclusion and not str(conclusion["file"]).startswith(layout.SECONDARY):
        where = conclusion["file"] or "not in the case file"
        found.append(f"review: the conclusion is not in the secondary file: {where}")
    return found
