"""What the doctor found of one part of the installation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the installation. `state`: ok, missing (a function is off) or broken (it cannot run)."""

    part: str
    state: str
    detail: str
    cure: str = ""
