"""The evidence of a case file: every submitted original as it was received, and the list of them."""

from collections.abc import Callable
from pathlib import Path

from ..evidence.kinds import identify_suffix
from ..evidence.listing import document, file_of
from ..store.chain import canonical
from ..verifying import layout
from .source import CaseFileProblem, CaseSource, file_name


def place_evidence(
    source: CaseSource,
    part: Path,
    write: Callable[[Path, bytes], None],
    place: Callable[[Path, Path], None],
) -> None:
    """Put the originals and `evidence.json` into a case file in the making, if there is any evidence."""
    listed = document(source.entries)
    if not listed["items"]:
        return
    for item in listed["items"]:
        origin = source.evidence / str(item["evidence"]) / "original" if source.evidence else None
        if origin is None or not origin.is_file():
            raise CaseFileProblem(f"the file of {item['mark']} ({item['evidence']}) is missing")
        place(origin, part / (layout.EVIDENCE + file_name(file_of(item, identify_suffix(origin)))))
    write(part / layout.EVIDENCE_JSON, canonical(listed))
