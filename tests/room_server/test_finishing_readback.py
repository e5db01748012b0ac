"""What the journal says of the reading back, as the documents take it."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from room_server.finishing.readback import corrections_of, readback_of
from room_server.rules import events as e
from room_server.rules.readback import events as r
from room_server.rules.readback.state import digest
from tests.room_server.test_rules_minutes import heard
from tests.support.tribunal import APPLICANT, CHIEF, RESPONDENT

A, B = APPLICANT.id, RESPONDENT.id
U1 = heard("u1", "工资是八千元", 1000)
DIGEST = digest({"u1": (A, "工资是八千元")})
LAID = r.MinutesLaid(laying=1, digest=DIGEST, lines=1)
YES = r.MinutesConfirmed(participant=A, laying=1, digest=DIGEST, version="1")
EDIT = e.LineEdited(line="u1", version=1, text="工资是8000元", speaker=None)


def entries(*facts: e.Event) -> list[dict[str, Any]]:
    """A journal of these facts, one a second, by the chair."""
    found = []
    for n, fact in enumerate(facts, start=1):
        body = msgspec.to_builtins(fact)
        kind = body.pop("type")
        row = {
            "seq": n,
            "at": n * 1000,
            "media_time": n * 1000,
            "actor": CHIEF.id,
            "type": kind,
            "body": body,
        }
        found.append(row)
    return found


def asked(request: str, ref: str, place: str = "table") -> e.RequestMade:
    text = "工资是八千五百元"
    return e.RequestMade(request=request, participant=A, kind="correction", text=text, ref=ref, place=place)


def test_a_correction_keeps_the_wording_it_was_asked_of() -> None:
    granted, denied, _ = corrections_of(
        entries(
            U1,
            asked("r1", "u1"),
            e.RequestGranted(request="r1", reason=""),
            EDIT,
            asked("r2", "u1"),
            e.RequestDenied(request="r2", reason="与录音不符"),
            asked("r3", ""),
            asked("r4", "u1", place="caucus:1"),
        )
    )
    assert (granted["original"], granted["decision"]) == ("工资是八千元", "granted")
    assert (granted["decided_by"], granted["asked_at"], granted["decided_at"]) == (CHIEF.id, 2000, 3000)
    assert (denied["original"], denied["decision"], denied["reason"]) == (EDIT.text, "denied", "与录音不符")


REFUSED = r.ConfirmationRefused(participant=A, laying=1, reason="金额不符")
AGAIN = r.MinutesLaid(laying=2, digest=digest({"u1": (A, EDIT.text)}), lines=1)


def note(what: str, reason: str = "") -> r.ReadingNoted:
    return r.ReadingNoted(participant=A, laying=1, what=what, reason=reason)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ([], None),
        ([YES], "confirmed"),
        ([YES, EDIT], "stale"),
        ([YES, EDIT, AGAIN], "stale"),
        ([YES, heard("u2", "请核对笔录", 9000, CHIEF.id)], "confirmed"),
        ([REFUSED], "refused"),
        ([REFUSED, note("refused", "当庭说明")], "noted"),
        ([REFUSED, YES], "confirmed"),
        ([note("read_out")], "read_out"),
        ([note("read_out"), note("confirmed", "听清")], "orally"),
        ([YES, note("read_out")], "confirmed"),
    ],
)
def test_how_somebody_stands_to_the_minutes(facts: Sequence[e.Event], state: str | None) -> None:
    told = readback_of(entries(U1, LAID, *facts))
    assert told["confirmations"].get(A, {}).get("state") == state
    changed = EDIT in facts and AGAIN not in facts
    assert told["laid"]["changed"] is changed


def test_nothing_is_said_where_nothing_was_laid() -> None:
    assert readback_of(entries(U1)) == {"laid": None, "confirmations": {}}
