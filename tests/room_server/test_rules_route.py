"""The route of a case: every step of the table, its conditions, and that nothing gets stuck."""

from datetime import date
from itertools import product

import pytest

from room_server.rules.route import (
    MEDIATIONS,
    NAMES,
    TRANSITIONS,
    Route,
    Standing,
    failing,
    open_steps,
    procedure_of,
)

DAY = date(2026, 10, 9)


def standing(route: Route, **changes: object) -> Standing:
    plain: dict[str, object] = {
        "route": route,
        "before": None,
        "procedure": "mediation",
        "facts": {},
        "expired": frozenset(),
        "claims": frozenset({"wages"}),
        "payable": True,
        "both_sides": True,
    }
    return Standing(**(plain | changes))  # type: ignore[arg-type]


def missing(origin: Route, target: Route, **changes: object) -> list[str]:
    step = TRANSITIONS[origin, target]
    return [condition.word for condition in failing(step, standing(origin, **changes))]


def test_every_route_has_names_and_a_way_on() -> None:
    assert set(NAMES) == set(Route)
    for route in Route:
        before = Route.MEDIATE_ORG if route is Route.PANEL_REVIEW else None
        steps = open_steps(standing(route, before=before))
        assert steps, route
        # Whatever is missing, a case that is not closed can be closed, or go back to where it can.
        if route not in (Route.CLOSED, Route.PANEL_REVIEW):
            assert any(step.target is Route.CLOSED and not lacking for step, lacking in steps), route


def test_a_case_that_was_consulted_about_can_reach_everything() -> None:
    reached, waiting = {Route.CONSULT}, [Route.CONSULT]
    while waiting:
        here = waiting.pop()
        for (origin, target), _ in TRANSITIONS.items():
            if origin is here and target not in reached:
                reached.add(target)
                waiting.append(target)
    assert reached == set(Route)


@pytest.mark.parametrize(("origin", "target"), list(product(Route, sorted(MEDIATIONS))))
def test_nobody_is_mediated_who_refused(origin: Route, target: Route) -> None:
    if (origin, target) in TRANSITIONS and origin is not Route.PANEL_REVIEW:
        assert missing(origin, target, facts={"mediation_refused": DAY}) == ["nobody_refused"]
        assert missing(origin, target) == []


def test_arbitration_needs_both_sides_and_a_claim() -> None:
    assert missing(Route.CONSULT, Route.ARBITRATE, both_sides=False, claims=frozenset()) == [
        "both_sides",
        "a_claim",
    ]


@pytest.mark.parametrize("origin", [*sorted(MEDIATIONS), Route.CLOSED, Route.ARB_REVIEW, Route.COURT_CONFIRM])
def test_after_mediation_arbitration_is_a_case_of_its_own(origin: Route) -> None:
    assert TRANSITIONS[origin, Route.ARBITRATE].anew


@pytest.mark.parametrize("origin", [Route.CONSULT, Route.NEGOTIATE, Route.LEGAL_AID])
def test_before_mediation_it_is_the_same_case(origin: Route) -> None:
    assert not TRANSITIONS[origin, Route.ARBITRATE].anew


def test_an_arbitrated_case_is_not_arbitrated_again() -> None:
    targets = [step.target for step, _ in open_steps(standing(Route.CLOSED, procedure="arbitration"))]
    assert Route.ARBITRATE not in targets


def test_an_agreement_is_reviewed_and_confirmed_in_time() -> None:
    agreed = {"agreement_effective": DAY}
    assert missing(Route.MEDIATE_ORG, Route.ARB_REVIEW) == ["agreement"]
    assert missing(Route.MEDIATE_ORG, Route.ARB_REVIEW, facts=agreed) == []
    late = frozenset({"arb_review.apply", "court_confirm.apply"})
    assert missing(Route.MEDIATE_ORG, Route.ARB_REVIEW, facts=agreed, expired=late) == ["review_in_time"]
    assert missing(Route.CLOSED, Route.COURT_CONFIRM, facts=agreed, expired=late) == ["confirmation_in_time"]


def test_a_payment_order_is_for_what_the_law_names() -> None:
    agreed = {"agreement_effective": DAY}
    assert missing(Route.MEDIATE_ORG, Route.PAYMENT_ORDER, facts=agreed, payable=False) == ["payable"]


def test_only_what_can_be_enforced_is() -> None:
    for origin in (Route.ARBITRATE, Route.ARB_REVIEW, Route.COURT_CONFIRM, Route.LITIGATE):
        assert missing(origin, Route.ENFORCE) == ["enforceable"]
        assert missing(origin, Route.ENFORCE, facts={"award_served": DAY}) == []
    assert (Route.MEDIATE_ORG, Route.ENFORCE) not in TRANSITIONS


def test_a_panel_review_goes_back_to_where_the_case_was() -> None:
    steps = open_steps(standing(Route.PANEL_REVIEW, before=Route.ARBITRATE))
    assert [(step.target, lacking) for step, lacking in steps] == [(Route.ARBITRATE, [])]
    assert open_steps(standing(Route.PANEL_REVIEW)) == []


def test_procedures() -> None:
    assert {procedure_of(route) for route in MEDIATIONS} == {"mediation"}
    assert procedure_of(Route.ARBITRATE) == "arbitration" and procedure_of(Route.LITIGATE) == ""
