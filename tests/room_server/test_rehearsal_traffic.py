"""What packet logs prove: pairs, delays, leaks, joins."""

import io
from pathlib import Path
from typing import Any

import pytest

from room_server.rehearsal.measure import log
from room_server.rehearsal.measure.log import Fact, PersonLog, Received, Sent
from room_server.rehearsal.measure.traffic import (
    Caucus,
    Floor,
    delays_ms,
    foreign,
    join_ms,
    leaked,
    pairs,
    percentile,
    spoken_out_of_turn,
)

MS = 1_000_000


def audio(at: int, digest: int) -> Sent:
    return Sent(at * MS, digest, "audio", False)


def video(at: int, digest: int, end: bool) -> Sent:
    return Sent(at * MS, digest, "video", end)


def got(at: int, digest: int, medium: str = "audio", mid: str = "0") -> Received:
    return Received(at * MS, digest, medium, mid)


def test_a_frame_counts_only_when_all_of_it_arrived() -> None:
    sender = PersonLog(sent=[audio(0, 1), video(1, 2, False), video(1, 3, True), video(9, 4, True)])
    other = PersonLog(received=[got(2, 1), got(3, 2, "video"), got(9, 4, "video")])
    row = pairs({"a": sender, "b": other}, {})[0]
    assert (row["from"], row["to"], row["video_frames"], row["audio_packets"]) == ("a", "b", 1, 1)
    assert row["first_picture_ms"] is None


def test_every_pair_is_counted_both_ways() -> None:
    rows = pairs({"a": PersonLog(), "b": PersonLog(), "c": PersonLog()}, {})
    assert len(rows) == 6
    assert all(row["audio_packets"] == row["video_frames"] == 0 for row in rows)


def test_delay_is_from_send_to_first_receipt() -> None:
    sender = PersonLog(sent=[audio(10, 1), audio(30, 2)])
    other = PersonLog(received=[got(13, 1), got(99, 1), got(31, 2), got(50, 77)])
    assert sorted(delays_ms({"a": sender, "b": other})) == [1.0, 3.0]


def test_a_payload_sent_twice_says_nothing_about_delay() -> None:
    sender = PersonLog(sent=[audio(10, 1), audio(30, 1)])
    assert delays_ms({"a": sender, "b": PersonLog(received=[got(31, 1)])}) == []


@pytest.mark.parametrize(
    ("sent_at", "listener", "count"),
    [(99, "c", 0), (100, "c", 1), (199, "c", 1), (200, "c", 0), (150, "b", 0)],
)
def test_only_what_was_sent_inside_and_heard_outside_leaks(sent_at: int, listener: str, count: int) -> None:
    logs = {"a": PersonLog(sent=[audio(sent_at, 1)]), "b": PersonLog(), "c": PersonLog()}
    logs[listener].received.append(got(250, 1))
    assert leaked(logs, [Caucus(100 * MS, 200 * MS, frozenset({"a", "b"}))]) == count


@pytest.mark.parametrize(
    ("origin", "at", "count"), [("c", 150, 1), ("c", 99, 0), ("a", 150, 0), ("b", 150, 0)]
)
def test_only_the_holder_of_the_floor_and_the_chair_are_heard(origin: str, at: int, count: int) -> None:
    logs = {"a": PersonLog(), "b": PersonLog(), "c": PersonLog()}
    logs[origin].sent += [audio(at, 1), video(at, 2, True)]
    logs["a" if origin == "c" else "c"].received += [got(200, 1), got(200, 2, "video")]
    assert spoken_out_of_turn(logs, [Floor(100 * MS, 200 * MS, frozenset({"a", "b"}))]) == count


def test_a_packet_nobody_sent_is_foreign() -> None:
    assert foreign({"a": PersonLog(sent=[audio(1, 1)]), "b": PersonLog(received=[got(2, 1), got(2, 9)])}) == 1


def moved(at: int, who: str, place: str = "table") -> Fact:
    return Fact(at * MS, "told", {"event": {"type": "Moved", "participant": who, "place": place}})


def test_joining_leaves_out_the_time_before_the_door() -> None:
    facts = [Fact(0, "hello", {}), Fact(300 * MS, "connected", {}), moved(5000, "p_1"), moved(7000, "p_2")]
    person = PersonLog(facts=facts, received=[got(7100, 1), got(7200, 2, "video")])
    assert join_ms(person, "p_1") == 500.0


def test_joining_a_room_in_which_others_sit_counts_from_hello() -> None:
    facts = [Fact(0, "hello", {}), moved(10, "p_2"), moved(20, "p_1"), Fact(300 * MS, "connected", {})]
    person = PersonLog(facts=facts, received=[got(400, 2, "video")])
    assert join_ms(person, "p_1") == 400.0


def test_the_first_picture_counts_from_when_both_were_there() -> None:
    facts = [Fact(0, "hello", {}), Fact(10 * MS, "connected", {}), moved(20, "p_1"), moved(50, "p_2")]
    looker = PersonLog(facts=[*facts, moved(90, "p_3")], received=[got(99, 3, "video"), got(180, 7, "video")])
    logs = {"a": looker, "b": PersonLog(sent=[video(1, 7, True)]), "c": PersonLog(sent=[video(1, 3, True)])}
    rows = {row["from"]: row for row in pairs(logs, {"a": "p_1", "b": "p_2", "c": "p_3"}) if row["to"] == "a"}
    assert rows["b"]["first_picture_ms"] == 130.0
    assert rows["c"]["first_picture_ms"] == 9.0


def test_nobody_joined_who_never_saw_a_picture() -> None:
    facts = [Fact(0, "hello", {}), Fact(1, "connected", {}), moved(2, "p_1"), moved(2, "p_2")]
    assert join_ms(PersonLog(facts=facts, received=[got(3, 1)]), "p_1") is None
    assert join_ms(PersonLog(), "p_1") is None


def test_percentiles() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([7.0], 0.95)) == (51.0, 96.0, 7.0)
    assert percentile([], 0.5) is None


def test_a_log_is_read_back_up_to_where_its_writer_died(tmp_path: Path) -> None:
    rows: list[Any] = [audio(1, 2**55 + 1), got(2, 3), Fact(3, "hello", {"name": "谁"})]
    text = io.StringIO()
    log.write(text, rows)
    (tmp_path / "a.jsonl").write_text(text.getvalue() + '["s", 12')
    back = log.read(tmp_path / "a.jsonl")
    assert [*back.sent, *back.received, *back.facts] == rows
    assert log.read(tmp_path / "none.jsonl").sent == []
