"""Which speech has no text yet: each moment is looked for once, and none that was heard."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from room_server.recovery.spans import LEAST_MS, SCRIBE_LOST, holes, joined, listened, lost, without
from room_server.rules import events as e
from tests.support.people import APPLICANT, MEDIATOR, at_table, prepared

CHAIR, PARTY = MEDIATOR.id, APPLICANT.id
INTERVALS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)).map(lambda p: (min(p), max(p) + 1)))


class Noted:
    """One fact at its time."""

    def __init__(self, event: e.Event, media_time: int | None = 0) -> None:
        self._event = event
        self.type = type(event).__name__
        self.media_time = media_time
        self.body: dict[str, Any] = msgspec.to_builtins(event)

    def event(self) -> e.Event:
        """The fact."""
        return self._event


def heard(who: str, start: int, end: int) -> Noted:
    name = f"u{start}.{who}"
    event = e.UtteranceHeard(
        utterance=name, participant=who, start_ms=start, end_ms=end, text="好", words=[], confidence=0.9,
        language="zh", engine="x",
    )  # fmt: skip
    return Noted(event, end + 500)


def missed(who: str, start: int, end: int, reason: str = "overloaded") -> Noted:
    return Noted(e.SpeechMissed(participant=who, start_ms=start, end_ms=end, reason=reason), end + 500)


def opened(state: str = "ready") -> list[Noted]:
    """A hearing with two people at its table, from its preparation to its opening."""
    engine = e.EngineStated(engine="x", state=state, model="m", sha256="", licence="", reason="")
    before = [prepared(), engine, *at_table(MEDIATOR, APPLICANT)]
    return [*(Noted(fact, None) for fact in before), Noted(e.Opened(), None)]


@given(INTERVALS, INTERVALS)
def test_intervals_are_cut_as_sets_of_moments_are(
    spans: list[tuple[int, int]], taken: list[tuple[int, int]]
) -> None:
    def moments(intervals: list[tuple[int, int]]) -> set[int]:
        return {moment for a, b in intervals for moment in range(a, b)}

    left = without(joined(spans), taken)
    assert moments(left) == moments(spans) - moments(taken)
    assert sum(b - a for a, b in left) == len(moments(left))


def test_what_was_missed_and_not_heard_since_is_a_hole() -> None:
    entries = [
        heard(PARTY, 1000, 3000),
        missed(PARTY, 3600, 5000),
        missed(PARTY, 9000, 11_000),
        heard(PARTY, 9000, 11_000),
        missed(CHAIR, 200, 900, "failed"),
        heard(PARTY, 5100, 6000),
    ]
    found = holes(entries)
    assert [(h.participant, h.start_ms, h.end_ms) for h in found] == [(CHAIR, 200, 900), (PARTY, 3600, 5000)]
    assert (found[0].from_ms, found[0].until_ms) == (0, 1100)
    # The neighbours' own sound is left to them.
    assert (found[1].from_ms, found[1].until_ms) == (3350, 5100)
    done = e.SpeechCaughtUp(participant=PARTY, start_ms=3600, end_ms=5000, utterances=1)
    assert [h.participant for h in holes([*entries, Noted(done)])] == [CHAIR]


def test_a_sentence_torn_in_two_is_one_hole() -> None:
    entries = [missed(PARTY, 1000, 5000, SCRIBE_LOST), missed(PARTY, 5400, 7000, "torn")]
    (hole,) = holes(entries)
    assert (hole.start_ms, hole.end_ms) == (1000, 7000)


def test_what_a_lost_scribe_may_have_heard_begins_where_its_last_text_ends() -> None:
    entries = [*opened(), heard(CHAIR, 1000, 3000), missed(CHAIR, 4000, 5000)]
    facts = lost(entries, 20_000)
    assert {(f.participant, f.start_ms, f.end_ms, f.reason) for f in facts} == {
        (CHAIR, 3000, 20_000, SCRIBE_LOST),
        (PARTY, 0, 20_000, SCRIBE_LOST),
    }
    again = lost([*entries, *(Noted(fact, 20_000) for fact in facts)], 20_100)
    assert again == [] and LEAST_MS > 100


@pytest.mark.parametrize("state", ["absent", "incomplete", "bad-hash"])
def test_without_an_engine_nothing_was_lost(state: str) -> None:
    assert lost(opened(state), 20_000) == []


def test_nobody_is_listened_to_while_muted_or_in_a_private_talk() -> None:
    entries = [
        *opened(),
        Noted(e.Muted(participant=PARTY), 1000),
        Noted(e.Unmuted(participant=PARTY), 2000),
        Noted(e.Moved(participant=PARTY, origin="table", place="caucus-1"), 3000),
        Noted(e.Moved(participant=PARTY, origin="caucus-1", place="table"), 4000),
        Noted(e.Closed(), 6000),
    ]
    spans = listened(entries, 9000)
    assert spans[PARTY] == [(0, 1000), (2000, 3000), (4000, 6000)]
    assert spans[CHAIR][-1][1] == 6000
