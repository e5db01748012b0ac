"""The cast of the tests: a mediator, a clerk, two sides with an agent, a witness, an observer."""

from room_server.rules import events as e
from room_server.rules.people import Participant, Role
from room_server.rules.room import Room, evolve

MEDIATOR = Participant(id="p_mediator", name="王调解", role=Role.MEDIATOR)
CLERK = Participant(id="p_clerk", name="李书记", role=Role.CLERK)
APPLICANT = Participant(id="p_applicant", name="张三", role=Role.APPLICANT, side="applicant")
RESPONDENT = Participant(id="p_respondent", name="某公司", role=Role.RESPONDENT, side="respondent")
AGENT = Participant(id="p_agent", name="赵律师", role=Role.AGENT, side="respondent")
WITNESS = Participant(id="p_witness", name="钱证人", role=Role.WITNESS)
OBSERVER = Participant(id="p_observer", name="孙旁听", role=Role.OBSERVER)
SUPERVISOR = Participant(id="p_supervisor", name="周监督", role=Role.SUPERVISOR)
EVERYBODY = [MEDIATOR, CLERK, APPLICANT, RESPONDENT, AGENT, WITNESS, OBSERVER, SUPERVISOR]


def prepared(rehearsal: bool = False) -> e.SittingPrepared:
    """The first fact of a sitting with everybody expected."""
    return e.SittingPrepared(
        sitting="s_1",
        case_number="厦湖劳人调〔2026〕1号",
        case_title="拖欠工资",
        hearing="h_1",
        kind="mediation",
        organisation="示范调解中心",
        rehearsal=rehearsal,
        participants=EVERYBODY,
    )


def room(*facts: e.Event) -> Room:
    """A room after its preparation and some facts."""
    state = evolve(Room(), prepared())
    for fact in facts:
        state = evolve(state, fact)
    return state


def at_table(*people: Participant) -> list[e.Event]:
    """The facts that bring people to the table."""
    return [
        fact
        for person in people
        for fact in (
            e.Joined(participant=person.id, device="device-1"),
            e.Knocked(participant=person.id),
            e.Admitted(participant=person.id),
            e.Moved(participant=person.id, origin="lobby", place="table"),
        )
    ]


def in_caucus(*people: Participant) -> list[e.Event]:
    """The facts that bring people from the table to the first caucus."""
    return [e.Moved(participant=p.id, origin="table", place="caucus:1") for p in people]
