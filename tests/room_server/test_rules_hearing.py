"""Who hears whom and what is kept: the matrix of the law as a table of tests."""

import pytest

from room_server.rules import events as e
from room_server.rules.hearing import routes
from tests.support.people import (
    APPLICANT,
    CLERK,
    MEDIATOR,
    OBSERVER,
    RESPONDENT,
    SUPERVISOR,
    WITNESS,
    at_table,
    in_caucus,
    room,
)

SEATED = at_table(MEDIATOR, CLERK, APPLICANT, RESPONDENT)
M, C, A, R = MEDIATOR.id, CLERK.id, APPLICANT.id, RESPONDENT.id


def heard_by(speaker: str, *facts: e.Event, source: str = "microphone") -> set[str]:
    """To whom a source of a person goes after some facts."""
    return set(routes(room(*facts), 1)["tracks"][f"{speaker}.{source}"]["to"])


def kept(speaker: str, *facts: e.Event, source: str = "microphone") -> tuple[bool, bool, str]:
    """Whether a source is recorded, transcribed, and why not."""
    track = routes(room(*facts), 1)["tracks"][f"{speaker}.{source}"]
    return track["record"], track["scribe"], track["why"]


def test_the_table_hears_itself_and_nobody_in_the_lobby_does() -> None:
    assert heard_by(A, *SEATED, e.Opened()) == {M, C, R}
    assert heard_by(M, *SEATED, e.Opened()) == {C, A, R}
    assert heard_by(WITNESS.id, *SEATED, e.Opened()) == set()
    assert WITNESS.id not in heard_by(M, *SEATED, e.Opened())


def test_an_isolated_witness_gets_nothing() -> None:
    isolated = [
        *SEATED,
        *at_table(WITNESS),
        e.Opened(),
        e.Moved(participant=WITNESS.id, origin="table", place="isolation"),
    ]
    tracks = routes(room(*isolated), 1)["tracks"]
    assert all(WITNESS.id not in track["to"] for track in tracks.values())


def test_whoever_is_absent_is_neither_heard_nor_told_anything() -> None:
    gone = [*SEATED, e.Opened(), e.Left(participant=A, cause="silent")]
    for source in ("microphone", "camera", "screen"):
        assert heard_by(A, *gone, source=source) == set()
        assert kept(A, *gone, source=source) == (False, False, "offline")
    assert heard_by(R, *gone) == {M, C}
    back = [*gone, e.Joined(participant=A, device="device-1")]
    assert heard_by(A, *back) == heard_by(A, *back, source="camera") == {M, C, R}
    assert heard_by(R, *back) == {M, C, A}
    assert kept(A, *back) == (True, True, "")


def test_an_absence_in_a_caucus_is_of_the_caucus() -> None:
    facts = [*SEATED, e.Opened(), *in_caucus(MEDIATOR, APPLICANT), e.Left(participant=A, cause="silent")]
    assert heard_by(A, *facts) == heard_by(M, *facts) == set()
    assert kept(A, *facts) == (False, False, "caucus")


def test_a_mute_and_the_floor_silence_voices_but_not_pictures() -> None:
    muted = [*SEATED, e.Opened(), e.Muted(participant=A)]
    assert heard_by(A, *muted) == set()
    assert heard_by(A, *muted, source="camera") == {M, C, R}
    assert kept(A, *muted) == (False, False, "muted")
    assert kept(A, *muted, source="camera") == (True, False, "")
    held = [*SEATED, e.Opened(), e.FloorGiven(participant=A)]
    assert heard_by(R, *held) == set()
    assert heard_by(A, *held) == {M, C, R}
    assert heard_by(M, *held) == {C, A, R}
    assert kept(R, *held) == (False, False, "floor")


def test_observers_hear_and_are_never_heard() -> None:
    facts = [*SEATED, *at_table(OBSERVER), e.Opened()]
    table = routes(room(*facts), 1)
    assert not [track for track in table["tracks"] if track.startswith(OBSERVER.id)]
    assert table["observers"] == [OBSERVER.id, SUPERVISOR.id] and table["presiding"] == [M]
    assert OBSERVER.id in heard_by(A, *facts)


def test_a_caucus_is_heard_inside_only_and_never_kept() -> None:
    facts = [*SEATED, e.Opened(), *in_caucus(MEDIATOR, APPLICANT)]
    for source in ("microphone", "camera"):
        assert heard_by(A, *facts, source=source) == {M}
        assert heard_by(R, *facts, source=source) == {C}
        assert kept(A, *facts, source=source) == (False, False, "caucus")
        assert kept(M, *facts, source=source) == (False, False, "caucus")
    assert kept(R, *facts)[0] is True


def test_a_screen_goes_out_only_while_it_is_shared_and_only_within_its_place() -> None:
    share, stop = (kind(participant=A, place="table") for kind in (e.ScreenShared, e.ScreenStopped))
    assert kept(A, *SEATED, e.Opened(), source="screen") == (False, False, "not_shared")
    assert heard_by(A, *SEATED, e.Opened(), source="screen") == set()
    assert heard_by(A, *SEATED, e.Opened(), share, source="screen") == {M, C, R}
    assert heard_by(R, *SEATED, e.Opened(), share, source="screen") == set()
    assert kept(A, *SEATED, e.Opened(), share, source="screen") == (True, False, "")
    assert heard_by(A, *SEATED, e.Opened(), share, stop, source="screen") == set()
    gone = e.Left(participant=A, cause="silent")
    assert heard_by(A, *SEATED, e.Opened(), share, gone, source="screen") == set()
    aside = [*SEATED, e.Opened(), *in_caucus(MEDIATOR, APPLICANT)]
    private = e.ScreenShared(participant=A, place="caucus:1")
    assert heard_by(A, *aside, private, source="screen") == {M}
    assert kept(A, *aside, private, source="screen") == (False, False, "caucus")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ([], "waiting"),
        ([e.Opened(), e.Adjourned(reason="")], "adjourned"),
        ([e.Opened(), e.Closed()], "closed"),
    ],
)
def test_nothing_is_kept_outside_the_open_sitting(facts: list[e.Event], why: str) -> None:
    for source in ("microphone", "camera"):
        assert kept(A, *SEATED, *facts, source=source) == (False, False, why)


def test_a_recess_is_deaf_and_an_open_sitting_is_kept() -> None:
    assert heard_by(A, *SEATED, e.Opened(), e.Adjourned(reason="")) == set()
    assert kept(A, *SEATED, e.Opened()) == (True, True, "")
    assert kept(A, *SEATED, e.Opened(), source="camera") == (True, False, "")
