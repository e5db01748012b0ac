"""A case that was adjourned to another day: where the next sitting goes on, and what it need not do again."""

import msgspec

from .procedures.stage import Group, Procedure, Stage
from .room import Room
from .stages import ADJOURNED


class Resumption(msgspec.Struct, frozen=True, kw_only=True):
    """What a later sitting takes from a former one."""

    former: str
    stage: str
    passed: list[str]


def resumption(room: Room) -> Resumption | None:
    """What continues a closed sitting; None where nothing does, or nothing had begun."""
    table = room.table
    if table is None or room.outcome != ADJOURNED:
        return None
    stage = _left_at(room, table)
    if stage is None or stage.code in (table.lobby, table.first):
        # Not come back yet to where the sitting before it was left.
        stage = table.stage(room.resumes_at)
    if stage is None:
        return None
    done = room.passed | room.waived
    passed = [one.code for one in table.stages if one.code in done and _stays(table, one, stage)]
    return Resumption(former=room.sitting, stage=stage.code, passed=passed)


def _left_at(room: Room, table: Procedure) -> Stage | None:
    """The stage of the course in which the hearing was when it was adjourned."""
    code = room.origins.get(table.adjourns, "") if table.adjourns in room.passed else room.before
    for _ in table.stages:
        stage = table.stage(code)
        if stage is None or not stage.aside:
            break
        code = room.origins.get(code, "")
    stage = table.stage(code)
    if stage is not None and not stage.aside and stage.group is not Group.MINUTES:
        return stage
    # Adjourned while the minutes were checked: on with what was heard last.
    heard = [one for one in table.stages if one.code in room.passed and not one.aside]
    return next((one for one in reversed(heard) if one.group is not Group.MINUTES), None)


def _stays(table: Procedure, stage: Stage, at: Stage) -> bool:
    """Minutes are checked and signed of every sitting; what comes later in the course comes later again."""
    if stage.group is Group.MINUTES or stage.code in (table.lobby, table.adjourns, table.end):
        return False
    return stage.aside or table.order(stage.code) <= table.order(at.code)
