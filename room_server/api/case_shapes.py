"""The shapes in which cases go in and out: what is filed, what is shown. Amounts in fen."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from ..rules.deadlines import Unit
from ..rules.permissions import Act
from ..rules.route import Outcome, Route
from .hearings import PLAIN, HearingView

Text = Annotated[str, msgspec.Meta(max_length=100, pattern=PLAIN)]
Line = Annotated[str, msgspec.Meta(max_length=300, pattern=PLAIN)]
Long = Annotated[str, msgspec.Meta(max_length=8000)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Named = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=PLAIN)]
Fen = Annotated[int, msgspec.Meta(ge=0, le=10**14)]
Side = Literal["applicant", "respondent", "third_party"]
Opening = Literal[
    "consult",
    "negotiate",
    "mediate_org",
    "mediate_people",
    "mediate_union",
    "mediate_pre_arb",
    "arbitrate",
    "labour_inspection",
    "legal_aid",
]
Power = Literal["admit", "waive", "change", "settle", "counterclaim", "sign"]


class NewAgent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who acts for a party; `scope` only with special power. An absent `id_number` stays as it is."""

    kind: Literal["lawyer", "legal_worker", "relative", "employee", "citizen", "statutory"]
    name: Named
    power: Literal["general", "special"]
    scope: Annotated[list[Power], msgspec.Meta(max_length=6)] = []
    firm: Line = ""
    licence: Text = ""
    papers: Line = ""
    phone: Text = ""
    id_number: Annotated[str, msgspec.Meta(max_length=18)] | UnsetType = UNSET


class AgentFor(NewAgent, frozen=True, kw_only=True):
    """An agent and the party of the case that they act for."""

    party: str


class NewParty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A party; an absent `id_number` stays as it is, an empty one is forgotten."""

    side: Side
    kind: Literal["person", "organisation"]
    name: Named
    id_number: Annotated[str, msgspec.Meta(max_length=18)] | UnsetType = UNSET
    credit_code: Annotated[str, msgspec.Meta(max_length=18, pattern=PLAIN)] = ""
    legal_representative: Text = ""
    legal_representative_post: Text = ""
    employer: Line = ""
    occupation: Text = ""
    phone: Text = ""
    address: Line = ""
    service_address: Line = ""
    electronic_address: Line = ""
    representative: bool = False


class FiledParty(NewParty, frozen=True, kw_only=True):
    """A party with its agents, as it is filed."""

    agents: Annotated[list[NewAgent], msgspec.Meta(max_length=2)] = []


class NewClaim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A claim; `kind` is one of the terms."""

    kind: Annotated[str, msgspec.Meta(max_length=40)]
    text: Line = ""
    amount_fen: Fen | None = None
    period_from: date | None = None
    period_to: date | None = None
    basis: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    counter: bool = False


class NewExhibit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of the list of evidence; `reference` says where the evidence itself is kept."""

    side: Side
    name: Line
    source: Line = ""
    proves: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    original: bool = False
    reference: Line = ""


class CaseEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a case is about; `cause` is one of the terms."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=PLAIN)]
    cause: Annotated[str, msgspec.Meta(max_length=40)] = ""
    summary: Long = ""
    group: bool = False


class NewCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case as it is filed, with everything that was handed in.

    Without a title it is named after its people; without a number it gets one when it is accepted.
    """

    title: Annotated[str, msgspec.Meta(max_length=200, pattern=PLAIN)] = ""
    cause: Annotated[str, msgspec.Meta(max_length=40)] = ""
    route: Opening = "consult"
    summary: Long = ""
    group: bool = False
    number: Annotated[str, msgspec.Meta(max_length=60, pattern=PLAIN)] = ""
    organisation: str = ""
    """Whose case it is; empty: the highest organisation in which you may file."""
    applied_on: date | None = None
    """The day on which the application came in."""
    parties: Annotated[list[FiledParty], msgspec.Meta(max_length=50)] = []
    claims: Annotated[list[NewClaim], msgspec.Meta(max_length=50)] = []


class NewFact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dated fact that time limits run from; `until` where it names a last day itself."""

    fact: Annotated[str, msgspec.Meta(max_length=40)]
    day: date
    until: date | None = None
    note: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the case is to go; `outcome` when it closes, `organisation` when it goes on as a new case."""

    route: Route
    reason: Reason
    outcome: Outcome | None = None
    organisation: str = ""


