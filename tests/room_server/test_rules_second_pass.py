"""A second pass suggests and changes nothing; a person takes its suggestions up, or leaves them."""

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules.decisions import decide
from room_server.rules.readback.events import MinutesConfirmed, MinutesLaid
from room_server.rules.room import Room
from room_server.rules.second_pass.events import Suggestion, TextSuggested
from tests.room_server.test_rules_decisions import OPEN, refusal
from tests.room_server.test_rules_minutes import after, did, heard
from tests.support.people import APPLICANT, CLERK, MEDIATOR

TEXTS = {"u1": ("工次是八千元", "工资是八千元"), "u2": ("没有发过", "没有付过")}


def suggested(line: str, number: int, said: str, text: str, start: int = 1000) -> Suggestion:
    return Suggestion(
        suggestion=f"p1.{number}",
        line=line,
        version=0,
        participant=APPLICANT.id,
        start_ms=start,
        end_ms=start + 600,
        said=said,
        text=text,
    )


ADJOURNED = after(
    OPEN, heard("u1", TEXTS["u1"][0], 1000), heard("u2", TEXTS["u2"][0], 3000), e.Adjourned(reason="")
)
OFFERS = [
    suggested("u1", 1, *TEXTS["u1"]),
    suggested("u2", 2, *TEXTS["u2"], start=3000),
    suggested("", 3, "", "还有加班费", start=5000),
]
RUN = after(
    ADJOURNED,
    e.SecondPassBegan(number=1, model="large"),
    TextSuggested(number=1, engine="scripted", suggestions=OFFERS),
    e.SecondPassEnded(number=1, outcome="done", lines=2),
)
ALL = ["p1.1", "p1.2", "p1.3"]


def texts(room: Room) -> dict[str, str]:
    return {name: line.text for name, line in room.minutes.lines.items() if not line.struck}


def states(room: Room) -> list[str]:
    return [offer.state for offer in room.minutes.second_pass.offers.values()]


def test_one_pass_at_a_time_in_a_recess_or_after_the_close() -> None:
    assert refusal(OPEN, MEDIATOR.id, c.StartSecondPass()) == "already_open"
    assert refusal(ADJOURNED, APPLICANT.id, c.StartSecondPass()) == "not_allowed"
    running = did(ADJOURNED, c.StartSecondPass(model="large"))
    assert running.minutes.second_pass.running and texts(running) == texts(ADJOURNED)
    assert refusal(running, MEDIATOR.id, c.StartSecondPass()) == "second_pass_running"
    stopped = did(running, c.StopSecondPass())
    assert not stopped.minutes.second_pass.running and decide(stopped, CLERK.id, c.StopSecondPass()) == []
    closed = after(RUN, e.Resumed(), e.Closed(reason=""))
    again = did(closed, c.StartSecondPass())
    assert again.minutes.second_pass.number == 2 and states(again) == []


def test_suggestions_change_nothing_until_they_are_taken_and_can_be_undone() -> None:
    assert texts(RUN) == texts(ADJOURNED) and states(RUN) == ["open"] * 3
    taken = did(RUN, c.TakeSuggestions(suggestions=ALL))
    new = "u5000." + APPLICANT.id
    assert texts(taken) == {"u1": "工资是八千元", "u2": "没有付过", new: "还有加班费"}
    assert states(taken) == ["taken"] * 3 and taken.minutes.lines[new].adopted
    assert decide(taken, CLERK.id, c.TakeSuggestions(suggestions=ALL)) == []
    back = did(taken, c.ReopenSuggestions(suggestions=ALL))
    assert texts(back) == texts(RUN) and states(back) == ["open"] * 3
    dismissed = did(RUN, c.DismissSuggestions(suggestions=["p1.2"]))
    assert states(dismissed) == ["open", "dismissed", "open"] and texts(dismissed) == texts(RUN)
    assert states(did(dismissed, c.ReopenSuggestions(suggestions=["p1.2"]))) == ["open"] * 3


def test_a_line_changed_since_is_left_alone() -> None:
    # To answer for a line as it stands does not change it.
    edited = did(RUN, c.AdoptLines(lines={"u1": 0, "u2": 0}))
    edited = did(edited, c.EditLine(line="u2", base=1, text="没有全部发过"))
    assert refusal(edited, CLERK.id, c.TakeSuggestions(suggestions=["p1.2"])) == "stale"
    most = did(edited, c.TakeSuggestions(suggestions=ALL))
    assert states(most) == ["taken", "open", "taken"] and texts(most)["u2"] == "没有全部发过"
    later = did(most, c.EditLine(line="u1", base=2, text="月工资是八千元"))
    assert refusal(later, CLERK.id, c.ReopenSuggestions(suggestions=["p1.1"])) == "stale"
    assert refusal(RUN, CLERK.id, c.TakeSuggestions(suggestions=["p9.1"])) == "no_such_suggestion"


def test_after_the_close_signatures_keep_the_minutes_as_they_are() -> None:
    wish = c.TakeSuggestions(suggestions=["p1.1"])
    closed = after(RUN, e.Resumed(), e.Closed(reason=""))
    assert texts(did(closed, wish))["u1"] == "工资是八千元"
    signed = after(RUN, e.Resumed(), e.Signed(participant=APPLICANT.id, stage="M10_SIGN", version="1"))
    signed = after(signed, e.Closed(reason=""))
    assert refusal(signed, CLERK.id, wish) == "minutes_signed"
    assert refusal(signed, CLERK.id, c.StartSecondPass()) == "minutes_signed"
    laid = after(RUN, e.Resumed(), MinutesLaid(laying=1, digest="d", lines=2))
    confirmed = MinutesConfirmed(participant=APPLICANT.id, laying=1, digest="d", version="1")
    assert refusal(after(laid, confirmed, e.Closed(reason="")), CLERK.id, wish) == "minutes_signed"
