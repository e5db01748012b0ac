"""The route of a case: where it may go from where, on what conditions. Tables and questions to them. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

import msgspec


class Route(StrEnum):
    """Where a case is dealt with."""

    CONSULT = "consult"
    NEGOTIATE = "negotiate"
    MEDIATE_ORG = "mediate_org"
    MEDIATE_PEOPLE = "mediate_people"
    MEDIATE_UNION = "mediate_union"
    MEDIATE_PRE_ARB = "mediate_pre_arb"
    ARBITRATE = "arbitrate"
    PANEL_REVIEW = "panel_review"
    ARB_REVIEW = "arb_review"
    COURT_CONFIRM = "court_confirm"
    PAYMENT_ORDER = "payment_order"
    LITIGATE = "litigate"
    ENFORCE = "enforce"
    LABOUR_INSPECTION = "labour_inspection"
    LEGAL_AID = "legal_aid"
    CLOSED = "closed"


MEDIATIONS = frozenset({Route.MEDIATE_ORG, Route.MEDIATE_PEOPLE, Route.MEDIATE_UNION, Route.MEDIATE_PRE_ARB})
BEFORE = frozenset({Route.CONSULT, Route.NEGOTIATE, Route.LABOUR_INSPECTION, Route.LEGAL_AID})
"""Where no procedure has begun."""
NAMES: dict[Route, tuple[str, str]] = {
    Route.CONSULT: ("咨询", "Consultation"),
    Route.NEGOTIATE: ("协商", "Negotiation"),
    Route.MEDIATE_ORG: ("调解组织调解", "Mediation by an organisation"),
    Route.MEDIATE_PEOPLE: ("人民调解", "People's mediation"),
    Route.MEDIATE_UNION: ("工会调解", "Mediation by the trade union"),
    Route.MEDIATE_PRE_ARB: ("仲裁前调解", "Mediation before arbitration"),
    Route.ARBITRATE: ("仲裁", "Arbitration"),
    Route.PANEL_REVIEW: ("专家会审", "Expert panel review"),
    Route.ARB_REVIEW: ("仲裁审查", "Arbitration review"),
    Route.COURT_CONFIRM: ("司法确认", "Court confirmation"),
    Route.PAYMENT_ORDER: ("支付令", "Payment order"),
    Route.LITIGATE: ("诉讼", "Litigation"),
    Route.ENFORCE: ("执行", "Enforcement"),
    Route.LABOUR_INSPECTION: ("劳动保障监察", "Labour inspection"),
    Route.LEGAL_AID: ("法律援助", "Legal aid"),
    Route.CLOSED: ("结案", "Closed"),
}


class Outcome(StrEnum):
    """How a case ended."""

    AGREED = "agreed"
    WITHDRAWN = "withdrawn_self_settled"
    UNREACHABLE = "unreachable"
    ONE_SIDE_REFUSES = "one_side_refuses"
    TOO_FAR_APART = "too_far_apart"
    TIME_EXPIRED = "time_expired"
    REFUSED_SIGN = "refused_sign"
    NOT_ACCEPTED = "not_accepted"
    MEDIATED_AWARD = "mediated_award"
    AWARDED = "awarded"
    TRANSFERRED = "transferred"
    OTHER = "other"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the conditions ask: `facts` by kind with their last day, `expired` limits that nobody kept."""

    route: Route
    before: Route | None
    """Where it was before this."""
    procedure: str
    """`mediation` or `arbitration` by its first number, empty before."""
    facts: Mapping[str, date]
    expired: frozenset[str]
    claims: frozenset[str]
    payable: bool
    """Whether a claim is one that a payment order can be asked for."""
    both_sides: bool


class Condition(msgspec.Struct, frozen=True):
    """What must hold, with the text of its refusal and where it stands."""

    word: str
    zh: str
    en: str
    basis: str
    holds: Callable[[Standing], bool]


def _fact(*kinds: str) -> Callable[[Standing], bool]:
    return lambda standing: any(kind in standing.facts for kind in kinds)


BOTH_SIDES = Condition(
    "both_sides",
    "申请人和被申请人都要登记",
    "both an applicant and a respondent are needed",
    "劳动争议调解仲裁法第22条、第28条",
    lambda standing: standing.both_sides,
)
A_CLAIM = Condition(
    "a_claim",
    "至少要有一项仲裁请求",
    "at least one claim is needed",
    "劳动争议调解仲裁法第28条",
    lambda standing: bool(standing.claims),
)
NOBODY_REFUSED = Condition(
    "nobody_refused",
    "一方明确拒绝调解的，不得调解",
    "a side has refused mediation",
    "人民调解法第17条",
    lambda standing: "mediation_refused" not in standing.facts,
)
AGREEMENT = Condition(
    "agreement",
    "须有已生效的调解协议（登记“调解协议生效”）",
    "an effective mediation agreement is needed",
    "劳动争议调解仲裁法第14条",
    _fact("agreement_effective"),
)
REVIEW_IN_TIME = Condition(
    "review_in_time",
    "申请仲裁审查的十五日已过",
    "the fifteen days for an arbitration review are over",
    "劳动人事争议仲裁办案规则第74条",
    lambda standing: "arb_review.apply" not in standing.expired,
)
CONFIRMATION_IN_TIME = Condition(
    "confirmation_in_time",
    "申请司法确认的三十日已过",
    "the thirty days for a court confirmation are over",
    "民事诉讼法第205条；人民调解法第33条",
    lambda standing: "court_confirm.apply" not in standing.expired,
)
PAYABLE = Condition(
    "payable",
    "请求须为劳动报酬、工伤医疗费、经济补偿或者赔偿金",
    "only wages, work-injury medical cost, compensation and damages",
    "劳动争议调解仲裁法第16条",
    lambda standing: standing.payable,
)
DECIDED = Condition(
    "decided",
    "须已裁决或者不予受理",
    "an award or a refusal to accept is needed",
    "劳动争议调解仲裁法第29条、第50条",
    _fact("award_made", "award_served", "not_accepted"),
)
ENFORCEABLE = Condition(
    "enforceable",
    "须有可以申请执行的生效文书（裁决、仲裁审查、司法确认）",
    "an enforceable document is needed: award, review or confirmation",
    "劳动争议调解仲裁法第51条；民事诉讼法第250条",
    _fact(
        "award_served",
        "review_decided",
        "confirmation_decided",
        "judgment_effective",
        "payment_order_effective",
    ),
)
AS_BEFORE = Condition(
    "as_before",
    "会审结束后回到会审前的程序",
    "after a panel review a case goes back to where it was",
    "",
    lambda standing: standing.before is not None,
)


