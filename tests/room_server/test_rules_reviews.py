"""The rules of a review, cell by cell."""

import pytest

from room_server.rules.people import Participant, Role
from room_server.rules.reviews import (
    MaterialKind,
    Part,
    chair_of,
    is_majority,
    is_token,
    part_of,
    sees_opinions,
    why_kept_back,
    why_no_conclusion,
)

MINUTES, RECORDING = MaterialKind.MINUTES, MaterialKind.RECORDING


def person(name: str, role: Role) -> Participant:
    return Participant(id=name, name=name, role=role)


@pytest.mark.parametrize("role", Role)
def test_everybody_has_one_part_or_none(role: Role) -> None:
    expected = {
        Role.EXPERT: Part.MEMBER,
        Role.CLERK: Part.STAFF,
        Role.ARBITRATOR: Part.STAFF,
        Role.MEDIATOR: Part.STAFF,
        Role.CHIEF_ARBITRATOR: Part.STAFF,
        Role.SOLE_ARBITRATOR: Part.STAFF,
    }.get(role)
    assert part_of(person("p", role), chair="") is expected
    assert part_of(person("p", role), chair="p") is (Part.CHAIR if expected is Part.STAFF else expected)


def test_who_presides_comes_in_the_order_of_the_procedure() -> None:
    people = [person("m", Role.MEDIATOR), person("e", Role.EXPERT), person("s", Role.SOLE_ARBITRATOR)]
    assert chair_of(people) == "s"
    assert chair_of(people[:2]) == "m"
    assert chair_of(people[1:2]) == ""


TALKS = [("arbitration", "A12_MEDIATION")]
ALONE = [("arbitration", "A14_DELIBERATE"), ("arbitration", "A8_EVIDENCE")]


@pytest.mark.parametrize(
    ("kind", "held_as", "procedure", "stages", "why"),
    [
        (MINUTES, "mediation", "mediation", [], ""),
        (RECORDING, "mediation", "mediation", [("mediation", "M7_NEGOTIATE")], ""),
        (MINUTES, "mediation", "arbitration", [], "mediation_secret"),
        (RECORDING, "mediation", "arbitration", [], "mediation_secret"),
        (MINUTES, "arbitration", "arbitration", TALKS, ""),
        (RECORDING, "arbitration", "arbitration", TALKS, "mediation_secret"),
        (RECORDING, "arbitration", "arbitration", ALONE, ""),
        (MINUTES, "panel_review", "mediation", [], "panel_secret"),
        (RECORDING, "panel_review", "arbitration", [], "panel_secret"),
    ],
)
def test_what_a_panel_is_never_shown(
    kind: MaterialKind, held_as: str, procedure: str, stages: list[tuple[str, str]], why: str
) -> None:
    assert why_kept_back(kind, held_as, procedure, stages) == why


def test_opinions_are_seen_by_who_gave_one_by_the_chair_and_once_opened() -> None:
    assert [sees_opinions(part, False, False) for part in Part] == [True, False, False]
    assert [sees_opinions(part, True, False) for part in Part] == [True, True, False]
    assert all(sees_opinions(part, False, True) for part in Part)


def test_when_a_conclusion_can_be_drawn() -> None:
    assert why_no_conclusion(["a", "b"], [], opened=True) == "no_opinion_yet"
    assert why_no_conclusion(["a", "b"], ["a"], opened=False) == "opinions_missing"
    assert why_no_conclusion(["a", "b"], ["a"], opened=True) == ""
    assert why_no_conclusion(["a", "b"], ["b", "a"], opened=False) == ""


def test_a_majority_is_more_than_half_of_those_who_gave_opinions() -> None:
    assert is_majority([], ["a", "b"])
    assert not is_majority(["a"], ["a", "b"])
    assert is_majority(["a", "b"], ["a", "b", "c"])
    assert not is_majority(["a", "b", "x"], ["a", "b", "c"])


def test_a_token_is_no_opinion() -> None:
    assert all(map(is_token, ("", "同意", "同意" * 20, "。" * 40, "一二三四五六七八九", "aaaaaaaaaabbcc")))
    assert not any(map(is_token, ("一二三四五六七八九十", "支持，理由是证据充分可信", "I support the claim")))