class NewNumber(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number for a document of the case."""

    kind: Annotated[str, msgspec.Meta(max_length=40)]
    title: Named


class PartyView(msgspec.Struct, frozen=True, kw_only=True):
    """A party; of the identity number only what a screen may show."""

    id: str
    side: str
    kind: str
    name: str
    id_number: str
    credit_code: str
    legal_representative: str
    legal_representative_post: str
    employer: str
    occupation: str
    phone: str
    address: str
    service_address: str
    electronic_address: str
    representative: bool


class AgentView(msgspec.Struct, frozen=True, kw_only=True):
    """An agent; of the identity number only what a screen may show."""

    id: str
    party: str
    kind: str
    name: str
    power: str
    scope: list[str]
    firm: str
    licence: str
    papers: str
    phone: str
    id_number: str


class ClaimView(msgspec.Struct, frozen=True, kw_only=True):
    """A claim."""

    id: str
    kind: str
    text: str
    amount_fen: int | None
    period_from: str
    period_to: str
    basis: str
    counter: bool


class ExhibitView(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list of evidence."""

    id: str
    side: str
    name: str
    source: str
    proves: str
    original: bool
    reference: str
    marks: list[str]
    """What has been submitted of it."""


class DeadlineView(msgspec.Struct, frozen=True, kw_only=True):
    """A time limit that runs in the case. `state`: running, suspended, overdue, met, late or kept.

    `days_left` is negative when it is over; in `unknown_years` only weekends are known to be free.
    """

    limit: str
    zh: str
    en: str
    begins: date
    due: date | None
    state: str
    days_left: int | None
    met: date | None
    extended: bool
    anew_by: str
    value: int
    unit: Unit
    basis: str
    source: str
    unit_source: str
    region: str
    notes: str
    unknown_years: list[int]


class Obstacle(msgspec.Struct, frozen=True):
    """Why the case cannot go somewhere yet."""

    word: str
    zh: str
    en: str
    basis: str


class StepView(msgspec.Struct, frozen=True):
    """Where the case can go. `anew`: it goes on as a case of its own."""

    route: Route
    anew: bool
    missing: list[Obstacle]


class NumberView(msgspec.Struct, frozen=True):
    """A number that was given."""

    number: str
    kind: str
    title: str
    given_at: int


class OrganisationRef(msgspec.Struct, frozen=True):
    """An organisation by name."""

    id: str
    name: str


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case with all it consists of. `may`: what you may do in it."""

    id: str
    number: str
    title: str
    cause: str
    route: Route
    procedure: str
    summary: str
    group: bool
    outcome: str
    organisation: OrganisationRef
    origin: str
    created_at: int
    parties: list[PartyView]
    agents: list[AgentView]
    claims: list[ClaimView]
    exhibits: list[ExhibitView]
    deadlines: list[DeadlineView]
    steps: list[StepView]
    numbers: list[NumberView]
    hearings: list[HearingView]
    warnings: list[str]
    may: list[Act]


class PartyName(msgspec.Struct, frozen=True):
    """A party in a list of cases."""

    side: str
    name: str


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case in a list, with its most urgent time limit."""

    id: str
    number: str
    title: str
    cause: str
    route: Route
    group: bool
    organisation: OrganisationRef
    created_at: int
    parties: list[PartyName]
    next: DeadlineView | None


class CaseList(msgspec.Struct, frozen=True):
    """A page of cases, newest first; `total` counts all pages."""

    cases: list[CaseRow]
    total: int
    page: int
    size: int


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the history; `body` is a JSON object as text."""

    seq: int
    at: int
    actor: str
    what: str
    fact: str
    day: str
    until: str
    note: str
    body: str
    withdrawn: bool


class History(msgspec.Struct, frozen=True):
    """The history of a case, oldest first."""

    events: list[EventView]


class RelatedView(msgspec.Struct, frozen=True, kw_only=True):
    """Another case with somebody of this one; `why`: same_employer, same_person or continued."""

    id: str
    number: str
    title: str
    route: Route
    why: str
    name: str


class RelatedList(msgspec.Struct, frozen=True):
    """Those you may see, and how many there are that you may not."""

    cases: list[RelatedView]
    hidden: int


class Moved(msgspec.Struct, frozen=True):
    """Where the case went on: itself, or the new case with its id; `yours`: you may see it."""

    case: str
    route: Route
    yours: bool
