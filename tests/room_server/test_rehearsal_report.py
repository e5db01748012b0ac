"""The report: everything right is `ok`, and each thing wrong is named."""

import dataclasses
from typing import Any

import pytest

from room_server.rehearsal.measure.coverage import coverage
from room_server.rehearsal.measure.lateness import on_screen, text_delay
from room_server.rehearsal.measure.log import Fact, PersonLog, Received, Sent
from room_server.rehearsal.measure.replay import Replay
from room_server.rehearsal.measure.report import Material, report
from room_server.rehearsal.measure.traffic import Caucus, Floor
from room_server.rehearsal.script import Person, Script, Step

MS = 1_000_000
PEOPLE = {"chair": "p_1", "party": "p_2"}


def person(key: str, role: str) -> Person:
    return Person(key, key, role, "", "v", 50, 160, (1, 2, 3))


SCRIPT = Script(
    "small",
    "t",
    "mediation",
    0.5,
    (person("chair", "mediator"), person("party", "applicant")),
    (Step("say", ("chair",), "c", "现在开庭"), Step("say", ("party",), "c", "同意")),
)


def told(at: int, who: str) -> Fact:
    return Fact(at * MS, "told", {"event": {"type": "Moved", "participant": who, "place": "table"}})


def logs() -> dict[str, PersonLog]:
    facts = [Fact(0, "hello", {}), Fact(MS, "connected", {}), told(2, "p_1"), told(2, "p_2")]
    one = PersonLog(sent=[Sent(10 * MS, 1, "audio", False), Sent(10 * MS, 2, "video", True)], facts=facts)
    other = PersonLog(sent=[Sent(10 * MS, 3, "audio", False), Sent(10 * MS, 4, "video", True)], facts=facts)
    one.received = [Received(12 * MS, 3, "audio", "0"), Received(12 * MS, 4, "video", "1")]
    other.received = [Received(12 * MS, 1, "audio", "0"), Received(12 * MS, 2, "video", "1")]
    return {"chair": one, "party": other}


def entry(at: int, kind: str, /, **body: Any) -> dict[str, Any]:
    return {"at": at, "type": kind, "body": body}


def seated(at: int, who: str, place: str = "table") -> dict[str, Any]:
    return entry(at, "Moved", participant=who, origin="lobby", place=place)


SEATS = [
    {"id": "p_1", "name": "n", "role": "mediator", "side": ""},
    {"id": "p_2", "name": "n", "role": "applicant", "side": "applicant"},
]
ABOUT = {"case_number": "1", "case_title": "t", "hearing": "h", "kind": "mediation", "organisation": "o"}
PREPARED = entry(500, "SittingPrepared", sitting="s", rehearsal=True, participants=SEATS, **ABOUT)
CAME = [entry(900, "Joined", participant=who, device="device-1") for who in ("p_1", "p_2")]
OPENED = [PREPARED, *CAME, seated(1000, "p_1"), seated(1500, "p_2"), entry(2000, "Opened")]
JOURNAL = [*OPENED, entry(22_000, "Closed")]


def track(name: str, *, start: int = 0, duration: int = 20_000, **more: Any) -> dict[str, Any]:
    file = {"start_ms": start, "duration_ms": duration, "fills": more.get("fills", [])}
    return {"track": name, "files": [file], "gaps": more.get("gaps", [])}


def manifest() -> dict[str, Any]:
    names = [f"{who}.{source}" for who in PEOPLE.values() for source in ("microphone", "camera")]
    return {"tracks": [track(name) for name in names]}


def material() -> Material:
    return Material(
        SCRIPT,
        people=PEOPLE,
        logs=logs(),
        journal=JOURNAL,
        manifest=manifest(),
        lines=[{"speaker": "p_1", "text": "现在开庭。"}, {"speaker": "p_2", "text": "同意"}],
        replays=[Replay("u1", "现在开庭", True, "现在开庭")],
        verify="intact",
        case_file="/out/case.zip",
    )


def test_a_good_rehearsal_is_ok_and_says_all_that_was_asked() -> None:
    result = report(material())
    assert result["errors"] == []
    assert result["ok"] is True and result["rehearsal"] is True and "彩排" in result["note"]
    assert result["participants"] == 2
    assert result["forward_delay_ms"] == {"p50": 2.0, "p95": 2.0, "packets": 4}
    assert result["join_ms"] == {"p50": 11.0, "max": 11.0}
    assert result["minutes"] == {
        "expected": 2,
        "utterances": 2,
        "cer": 0.0,
        "attributed": 2,
        "characters": 6,
        "attribution_errors": 0,
        "text_delay_ms": {"p50": None, "p95": None},
        "latency_ms": {"p50": None, "p95": None},
        "lines_played": 1,
        "lines_replayed": 1,
        "replay_mismatches": [],
    }
    assert result["attribution_errors"] == 0 and "p95" in result["latency_ms"]
    assert {row["kind"] for row in result["recorded"]} == {"audio", "video"}
    assert all(row["seconds"] == 20 and row["gap_seconds"] == 0 for row in result["recorded"])


