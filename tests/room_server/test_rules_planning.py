"""What a kind of hearing needs, and when two hearings meet."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from room_server.law.hearings import hearing_kinds
from room_server.rules.planning import HearingKind, Span, hasty, lacking

KINDS = hearing_kinds()
PARTIES = ["applicant", "respondent"]


def kind(identifier: str) -> HearingKind:
    return next(entry for entry in KINDS.kind if entry.id == identifier)


@pytest.mark.parametrize(
    ("identifier", "roles", "words"),
    [
        ("mediation", ["mediator", *PARTIES], []),
        ("mediation", ["mediator", "applicant"], ["seat_missing"]),
        ("mediation", [], ["seat_missing", "seat_missing"]),
        ("arbitration_sole", ["sole_arbitrator", "clerk", *PARTIES], []),
        (
            "arbitration_sole",
            ["sole_arbitrator", "sole_arbitrator", "clerk", *PARTIES],
            ["seat_too_many"],
        ),
        ("arbitration_three", ["chief_arbitrator", *["arbitrator"] * 2, "clerk", *PARTIES], []),
        ("arbitration_three", ["chief_arbitrator", "arbitrator", "clerk", *PARTIES], ["seat_missing"]),
        ("panel_review", ["mediator", "expert"], []),
        ("filing", ["clerk", "applicant"], []),
        ("legal_aid", ["clerk"], ["seat_missing"]),
    ],
)
def test_what_a_kind_needs(identifier: str, roles: list[str], words: list[str]) -> None:
    assert [lack.word for lack in lacking(kind(identifier), roles)] == words


def test_arbitration_is_notified_five_days_before() -> None:
    arbitration, day = kind("arbitration_sole"), date(2026, 9, 21)
    assert hasty(arbitration, day, date(2026, 9, 26)) == []
    late = hasty(arbitration, day, date(2026, 9, 25))
    assert [lack.word for lack in late] == ["short_notice"]
    assert "4 日" in late[0].zh and "第35条" in late[0].zh
    assert "0 日" in hasty(arbitration, day, date(2026, 9, 20))[0].zh
    assert hasty(kind("mediation"), day, day) == []


def test_every_kind_of_hearing_has_an_entry_and_an_unknown_variant_gives_the_first() -> None:
    for name in ("mediation", "arbitration", "panel_review", "filing", "legal_aid"):
        entry = KINDS.of(name)
        assert entry is not None and entry.kind == name
    assert KINDS.of("arbitration", "arbitration_three") == kind("arbitration_three")
    assert KINDS.of("arbitration", "none") == kind("arbitration_sole")
    assert KINDS.of("mediation", "arbitration_three") == kind("mediation")
    assert KINDS.of("party") is None


SPANS = st.builds(Span, st.integers(0, 10**7), st.integers(10, 720))


@given(SPANS, SPANS)
def test_two_hearings_meet_when_a_moment_belongs_to_both(one: Span, other: Span) -> None:
    shared = max(one.starts_at, other.starts_at) < min(one.ends_at, other.ends_at)
    assert one.meets(other) == other.meets(one) == shared


def test_one_may_begin_when_the_other_ends() -> None:
    assert not Span(0, 60).meets(Span(3_600_000, 60))
    assert Span(0, 60).meets(Span(3_599_999, 60))
