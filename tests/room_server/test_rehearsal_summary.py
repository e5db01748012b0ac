"""One result for several hearings, and the table for people."""

from room_server.rehearsal.measure.log import PersonLog
from room_server.rehearsal.measure.report import Material
from room_server.rehearsal.measure.summary import summary, table
from room_server.rehearsal.script import Person, Script

PERSON = Person("chair", "n", "mediator", "", "v", 50, 160, (1, 2, 3))
SCRIPT = Script("small", "t", "mediation", 0.5, (PERSON,), ())


def empty(*errors: str) -> Material:
    return Material(SCRIPT, errors=list(errors), verify="intact", case_file="/c.zip", seconds=12)


def test_one_hearing_is_its_own_report() -> None:
    assert "hearings" not in summary([empty()])


def test_several_hearings_keep_their_faults_apart() -> None:
    result = summary([empty(), empty("the server is gone")])
    assert result["ok"] is False
    assert result["rooms"] == 2 and len(result["hearings"]) == 2
    assert "room 2: the server is gone" in result["errors"]
    assert "room 1: the server is gone" not in result["errors"]
    assert result["case_file"] == ["/c.zip", "/c.zip"]


def test_the_table_names_what_is_wrong_and_that_it_is_no_record() -> None:
    text = table(summary([empty("the server is gone")]))
    assert "WRONG           the server is gone" in text
    assert "彩排" in text and "not everything held; nothing here is a record" in text
    assert "join" not in text, "nobody came, so nothing was measured"


def test_the_table_shows_what_was_measured() -> None:
    some = empty()
    some.logs = {"chair": PersonLog(), "party": PersonLog()}
    text = table(summary([some]))
    assert "join            p50 –, longest –" in text
    assert "party        → chair             0 / 0      –" in text
