"""Both machines under any course of wishes: what must never happen, and that there is always a way on."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import Refused, decide, noted
from room_server.rules.evidence.commands import ExamineEvidence
from room_server.rules.hearing import routes
from room_server.rules.people import LISTEN_ONLY, Role
from room_server.rules.places import Phase
from room_server.rules.procedures import PROCEDURES
from room_server.rules.procedures.stage import Group
from room_server.rules.resuming import resumption
from room_server.rules.room import SYSTEM, Room, evolve, replay
from room_server.rules.stages import ways
from tests.support.exhibits import submitted
from tests.support.tribunal import APPLICANT, CAST, RESPONDENT, WITNESS, prepared

PLACES = ["lobby", "table", "isolation", "deliberation", "caucus:1", "caucus:2"]
TRIBUNAL = {
    "mediation": {Role.MEDIATOR, Role.SOLE_ARBITRATOR, Role.CHIEF_ARBITRATOR, Role.CLERK},
    "arbitration": {Role.CHIEF_ARBITRATOR, Role.SOLE_ARBITRATOR, Role.ARBITRATOR, Role.CLERK},
    "panel": set(),
}
# In these stages nobody of these roles is at the table with ears or voice, whatever anybody wishes for.
DEAF = {
    "mediation": {
        Role.WITNESS: ("M3", "M4", "M5", "M7", "M8", "M9", "M10", "M11", "M12", "M13", "MX"),
        Role.OBSERVER: ("M3", "M7", "M8", "M9", "M10", "M11", "M12", "MX"),
        Role.SUPERVISOR: ("M3", "M7C", "M10", "M12", "MX"),
    },
    "arbitration": {
        Role.WITNESS: (
            *("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A9", "A10", "A11", "A12", "A13", "A14"),
            *("A15", "A16", "A17", "AX_TECH"),
        ),
        Role.OBSERVER: ("A1_", "A12", "A13", "A14", "A16", "A17", "AX_TECH"),
        Role.SUPERVISOR: ("A1_", "A12C", "A13", "A14", "A16", "A17", "AX_TECH"),
        Role.APPLICANT: ("A14",),
        Role.RESPONDENT: ("A14",),
        Role.AGENT: ("A14",),
        Role.EXPERT: ("A14",),
        Role.INTERPRETER: ("A14",),
    },
    "panel": {
        Role.WITNESS: ("P",),
        Role.APPLICANT: ("P6", "P7", "P8", "P9"),
        Role.RESPONDENT: ("P6", "P7", "P8", "P9"),
        Role.SUPERVISOR: ("P1_", "P6", "P7", "P8", "P9", "PX"),
    },
}
NEVER_SKIPPED = {
    "mediation": {"M9_READBACK", "M10_SIGN"},
    "arbitration": {"A3_OPEN", "A11_FINAL", "A16_MINUTES"},
    "panel": {"P7_OPINIONS"},
}
# What may not be entered before what, but by a written override.
RESTS_ON = {
    "mediation": {"M10_SIGN": ["M9_READBACK"], "M11_AGREED": ["M9_READBACK", "M10_SIGN"]},
    "arbitration": {
        **{code: ["A3_OPEN"] for code in ("A4_CLAIM", "A8_EVIDENCE", "A10_DEBATE")},
        **{code: ["A3_OPEN", "A11_FINAL"] for code in ("A14_DELIBERATE", "A15_ANNOUNCE")},
        "A17_SIGN": ["A16_MINUTES"],
    },
    "panel": {"P8_CONCLUSION": ["P7_OPINIONS"], "P9_SIGN": ["P7_OPINIONS"]},
}

chance = st.sampled_from([True, False])
reasons = st.sampled_from(["", "", "当庭说明理由"])
decisions = st.sampled_from(["wait", "interrupt", "go_on"])
LEADS = (
    e.StageEntered,
    e.Adjourned,
    e.Resumed,
    e.Closed,
    e.Moved,
    e.FloorGiven,
    e.TurnGiven,
    e.RequestGranted,
)


class Hearing(RuleBasedStateMachine):
    """Any wishes of anybody, any comings and goings, in one procedure."""

    procedure = ""

    def __init__(self) -> None:
        super().__init__()
        people = list(CAST[self.procedure])
        shy = people.index(next(p for p in people if p.role is Role.THIRD_PARTY))
        people[shy] = msgspec.structs.replace(people[shy], screened=[APPLICANT.id])
        self.shy = people[shy].id
        self.people = [p.id for p in people]
        self.facts: list[e.Event] = [prepared(self.procedure, people)]
        self.told: list[bytes] = [msgspec.json.encode(self.facts[0])]
        self.room = evolve(Room(), self.facts[0])
        self.take(submitted("e_third", "third_party"))
        self._play_in()

    def _play_in(self) -> None:
        """Most of them come in as they would, so that what follows is about the hearing."""
        for who in self.people:
            self.take(e.Joined(participant=who, device="d"))
            self.wish(who, c.Knock())
        for who in self.people:
            if who != self.shy:
                self.wish(self.room.chair, c.Admit(participant=who))
        self.wish(self.room.chair, c.Open(reason="到庭"))

    def take(self, *facts: e.Event) -> None:
        for fact in facts:
            self.room = evolve(self.room, fact)
            self.facts.append(fact)
            self.told.append(msgspec.json.encode(fact))

    def wish(self, actor: str, wish: c.Command) -> list[e.Event]:
        try:
            facts = decide(self.room, actor, wish)
        except Refused as refusal:
            facts = noted(self.room, actor, wish, refusal.word)
            self.take(*facts)
            return []
        self._nobody_leads_without_a_chair(actor, wish, facts)
        self.take(*facts)
        return facts

    def _nobody_leads_without_a_chair(self, actor: str, wish: c.Command, facts: list[e.Event]) -> None:
        """While the chair is lost a clerk who was not asked to conduct stops the hearing and does no more."""
        room, person = self.room, self.room.people[actor]
        chair = room.people[room.chair]
        if person.participant.role is not Role.CLERK or (chair.connected and not chair.cut):
            return
        if room.now is None or room.now.clerk_drives or actor in room.delegated:
            return
        led = [fact for fact in facts if isinstance(fact, LEADS) and type(wish) not in (c.Knock, c.Admit)]
        table = PROCEDURES[self.procedure]
        stops = {table.adjourns, *(one.code for one in table.stages if one.group.value == "interrupted")}
        stages = [fact.stage for fact in led if isinstance(fact, e.StageEntered)]
        assert isinstance(wish, (c.Advance, c.Adjourn, c.Close)) or not led
        assert set(stages) <= {*stops, *([table.end] if isinstance(wish, c.Close) else [])}
        assert not isinstance(wish, c.Close) or wish.outcome == "adjourned"
        assert not any(isinstance(fact, e.Resumed) for fact in led)

    def somebody(self, data: Any) -> str:
        return str(data.draw(st.sampled_from([*self.people, *[self.room.chair] * 12])))

    @rule(data=st.data(), reason=reasons, override=chance)
    def advance(self, data: Any, reason: str, override: bool) -> None:
        codes = [stage.code for stage in PROCEDURES[self.procedure].stages]
        origin = data.draw(st.sampled_from([self.room.stage] * 9 + codes))
        to = data.draw(st.sampled_from(["", "", *codes]))
        self.wish(self.somebody(data), c.Advance(origin=origin, to=to, reason=reason, override=override))

    @rule(data=st.data(), place=st.sampled_from(PLACES))
    def move(self, data: Any, place: str) -> None:
        who = data.draw(st.lists(st.sampled_from(self.people), min_size=1, max_size=4, unique=True))
        self.wish(self.somebody(data), c.Move(participants=who, place=place))

    @rule(data=st.data(), reason=reasons)
    def conduct(self, data: Any, reason: str) -> None:
        about = data.draw(st.sampled_from(self.people))
        request = data.draw(st.sampled_from([*self.room.requests, "r0"]))
        wishes: list[c.Command] = [
            c.GiveFloor(participant=about),
            c.TakeFloor(participant=about),
            c.FreeFloor(),
            c.PassTurn(reason=reason),
            c.Mute(participant=about),
            c.Unmute(participant=about),
            c.Admit(participant=about),
            c.Delegate(participant=about, on=data.draw(chance)),
            c.TakeChair(reason=reason),
            c.AllowWatch(on=data.draw(chance)),
            c.Warn(participant=about, reason=reason),
            c.DeclareAbsence(participant=about, reason=reason),
            c.JudgeOutage(participant=about, decision=data.draw(decisions), reason=reason),
            c.Adjourn(reason=reason),
            c.Resume(),
            c.Ask(kind=data.draw(st.sampled_from(["floor", "recusal", "help"])), text=reason),
            c.Grant(request=request),
            c.Deny(request=request, reason=reason),
            c.Withdraw(request=request),
            c.ShareScreen(),
            c.Sign(),
            c.DeclineToSign(reason=reason),
            c.PresentOnSite(participant=about, on=data.draw(chance)),
            c.NoteUnsigned(participant=about, reason=reason),
        ]
        self.wish(self.somebody(data), data.draw(st.sampled_from(wishes)))

    @rule(who=st.sampled_from([APPLICANT.id, RESPONDENT.id]))
    def speak_to_evidence(self, who: str) -> None:
        group = self.room.now.group if self.room.now else None
        side = "applicant" if who == APPLICANT.id else "respondent"
        points = {"authenticity": "deny", "legality": "unspoken", "relevance": "unspoken"}
        facts = self.wish(who, ExamineEvidence(evidence="e_third", party=side, reason="存疑", **points))
        assert not facts or group is Group.EVIDENCE, f"examined in {self.room.stage}"

    @rule(who=st.integers(0, 14), back=chance, cause=st.sampled_from(["left", "silent"]))
    def come_and_go(self, who: int, back: bool, cause: str) -> None:
        person = self.people[who % len(self.people)]
        connected = self.room.people[person].connected
        if back and not connected:
            self.take(e.Joined(participant=person, device="d"))
        elif not back and connected:
            self.take(e.Left(participant=person, cause=cause))

    @rule(who=st.integers(0, 14), evidence=st.sampled_from(["socket", "media", "both"]), chair=chance)
    def line_breaks_and_holds(self, who: int, evidence: str, chair: bool) -> None:
        person = self.room.chair if chair else self.people[who % len(self.people)]
        if self.room.people[person].cut:
            self.take(e.Reconnected(participant=person, device="d", away_ms=1000))
        elif self.room.people[person].connected:
            self.take(e.Disconnected(participant=person, device="d", evidence=evidence))

    @rule(data=st.data(), missed=chance, reason=reasons)
    def without_a_chair(self, data: Any, missed: bool, reason: str) -> None:
        chair = self.room.chair
        if self.room.people[chair].connected:
            self.take(e.Left(participant=chair, cause="silent"))
        if missed:
            self.take(e.ChairMissed(participant=chair, waited_s=120, interval=0))
        codes = [stage.code for stage in PROCEDURES[self.procedure].stages]
        clerk = next(p for p in self.people if self.room.people[p].participant.role is Role.CLERK)
        wishes: list[c.Command] = [
            c.Adjourn(reason=reason),
            c.Advance(origin=self.room.stage, to=data.draw(st.sampled_from(codes)), reason="主持人掉线"),
            c.Resume(),
            c.FreeFloor(),
            c.Close(outcome="adjourned", reason=reason, override=True),
        ]
        if data.draw(st.integers(0, 5)):
            wishes.pop()
        self.wish(clerk, data.draw(st.sampled_from(wishes)))
        if data.draw(chance):
            self.take(e.Joined(participant=chair, device="d"))

    @rule(data=st.data(), reason=reasons, override=chance, last=st.integers(0, 9))
    def close(self, data: Any, reason: str, override: bool, last: int) -> None:
        outcome = data.draw(st.sampled_from(["", *PROCEDURES[self.procedure].outcomes]))
        if last == 0:
            self.wish(self.somebody(data), c.Close(outcome=outcome, reason=reason, override=override))
        elif last == 1:
            self.wish(self.somebody(data), c.SwitchOnSite(reason=reason, place="第一庭", time=1))

    # ---- what must hold after every step -------------------------------------------------------

    def teardown(self) -> None:
        """What holds of every prefix is checked once, at the end: examples end anywhere."""
        assert [msgspec.json.encode(fact) for fact in self.facts] == self.told, "the past was edited"
        assert replay(self.facts) == self.room
        self._nothing_is_passed_over_without_a_written_reason()
        self._nothing_is_agreed_that_somebody_has_refused_to_sign()
        self._walking_out_is_the_chairs_word_after_a_warning()
        self._going_on_at_a_place_is_the_chairs_word_and_loses_nothing()
        self._there_is_a_legal_way_on()

    @invariant()
    def no_forbidden_pair_hears_each_other(self) -> None:
        room, table = self.room, routes(self.room, 1)["tracks"]
        for track, route in table.items():
            who = track.partition(".")[0]
            speaker = room.people[who]
            for to in route["to"]:
                listener = room.people[to]
                assert listener.place == speaker.place and speaker.place not in ("lobby", "isolation")
                assert {who, to} != {self.shy, APPLICANT.id}, "screened"
                if speaker.place.startswith("caucus"):
                    assert {who, to} != {APPLICANT.id, RESPONDENT.id}, "two sides in a private talk"
                if speaker.place == "table":
                    self._neither_is_deaf(who, to)
        for person in room.people.values():
            role = person.participant.role
            if person.place == "deliberation":
                assert role in TRIBUNAL[self.procedure]
            if person.place.startswith("caucus"):
                assert role not in (Role.WITNESS, Role.OBSERVER, Role.SUPERVISOR, Role.TECH)
            if role in LISTEN_ONLY:
                assert f"{person.participant.id}.microphone" not in table

    def _neither_is_deaf(self, *pair: str) -> None:
        for who in pair:
            role = self.room.people[who].participant.role
            stages = DEAF[self.procedure].get(role, ())
            closed = self.room.stage.startswith(tuple(stages)) if stages else False
            if role is Role.SUPERVISOR and self.room.watch_allowed:
                continue
            assert not closed, f"{who} takes part in {self.room.stage}"

    def _nothing_is_passed_over_without_a_written_reason(self) -> None:
        entered = [fact for fact in self.facts if isinstance(fact, e.StageEntered)]
        passed: set[str] = set()
        for fact in entered:
            missing = [code for code in RESTS_ON[self.procedure].get(fact.stage, []) if code not in passed]
            if missing:
                assert fact.override and fact.reason.strip()
                assert {f"stage:{code}" for code in missing} <= set(fact.skipped)
            if any(what.removeprefix("stage:") in NEVER_SKIPPED[self.procedure] for what in fact.skipped):
                assert fact.override and fact.reason.strip()
            if fact.override and fact.reason.strip():
                # What one reason has passed over is not asked for again.
                passed.update(what.removeprefix("stage:") for what in fact.skipped)
            passed.add(fact.stage)
            if fact.stage == "M8_DRAFT":
                passed -= {"M9_READBACK", "M10_SIGN"}

    def _nothing_is_agreed_that_somebody_has_refused_to_sign(self) -> None:
        refused: set[str] = set()
        for fact in self.facts:
            if isinstance(fact, e.StageEntered) and fact.stage == "M8_DRAFT":
                refused.clear()
            if isinstance(fact, e.StageEntered) and fact.stage == "M11_AGREED":
                assert not refused
            if isinstance(fact, e.Closed) and fact.outcome == "agreed":
                assert not refused
            if isinstance(fact, e.SigningDeclined) and fact.stage == "M10_SIGN":
                refused.add(fact.participant)
            if isinstance(fact, e.Signed) and fact.stage == "M10_SIGN":
                refused.discard(fact.participant)

    def _walking_out_is_the_chairs_word_after_a_warning(self) -> None:
        warned: set[str] = set()
        for fact in self.facts:
            if isinstance(fact, e.Warned) and fact.kind == "leaving":
                warned.add(fact.participant)
            if isinstance(fact, e.Joined):
                warned.discard(fact.participant)
            if isinstance(fact, e.AbsenceDeclared):
                assert fact.participant in warned and fact.reason.strip()

    def _going_on_at_a_place_is_the_chairs_word_and_loses_nothing(self) -> None:
        switches = [fact for fact in self.facts if isinstance(fact, e.SwitchedOnSite)]
        assert len(switches) <= 1
        for fact in switches:
            assert fact.reason.strip() and fact.place and self.room.phase is Phase.CLOSED
            assert self.room.outcome == "adjourned"
            onward = resumption(self.room)
            assert (onward.stage if onward else "") == fact.stage
            for code in onward.passed if onward else []:
                assert code in self.room.passed | self.room.waived

    def _there_is_a_legal_way_on(self) -> None:
        room, steps = self.room, 0
        while room.phase is not Phase.CLOSED:
            steps += 1
            assert steps < 60, f"no end from {self.room.stage}"
            room = self._one_step(room)

    def _one_step(self, room: Room) -> Room:
        table = PROCEDURES[self.procedure]
        if room.phase is Phase.WAITING:
            tries: list[c.Command] = [
                c.Move(participants=[room.chair], place="table"),
                c.Open(reason="继续"),
            ]
        elif room.phase is Phase.ADJOURNED:
            tries = [c.Resume()]
        else:
            tries = [
                c.Close(outcome=next(iter(table.outcomes))),
                c.Advance(origin=room.stage, reason="继续", override=False),
                c.Advance(origin=room.stage, reason="继续", override=True),
                c.Close(outcome=next(iter(table.outcomes)), reason="继续", override=True),
                # Where a signature was refused there is no agreement, and its way on is another one.
                *(c.Advance(origin=room.stage, to=to, reason="继续", override=True) for to in ways(room)),
            ]
        for wish in tries:
            try:
                facts = decide(room, room.chair, wish)
            except Refused:
                continue
            for fact in facts:
                room = evolve(room, fact)
            if facts:
                return room
        raise AssertionError(f"stalled in {room.stage} ({room.phase})")


@pytest.mark.parametrize("procedure", sorted(PROCEDURES))
def test_no_course_of_wishes_breaks_the_procedure(procedure: str) -> None:
    machine = type(f"{procedure.title()}Hearing", (Hearing,), {"procedure": procedure})
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    course = settings(max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=quiet)
    run_state_machine_as_test(machine, settings=course)


def test_nobody_but_people_conducts() -> None:
    room = evolve(Room(), prepared("mediation"))
    with pytest.raises(Refused, match="not_a_participant"):
        decide(room, SYSTEM, c.DeclareAbsence(participant=WITNESS.id, reason="x"))
