"""What a check finds, and the report it ends in, for people and for programs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

INTACT, BROKEN, UNREADABLE = 0, 1, 2
_CHINA = timezone(timedelta(hours=8))
_HEADLINES = (
    ("完好", "intact: nothing was changed, added or removed"),
    ("已被改动", "BROKEN: the files below are not as they were sealed"),
    ("无法核验", "unreadable: this is not something Heting made"),
)
_KINDS = {
    "case_file": "卷宗",
    "case_file_zip": "卷宗压缩包",
    "package": "移送（申请）材料",
    "package_zip": "移送（申请）材料压缩包",
    "recording": "录音录像",
    "journal": "日志",
    "unknown": "未知",
}
_FACTS = {
    "case_number": "案号 case",
    "sitting": "庭次 sitting",
    "package": "材料编号 package",
    "purpose": "用途 for",
    "files": "文件 files",
    "bytes": "字节 bytes",
    "journal_entries": "日志条数 journal entries",
    "recordings": "录音录像 recordings",
    "segments": "片段 segments",
    "documents": "文书 documents",
    "evidence": "证据 items of evidence",
    "tracks": "轨 tracks",
    "sealed_by": "封存密钥指纹 sealed by",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One file that is not as it was sealed, and in which way."""

    file: str
    problem: str


@dataclass(frozen=True, slots=True)
class Report:
    """The result of `heting verify`."""

    ok: bool
    kind: str
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    readable: bool = True

    @property
    def exit_code(self) -> int:
        """0 intact, 1 broken, 2 not ours or not readable."""
        if not self.readable:
            return UNREADABLE
        return INTACT if self.ok else BROKEN

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        word = ("intact", "broken", "unreadable")[self.exit_code]
        findings = [{"file": found.file, "problem": found.problem} for found in self.findings]
        return {"ok": self.ok, "result": word, "kind": self.kind, "findings": findings, "facts": self.facts}


def unreadable(name: str, problem: str) -> Report:
    """A report on something that is not ours or cannot be read."""
    return Report(False, "unknown", [Finding(name, problem)], readable=False)


def as_text(path: str, report: Report) -> str:
    """The report for a person, Chinese first."""
    zh, en = _HEADLINES[report.exit_code]
    rows = [f"{_KINDS[report.kind]} {path}", f"结论：{zh}", f"        {en}"]
    if report.facts.get("rehearsal"):
        rows += [
            "彩排：不是记录，永远不能作为记录使用",
            "        REHEARSAL: not a record, and never can be one",
        ]
    # Names come from whoever made the files: nothing in them may steer the terminal.
    rows += [_printable(f"  ✗ {found.file}: {found.problem}") for found in report.findings]
    rows += [
        f"  {label}: {_printable(str(report.facts[name]))}"
        for name, label in _FACTS.items()
        if name in report.facts
    ]
    if sealed_at := report.facts.get("sealed_at"):
        rows.append(
            f"  封存时间 sealed at: {datetime.fromtimestamp(sealed_at / 1000, _CHINA):%Y-%m-%d %H:%M:%S %z}"
        )
    return "\n".join(rows) + "\n"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
