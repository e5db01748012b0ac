"""The cast of whole procedures: everybody whom a column of the floor matrix knows, and rooms in any stage."""

from room_server.rules import events as e
from room_server.rules.people import Participant, Role
from room_server.rules.places import TABLE
from room_server.rules.procedures import PROCEDURES
from room_server.rules.room import Room, evolve


def _person(role: Role, name: str, side: str = "", key: str = "") -> Participant:
    return Participant(id=f"p_{key or role.value}", name=name, role=role, side=side)


MEDIATOR = _person(Role.MEDIATOR, "周敏")
CO_MEDIATOR = _person(Role.CO_MEDIATOR, "乔佐")
CHIEF = _person(Role.CHIEF_ARBITRATOR, "郑首席")
ARBITRATOR = _person(Role.ARBITRATOR, "吴仲裁")
CLERK = _person(Role.CLERK, "陈书记")
APPLICANT = _person(Role.APPLICANT, "张三", "applicant")
RESPONDENT = _person(Role.RESPONDENT, "某公司", "respondent")
AGENT = _person(Role.AGENT, "赵律师", "respondent")
THIRD = _person(Role.THIRD_PARTY, "钱三人")
WITNESS = _person(Role.WITNESS, "孙证人", "applicant")
WITNESS_TWO = _person(Role.WITNESS, "李证人", "respondent", "witness_two")
APPRAISER = _person(Role.APPRAISER, "冯鉴定")
EXPERT = _person(Role.EXPERT, "褚专家")
INTERPRETER = _person(Role.INTERPRETER, "卫翻译")
OBSERVER = _person(Role.OBSERVER, "蒋旁听")
SUPERVISOR = _person(Role.SUPERVISOR, "沈监督")
TECH = _person(Role.TECH, "韩技术")

_GUESTS = [
    CLERK,
    APPLICANT,
    RESPONDENT,
    AGENT,
    THIRD,
    WITNESS,
    WITNESS_TWO,
    APPRAISER,
    EXPERT,
    INTERPRETER,
    OBSERVER,
    SUPERVISOR,
    TECH,
]
CAST: dict[str, list[Participant]] = {
    "mediation": [MEDIATOR, CO_MEDIATOR, *_GUESTS],
    "arbitration": [CHIEF, ARBITRATOR, *_GUESTS],
    "panel": [CHIEF, ARBITRATOR, *_GUESTS],
}
KINDS = {"mediation": "mediation", "arbitration": "arbitration", "panel": "panel_review"}


def prepared(procedure: str, people: list[Participant] | None = None) -> e.SittingPrepared:
    """The first fact of a sitting of a procedure, with everybody expected."""
    return e.SittingPrepared(
        sitting="s_1",
        case_number="厦湖劳人仲〔2026〕1号",
        case_title="拖欠工资",
        hearing="h_1",
        kind=KINDS[procedure],
        organisation="示范仲裁院",
        rehearsal=False,
        participants=people or CAST[procedure],
        procedure=procedure,
    )


def seated(*people: Participant) -> list[e.Event]:
    """The facts that bring people to the table, whatever the stage says of it."""
    return [
        fact
        for person in people
        for fact in (
            e.Joined(participant=person.id, device="device-1"),
            e.Knocked(participant=person.id),
            e.Admitted(participant=person.id),
            e.Moved(participant=person.id, origin="lobby", place=TABLE),
        )
    ]


def entered(stage: str, origin: str = "", turn: str = "") -> e.StageEntered:
    """The bare fact of being in a stage."""
    return e.StageEntered(
        stage=stage, origin=origin, reason="", skipped=[], override=False, turn=turn, limit_s=0
    )


def after(room: Room, *facts: e.Event) -> Room:
    """A room after some facts."""
    for fact in facts:
        room = evolve(room, fact)
    return room


def in_stage(procedure: str, stage: str, turn: str = "") -> Room:
    """A room with everybody at the table in a stage, to which it came by the regular way."""
    table = PROCEDURES[procedure]
    before = [one.code for one in table.stages[: table.order(stage)] if not one.aside]
    facts: list[e.Event] = [prepared(procedure), *seated(*CAST[procedure]), e.Opened()]
    facts += [entered(code) for code in before]
    return after(Room(), *facts, entered(stage, origin=before[-1] if before else "", turn=turn))
