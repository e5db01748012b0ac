"""The script of a rehearsal: what is played, what counts as spoken on the record, what is refused."""

from typing import Any

import pytest

from room_server.rehearsal.clips import read_clip
from room_server.rehearsal.script import FOLDER, BadScript, load, names, parse
from room_server.rules.procedures import PROCEDURES

SAY = {"do": "say", "who": ["a"], "clip": "c", "text": "你好"}
CHAIR = {
    "key": "a",
    "name": "甲",
    "role": "mediator",
    "side": "",
    "voice": "v",
    "pitch": 50,
    "speed": 160,
    "colour": [1, 2, 3],
}
TABLE: dict[str, Any] = {"title": "t", "kind": "mediation", "pause": 0.5, "people": [CHAIR], "steps": [SAY]}


def test_the_mediation_is_worth_playing() -> None:
    script = load("settlement")
    spoken = script.spoken()
    assert len(script.people) >= 3
    assert sum(map(len, spoken.values())) >= 15
    assert all(spoken.values())
    assert 60 <= script.seconds() <= 100
    assert [step.do for step in script.steps].count("caucus") == 1
    assert len({person.voice for person in script.people}) == len(script.people)


@pytest.mark.parametrize("name", names())
def test_every_sentence_has_its_clip(name: str) -> None:
    script = load(name)
    wanted = {script.clip_file(who, clip) for step in script.steps for who, clip, _ in step.voices() if clip}
    there = set((FOLDER / "cast" / (script.cast or name)).glob("*.ogg"))
    assert wanted <= there if script.cast else wanted == there


def test_the_brief_script_is_for_many_rooms() -> None:
    brief, whole = load("brief"), load("settlement")
    assert len(brief.people) == 2 and brief.cast == whole.name
    assert 35 <= brief.seconds() <= 60
    known = {(person.key, person.voice, person.pitch, person.speed) for person in whole.people}
    assert {(person.key, person.voice, person.pitch, person.speed) for person in brief.people} < known
    texts = {(who, step.clip): step.text for step in whole.steps for who in step.who}
    said = {(who, step.clip): step.text for step in brief.steps for who in step.who if step.clip}
    assert said.items() <= texts.items(), "a clip says what another script recorded"


def test_the_cast_is_small() -> None:
    assert sum(path.stat().st_size for path in (FOLDER / "cast").rglob("*.ogg")) < 700 * 1024


def test_a_clip_is_whole_packets_with_levels() -> None:
    clip = read_clip(load("settlement").clip_file("mediator", "begin"))
    assert len(clip.packets) == len(clip.levels) > 50
    assert all(packet[0] & 3 == 0 for packet in clip.packets), "not one frame per packet"
    assert 5 < min(clip.levels) < 40


def test_two_may_say_different_things_at_once() -> None:
    both = {**SAY, "over": ["b", "d", "不对"]}
    people = [CHAIR, {**CHAIR, "key": "b", "role": "applicant"}]
    script = parse("mine", TABLE | {"people": people, "steps": [both]})
    assert script.steps[0].voices() == [("a", "c", "你好"), ("b", "d", "不对")]
    assert script.spoken() == {"a": ["你好"], "b": ["不对"]}
    assert any(step.over for step in load("arbitration").steps)


def test_a_caucus_is_off_the_record() -> None:
    spoken = load("settlement").spoken()
    assert not any("我最低要求两万三千四百元" in lines for lines in spoken.values())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"steps": [{"do": "dance"}]}, "unknown deed 'dance'"),
        ({"steps": [{**SAY, "who": ["b"]}]}, "unknown person b"),
        ({"steps": [{"do": "say", "who": ["a"]}]}, "needs who, clip and text"),
        ({"steps": [{**SAY, "over": ["a", "c"]}]}, "what is said over it"),
        ({"steps": [{**SAY, "over": ["b", "c", "d"]}]}, "unknown person b"),
        ({"people": [{**CHAIR, "role": "applicant"}]}, "nobody presides"),
        ({"people": [{"key": "a"}]}, "'colour'"),
        ({"steps": [{**SAY, "loud": True}]}, "loud"),
    ],
)
def test_a_bad_script_is_named(change: dict[str, Any], why: str) -> None:
    with pytest.raises(BadScript, match=why):
        parse("mine", TABLE | change)


def test_an_unknown_script_lists_the_known_ones() -> None:
    with pytest.raises(BadScript, match=r"there are: .*mediation"):
        load("../../etc/passwd")


@pytest.mark.parametrize("name", ["mediation", "arbitration", "panel"])
def test_the_whole_procedures_pass_every_stage_that_must_not_be_passed_over(name: str) -> None:
    script = load(name)
    table = next(table for table in PROCEDURES.values() if script.kind in table.kinds)
    entered = {step.to for step in script.steps if step.do == "stage"} | {table.first}
    assert {stage.code for stage in table.stages if stage.blocked} <= entered
    deeds = {step.do for step in script.steps}
    assert {"drop", "back", "sign", "decline", "read"} <= deeds
    assert name == "panel" or {"next", "call", "dismiss", "caucus"} <= deeds


def test_each_sitting_is_of_those_who_enter_it() -> None:
    first, second = load("mediation").sittings()
    assert first.steps[-1].outcome == "adjourned" and second.steps[-1].outcome == "agreed"
    assert {person.key for person in first.people} - {person.key for person in second.people} == {"witness"}
    assert load("settlement").sittings() == [load("settlement")]
    assert load("arbitration").chair() == "chief"
    assert [person.key for person in load("arbitration").staff()] == ["chief", "arbitrator", "clerk"]
    assert load("mediation").has_bench() and not load("settlement").has_bench()
    assert load("mediation").listeners() == {"supervisor"}
