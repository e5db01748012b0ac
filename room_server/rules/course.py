"""The facts of the procedure: stages, turns, requests, what was read out, who conducted."""

from .fact import Fact
from .interruptions.events import InterruptionFact
from .onsite.events import OnSiteFact
from .readback.events import ReadbackFact


class StageEntered(Fact, frozen=True, tag="StageEntered"):
    """The hearing is in another stage. `reason`: why, for a jump; `skipped`: what was left undone with it.

    `skipped` names `stage:CODE`, `text:ID`, `side:SIDE` and `person:COLUMN`; `override`: one of these stages
    must not be passed over, and was. `turn`: the side that has the word; `limit_s`: for how long, 0: open.
    """

    stage: str
    origin: str
    reason: str
    skipped: list[str]
    override: bool
    turn: str
    limit_s: int


class TurnGiven(Fact, frozen=True, tag="TurnGiven"):
    """Another side of the stage's order has the word."""

    side: str
    reason: str
    limit_s: int


class RequestMade(Fact, frozen=True, tag="RequestMade"):
    """Somebody asks for something; open until it is granted, denied or withdrawn.

    `kind`: floor, correction, recess, recusal, question, evidence, limitation, help. One for the floor is
    also over when its person gets the floor, changes place or leaves.
    """

    request: str
    participant: str
    kind: str
    text: str
    ref: str
    place: str


class RequestGranted(Fact, frozen=True, tag="RequestGranted"):
    """A request was granted."""

    request: str
    reason: str


class RequestDenied(Fact, frozen=True, tag="RequestDenied"):
    """A request was denied."""

    request: str
    reason: str


class RequestWithdrawn(Fact, frozen=True, tag="RequestWithdrawn"):
    """Whoever asked has taken it back."""

    request: str


class ReadOut(Fact, frozen=True, tag="ReadOut"):
    """A text of this id and version was read out."""

    text: str
    version: str
    stage: str


class Delegated(Fact, frozen=True, tag="Delegated"):
    """A member of staff conducts on the chair's behalf from now on, or (`on` false) no longer."""

    participant: str
    on: bool


class ChairTaken(Fact, frozen=True, tag="ChairTaken"):
    """Somebody else presides from now on; `before`: who did."""

    participant: str
    before: str
    reason: str


class WatchAllowed(Fact, frozen=True, tag="WatchAllowed"):
    """The parties agree, or no longer agree, to supervisors listening to their negotiation."""

    on: bool
    reason: str


class Signed(Fact, frozen=True, tag="Signed"):
    """Somebody has signed what a stage is for; `version`: of the text of intent they were shown."""

    participant: str
    stage: str
    version: str


class SigningDeclined(Fact, frozen=True, tag="SigningDeclined"):
    """Somebody does not sign; noted by themselves or by whoever conducts."""

    participant: str
    stage: str
    reason: str


class WishRefused(Fact, frozen=True, tag="WishRefused"):
    """Somebody wished for what they may not have: `command` is its name, `word` the refusal."""

    participant: str
    command: str
    word: str


CourseFact = (
    StageEntered
    | TurnGiven
    | RequestMade
    | RequestGranted
    | RequestDenied
    | RequestWithdrawn
    | ReadOut
    | Delegated
    | ChairTaken
    | WatchAllowed
    | InterruptionFact
    | OnSiteFact
    | Signed
    | SigningDeclined
    | ReadbackFact
    | WishRefused
)
