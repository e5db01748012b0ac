"""What the packet logs prove of a media worker's death: who missed what, and when everybody was back."""

from typing import Any

import pytest

from room_server.rehearsal.measure.coverage import coverage, interruptions
from room_server.rehearsal.measure.flow import flows
from room_server.rehearsal.measure.log import PersonLog, Received, Sent
from room_server.rehearsal.measure.outage import Heard, Kill, faults
from room_server.rehearsal.script import Script

MS = 1_000_000
PEOPLE = {"chair": "p_1", "party": "p_2"}
SCRIPT = Script("s", "t", "mediation", 0.5, (), ())
CLOCK = 7_000_000 * MS
"""The journals' clock is ahead of the logs' by this much."""
END, DEATH = 60_000, 20_000


def entry(at: int, name: str, /, **body: Any) -> dict[str, Any]:
    return {"at": at + CLOCK // MS, "type": name, "body": body}


def journal(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """Two at the table from 100 ms on, open from 200 ms on, closed after a minute."""
    seats = [
        {"id": who, "name": who, "role": role, "side": ""}
        for who, role in zip(PEOPLE.values(), ("mediator", "applicant"), strict=True)
    ]
    facts = [
        entry(
            0,
            "SittingPrepared",
            sitting="s",
            case_number="1",
            case_title="t",
            hearing="h",
            kind="mediation",
            organisation="o",
            rehearsal=True,
            participants=seats,
        ),
        *(entry(50, "Joined", participant=who, device="d") for who in PEOPLE.values()),
        *(entry(100, "Moved", participant=who, place="table", origin="lobby") for who in PEOPLE.values()),
        entry(200, "Opened"),
        *more,
        entry(END, "Closed"),
    ]
    return sorted(facts, key=lambda fact: int(fact["at"]))


def lost(at: int = DEATH, restored: int = DEATH + 50) -> list[dict[str, Any]]:
    return [entry(at, "MediaLost", epoch=1), entry(restored, "MediaRestored", epoch=2)]


def talk(missing: range = range(0)) -> dict[str, PersonLog]:
    """Each sends sound and picture every 100 ms and gets the other's 2 ms later, but what is `missing`."""
    logs = {key: PersonLog() for key in PEOPLE}
    for key, other, base in (("chair", "party", 0), ("party", "chair", 10**6)):
        for at in range(1000, END - 1000, 100):
            for number, medium in enumerate(("audio", "video")):
                digest = base + at * 2 + number
                logs[key].sent.append(Sent(at * MS, digest, medium, True))
                if at not in missing:
                    logs[other].received.append(Received((at + 2) * MS, digest, medium, "0"))
    return logs


def track(name: str, *files: tuple[int, int], gaps: tuple[tuple[int, int], ...] = ()) -> dict[str, Any]:
    return {
        "track": name,
        "files": [{"start_ms": start, "duration_ms": end - start, "fills": []} for start, end in files],
        "gaps": [{"start_ms": start, "end_ms": end, "reason": "crash"} for start, end in gaps],
    }


def hearing(logs: dict[str, PersonLog], facts: list[dict[str, Any]], *tracks: dict[str, Any]) -> Heard:
    return Heard(SCRIPT, logs, PEOPLE, facts, {"tracks": list(tracks)}, CLOCK)


def test_a_hearing_whose_worker_died_was_back_when_the_last_pair_was() -> None:
    hit = hearing(
        talk(range(DEATH, DEATH + 2500)),
        journal(*lost()),
        track("p_1.camera", (0, 19_500), (23_000, 59_000), gaps=((19_500, 23_000),)),
        track("p_1.microphone", (0, 19_700), (19_850, 59_000)),
    )
    spared = hearing(talk(), journal())
    (found,) = faults([hit, spared], [Kill(DEATH * MS, "media-2", 1)])
    assert (found["worker"], found["rooms_hit"], found["rooms_spared"]) == ("media-2", [1], [2])
    assert found["errors"] == [] and found["back_s"] == 2.5
    assert found["hit"][0]["flows"] == 4 and found["hit"][0]["journal_ms"] == 50
    assert found["hit"][0]["recording_gap_ms"] == {"chair.camera": 3500, "chair.microphone": 150}
    assert found["spared_packets"] > 400 and found["spared_packets_lost"] == 0
    assert found["spared_longest_silence_ms"] == 100
    assert found["spared"][0]["longest_silence_before_ms"] == 100


@pytest.mark.parametrize(
    ("logs", "named"),
    [
        (talk(range(DEATH, DEATH + 11_000)), "everybody was back only after 11.0 s"),
        (talk(range(DEATH, END)), "party never got video from chair again"),
    ],
)
def test_a_hearing_that_is_back_late_or_never_is_an_error(logs: dict[str, PersonLog], named: str) -> None:
    (found,) = faults([hearing(logs, journal(*lost()))], [])
    assert any(named in error for error in found["errors"]), found["errors"]


def test_one_packet_that_another_room_lost_is_an_error() -> None:
    hit, other = hearing(talk(), journal(*lost())), hearing(talk(range(DEATH + 100, DEATH + 101)), journal())
    (found,) = faults([hit, other], [Kill(DEATH * MS, "media-2", 1)])
    assert found["spared_packets_lost"] == 4
    assert found["errors"] == ["room 2: 4 packets were lost though another room's worker died"]
    assert found["spared_longest_silence_ms"] == 200


def test_what_the_rules_kept_back_is_not_lost() -> None:
    apart = journal(
        entry(DEATH - 500, "Moved", participant="p_2", place="caucus:1", origin="table"),
        entry(DEATH + 4000, "Moved", participant="p_2", place="table", origin="caucus:1"),
    )
    kept_back = hearing(talk(range(DEATH - 500, DEATH + 4500)), apart)
    (found,) = faults([hearing(talk(), journal(*lost())), kept_back], [Kill(DEATH * MS, "m", 1)])
    assert found["errors"] == [] and found["spared_packets"] > 100
    allowed = {
        flow.medium: flow.allowed for flow in flows(talk(), PEOPLE, apart, CLOCK) if flow.to == "party"
    }
    spans = [(100, DEATH - 500), (DEATH + 4000, END)]
    assert allowed["audio"] == allowed["video"] == [(start * MS, end * MS) for start, end in spans]


def test_a_recording_that_hides_the_interruption_is_an_error() -> None:
    whole = hearing(talk(), journal(*lost()), track("p_1.camera", (0, 59_000)))
    (found,) = faults([whole], [])
    assert found["errors"] == ["room 1: chair.camera: the recording does not show the interruption"]


def test_a_kill_that_no_journal_knows_of_is_an_error() -> None:
    (found,) = faults([hearing(talk(), journal())], [Kill(DEATH * MS, "media-9", 1)])
    assert found["rooms_hit"] == [] and found["errors"] == ["no journal tells of the death of media-9"]


def test_a_death_nobody_here_caused_is_found_and_two_are_told_apart() -> None:
    twice = journal(*lost(), *lost(40_000, 40_050))
    found = faults([hearing(talk(), twice), hearing(talk(), journal(*lost(DEATH + 20)))], [])
    assert [(one["rooms_hit"], one["worker"]) for one in found] == [([1, 2], ""), ([1], "")]
    assert faults([hearing(talk(), journal())], []) == []


def test_what_could_not_be_recorded_is_not_wanted_until_the_track_is_back() -> None:
    started = entry(DEATH + 3000, "TrackStarted", participant="p_1", source="camera", codec="VP8")
    facts = journal(*lost(), started)
    assert interruptions(facts, "p_1", "camera") == [(19.8, 22.8)]
    assert interruptions(facts, "p_1", "microphone") == [(19.8, 29.8)], "it never came: ten seconds at most"
    row = coverage({"tracks": [track("p_1.camera", (0, 19_800), (22_800, 59_800))]}, facts, PEOPLE)[0]
    assert (row["wanted_seconds"], row["gap_seconds"], row["beyond_seconds"]) == (56.8, 0.0, 0.0)
