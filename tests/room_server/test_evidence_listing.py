"""Evidence in the case file: the list the journal makes, every original, and nothing that can be swapped."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from room_server.casefile import CaseFileProblem, CaseSource, build
from room_server.evidence.listing import document, listing
from room_server.finishing.binding import _named
from room_server.finishing.record import minutes_of
from room_server.verifying import layout, verify
from signing.minutes_text import is_direction, paragraphs
from tests.support import exhibits
from tests.support.sealed_case import case_source, rechained

CONTRACT = exhibits.pdf(2)
PHOTO = exhibits.photo()


def entry(event: str, at: int, actor: str = "p_1", /, **body: Any) -> dict[str, Any]:
    return {"sitting": "s", "type": event, "at": at, "media_time": at, "actor": actor, "body": body}


def told(evidence: str, side: str, number: int, content: bytes = b"", **more: Any) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    item = exhibits.submitted(evidence, side, number, sha256=digest, bytes=len(content), **more)
    body = {name: getattr(item, name) for name in item.__struct_fields__}
    return entry("EvidenceSubmitted", 1, "system", **body)


POINTS = {"authenticity": "accept", "legality": "accept", "relevance": "deny", "reason": "r"}


def test_the_list_holds_what_stands_at_the_end() -> None:
    entries = [
        entry("SittingPrepared", 0),
        told("e_2", "respondent", 1),
        told("e_1", "applicant", 1),
        told("e_1", "applicant", 1, title="再说一次"),
        entry("EvidencePresented", 5, evidence="e_1"),
        entry("EvidencePresented", 9, evidence="e_1"),
        entry("EvidenceExamined", 6, evidence="e_1", party="respondent", **(POINTS | {"reason": "x"})),
        entry("EvidenceExamined", 7, "p_9", evidence="e_1", party="respondent", **POINTS),
        entry("EvidenceNoted", 8, evidence="e_1", note="采信"),
        entry("OriginalChecked", 8, "p_2", evidence="e_1", checked=True, remark="核对"),
        entry("OriginalChecked", 8, evidence="e_2", checked=True, remark=""),
        entry("OriginalChecked", 9, evidence="e_2", checked=False, remark=""),
        entry("EvidenceWithdrawn", 10, evidence="e_2", reason="重复"),
        entry("EvidenceNoted", 8, evidence="e_unknown", note="?"),
    ]
    first, second = listing(entries)
    assert (first["mark"], second["mark"], first["title"]) == ("申证1", "被证1", "劳动合同")
    assert first["presented_ms"] == [5, 9] and first["note"] == "采信"
    assert first["examined"]["respondent"] == POINTS | {"at": 7, "written_by": "p_9"}
    assert first["original"] == {"at": 8, "by": "p_2", "remark": "核对"}
    assert second["original"] is None and second["withdrawn"] == {"at": 10, "reason": "重复"}
    assert document(entries)["sitting"] == "s"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> CaseSource:
    return case_source(tmp_path_factory.mktemp("source"))


def with_evidence(source: CaseSource, folder: Path) -> CaseSource:
    """The sitting with two items, one of them withdrawn."""
    for name, content in (("e_1", CONTRACT), ("e_2", PHOTO)):
        (folder / name).mkdir(parents=True)
        (folder / name / "original").write_bytes(content)
    entries = [dict(one) for one in source.entries]
    place = next(number for number, one in enumerate(entries) if one["type"] == "Closed")
    gone = entry("EvidenceWithdrawn", 3, evidence="e_2", reason="")
    facts = [
        told("e_1", "applicant", 1, CONTRACT),
        told("e_2", "respondent", 1, PHOTO, title="a/照:片"),
        gone,
    ]
    entries[place:place] = [{**entries[place], **fact, "sitting": source.sitting} for fact in facts]
    entries = rechained(entries)
    return replace(source, entries=entries, minutes=minutes_of(entries), evidence=folder)


def test_originals_and_list_are_in_the_case_file(plain: CaseSource, tmp_path: Path) -> None:
    source = with_evidence(plain, tmp_path / "evidence")
    bag = tmp_path / "case"
    build(source, bag)
    held = bag / layout.EVIDENCE
    assert sorted(path.name for path in held.iterdir()) == [
        "evidence.json",
        "申证1_劳动合同.pdf",
        "被证1_a_照_片.jpg",
    ]
    assert (held / "申证1_劳动合同.pdf").read_bytes() == CONTRACT
    stated = json.loads((bag / layout.EVIDENCE_JSON).read_bytes())
    assert [item["mark"] for item in stated["items"]] == ["申证1", "被证1"]
    assert verify(bag).ok


def test_a_missing_original_is_not_passed_over(plain: CaseSource, tmp_path: Path) -> None:
    source = with_evidence(plain, tmp_path / "evidence")
    (tmp_path / "evidence" / "e_2" / "original").unlink()
    with pytest.raises(CaseFileProblem, match="被证1"):
        build(source, tmp_path / "case")
    with pytest.raises(CaseFileProblem, match="申证1"):
        build(replace(source, evidence=None), tmp_path / "case")


def test_another_file_in_its_place_is_found_before_sealing(plain: CaseSource, tmp_path: Path) -> None:
    source = with_evidence(plain, tmp_path / "evidence")
    (tmp_path / "evidence" / "e_1" / "original").write_bytes(exhibits.pdf(3))
    with pytest.raises(CaseFileProblem, match="the original of 申证1"):
        build(source, tmp_path / "case")


def test_without_evidence_nothing_is_added(plain: CaseSource, tmp_path: Path) -> None:
    build(plain, tmp_path / "case")
    assert not (tmp_path / "case" / layout.EVIDENCE).exists()


def test_documents_are_called_by_their_kind() -> None:
    kinds = ("minutes", "evidence_list", "minutes", "evidence_list", "other")
    papers = [{"body": {"kind": kind}} for kind in kinds]
    firsts = {kind: next(_named(papers, kind))[0] for kind in ("mediation", "arbitration", "panel_review")}
    assert [*firsts.values()] == ["调解笔录.pdf", "庭审笔录.pdf", "会审笔录.pdf"]
    assert [name for name, _ in _named(papers, "mediation")] == [
        "调解笔录.pdf",
        "证据清单.pdf",
        "调解笔录2.pdf",
        "证据清单2.pdf",
        "文书.pdf",
    ]


def test_a_stage_direction_is_nobodys_paragraph() -> None:
    base: dict[str, Any] = {
        "start_ms": None,
        "end_ms": None,
        "machine_text": None,
        "struck": False,
        "adopted": True,
    }
    lines = [
        base | {"line": "h1", "speaker": "", "text": "（出示证据 申证1）"},
        base | {"line": "h2", "speaker": "p_1", "text": "是。"},
        base | {"line": "u1", "speaker": "", "text": "谁？", "machine_text": "谁？", "start_ms": 5},
    ]
    assert [is_direction(line) for line in lines] == [True, False, False]
    body = paragraphs({"lines": lines, "participants": [{"id": "p_1", "name": "张三", "role": "applicant"}]})
    assert [(one.number, one.who, one.text) for one in body] == [
        (0, "", "（出示证据 申证1）"),
        (1, "申请人（张三）", "是。"),
        (2, "发言人未定", "谁？"),
    ]
