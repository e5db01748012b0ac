"""The law that this installation goes by: time limits with their basis, calendars, terms and names."""

import msgspec

from ..law.limits import FactKind
from ..law.terms import NumberKind, Term
from ..rules.deadlines import Limit
from ..rules.permissions import Act
from ..rules.planning import HearingKind
from ..rules.route import NAMES, Outcome
from ..rules.route import Route as CaseRoute
from .bookable import kinds_of
from .case_views import lawbook
from .routes import Auth, Call, Route


class RouteName(msgspec.Struct, frozen=True):
    """A route of cases with its names."""

    route: CaseRoute
    zh: str
    en: str


class CalendarYear(msgspec.Struct, frozen=True):
    """A year whose days off are known, and from where."""

    year: int
    basis: str
    source: str


class LawView(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. In years that `calendars` does not name only weekends are free."""

    version: str
    region: str
    limits: list[Limit]
    facts: list[FactKind]
    calendars: list[CalendarYear]
    causes: list[Term]
    claims: list[Term]
    numbers: list[NumberKind]
    routes: list[RouteName]
    outcomes: list[Outcome]
    hearings: list[HearingKind]


async def show_law(call: Call) -> LawView:
    """Time limits, calendars and terms as they count here."""
    book = lawbook(call.parts)
    return LawView(
        version=book.time.version,
        region=book.region,
        limits=list(book.time.limits.values()),
        facts=list(book.time.facts.values()),
        calendars=[
            CalendarYear(year.year, year.basis, year.source)
            for _, year in sorted(book.time.calendar.years.items())
        ],
        causes=list(book.terms.causes.values()),
        claims=list(book.terms.claims.values()),
        numbers=list(book.terms.numbers.values()),
        routes=[RouteName(route, *NAMES[route]) for route in CaseRoute],
        outcomes=list(Outcome),
        hearings=kinds_of(call.parts).kind,
    )


ROUTES = (
    Route(
        "GET",
        "/api/law",
        show_law,
        Auth.STAFF,
        "Time limits, calendars, terms",
        act=Act.SEE_LAW,
        gives=LawView,
    ),
)
