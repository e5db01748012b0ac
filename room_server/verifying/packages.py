"""Whether a package for the next body is what its own lists say, and holds nothing of a mediation."""

import json
from typing import Any

from . import layout
from .bag import BagCheck
from .holding import content
from .seal import PackageStatement

_NEVER = (layout.MINUTES, layout.RECORDINGS, layout.SECONDARY, "data/日志/")
"""What is not public of a mediation or belongs to the secondary file (CPI 107, OMR 18)."""


def check_package(check: BagCheck) -> dict[str, Any]:
    """Add findings about the contents; what was counted."""
    if check.statement is not None and not isinstance(check.statement, PackageStatement):
        check.note(layout.SEAL, "the seal of a case file, not of a package")
    for name in (layout.APPLICATION, layout.CASE, layout.EVIDENCE_LIST):
        if name not in check.holding.sizes:
            check.note(name, "missing")
    for name in check.holding.sizes:
        if name.startswith(_NEVER):
            check.note(name, "does not belong into a package: mediation is confidential")
    items = _listed(check)
    stated = {str(item.get("file")): item.get("sha256") for item in items}
    for name, digest in stated.items():
        if name not in check.holding.sizes:
            check.note(name, "missing")
        elif check.digest(name).sha256 != digest:
            check.note(name, "not what was received")
    for name in check.holding.sizes:
        if name.startswith(layout.EVIDENCE) and name != layout.EVIDENCE_LIST and name not in stated:
            check.note(name, "not in the list of evidence")
    documents = sum(name.startswith(layout.DOCUMENTS) for name in check.holding.sizes)
    return {"evidence": len(items), "documents": documents}


def _listed(check: BagCheck) -> list[dict[str, Any]]:
    name = layout.EVIDENCE_LIST
    if check.broken(name):
        return []
    try:
        items = json.loads(content(check.holding, name))["items"]
        if all(isinstance(item, dict) for item in items):
            return list(items)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    check.note(name, "not a list of evidence")
    return []
