"""Whether the evidence of a case file is what the journal says was submitted and said to it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..evidence.listing import document
from . import layout
from .bag import BagCheck
from .holding import content


def check_evidence(check: BagCheck, entries: Sequence[Mapping[str, Any]]) -> None:
    """Note an original that is missing or another one, and a list that the journal does not make."""
    made = document(entries)
    name = layout.EVIDENCE_JSON
    if not made["items"]:
        return
    if name not in check.holding.sizes:
        check.note(name, "missing: the journal says evidence was submitted")
        return
    files = [one for one in check.holding.sizes if one.startswith(layout.EVIDENCE)]
    if any(check.broken(one) for one in files):
        return
    try:
        stated = json.loads(content(check.holding, name))
    except (ValueError, RecursionError):
        stated = None
    if stated != made:
        check.note(name, "not the evidence that the journal tells of")
    present = {check.digest(one).sha256 for one in files}
    for item in made["items"]:
        if item["sha256"] not in present:
            check.note(layout.EVIDENCE, f"missing: the original of {item['mark']}")
