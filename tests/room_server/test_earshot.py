"""What a witness or watcher may read: only what was said while they were there."""

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules import protocol as p
from room_server.sitting.live import Sitting
from room_server.sittings.worker_events import carry
from tests.support.room_stage import Ear, MemoryJournal, NotedMedia
from tests.support.tribunal import APPLICANT, CHIEF, CLERK, RESPONDENT, WITNESS, entered, prepared

PEOPLE = [CHIEF, CLERK, APPLICANT, RESPONDENT, WITNESS]


def heard(line: str, start_ms: int) -> e.UtteranceHeard:
    return e.UtteranceHeard(
        utterance=line,
        participant=APPLICANT.id,
        start_ms=start_ms,
        end_ms=start_ms + 900,
        text=line,
        words=[],
        confidence=0.9,
        language="zh",
        engine="scripted",
    )


def lines(ear: Ear) -> list[str]:
    found: list[str] = []
    for frame in ear.frames:
        if isinstance(frame, p.Reset):
            found.clear()
        if isinstance(frame, p.Told) and isinstance(frame.event, (e.UtteranceHeard, e.LineEdited)):
            found.append(frame.event.text)
    return found


def told_to(sitting: Sitting) -> Ear:
    ear = Ear(WITNESS.id)
    sitting.audience.seat(sitting.room, ear, 0, 1, False)
    return ear


async def test_a_witness_reads_nothing_of_what_they_were_not_in_for() -> None:
    journal = MemoryJournal()
    sitting = Sitting("s_1", journal, NotedMedia(), "/recordings/s_1", [], lambda *_: None)
    await sitting.told(prepared("arbitration", PEOPLE))
    for person in PEOPLE[:4]:
        ear = Ear(person.id)
        await sitting.enter(ear, 0, False)
        await sitting.wish(person.id, c.Knock())
    witness = Ear(WITNESS.id)
    await sitting.enter(witness, 0, False)
    await sitting.wish(WITNESS.id, c.Knock())
    for who in (APPLICANT.id, RESPONDENT.id, WITNESS.id):
        await sitting.wish(CHIEF.id, c.Admit(participant=who))
    assert sitting.room.people[WITNESS.id].place == "isolation"
    await sitting.wish(CHIEF.id, c.Open())
    await sitting.told(heard("before", 0), entered("A8W_WITNESS", "A8_EVIDENCE"))
    await sitting.wish(CHIEF.id, c.Move(participants=[WITNESS.id], place="table"))
    # Said before they came in, written down after it.
    since = journal.entries[-1].media_time or 0
    await sitting.told(heard("late", since - 1), heard("own", since + 10))
    await sitting.wish(CLERK.id, c.EditLine(line="before", base=0, text="before, corrected"))
    await sitting.wish(CLERK.id, c.EditLine(line="own", base=0, text="own, corrected"))
    assert lines(witness) == ["own", "own, corrected"]
    second = told_to(sitting)
    assert lines(second) == ["own", "own, corrected"]
    await sitting.wish(CHIEF.id, c.Move(participants=[WITNESS.id], place="isolation"))
    await sitting.told(heard("after", since + 5_000))
    await sitting.stop()
    assert lines(second) == []
    again = Sitting("s_1", journal, NotedMedia(), "/recordings/s_1", journal.entries, lambda *_: None)
    assert lines(told_to(again)) == []
    parties = Ear(APPLICANT.id)
    again.audience.seat(again.room, parties, 0, 1, False)
    assert lines(parties) == ["before", "late", "own", "before, corrected", "own, corrected", "after"]


def said(ear: Ear) -> list[str]:
    return [frame.text for frame in ear.frames if isinstance(frame, p.Interim)]


async def test_interim_text_goes_where_its_line_will_go_and_nowhere_from_a_private_talk() -> None:
    sitting = Sitting("s_1", MemoryJournal(), NotedMedia(), "/recordings/s_1", [], lambda *_: None)
    await sitting.told(prepared("arbitration", PEOPLE))
    ears = {person.id: Ear(person.id) for person in PEOPLE}
    for who, ear in ears.items():
        await sitting.enter(ear, 0, False)
        await sitting.wish(who, c.Knock())
    for who in (APPLICANT.id, RESPONDENT.id, WITNESS.id):
        await sitting.wish(CHIEF.id, c.Admit(participant=who))
    await sitting.wish(CHIEF.id, c.Open())
    await sitting.told(entered("A8_EVIDENCE", "A2_CHECK_IN"))
    await sitting.wish(CHIEF.id, c.FreeFloor())
    count = sitting.audience.seq
    event = {"participant": APPLICANT.id, "start_ms": 10, "text": "我要求"}
    carry(sitting, "interim", event)
    heard_by = {who for who, ear in ears.items() if said(ear)}
    assert heard_by == {CHIEF.id, CLERK.id, APPLICANT.id, RESPONDENT.id}, "the witness waits outside"
    assert sitting.audience.seq == count, "it is no fact"
    await sitting.told(entered("A12_MEDIATION", "A8_EVIDENCE"))
    await sitting.wish(CHIEF.id, c.Move(participants=[CHIEF.id, APPLICANT.id], place="caucus:1"))
    carry(sitting, "interim", event | {"text": "私下"})
    assert all("私下" not in said(ear) for ear in ears.values())