CONDITIONS: dict[str, Condition] = {
    one.word: one
    for one in (
        *(BOTH_SIDES, A_CLAIM, NOBODY_REFUSED, AGREEMENT, REVIEW_IN_TIME, CONFIRMATION_IN_TIME),
        *(PAYABLE, DECIDED, ENFORCEABLE, AS_BEFORE),
    )
}
"""All of them by their word, for tables that name them."""


class Transition(msgspec.Struct, frozen=True):
    """One allowed step. `anew`: it goes on as a case of its own, with what may be taken along."""

    origin: Route
    target: Route
    conditions: tuple[Condition, ...] = ()
    anew: bool = False


def _steps() -> list[Transition]:
    mediate = [(target, (BOTH_SIDES, NOBODY_REFUSED)) for target in sorted(MEDIATIONS, key=list(Route).index)]
    arbitrate = (Route.ARBITRATE, (BOTH_SIDES, A_CLAIM))
    help_ = [(Route.LABOUR_INSPECTION, ()), (Route.LEGAL_AID, ())]
    after_agreement = [
        (Route.ARB_REVIEW, (AGREEMENT, REVIEW_IN_TIME)),
        (Route.COURT_CONFIRM, (AGREEMENT, CONFIRMATION_IN_TIME)),
        (Route.PAYMENT_ORDER, (AGREEMENT, PAYABLE)),
    ]
    closed: tuple[Route, tuple[Condition, ...]] = (Route.CLOSED, ())
    table: dict[Route, list[tuple[Route, tuple[Condition, ...]]]] = {
        Route.CONSULT: [(Route.NEGOTIATE, ()), *mediate, arbitrate, *help_, closed],
        Route.NEGOTIATE: [*mediate, arbitrate, *help_, closed],
        Route.LABOUR_INSPECTION: [*mediate, arbitrate, closed],
        Route.LEGAL_AID: [*mediate, arbitrate, closed],
        Route.ARBITRATE: [
            (Route.PANEL_REVIEW, ()),
            (Route.LITIGATE, (DECIDED,)),
            (Route.ENFORCE, (ENFORCEABLE,)),
            closed,
        ],
        Route.ARB_REVIEW: [arbitrate, (Route.ENFORCE, (ENFORCEABLE,)), closed],
        Route.COURT_CONFIRM: [arbitrate, (Route.ENFORCE, (ENFORCEABLE,)), closed],
        Route.PAYMENT_ORDER: [(Route.LITIGATE, ()), (Route.ENFORCE, (ENFORCEABLE,)), closed],
        Route.PANEL_REVIEW: [],
        Route.LITIGATE: [(Route.ENFORCE, (ENFORCEABLE,)), closed],
        Route.ENFORCE: [closed],
        Route.CLOSED: [*after_agreement, arbitrate, (Route.ENFORCE, (ENFORCEABLE,))],
    }
    for mediation in MEDIATIONS:
        table[mediation] = [(Route.PANEL_REVIEW, ()), *after_agreement, arbitrate, *help_, closed]
        table[Route.PANEL_REVIEW].append((mediation, (AS_BEFORE,)))
    table[Route.PANEL_REVIEW].append((Route.ARBITRATE, (AS_BEFORE,)))
    after_mediation = MEDIATIONS | {Route.ARB_REVIEW, Route.COURT_CONFIRM, Route.CLOSED}
    return [
        Transition(origin, target, conditions, anew=target is Route.ARBITRATE and origin in after_mediation)
        for origin in Route
        for target, conditions in table[origin]
    ]


TRANSITIONS: dict[tuple[Route, Route], Transition] = {(step.origin, step.target): step for step in _steps()}


def open_steps(standing: Standing) -> list[tuple[Transition, list[Condition]]]:
    """Every step from here with the conditions that do not hold."""
    return [
        (step, failing(step, standing))
        for step in TRANSITIONS.values()
        if step.origin is standing.route and _fits(step, standing)
    ]


def failing(step: Transition, standing: Standing) -> list[Condition]:
    """The conditions of a step that do not hold."""
    return [condition for condition in step.conditions if not condition.holds(standing)]


def procedure_of(route: Route) -> str:
    """Whose limits count on a route: `mediation`, `arbitration`, or neither's."""
    if route in MEDIATIONS:
        return "mediation"
    return "arbitration" if route is Route.ARBITRATE else ""


def _fits(step: Transition, standing: Standing) -> bool:
    """A panel review goes back only to where the case was; an arbitrated case is not arbitrated once more."""
    if step.origin is Route.PANEL_REVIEW:
        return step.target is standing.before
    return not (step.target is Route.ARBITRATE and standing.procedure == "arbitration")
