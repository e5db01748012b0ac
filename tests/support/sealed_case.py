"""A small closed sitting with real recordings, and the case file made from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from media.packet import Packet, Track
from recordings.finish import finish
from recordings.recorder import Recorder
from room_server.casefile import CaseDocument, CaseSource, build
from room_server.finishing.record import minutes_of
from room_server.store.chain import GENESIS, entry_hash
from room_server.verifying import Report
from signing.keys import open_key
from signing.minutes_pdf import print_minutes

ZERO_MS = 1_795_327_320_000
SITTING = "s_small"
PEOPLE: list[dict[str, Any]] = [
    {"id": "p_00000001", "name": "王和庭", "role": "mediator", "side": ""},
    {"id": "p_00000002", "name": "陈\U0002c029", "role": "applicant", "side": "applicant"},
    {"id": "p_00000003", "name": "<b>湖滨</b>&公司", "role": "respondent", "side": "respondent"},
]


class Pen:
    """Writes entries that chain."""

    def __init__(self, sitting: str = SITTING) -> None:
        self.sitting = sitting
        self.entries: list[dict[str, Any]] = []

    def write(self, event: str, media_time: int | None = None, /, **body: Any) -> None:
        """One more entry."""
        seq = len(self.entries) + 1
        entry = {
            "sitting": self.sitting,
            "seq": seq,
            "at": ZERO_MS + (media_time or 0),
            "media_time": media_time,
            "actor": "",
            "type": event,
            "body": body,
            "prev_hash": self.entries[-1]["hash"] if self.entries else GENESIS,
        }
        self.entries.append({**entry, "hash": entry_hash(entry)})


def record(folder: Path, seconds: float = 12.0) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Two microphones recorded by the real recorder: the manifest, and what it told meanwhile."""
    folder.mkdir(parents=True)
    told: list[dict[str, Any]] = []
    recorder = Recorder(folder, ZERO_MS, 1, told.append, lambda track: None)
    for number, person in enumerate(PEOPLE[:2]):
        sink = recorder.sink(Track(f"{person['id']}.microphone", "audio", "microphone", "opus", 48000))
        for at in range(int(seconds * 50)):
            payload = bytes([0xF8, number, at % 251, at // 251])
            sink.write(Packet(at, at * 960, False, payload, ZERO_MS / 1000 + at * 0.02, 40))
    recorder.close()
    return finish(folder), told


def journal(told: list[dict[str, Any]], manifest: dict[str, Any] | None, rehearsal: bool = False) -> Pen:
    """The journal of the sitting, closed, before any document is made."""
    pen = Pen()
    prepared = {"case_number": "厦湖劳人调〔2026〕17号", "case_title": "追索劳动报酬争议", "hearing": "h_1"}
    prepared |= {"kind": "mediation", "organisation": "厦门市湖里区劳动人事争议调解中心"}
    pen.write("SittingPrepared", **prepared, sitting=SITTING, rehearsal=rehearsal, participants=PEOPLE)
    for person in PEOPLE:
        pen.write("Admitted", participant=person["id"])
    pen.write("Opened", 0)
    state = {"state": "ready", "model": "rehearsal", "sha256": "cd" * 32, "licence": "Apache-2.0"}
    pen.write("EngineStated", 0, engine="faster-whisper", **state, reason="")
    for number, text in enumerate(("请陈述你的请求。", "请求支付工资23400元。", "1 < 2 && a > b")):
        who = PEOPLE[number]["id"]
        times = {"start_ms": number * 3000, "end_ms": number * 3000 + 2000}
        heard = {"utterance": f"u_{number}", "participant": who, "text": text, "words": [[text, 0, 9, 0.93]]}
        pen.write("UtteranceHeard", **heard, **times, confidence=0.93, language="zh", engine="x")
    pen.write("LineEdited", 8000, line="u_1", version=1, text="请求支付工资23400元整。", speaker=None)
    apart = {"participant": PEOPLE[1]["id"], "origin": "table", "place": "caucus:1"}
    pen.write("Moved", 8500, **apart)
    away = {"participant": PEOPLE[2]["id"], "device": "device-one"}
    pen.write("Disconnected", 9000, **away, evidence="socket")
    pen.write("Reconnected", 10_500, **away, away_ms=1500)
    pen.write("Moved", 11_000, **{**apart, "origin": "caucus:1", "place": "table"})
    for fact in told:
        if fact["type"] == "segment":
            pen.write("SegmentSealed", **{name: value for name, value in fact.items() if name != "type"})
    pen.write("Closed", 12_000)
    for track in manifest["tracks"] if manifest else []:
        for file in track["files"]:
            names = ("file", "start_ms", "duration_ms", "bytes", "sha256")
            pen.write("RecordingFinished", track=track["track"], **{name: file[name] for name in names})
    return pen


def case_source(folder: Path, rehearsal: bool = False) -> CaseSource:
    """Everything a case file is made from, under `folder`."""
    manifest, told = record(folder / "recordings")
    pen = journal(told, manifest, rehearsal)
    text = minutes_of(pen.entries)
    pdf = folder / "minutes.pdf"
    made = print_minutes(text, pdf)
    facts = {"bytes": made["bytes"], "sha256": made["sha256"]}
    pen.write("DocumentMade", document="d_1", kind="minutes", file="001_调解笔录.pdf", **facts)
    return CaseSource(
        entries=pen.entries,
        minutes=text,
        documents=[CaseDocument("001_调解笔录.pdf", pdf)],
        recordings=folder / "recordings",
        key=open_key(folder / "keys"),
        created_at=ZERO_MS + 60_000,
    )


def with_entries(source: CaseSource, entries: list[dict[str, Any]]) -> CaseSource:
    """The same source with another journal."""
    return replace(source, entries=entries)


def case_file(folder: Path, rehearsal: bool = False) -> Path:
    """A finished case file under `folder`."""
    out = folder / "case"
    build(case_source(folder, rehearsal), out)
    return out


def files(folder: Path) -> list[Path]:
    """Every file under a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def named(report: Report) -> set[str]:
    """The files a report names."""
    return {found.file for found in report.findings}


@contextmanager
def flipped(path: Path, at: int, bits: int) -> Iterator[None]:
    """One byte changed, for a while."""

    def flip() -> None:
        with path.open("r+b") as file:
            file.seek(at)
            old = file.read(1)[0]
            file.seek(at)
            file.write(bytes([old ^ bits]))

    flip()
    try:
        yield
    finally:
        flip()


def rechained(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries, changed, in a chain of their own."""
    prev = GENESIS
    for seq, entry in enumerate(entries, start=1):
        entry |= {"seq": seq, "prev_hash": prev}
        entry["hash"] = prev = entry_hash(entry)
    return entries
