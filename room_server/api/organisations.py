"""The tree of organisations and its staff."""

import asyncio
from typing import Annotated, Literal

import msgspec
from sqlmodel import Session, col, select

from ..rules.permissions import LEVELS, Act, StaffRole, may_there, paths_of
from ..store import organisations, staff
from ..store.organisation_tables import Organisation
from ..store.organisations import OrganisationError
from ..store.tables import StaffAccount
from .case_views import organisation_ref
from .hearings import PLAIN
from .refusals import ApiError
from .routes import Auth, Call, Route

Level = Literal["province_city", "district", "street", "enterprise"]
Named = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=PLAIN)]
Short = Annotated[
    str, msgspec.Meta(max_length=20, pattern=r"^[^{}\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]*$")
]
AccountName = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=PLAIN)]
Roles = Annotated[list[StaffRole], msgspec.Meta(max_length=9)]

_WORDS = {
    "level": ("下级机构的层级须低于上级", "an organisation must be of a lower level than the one above"),
    "short_name": ("简称已被其他机构使用", "another organisation has this short name"),
    "root": ("最上级机构不能停用", "the organisation at the top cannot be disabled"),
    "not_empty": ("下面还有在用的机构", "there are organisations in use below it"),
    "last_admin": ("至少保留一名管理员", "the last administrator stays one"),
}


