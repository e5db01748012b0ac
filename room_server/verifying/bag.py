"""Check the files of a case file from the seal down: seal, tag manifest, manifest, payload."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from . import layout
from .holding import Digest, Holding, content, digest
from .report import Finding
from .seal import PackageStatement, SealProblem, Statement, read_seal


@dataclass(slots=True)
class BagCheck:
    """What is known so far; `digests` holds every file that was read."""

    holding: Holding
    findings: list[Finding] = field(default_factory=list)
    digests: dict[str, Digest] = field(default_factory=dict)
    statement: Statement | PackageStatement | None = None
    what: str = "the case file"

    def note(self, name: str, problem: str) -> None:
        """Name a file once: the first problem is nearest to the cause."""
        if all(found.file != name for found in self.findings):
            self.findings.append(Finding(name, problem))

    def digest(self, name: str) -> Digest:
        """Read a file once; one that the disk does not give back is named."""
        if name not in self.digests:
            try:
                self.digests[name] = digest(self.holding, name)
            except OSError as error:
                self.note(name, f"cannot be read: {error.strerror or error}")
                self.digests[name] = Digest("", 0)
        return self.digests[name]

    def broken(self, name: str) -> bool:
        """Whether a file is already known not to be whole."""
        return name not in self.holding.sizes or any(found.file == name for found in self.findings)

    def facts(self) -> dict[str, Any]:
        """Counts, and what the seal says."""
        known: dict[str, Any] = {
            "files": len(self.holding.sizes),
            "bytes": sum(self.holding.sizes.values()),
        }
        if self.statement:
            said = self.statement
            known |= said.facts() | {
                "case_number": said.case_number,
                "sealed_by": said.sealed_by,
                "sealed_at": said.created_at,
                "rehearsal": said.rehearsal,
                "record": not said.rehearsal,
            }
        return known


def is_ours(names: Iterable[str]) -> bool:
    """Whether these are, or were, the files of a case file."""
    known = set(names) & {
        *layout.ROOT_FILES,
        layout.JOURNAL,
        layout.CHECK,
        layout.MINUTES_JSON,
        layout.APART.minutes_json,
    }
    return len(known) >= 2 and bool(known & {layout.SEAL, layout.JOURNAL, layout.CHECK})


def is_package(names: Iterable[str]) -> bool:
    """Whether these are, or were, the files of a package for the next body."""
    known = set(names)
    bag = known & {*layout.ROOT_FILES}
    return bool(bag) and bool(known & {layout.APPLICATION, layout.CASE}) and layout.JOURNAL not in known


def check_bag(holding: Holding, what: str = "the case file") -> BagCheck:
    """Every file against the seal; the contents of those that are whole come afterwards."""
    check = BagCheck(holding, list(holding.problems), what=what)
    for name in layout.ROOT_FILES:
        if name not in holding.sizes:
            check.note(name, "missing")
    _check_seal(check)
    _check_tag_manifest(check)
    payload = _check_manifest(check)
    for name in holding.sizes:
        # While the manifest is broken nobody can say which payload is extra.
        listed_here = name in payload if payload is not None else name.startswith(layout.PAYLOAD)
        if name not in layout.ROOT_FILES and not listed_here:
            check.note(name, f"extra: not part of {check.what}")
    return check


def _unreadable(check: BagCheck, name: str) -> bool:
    return check.broken(name) or not check.digest(name).sha256


def _check_seal(check: BagCheck) -> None:
    if _unreadable(check, layout.SEAL):
        return
    try:
        check.statement = read_seal(content(check.holding, layout.SEAL))
    except SealProblem as problem:
        check.note(layout.SEAL, f"the seal is damaged: {problem}")


def _check_tag_manifest(check: BagCheck) -> None:
    name = layout.TAG_MANIFEST
    if _unreadable(check, name):
        return
    if check.statement and check.digest(name).sha256 != check.statement.tagmanifest_sha256:
        check.note(name, "changed: not what the seal states")
        return
    listed = _listed(check, name)
    expected = {layout.BAGIT, layout.BAG_INFO, layout.MANIFEST}
    if listed is not None and set(listed) != expected:
        check.note(name, "does not list exactly the tag files")
        listed = None
    for tag, stated in (listed or {}).items():
        if not check.broken(tag) and check.digest(tag).sha256 != stated:
            check.note(tag, "changed")


def _listed(check: BagCheck, name: str) -> dict[str, str] | None:
    try:
        return layout.read_manifest(content(check.holding, name))
    except layout.LayoutProblem as problem:
        check.note(name, f"not a manifest: {problem}")
        return None


def _check_manifest(check: BagCheck) -> dict[str, str] | None:
    name = layout.MANIFEST
    if _unreadable(check, name):
        return None
    payload = _listed(check, name)
    if payload is None:
        return None
    for file, stated in payload.items():
        if not file.startswith(layout.PAYLOAD):
            check.note(name, "lists a file outside the payload")
        elif file not in check.holding.sizes:
            check.note(file, "missing")
        elif check.digest(file).sha256 != stated:
            check.note(file, "changed")
    return payload
