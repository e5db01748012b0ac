"""Answers given outside the room become facts inside it, each once, and void ones are asked again."""

import msgspec

from room_server.law.consents import Consents, consents
from room_server.rules.consents.events import ConsentAnswered, ConsentsLaid
from room_server.rules.room import Room
from room_server.sittings.agreeing import missing
from room_server.store.booking_tables import ConsentRow
from tests.support.tribunal import APPLICANT, CLERK, OBSERVER, WITNESS, after, prepared

TEXTS = consents()


def row(
    number: int, item: str, act: str = "given", actor: str = APPLICANT.id, who: str = APPLICANT.id
) -> ConsentRow:
    entry = TEXTS.find(item)
    assert entry is not None
    return ConsentRow(
        id=number,
        case_id="c_1",
        hearing="h_1",
        seat=who,
        item=item,
        version=entry.version,
        sha256=entry.sha256,
        language="zh",
        act=act,
        at=7,
        actor=actor,
    )


def test_all_is_told_once_with_whom_it_concerns() -> None:
    room = after(Room(), prepared("mediation"))
    rows = [
        row(1, "K1", "refused"),
        row(2, "K1"),
        row(3, "K8", actor="a_clerk"),
        row(4, "K8", who="p_elsewhere"),
    ]
    laid, *answers = missing(room, TEXTS, "mediation", rows)
    assert isinstance(laid, ConsentsLaid)
    people = {text.item: text.people for text in laid.texts}
    assert APPLICANT.id in people["K1"] and WITNESS.id not in people["K1"]
    assert OBSERVER.id in people["K8"] and CLERK.id not in people["K8"]
    assert "K16" not in people and "K2" not in people
    said = [a for a in answers if isinstance(a, ConsentAnswered)]
    assert [(a.item, a.act, a.by_staff) for a in said] == [
        ("K1", "refused", False),
        ("K1", "given", False),
        ("K8", "given", True),
    ]
    told = after(room, laid, *answers)
    assert missing(told, TEXTS, "mediation", rows) == []
    rows.append(row(5, "K1", "withdrawn"))
    (news,) = missing(told, TEXTS, "mediation", rows)
    assert isinstance(news, ConsentAnswered) and news.act == "withdrawn"


def test_a_text_that_changes_is_laid_anew_and_its_answers_are_void() -> None:
    room = after(Room(), prepared("mediation"))
    room = after(room, *missing(room, TEXTS, "mediation", [row(1, "K8")]))
    assert room.consents.answer(APPLICANT.id, room.consents.texts["K8"]) == "given"
    entries = [
        msgspec.structs.replace(entry, version="own") if entry.id == "K8" else entry for entry in TEXTS.entry
    ]
    (laid,) = missing(room, Consents(version="own", entry=entries), "mediation", [row(1, "K8")])
    changed = after(room, laid)
    assert changed.consents.answer(APPLICANT.id, changed.consents.texts["K8"]) == ""
