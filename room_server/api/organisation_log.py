"""The log of changes in an organisation and all below it, for those who administer it."""

import json
from collections.abc import Iterable

import msgspec
from sqlmodel import Session, col, select

from ..rules.permissions import Act
from ..store import organisation_log as store
from ..store import organisations
from ..store.organisation_log import OrganisationLog
from ..store.organisation_tables import Organisation
from ..store.tables import StaffAccount
from .case_shapes import OrganisationRef
from .case_views import organisation_ref
from .refusals import ApiError
from .routes import Auth, Call, Route

PAGE = 50


class ChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """One change. `by`: an account, `console` for what was done on the server itself, or a `device`.

    `before` and `after`: names, or roles with commas between; `subject`: a case or a chamber.
    """

    id: int
    at: int
    act: str
    by: str
    by_name: str
    organisation: OrganisationRef
    account: str
    account_name: str
    before: str
    after: str
    subject: str


class ChangeList(msgspec.Struct, frozen=True):
    """The newest first; `more`: there are older ones, `before` the last id."""

    changes: list[ChangeView]
    more: bool


async def list_changes(call: Call) -> ChangeList:
    """What was changed here and below."""
    act, text = call.request.query.get("act", ""), call.request.query.get("before", "0")
    if act and act not in store.ACTS:
        raise ApiError("malformed", f"act: {' | '.join(store.ACTS)}")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise ApiError("malformed", "before")
    path = call.organisation.path

    def look(session: Session) -> ChangeList:
        rows = {row.id: row for row in organisations.below(session, [path])}
        found = store.read(session, list(rows), [act] if act else [], int(text), PAGE + 1)
        names = _names(session, {one for row in found for one in (row.actor, row.account)})
        return ChangeList(
            [_view(call, row, rows[row.organisation], names) for row in found[:PAGE]], len(found) > PAGE
        )

    return await call.parts.database.read(look)


def _names(session: Session, accounts: Iterable[str]) -> dict[str, str]:
    query = select(StaffAccount.id, StaffAccount.person).where(col(StaffAccount.id).in_(accounts))
    return dict(session.exec(query).all())


def _view(call: Call, row: OrganisationLog, owner: Organisation, names: dict[str, str]) -> ChangeView:
    body = json.loads(row.body)
    return ChangeView(
        id=row.id or 0,
        at=row.at,
        act=row.act,
        by=row.actor,
        by_name=names.get(row.actor, ""),
        organisation=organisation_ref(call.parts, owner),
        account=row.account,
        account_name=names.get(row.account, ""),
        before=str(body.get("before", "")),
        after=str(body.get("after", "")),
        subject=str(body.get("subject", "")),
    )


ROUTES = (
    Route(
        "GET",
        "/api/organisations/{organisation}/log",
        list_changes,
        Auth.STAFF,
        "What was changed in an organisation and all below it",
        act=Act.EDIT_ORGANISATIONS,
        gives=ChangeList,
        query={"act": "only this kind of change", "before": "an id: older ones only"},
    ),
)
