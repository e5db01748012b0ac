"""The facts of interruptions; `interval`, `evidence` and `cause` are what the server saw of the person.

`interval`: which of the person's intervals in the connectivity ledger it rests on, from 1; 0: they had none.
`evidence`: of that interval, socket, media or both; empty where their connection was not lost.
`cause`: how the room lost them last (left, closed, silent …); empty while they are here.
"""

from ..fact import Fact


class Warned(Fact, frozen=True, tag="Warned"):
    """The chair warned somebody; `kind`: discipline, leaving, or empty in journals of earlier versions.

    `text` and `version`: what was read out with it.
    """

    participant: str
    reason: str
    kind: str = ""
    text: str = ""
    version: str = ""
    interval: int = 0
    evidence: str = ""
    cause: str = ""


class AbsenceDeclared(Fact, frozen=True, tag="AbsenceDeclared"):
    """The chair decided that a party has walked out.

    `effect`: deemed_withdrawal (an applicant), heard_in_absence (anybody else); `cause`: how the room lost
    them last (left, closed, silent …), so that a broken line is never mistaken for it unseen.
    """

    participant: str
    effect: str
    cause: str
    reason: str
    interval: int = 0
    evidence: str = ""


class OutageJudged(Fact, frozen=True, tag="OutageJudged"):
    """The chair decided how it goes on while somebody is gone; `decision`: wait, interrupt, go_on."""

    participant: str
    decision: str
    reason: str
    interval: int
    evidence: str
    cause: str


class ChairMissed(Fact, frozen=True, tag="ChairMissed"):
    """Whoever presides has been gone for as long as is waited for: somebody else may take the chair."""

    participant: str
    waited_s: int
    interval: int


class NeverOpened(Fact, frozen=True, tag="NeverOpened"):
    """Nobody opened the talk of two chambers, and nobody has been in it for as long as is waited for."""

    waited_s: int


InterruptionFact = Warned | AbsenceDeclared | OutageJudged | ChairMissed | NeverOpened
