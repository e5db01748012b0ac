"""What a stage and a procedure are: plain data, read by the rules, the screens and the tests alike."""

from enum import StrEnum

import msgspec

from ..people import Role


class Group(StrEnum):
    """Stages in which the same people may speak (domain 2.9)."""

    LOBBY = "lobby"
    OPENING = "opening"
    STATEMENTS = "statements"
    EVIDENCE = "evidence"
    INQUIRY = "inquiry"
    NEGOTIATION = "negotiation"
    CAUCUS = "caucus"
    DELIBERATION = "deliberation"
    MINUTES = "minutes"
    INTERRUPTED = "interrupted"
    REVIEW = "review"
    PANEL = "panel"


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of a procedure."""

    code: str
    zh: str
    en: str
    group: Group
    next: tuple[str, ...] = ()
    """Where it leads without a reason: the first is the regular way on."""
    jump_from: tuple[str, ...] = ()
    """From where it may also be entered, with a reason; `*`: from every open stage."""
    returns: bool = False
    """An aside: its regular way on is where it was entered from."""
    aside: bool = False
    """Entering it passes nothing over: what lies before it in the course may still come."""
    blocked: bool = False
    """Never passed over but by a written override (LDA 38, BAR 41, 42)."""
    clerk_drives: bool = False
    texts: tuple[str, ...] = ()
    """What is read out here, as ids of `law/texts`."""
    prompt: str = ""
    """What the chair is told to do here, as an id of `law/texts`."""
    turns: tuple[str, ...] = ()
    """The sides that have the word one after another."""
    hears: bool = False
    """Every party present must have had the word before it is left."""
    needs: str = ""
    """The column of the floor matrix somebody of which must be in the hearing, else it is left out."""
    requires: tuple[str, ...] = ()
    """Stages that must have been passed before, since what they stand for was last undone."""
    undoes: tuple[str, ...] = ()
    """Stages that have to be passed anew after this one."""
    limit_s: int = 0
    """How long one turn or grant of the floor is meant to last; 0: as long as it takes."""
    signs: tuple[str, ...] = ()
    """The columns whose people at the table sign here; whoever does not is noted."""
    binding: bool = False
    """Has effect only with every signature: nothing that requires it is reached before."""
    checks: bool = False
    """Here the minutes are laid before those who spoke, to be read and confirmed (LDA 40, BAR 42)."""
    minuted: bool = True
    """Whether speech is written down; the law keeps the course of a court mediation out (2.10)."""


class Procedure(msgspec.Struct, frozen=True, kw_only=True):
    """A whole course: its stages in their order."""

    name: str
    kinds: tuple[str, ...]
    """The kinds of hearing that follow it."""
    presides: tuple[Role, ...]
    """Who presides, the first found in this order."""
    stands_in: frozenset[Role]
    """Who may take the chair while whoever presides is absent."""
    deliberates: frozenset[Role]
    stages: tuple[Stage, ...]
    lobby: str
    first: str
    end: str
    adjourns: str = ""
    """The stage in which a sitting is adjourned to another day."""
    caucus: dict[str, str] = {}
    """Stage → the stage of its private talks."""
    outcomes: dict[str, tuple[str, ...]]
    """How it may end → stages that must have been passed for that."""

    def stage(self, code: str) -> Stage | None:
        """The stage of a code."""
        return next((stage for stage in self.stages if stage.code == code), None)

    def order(self, code: str) -> int:
        """Where a stage stands in the course."""
        return next(n for n, stage in enumerate(self.stages) if stage.code == code)


def technical_interruption(code: str) -> Stage:
    """The stage that a fault of technology leads to from anywhere, and back to where it struck."""
    return Stage(
        code=code,
        zh="技术中断",
        en="Technical interruption",
        group=Group.INTERRUPTED,
        jump_from=("*",),
        aside=True,
        returns=True,
        clerk_drives=True,
        texts=("interruption",),
        prompt="prompt.mx",
    )
