"""Reading the minutes back: who lays, reads and answers, and what an edit does to what was confirmed."""

import hashlib
import json

import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import decide
from room_server.rules.people import Participant
from room_server.rules.readback.decisions import unanswered
from room_server.rules.readback.events import MinutesConfirmed, MinutesLaid
from room_server.rules.refusal import Refused
from room_server.rules.room import Room
from room_server.rules.visibility import view, visible
from tests.room_server.test_rules_minutes import heard
from tests.room_server.test_rules_stages import go, on, refusal
from tests.support.tribunal import (
    AGENT,
    APPLICANT,
    APPRAISER,
    ARBITRATOR,
    CHIEF,
    CLERK,
    EXPERT,
    INTERPRETER,
    MEDIATOR,
    OBSERVER,
    RESPONDENT,
    THIRD,
    WITNESS,
    WITNESS_TWO,
    after,
    in_stage,
)

EVERYBODY = (APPLICANT, RESPONDENT, AGENT, THIRD, WITNESS, WITNESS_TWO, APPRAISER)
U1 = heard("u1", "工资是八千元", 1000)
U2 = heard("u2", "没有异议", 2000, RESPONDENT.id)
WORDED = e.LineEdited(line="u1", version=1, text="工资是8000元", speaker=None)


def checked(stage: str = "A16_MINUTES") -> Room:
    procedure = "arbitration" if stage.startswith("A") else "mediation"
    return after(in_stage(procedure, stage), U1, U2)


def laid(room: Room | None = None) -> Room:
    return go(room or checked(), c.LayMinutes(), CLERK)


def has_read(room: Room, who: Participant) -> Room:
    return go(room, c.ReportReading(laying=room.readback.laying, share=100), who)


def confirmed(room: Room, *people: Participant) -> Room:
    for who in people:
        room = go(has_read(room, who), c.ConfirmMinutes(digest=room.readback.digest, version="1"), who)
    return room


def test_what_is_laid_is_known_to_the_character() -> None:
    facts = decide(checked(), CLERK.id, c.LayMinutes())
    rows = [["u1", APPLICANT.id, "工资是八千元"], ["u2", RESPONDENT.id, "没有异议"]]
    plain = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
    assert facts == [MinutesLaid(laying=1, digest=hashlib.sha256(plain).hexdigest(), lines=2)]
    assert decide(laid(), CLERK.id, c.LayMinutes()) == []


WISHES: dict[str, c.Command] = {
    "lay": c.LayMinutes(),
    "confirm": c.ConfirmMinutes(digest="0" * 64),
    "refuse": c.RefuseMinutes(reason="不符"),
    "note": c.NoteReading(participant=APPLICANT.id, what="read_out"),
    "live": c.AllowLiveMinutes(on=False),
}
MAY = {
    "lay": {CHIEF.id, CLERK.id},
    "confirm": set[str](),  # Nobody: this is not the digest of what was laid.
    "refuse": {who.id for who in EVERYBODY},
    "note": {CHIEF.id, CLERK.id},
    "live": {CHIEF.id},
}


@pytest.mark.parametrize("wish", WISHES)
def test_who_may_do_what(wish: str) -> None:
    room = laid()
    may = set()
    for who in room.people:
        try:
            decide(room, who, WISHES[wish])
            may.add(who)
        except Refused:
            continue
    assert may == MAY[wish]


def test_one_confirms_what_one_has_read_to_its_end() -> None:
    room = laid()
    yes = c.ConfirmMinutes(digest=room.readback.digest, version="2026-11")
    assert refusal(room, yes, APPLICANT) == "not_read"
    half = go(room, c.ReportReading(laying=1, share=60), APPLICANT)
    assert half.readback.read == {APPLICANT.id: 50}
    assert decide(half, APPLICANT.id, c.ReportReading(laying=1, share=70)) == []
    assert refusal(half, yes, APPLICANT) == "not_read"
    read = has_read(half, APPLICANT)
    fact = MinutesConfirmed(
        participant=APPLICANT.id, laying=1, digest=room.readback.digest, version="2026-11"
    )
    assert decide(read, APPLICANT.id, yes) == [fact]
    assert decide(after(read, fact), APPLICANT.id, yes) == []
    heard_only = decide(has_read(room, WITNESS), WITNESS.id, yes)[0]
    assert isinstance(heard_only, MinutesConfirmed) and heard_only.scope == "heard"


def test_nothing_is_confirmed_before_it_is_laid_or_elsewhere() -> None:
    assert refusal(checked(), c.RefuseMinutes(reason="不符"), APPLICANT) == "not_laid"
    assert refusal(in_stage("arbitration", "A16_MINUTES"), c.LayMinutes(), CLERK) == "nothing_written"
    assert refusal(checked("A10_DEBATE"), c.LayMinutes(), CLERK) == "no_checking_now"
    for stage in ("M11_AGREED", "M12_ADJOURNED", "M13_FAILED", "A13_ADJOURN"):
        assert go(checked(stage), c.LayMinutes(), MEDIATOR if stage[0] == "M" else CHIEF).readback.laying == 1