def test_the_script_is_compared_with_what_was_heard_not_with_its_figures() -> None:
    m = material()
    m.script = dataclasses.replace(
        SCRIPT, steps=(Step("say", ("chair",), "c", "休庭十分钟"), SCRIPT.steps[1])
    )
    body: dict[str, Any] = {
        "utterance": "u1",
        "participant": "p_1",
        "text": "休庭10分钟",
        "spoken": "休庭十分钟",
    }
    body |= {
        "start_ms": 1000,
        "end_ms": 2000,
        "words": [],
        "confidence": 0.9,
        "language": "zh",
        "engine": "e",
    }
    m.journal = [*JOURNAL[:-1], entry(3000, "UtteranceHeard", **body), JOURNAL[-1]]
    m.lines[0] |= {"line": "u1", "text": "休庭10分钟"}
    assert report(m)["minutes"]["cer"] == 0.0
    # A line that a person has worded anew stands for itself.
    m.lines[0]["text"] = "休庭20分钟"
    assert report(m)["minutes"]["cer"] > 0.0


def _deaf(m: Material) -> None:
    m.logs["party"].received.pop(0)


def _blind(m: Material) -> None:
    m.logs["party"].received.pop(1)


def _alone(m: Material) -> None:
    m.logs = {"chair": m.logs["chair"]}


def _leaky(m: Material) -> None:
    m.caucuses = [Caucus(0, 99 * MS, frozenset({"chair"}))]


def _unruly(m: Material) -> None:
    m.floors = [Floor(0, 99 * MS, frozenset({"chair"}))]


def _altered(m: Material) -> None:
    m.logs["party"].received.append(Received(1, 99, "audio", "0"))


def _misheard(m: Material) -> None:
    m.lines[0]["text"] = "现在开门"


def _misattributed(m: Material) -> None:
    m.lines[1]["speaker"] = "p_1"


def _other_words(m: Material) -> None:
    m.replays.append(Replay("u2", "同意", True, "不同意"))


def _no_sound(m: Material) -> None:
    m.replays.append(Replay("u2", "同意", False, None))


def _short(m: Material) -> None:
    m.manifest["tracks"][0] = track("p_1.microphone", duration=18_900)


def _unrecorded(m: Material) -> None:
    m.manifest["tracks"].pop()


def _tampered(m: Material) -> None:
    m.verify = "altered: minutes.json"


def _no_file(m: Material) -> None:
    m.verify = ""


def _failed(m: Material) -> None:
    m.errors.append("party: its process ended with -9")


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (_deaf, "party got no audio packets from chair"),
        (_blind, "party got no video frames from chair"),
        (_alone, "only 1 of 2 people took part"),
        (_leaky, "2 packets of the caucus left it"),
        (_unruly, "1 packets were heard of people without the floor"),
        (_altered, "1 packets arrived that nobody had sent so"),
        (_misheard, "character error rate 0.167"),
        (_misattributed, "1 of 2 sentences are beside their speaker"),
        (_misattributed, "1 lines are beside somebody else"),
        (_other_words, "the sound of '同意' gives '不同意'"),
        (_no_sound, "the sound of '同意' is not there"),
        (_short, "chair: 18.9 s of 20.0 s at the table recorded"),
        (_unrecorded, "party: no video was recorded"),
        (_tampered, "case file: altered: minutes.json"),
        (_no_file, "case file: none was made"),
        (_failed, "its process ended with -9"),
    ],
)
def test_each_fault_is_named(harm: Any, named: str) -> None:
    harmed = material()
    harm(harmed)
    result = report(harmed)
    assert result["ok"] is False
    assert any(named in error for error in result["errors"]), result["errors"]


def test_text_is_late_by_its_way_from_the_last_word_to_the_journal() -> None:
    heard = [{**entry(0, "UtteranceHeard", end_ms=end), "media_time": end + 900} for end in (1000, 5000)]
    assert text_delay([*JOURNAL, *heard]) == {"p50": 900.0, "p95": 900.0}