class OrganisationView(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation; `may`: what you may do in it and below."""

    id: str
    name: str
    short_name: str
    level: str
    parent: str
    disabled: bool
    may: list[Act]


class OrganisationList(msgspec.Struct, frozen=True):
    """Those above yours (a case may be handed up), yours and all below, in the order of the tree."""

    organisations: list[OrganisationView]


class NewOrganisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation below another; `short_name` is the place in its numbers."""

    name: Named
    short_name: Short = ""
    level: Level
    parent: Annotated[str, msgspec.Meta(max_length=64)]


class OrganisationEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new name or short name, in use or not."""

    name: Named
    short_name: Short
    disabled: bool = False


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with roles in an organisation; `password` only when the account has just been made."""

    account: str
    name: str
    person: str
    disabled: bool
    roles: list[StaffRole]
    password: str = ""


class StaffList(msgspec.Struct, frozen=True):
    """Everybody with a role in an organisation itself."""

    staff: list[StaffMember]


class NewMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new account."""

    name: AccountName
    person: Named
    roles: Annotated[list[StaffRole], msgspec.Meta(min_length=1, max_length=9)]


class MemberRoles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly these roles from now on; none: no longer a member."""

    roles: Roles


async def list_organisations(call: Call) -> OrganisationList:
    """The part of the tree that is yours."""

    def look(session: Session) -> OrganisationList:
        paths = paths_of(call.memberships, Act.SEE_ORGANISATIONS)
        rows = organisations.above(session, paths) + organisations.below(session, paths)
        return OrganisationList([_view(call, row) for row in rows])

    return await call.parts.database.read(look)


async def create_organisation(call: Call, wanted: NewOrganisation) -> OrganisationView:
    """A new organisation below one of yours."""
    now = call.parts.now()

    def write(session: Session) -> OrganisationView:
        parent = session.get(Organisation, wanted.parent)
        if parent is None or parent.disabled_at is not None:
            raise ApiError("no_such_organisation")
        if not may_there(call.memberships, Act.EDIT_ORGANISATIONS, parent.path):
            raise ApiError("not_allowed")
        try:
            row = organisations.create(
                session,
                name=wanted.name,
                short_name=wanted.short_name,
                level=wanted.level,
                parent=parent,
                now=now,
            )
        except OrganisationError as error:
            raise _refusal(error) from error
        return _view(call, row)

    return await call.parts.database.write(write)


async def edit_organisation(call: Call, wanted: OrganisationEdit) -> OrganisationView:
    """Another name; in use or not."""
    now = call.parts.now()

    def write(session: Session) -> OrganisationView:
        row = session.get_one(Organisation, call.organisation.id)
        try:
            organisations.rename(session, row, wanted.name, wanted.short_name)
            if wanted.disabled != (row.disabled_at is not None):
                organisations.set_disabled(session, row, now if wanted.disabled else None)
        except OrganisationError as error:
            raise _refusal(error) from error
        return _view(call, row)

    return await call.parts.database.write(write)


async def list_staff(call: Call) -> StaffList:
    """Everybody with a role in an organisation."""
    found = await call.parts.database.read(
        lambda session: organisations.colleagues(session, call.organisation.id)
    )
    return StaffList(msgspec.convert([msgspec.to_builtins(one) for one in found], list[StaffMember]))


async def create_member(call: Call, wanted: NewMember) -> StaffMember:
    """A new account; its password is shown once."""
    now, password = call.parts.now(), staff.new_password()
    password_hash = await asyncio.to_thread(staff.hash_password, password)

    def write(session: Session) -> StaffMember:
        if session.exec(select(StaffAccount.id).where(StaffAccount.name == wanted.name)).first():
            raise ApiError("name_taken")
        row = staff.create_member(
            session,
            name=wanted.name,
            person=wanted.person,
            roles=wanted.roles,
            password_hash=password_hash,
            now=now,
            organisation=call.organisation.id,
        )
        return StaffMember(
            account=row.id,
            name=row.name,
            person=row.person,
            disabled=False,
            roles=sorted(set(wanted.roles)),
            password=password,
        )

    return await call.parts.database.write(write)


async def set_roles(call: Call, wanted: MemberRoles) -> StaffList:
    """Exactly these roles for an account in this organisation."""
    now, where, who = call.parts.now(), call.organisation.id, call.part("account")

    def write(session: Session) -> None:
        account = session.exec(select(StaffAccount).where(col(StaffAccount.id) == who)).first()
        if account is None:
            raise ApiError("nobody")
        try:
            organisations.set_roles(session, account.id, where, wanted.roles, now)
        except OrganisationError as error:
            raise _refusal(error) from error
        staff.refresh_seat(session, account)

    await call.parts.database.write(write)
    return await list_staff(call)


def _view(call: Call, row: Organisation) -> OrganisationView:
    return OrganisationView(
        id=row.id,
        name=organisation_ref(call.parts, row).name,
        short_name=row.short_name,
        level=row.level,
        parent=row.parent or "",
        disabled=row.disabled_at is not None,
        may=[act for act in Act if may_there(call.memberships, act, row.path)],
    )


def _refusal(error: OrganisationError) -> ApiError:
    return ApiError("tree_refused", _WORDS[str(error)])


assert set(Level.__args__) == set(LEVELS)  # type: ignore[attr-defined]

_ALL = "/api/organisations"
_ONE = _ALL + "/{organisation}"
ROUTES = (
    Route(
        "GET",
        _ALL,
        list_organisations,
        Auth.STAFF,
        "Your part of the tree",
        act=Act.SEE_ORGANISATIONS,
        gives=OrganisationList,
    ),
    Route(
        "POST",
        _ALL,
        create_organisation,
        Auth.STAFF,
        "A new organisation",
        act=Act.EDIT_ORGANISATIONS,
        takes=NewOrganisation,
        gives=OrganisationView,
        status=201,
        refusals=("no_such_organisation", "tree_refused"),
    ),
    Route(
        "PUT",
        _ONE,
        edit_organisation,
        Auth.STAFF,
        "Rename an organisation, or take it out of use",
        act=Act.EDIT_ORGANISATIONS,
        takes=OrganisationEdit,
        gives=OrganisationView,
        refusals=("tree_refused",),
    ),
    Route("GET", _ONE + "/staff", list_staff, Auth.STAFF, "Its staff", act=Act.SEE_STAFF, gives=StaffList),
    Route(
        "POST",
        _ONE + "/staff",
        create_member,
        Auth.STAFF,
        "A new account",
        act=Act.EDIT_STAFF,
        takes=NewMember,
        gives=StaffMember,
        status=201,
        refusals=("name_taken",),
    ),
    Route(
        "PUT",
        _ONE + "/staff/{account}",
        set_roles,
        Auth.STAFF,
        "The roles of an account",
        act=Act.EDIT_STAFF,
        takes=MemberRoles,
        gives=StaffList,
        refusals=("nobody", "tree_refused"),
    ),
)
