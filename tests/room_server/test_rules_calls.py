"""Calls between chambers: whatever is done in whatever order, two rings never ring past each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from room_server.rules.calls import (
    RING_MS,
    Act,
    Phoned,
    Ring,
    State,
    answer,
    in_call,
    is_over,
    ring,
    unsettled,
)
from room_server.rules.presence import Standing
from room_server.rules.refusal import Refused

CHAMBERS = ("b_one", "b_two", "b_three")
WHO = st.sampled_from(CHAMBERS)
DESK = "a_clerk"


class Exchange(RuleBasedStateMachine):
    """Three chambers and a desk, at any times, with any acts."""

    made = Bundle("made")

    @initialize()
    def start(self) -> None:
        self.now = 1_790_000_000_000
        self.calls: dict[str, Phoned] = {}

    def _put(self, call: Phoned, state: State) -> None:
        settled = call.state not in (State.RINGING, state) and call.state is not State.ACCEPTED
        assert not settled, "a settled call never changes"
        self.calls[call.id] = Phoned(
            id=call.id, caller=call.caller, callee=call.callee, account=call.account,
            hearing=call.hearing, state=state, asked_at=call.asked_at,
        )  # fmt: skip

    @rule(target=made, caller=st.one_of(WHO, st.just("")), callee=WHO)
    def rings(self, caller: str, callee: str) -> str:
        wish = Ring(caller=caller, account="" if caller else DESK, callee=callee)
        try:
            found = ring(list(self.calls.values()), wish, Standing.ONLINE, self.now)
        except Refused as refusal:
            current = unsettled(list(self.calls.values()), self.now)
            if refusal.word == "chamber_busy":
                assert any(call.ends(callee) for call in current)
            elif refusal.word == "in_call":
                assert any(call.ends(caller) for call in current)
            else:
                assert refusal.word == "own_chamber" and caller == callee
            return ""
        if found.call is None:
            made = Phoned(
                id=f"v_{len(self.calls)}", caller=caller, callee=callee, account=wish.account,
                asked_at=self.now,
            )  # fmt: skip
            self.calls[made.id] = made
            return made.id
        if found.accepts:
            assert (found.call.caller, found.call.callee) == (callee, caller)
            self._put(found.call, State.ACCEPTED)
        return found.call.id

    @rule(name=made, act=st.sampled_from(Act), chamber=st.one_of(WHO, st.just("")))
    def answers(self, name: str, act: Act, chamber: str) -> None:
        if not name:
            return
        call = self.calls[name]
        try:
            state = answer(call, act, chamber, DESK, self.now)
        except Refused as refusal:
            if refusal.word == "call_missed":
                assert is_over(call, self.now)
            return
        assert not is_over(call, self.now)
        if act is Act.ACCEPT:
            assert chamber == call.callee
        if act is Act.CANCEL:
            assert chamber == call.caller
        self._put(call, state)

    @rule(passed=st.integers(0, 2 * RING_MS))
    def time_passes(self, passed: int) -> None:
        self.now += passed

    @invariant()
    def nobody_is_in_two_calls(self) -> None:
        current = unsettled(list(getattr(self, "calls", {}).values()), getattr(self, "now", 0))
        for chamber in CHAMBERS:
            assert sum(call.ends(chamber) for call in current) <= 1


TestExchange = Exchange.TestCase


@given(st.sampled_from([Standing.OFFLINE, Standing.UNPAIRED, Standing.BUSY]))
def test_a_chamber_that_cannot_answer_does_not_ring(standing: Standing) -> None:
    word = "chamber_busy" if standing is Standing.BUSY else "chamber_offline"
    with pytest.raises(Refused, match=word):
        ring([], Ring(caller="b_one", callee="b_two"), standing, 0)


def test_both_who_ring_each_other_are_connected_once() -> None:
    rung = Phoned(id="v_1", caller="b_one", callee="b_two", asked_at=1000)
    crossing = Ring(caller="b_two", callee="b_one")
    # The other one counts as busy by then, because it rings.
    found = ring([rung], crossing, Standing.BUSY, 1500)
    assert found.call == rung and found.accepts
    again = ring([rung], Ring(caller="b_one", callee="b_two"), Standing.BUSY, 1500)
    assert again.call == rung and not again.accepts


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_no_clock_makes_a_call_ring_longer(asked_at: int, now: int) -> None:
    call = Phoned(id="v", caller="b_one", callee="b_two", asked_at=asked_at)
    assert is_over(call, now) == (abs(now - asked_at) >= RING_MS)
    assert in_call([call], "b_two", now) == (abs(now - asked_at) < RING_MS)
    if is_over(call, now):
        with pytest.raises(Refused, match="call_missed"):
            answer(call, Act.ACCEPT, "b_two", "", now)


def test_answers_that_come_twice_change_nothing_and_others_are_refused() -> None:
    call = Phoned(id="v", caller="b_one", callee="b_two", asked_at=0, state=State.ACCEPTED)
    assert answer(call, Act.ACCEPT, "b_two", "", 1) is State.ACCEPTED
    for act in (Act.DECLINE,):
        with pytest.raises(Refused, match="call_settled"):
            answer(call, act, "b_two", "", 1)
    with pytest.raises(Refused, match="not_allowed"):
        answer(call, Act.ACCEPT, "b_one", "", 1)
    with pytest.raises(Refused, match="not_allowed"):
        answer(call, Act.END, "b_three", "", 1)