def test_text_is_late_until_it_is_on_each_screen() -> None:
    said = {"type": "UtteranceHeard", "utterance": "u1"}
    heard = [{**entry(9_000, "UtteranceHeard", utterance="u1", end_ms=3_100), "media_time": 4_000}]
    logs_ = [PersonLog(facts=[Fact(at * MS, "told", {"event": said})]) for at in (2_030, 2_070)]
    # The screens' clock began at 7 s: speech ended at 8.1 s, the text was seen at 9.03 and 9.07 s.
    logs_[0].facts.append(Fact(9_000 * MS, "told", {"event": said}))
    assert on_screen(heard, logs_, 7_000 * MS, True) == pytest.approx([930, 970])
    assert on_screen(heard, logs_, 0, False) == [900]


def stated(model: str, state: str = "ready") -> dict[str, Any]:
    return entry(
        900, "EngineStated", engine="whisper", model=model, state=state, sha256="", licence="", reason=""
    )


@pytest.mark.parametrize(
    ("model", "own", "ok"),
    [("large", False, True), ("rehearsal-voices", False, False), ("large", True, False)],
)
def test_an_engine_that_never_met_the_voices_is_only_measured(model: str, own: bool, ok: bool) -> None:
    some = material()
    some.own_server = own
    some.journal = [stated(model), *JOURNAL]
    some.lines = []
    result = report(some)
    assert result["ok"] is ok
    assert result["engine"]["model"] == model
    assert any("0 of 2 sentences" in line for line in (result["notes"] if ok else result["errors"]))


def test_a_server_without_an_engine_says_why_there_are_no_minutes() -> None:
    some = material()
    some.own_server, some.lines = False, []
    some.journal = [stated("whisper-small", "absent"), *JOURNAL]
    result = report(some)
    assert result["ok"] is True
    assert result["notes"] == ["minutes: none were written, the server's speech engine is absent"]


def test_what_broke_off_tells_its_cause_and_what_leaked_but_not_all_that_is_missing() -> None:
    some = material()
    _leaky(some)
    some.errors, some.manifest, some.lines, some.verify = ["the server ended with -9"], {}, [], ""
    assert report(some)["errors"] == ["the server ended with -9", "2 packets of the caucus left it"]


def test_nothing_at_all_is_a_report_too() -> None:
    result = report(Material(SCRIPT, errors=["no answer from the server"]))
    assert result["ok"] is False and result["errors"] == ["no answer from the server"]
    assert result["join_ms"] == {"p50": None, "max": None}


def covered(track_: dict[str, Any], *more: dict[str, Any]) -> tuple[float, float, float]:
    """Wanted, recorded and missing seconds of one track, with more facts between opening and close."""
    journal = [*OPENED, *more, entry(22_000, "Closed")]
    row = coverage({"tracks": [track_]}, journal, PEOPLE)[0]
    return row["wanted_seconds"], row["seconds"], row["gap_seconds"]


def test_who_may_not_speak_need_not_be_recorded() -> None:
    floor = (entry(7000, "FloorGiven", participant="p_1"), entry(10_000, "FloorFreed"))
    holes = [[5000, 8000], [10_000, 12_000]]
    assert covered(track("p_2.microphone", fills=holes), *floor) == (17.0, 15.0, 2.0)
    assert covered(track("p_1.microphone", fills=holes), *floor) == (20.0, 15.0, 5.0)
    assert covered(track("p_2.camera", fills=holes), *floor) == (20.0, 15.0, 5.0)


def test_a_hole_without_filling_is_not_counted_as_recorded() -> None:
    gaps = [{"start_ms": 5000, "end_ms": 8000, "reason": "floor"}]
    assert covered(track("p_2.camera", gaps=gaps)) == (20.0, 17.0, 3.0)


def test_time_away_from_the_table_is_not_wanted() -> None:
    away = (
        seated(7000, "p_2", "caucus:1"),
        seated(10_000, "p_2"),
        entry(12_000, "Adjourned", reason=""),
        entry(14_000, "Resumed"),
    )
    holes = [[5000, 8000], [10_000, 12_000]]
    assert covered(track("p_2.camera", fills=holes), *away) == (15.0, 15.0, 0.0)


def test_what_had_to_stay_unrecorded_is_named_and_makes_up_for_nothing() -> None:
    some = material()
    some.journal = [*OPENED, seated(7000, "p_2", "caucus:1"), seated(10_000, "p_2"), JOURNAL[-1]]
    some.manifest["tracks"][3] = track("p_2.camera", fills=[[10_000, 13_000]])
    errors = report(some)["errors"]
    assert "party: 14.0 s of 17.0 s at the table recorded (video)" in errors
    assert "party: 3.0 s recorded that had to stay unrecorded (video)" in errors
