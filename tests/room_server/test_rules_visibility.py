"""What each screen may know."""

from room_server.rules import events as e
from room_server.rules.visibility import inside, visible
from tests.room_server.test_rules_decisions import heard
from tests.support.people import APPLICANT, CLERK, MEDIATOR, RESPONDENT, WITNESS, at_table, prepared, room

SEATED = room(*at_table(MEDIATOR, CLERK, APPLICANT), e.Opened())
ALARM = e.RecordingAlarm(word="disk_full", track="p.camera")


def test_before_the_door_only_the_course_and_ones_own_moves_are_known() -> None:
    course: list[e.Event] = [prepared(), e.Opened(), e.Closed(), e.Adjourned(reason="")]
    for event in course:
        assert visible(SEATED, RESPONDENT.id, event)
    assert visible(SEATED, RESPONDENT.id, e.Knocked(participant=RESPONDENT.id))
    hidden: list[e.Event] = [e.Knocked(participant=WITNESS.id), heard("u1"), e.FloorFreed(), ALARM]
    for event in hidden:
        assert not visible(SEATED, RESPONDENT.id, event)


def test_the_table_knows_the_minutes_and_staff_know_the_machine() -> None:
    assert visible(SEATED, APPLICANT.id, heard("u1"))
    assert not visible(SEATED, APPLICANT.id, ALARM)
    assert visible(SEATED, CLERK.id, ALARM)
    assert not visible(SEATED, "p_stranger", e.Opened())


def test_what_a_line_is_like_is_told_to_staff_only() -> None:
    checked = e.LineChecked(
        participant=APPLICANT.id,
        verdict="good",
        way="direct",
        rtt_ms=20,
        loss_permille=0,
        up_kbps=1,
        down_kbps=1,
    )
    assert visible(SEATED, CLERK.id, checked)
    assert not visible(SEATED, APPLICANT.id, checked)
    assert not visible(SEATED, RESPONDENT.id, checked)


def test_what_is_shown_in_a_private_talk_is_known_inside_only() -> None:
    aside = room(
        *at_table(MEDIATOR, CLERK, APPLICANT),
        e.Opened(),
        e.Moved(participant=APPLICANT.id, origin="table", place="caucus:1"),
    )
    private = e.ScreenShared(participant=APPLICANT.id, place="caucus:1")
    assert visible(aside, APPLICANT.id, private)
    assert not visible(aside, CLERK.id, private)
    assert visible(aside, CLERK.id, e.ScreenStopped(participant=CLERK.id, place="table"))


def test_being_sent_to_the_lobby_closes_the_door() -> None:
    assert inside(SEATED, APPLICANT.id)
    out = room(
        *at_table(APPLICANT), e.Opened(), e.Moved(participant=APPLICANT.id, origin="table", place="lobby")
    )
    assert not inside(out, APPLICANT.id)
    assert inside(out, MEDIATOR.id)