@pytest.mark.parametrize(
    "edit",
    [
        WORDED,
        e.LineEdited(line="u1", version=1, text="工资是八千元", speaker=RESPONDENT.id),
        e.LineStruck(line="u1", version=1),
        e.LineInserted(line="h1", after="u1", text="（出示证据一）", speaker=""),
        e.LineSplit(line="u1", version=1, text="工资", next="h1", rest="是八千元", at_ms=1500),
    ],
)
def test_an_edit_makes_what_was_confirmed_stale_and_it_is_asked_again(edit: e.Event) -> None:
    room = after(confirmed(laid(), APPLICANT), edit)
    yes = c.ConfirmMinutes(digest=room.readback.digest)
    assert refusal(has_read(room, RESPONDENT), yes, RESPONDENT) == "minutes_changed"
    assert refusal(room, c.RefuseMinutes(reason="不符"), RESPONDENT) == "minutes_changed"
    again = laid(room)
    assert again.readback.laying == 2 and again.readback.answer(APPLICANT.id) is None
    # Whoever has read all of it is asked for the changes only, and has no need to read all again.
    assert go(again, c.ConfirmMinutes(digest=again.readback.digest), APPLICANT).readback.answer(APPLICANT.id)
    assert refusal(again, yes, APPLICANT) == "minutes_changed"


def test_what_is_said_while_they_read_changes_nothing_until_somebody_adopts_it() -> None:
    room = after(laid(), heard("u3", "请核对笔录", 9000, CHIEF.id))
    assert confirmed(room, APPLICANT).readback.answer(APPLICANT.id)
    taken = after(room, e.LinesAdopted(lines={"u3": 1}))
    assert refusal(has_read(taken, APPLICANT), c.RefuseMinutes(reason="不符"), APPLICANT) == "minutes_changed"
    same = after(room, e.LinesAdopted(lines={"u1": 1, "u2": 1}))
    assert confirmed(same, APPLICANT).readback.answer(APPLICANT.id)


def test_a_refusal_has_a_reason_and_holds_once_it_is_noted() -> None:
    room = laid()
    assert refusal(room, c.RefuseMinutes(reason=" "), RESPONDENT) == "reason_missing"
    refused = go(room, c.RefuseMinutes(reason="金额不符"), RESPONDENT)
    assert RESPONDENT.id in unanswered(refused)
    note = c.NoteReading(participant=RESPONDENT.id, what="refused", reason="当庭说明理由：金额不符")
    assert refusal(refused, note, APPLICANT) == "not_allowed"
    assert refusal(refused, note, ARBITRATOR) == "not_allowed"
    assert RESPONDENT.id not in unanswered(go(refused, note, CLERK))
    assert RESPONDENT.id not in unanswered(confirmed(refused, RESPONDENT))


def test_what_was_read_out_needs_no_reading_and_is_confirmed_by_word_of_mouth() -> None:
    room = laid()
    said = c.NoteReading(participant=THIRD.id, what="confirmed", reason="听清，无误")
    assert refusal(room, said, CLERK) == "not_read"
    out = go(room, c.NoteReading(participant=THIRD.id, what="read_out"), CLERK)
    assert THIRD.id in unanswered(out) and THIRD.id not in unanswered(go(out, said, CLERK))
    for nobody in (OBSERVER, INTERPRETER, EXPERT, CLERK):
        note = c.NoteReading(participant=nobody.id, what="read_out")
        assert refusal(room, note, CLERK) == "not_asked"


def test_signing_waits_for_every_answer_or_a_reason() -> None:
    ready = c.Advance(origin="A16_MINUTES")
    assert refusal(checked(), ready, CLERK) == "undone"
    room = confirmed(laid(), *EVERYBODY[1:])
    assert refusal(room, ready, CLERK) == "undone"
    assert go(confirmed(room, APPLICANT), ready, CLERK).stage == "A17_SIGN"
    entered = decide(room, CLERK.id, c.Advance(origin="A16_MINUTES", reason="申请人已离开"))[-1]
    assert isinstance(entered, e.StageEntered)
    assert f"confirmation:{APPLICANT.id}" in entered.skipped and not entered.override
    stale = after(confirmed(laid(), *EVERYBODY), WORDED)
    assert refusal(stale, ready, CLERK) == "undone"
    # Nothing was said: there is nothing to read back.
    assert on(in_stage("arbitration", "A16_MINUTES"), reason="").stage == "A17_SIGN"


def test_one_may_still_confirm_while_others_sign() -> None:
    room = go(laid(), c.Advance(origin="A16_MINUTES", reason="代理人稍后确认"), CLERK)
    assert confirmed(room, AGENT).readback.answer(AGENT.id)
    assert refusal(room, c.LayMinutes(), CLERK) == "no_checking_now"


def test_the_chair_may_keep_the_minutes_until_they_are_checked() -> None:
    room = after(in_stage("arbitration", "A10_DEBATE"), U1)
    kept = go(room, c.AllowLiveMinutes(on=False), CHIEF)
    assert visible(room, APPLICANT.id, U1) and not visible(kept, APPLICANT.id, U1)
    assert not visible(kept, APPLICANT.id, e.LinesAdopted(lines={"u1": 1}))
    assert visible(kept, CLERK.id, U1) and visible(kept, ARBITRATOR.id, U1)
    assert view(kept, APPLICANT.id) != view(room, APPLICANT.id)
    checking = on(on(kept, "A13_ADJOURN"), "A16_MINUTES")
    assert visible(checking, APPLICANT.id, U1) and view(checking, APPLICANT.id) != view(kept, APPLICANT.id)
    back = go(kept, c.AllowLiveMinutes(on=True), CHIEF)
    assert visible(back, APPLICANT.id, U1)
    assert visible(after(kept, e.Closed()), APPLICANT.id, U1)


def test_an_answer_is_between_its_giver_and_the_staff() -> None:
    room = laid()
    fact = MinutesConfirmed(participant=APPLICANT.id, laying=1, digest="", version="")
    seen = {who for who in room.people if visible(room, who, fact)}
    assert seen == {APPLICANT.id, CHIEF.id, ARBITRATOR.id, CLERK.id}
    assert all(visible(room, who.id, MinutesLaid(laying=1, digest="", lines=2)) for who in (APPLICANT, AGENT))
