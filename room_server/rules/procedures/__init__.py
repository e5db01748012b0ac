"""The procedures as tables: which stages a hearing passes, who drives them, and who may speak in each."""

from .arbitration import ARBITRATION
from .mediation import MEDIATION
from .panel import PANEL
from .stage import Procedure, Stage

PROCEDURES: dict[str, Procedure] = {table.name: table for table in (MEDIATION, ARBITRATION, PANEL)}


_STAGES = {(table.name, stage.code): stage for table in PROCEDURES.values() for stage in table.stages}


def stage_of(procedure: str, code: str) -> Stage | None:
    """The stage of a procedure; None where there is no such."""
    return _STAGES.get((procedure, code))


def procedure_for(kind: str) -> str:
    """The procedure that a kind of hearing follows; empty for an informal one, which has no stages."""
    return next((table.name for table in PROCEDURES.values() if kind in table.kinds), "")
