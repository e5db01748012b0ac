"""Cases opened to staff of other organisations."""

from typing import Annotated

import msgspec
from sqlmodel import Session, col, select

from ..rules.permissions import Act
from ..store import grants
from ..store.organisation_tables import Grant, Organisation
from ..store.tables import StaffAccount
from .case_shapes import Reason
from .case_views import organisation_ref
from .refusals import ApiError
from .routes import Auth, Call, Parts, Route


class GrantView(msgspec.Struct, frozen=True, kw_only=True):
    """To whom a case was opened, and how far; `name` is the account's person or the organisation."""

    id: str
    account: str
    organisation: str
    name: str
    work: bool
    reason: str
    given_at: int
    expires_at: int | None
    revoked_at: int | None


class GrantList(msgspec.Struct, frozen=True):
    """Every grant of a case, also those taken back."""

    grants: list[GrantView]


class NewGrant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open a case to an account (by the name they sign in with) or to an organisation: one of the two."""

    account: Annotated[str, msgspec.Meta(max_length=60)] = ""
    organisation: Annotated[str, msgspec.Meta(max_length=64)] = ""
    work: bool = False
    reason: Reason
    expires_at: Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800_000)] | None = None


async def list_grants(call: Call) -> GrantList:
    """To whom the case was opened."""
    return await call.parts.database.read(lambda session: _list(session, call.parts, call.case.id))


async def give_grant(call: Call, wanted: NewGrant) -> GrantList:
    """Open the case to somebody."""
    if bool(wanted.account) == bool(wanted.organisation):
        raise ApiError("malformed", "account | organisation")

    def write(session: Session) -> GrantList:
        named = StaffAccount.name == wanted.account
        account = session.exec(select(StaffAccount).where(named)).first() if wanted.account else None
        organisation = session.get(Organisation, wanted.organisation) if wanted.organisation else None
        if wanted.account and account is None:
            raise ApiError("no_such_account")
        if wanted.organisation and organisation is None:
            raise ApiError("no_such_organisation")
        grants.give(
            session,
            call.case.id,
            account=account.id if account else None,
            organisation=organisation.id if organisation else None,
            work=wanted.work,
            reason=wanted.reason,
            expires_at=wanted.expires_at,
            by=call.account.id,
            now=call.parts.now(),
        )
        return _list(session, call.parts, call.case.id)

    return await call.parts.database.write(write)


async def revoke_grant(call: Call) -> GrantList:
    """Take a grant back; it stays on record."""

    def write(session: Session) -> GrantList:
        grant = session.get(Grant, call.part("grant"))
        if grant is None or grant.case_id != call.case.id:
            raise ApiError("no_such_piece")
        grants.revoke(session, grant, call.account.id, call.parts.now())
        return _list(session, call.parts, call.case.id)

    return await call.parts.database.write(write)


def _list(session: Session, parts: Parts, case: str) -> GrantList:
    rows = grants.of_case(session, case)
    people = dict(
        session.exec(
            select(StaffAccount.id, StaffAccount.person).where(
                col(StaffAccount.id).in_({row.account for row in rows})
            )
        ).all()
    )
    places = {
        row.id: organisation_ref(parts, row).name
        for row in session.exec(
            select(Organisation).where(col(Organisation.id).in_({row.organisation for row in rows}))
        )
    }
    return GrantList(
        [
            GrantView(
                id=row.id,
                account=row.account or "",
                organisation=row.organisation or "",
                name=people[row.account] if row.account else places[row.organisation or ""],
                work=row.work,
                reason=row.reason,
                given_at=row.given_at,
                expires_at=row.expires_at,
                revoked_at=row.revoked_at,
            )
            for row in rows
        ]
    )


_PATH = "/api/cases/{case}/grants"
ROUTES = (
    Route(
        "GET", _PATH, list_grants, Auth.STAFF, "To whom the case was opened", act=Act.GRANT, gives=GrantList
    ),
    Route(
        "POST",
        _PATH,
        give_grant,
        Auth.STAFF,
        "Open the case to somebody",
        act=Act.GRANT,
        takes=NewGrant,
        gives=GrantList,
        status=201,
        refusals=("no_such_account", "no_such_organisation"),
    ),
    Route(
        "DELETE",
        _PATH + "/{grant}",
        revoke_grant,
        Auth.STAFF,
        "Take a grant back",
        act=Act.GRANT,
        gives=GrantList,
        refusals=("no_such_piece",),
    ),
)
