"""Isolation and deliberation as windows of time, and what counts as a leak in them."""

from typing import Any

from room_server.rehearsal.apart import Apart
from room_server.rehearsal.measure.log import PersonLog, Received, Sent, joined
from room_server.rehearsal.measure.traffic import Caucus, Isolation, leaked, overheard

NAMES = {"p_1": "chief", "p_2": "clerk", "p_3": "witness", "p_4": "expert", "p_5": "party"}


def moved(who: str, place: str) -> dict[str, Any]:
    return {"type": "Moved", "participant": who, "place": place}


def test_isolation_lasts_from_being_told_to_the_step_that_ends_it() -> None:
    isolations: list[Isolation] = []
    apart = Apart(isolations, [])
    events = [moved("p_1", "table"), moved("p_3", "isolation")]
    apart.look(1, 5, events, NAMES)
    apart.look(6, 9, events, NAMES)
    apart.look(10, 14, [*events, moved("p_3", "table")], NAMES)
    assert isolations == [Isolation(5, 10, "witness")]
    apart.look(20, 22, [*events, moved("p_3", "isolation")], NAMES)
    apart.end(30)
    assert isolations[1:] == [Isolation(22, 30, "witness")]


def test_deliberation_is_of_those_who_are_in_it() -> None:
    found: list[Caucus] = []
    apart = Apart([], found)
    events = [moved("p_1", "deliberation"), moved("p_2", "deliberation"), moved("p_5", "table")]
    apart.look(1, 5, events, NAMES)
    apart.look(8, 9, [*events, moved("p_1", "table"), moved("p_2", "table")], NAMES)
    assert found == [Caucus(5, 8, frozenset({"chief", "clerk"}))]


def test_a_panel_among_itself_is_at_the_table() -> None:
    found: list[Caucus] = []
    apart = Apart([], found, frozenset({"chief", "expert"}))
    events = [moved(who, "table") for who in ("p_1", "p_4", "p_5")]
    apart.look(1, 2, [*events, {"type": "StageEntered", "stage": "P5_QUESTIONS"}], NAMES)
    apart.look(3, 4, [*events, {"type": "StageEntered", "stage": "P6_DISCUSSION"}], NAMES)
    apart.end(9)
    assert found == [Caucus(4, 9, frozenset({"chief", "expert"}))]


def test_packets_that_reach_somebody_in_isolation_are_counted() -> None:
    chief = PersonLog(sent=[Sent(at, at, "audio", False) for at in (4, 6, 12)])
    witness = PersonLog(received=[Received(20, at, "audio", "0") for at in (4, 6, 12)])
    logs = {"chief": chief, "witness": witness, "party": PersonLog()}
    assert overheard(logs, [Isolation(5, 10, "witness")]) == 1
    assert overheard(logs, [Isolation(5, 10, "party"), Isolation(5, 10, "nobody")]) == 0
    assert leaked(logs, [Caucus(5, 10, frozenset({"chief"}))]) == 1


def test_who_comes_twice_is_one_person() -> None:
    first, second = PersonLog(sent=[Sent(1, 1, "audio", False)]), PersonLog(sent=[Sent(9, 9, "audio", False)])
    assert [packet.at for packet in joined([first, second]).sent] == [1, 9]
