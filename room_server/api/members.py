"""The staff of an organisation: accounts, roles, and taking an account out of use."""

import asyncio
import logging
from typing import Annotated

import msgspec
from sqlmodel import Session, select

from ..rules.permissions import Act, StaffRole, may_there
from ..store import organisation_log, organisations, staff
from ..store.organisation_tables import Organisation
from ..store.organisations import OrganisationError
from ..store.tables import StaffAccount
from .case_shapes import OrganisationRef
from .case_views import organisation_ref
from .hearings import PLAIN
from .organisations import Named, refusal
from .refusals import ApiError
from .routes import Auth, Call, Route

logger = logging.getLogger(__name__)

AccountName = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=PLAIN)]
Roles = Annotated[list[StaffRole], msgspec.Meta(max_length=9)]
SomeRoles = Annotated[list[StaffRole], msgspec.Meta(min_length=1, max_length=9)]


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with roles in an organisation; `password` only when it has just been made.

    `elsewhere`: other organisations in which they have roles, as far as you see staff there.
    `yours`: you administer staff wherever they have roles, so you may disable the account.
    """

    account: str
    name: str
    person: str
    disabled: bool
    roles: list[StaffRole]
    elsewhere: list[OrganisationRef] = []
    yours: bool = False
    password: str = ""


class StaffList(msgspec.Struct, frozen=True):
    """Everybody with a role in an organisation itself."""

    staff: list[StaffMember]


class NewMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new account."""

    name: AccountName
    person: Named
    roles: SomeRoles


class KnownMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account of any organisation, by the name it signs in with."""

    name: AccountName
    roles: SomeRoles


class MemberRoles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly these roles from now on; none: no longer a member."""

    roles: Roles


class AccountUse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether an account may sign in."""

    disabled: bool


async def list_staff(call: Call) -> StaffList:
    """Everybody with a role in an organisation."""
    return await call.parts.database.read(lambda session: _list(session, call))


async def create_member(call: Call, wanted: NewMember) -> StaffMember:
    """A new account; its password is shown once."""
    now, password = call.parts.now(), staff.new_password()
    password_hash = await asyncio.to_thread(staff.hash_password, password)

    def write(session: Session) -> StaffMember:
        if _by_name(session, wanted.name) is not None:
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
        _note(session, call, "account_created", row.id, after=organisation_log.joined(wanted.roles))
        return msgspec.structs.replace(_member(session, call, row.id), password=password)

    return await call.parts.database.write(write)


async def add_known(call: Call, wanted: KnownMember) -> StaffList:
    """Give somebody who has an account roles here as well."""
    now = call.parts.now()

    def write(session: Session) -> StaffList:
        row = _by_name(session, wanted.name)
        if row is None or row.disabled_at is not None:
            raise ApiError("no_such_account")
        had = {one.account: one.roles for one in organisations.colleagues(session, call.organisation.id)}
        _assign(session, call, row, [*had.get(row.id, []), *wanted.roles], now)
        return _list(session, call)

    return await call.parts.database.write(write)


async def set_roles(call: Call, wanted: MemberRoles) -> StaffList:
    """Exactly these roles for an account in this organisation."""
    now, who = call.parts.now(), call.part("account")

    def write(session: Session) -> StaffList:
        row = session.get(StaffAccount, who)
        if row is None:
            raise ApiError("no_such_account")
        _assign(session, call, row, wanted.roles, now)
        return _list(session, call)

    return await call.parts.database.write(write)


async def use_account(call: Call, wanted: AccountUse) -> StaffList:
    """Take an account out of use: its logins end, and the seats taken with them; or into use again."""
    now = call.parts.now()

    def write(session: Session) -> list[str]:
        row = _administered(session, call)
        try:
            if wanted.disabled and row.id == call.account.id:
                raise OrganisationError("self")
            if wanted.disabled and organisations.only_admin(session, row.id):
                raise OrganisationError("last_admin")
        except OrganisationError as error:
            raise refusal(error) from error
        if wanted.disabled != (row.disabled_at is not None):
            _note(session, call, f"account_{'disabled' if wanted.disabled else 'enabled'}", row.id)
        return staff.set_disabled(session, row, now if wanted.disabled else None)

    await _leave(call, await call.parts.database.write(write))
    logger.info("staff %s set %s disabled=%s", call.account.id, call.part("account"), wanted.disabled)
    return await list_staff(call)


async def renew_password(call: Call) -> StaffMember:
    """A new password, shown once; every login with the old one ends."""
    password = staff.new_password()
    password_hash = await asyncio.to_thread(staff.hash_password, password)

    def write(session: Session) -> tuple[list[str], StaffMember]:
        row = _administered(session, call)
        ended = staff.set_password(session, row.id, password_hash)
        _note(session, call, "password_renewed", row.id)
        return ended, _member(session, call, row.id)

    ended, member = await call.parts.database.write(write)
    await _leave(call, ended)
    logger.info("staff %s gave %s a new password", call.account.id, member.account)
    return msgspec.structs.replace(member, password=password)


async def _leave(call: Call, logins: list[str]) -> None:
    for login in logins:
        for hearing, participant in await call.parts.tickets.end_login(login):
            await call.parts.live.shut_out(hearing, participant)


def _by_name(session: Session, name: str) -> StaffAccount | None:
    return session.exec(select(StaffAccount).where(StaffAccount.name == name)).first()


def _note(session: Session, call: Call, act: str, account: str, **body: str) -> None:
    place, now, by = call.organisation.id, call.parts.now(), call.account.id
    organisation_log.note(session, act, at=now, by=by, organisation=place, account=account, **body)


def _assign(session: Session, call: Call, row: StaffAccount, roles: list[StaffRole], now: int) -> None:
    before = organisation_log.roles_of(session, row.id, call.organisation.id)
    try:
        organisations.set_roles(session, row.id, call.organisation.id, roles, now)
    except OrganisationError as error:
        raise refusal(error) from error
    staff.refresh_seat(session, row)
    if (after := organisation_log.joined(roles)) != before:
        _note(session, call, "roles_changed", row.id, before=before, after=after)
    session.flush()


def _administered(session: Session, call: Call) -> StaffAccount:
    """The account of the address, if it is one of this organisation and the caller's to administer."""
    member = _member(session, call, call.part("account"))
    if not member.yours:
        raise refusal(OrganisationError("elsewhere"))
    return session.get_one(StaffAccount, member.account)


def _member(session: Session, call: Call, account: str) -> StaffMember:
    for member in _list(session, call).staff:
        if member.account == account:
            return member
    raise ApiError("no_such_account")


def _list(session: Session, call: Call) -> StaffList:
    rows = organisations.colleagues(session, call.organisation.id)
    places = organisations.places(session, [row.account for row in rows])

    def seen(place: Organisation) -> bool:
        return place.id != call.organisation.id and may_there(call.memberships, Act.SEE_STAFF, place.path)

    def administered(account: str) -> bool:
        return all(may_there(call.memberships, Act.EDIT_STAFF, place.path) for place in places[account])

    return StaffList(
        [
            StaffMember(
                account=row.account,
                name=row.name,
                person=row.person,
                disabled=row.disabled,
                roles=row.roles,
                elsewhere=[organisation_ref(call.parts, one) for one in places[row.account] if seen(one)],
                yours=administered(row.account),
            )
            for row in rows
        ]
    )


_ALL = "/api/organisations/{organisation}/staff"
_ONE = _ALL + "/{account}"
ROUTES = (
    Route("GET", _ALL, list_staff, Auth.STAFF, "Its staff", act=Act.SEE_STAFF, gives=StaffList),
    Route(
        "POST",
        _ALL,
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
        "POST",
        _ALL + "/known",
        add_known,
        Auth.STAFF,
        "Roles here for an account of another organisation",
        act=Act.EDIT_STAFF,
        takes=KnownMember,
        gives=StaffList,
        refusals=("no_such_account",),
    ),
    Route(
        "PUT",
        _ONE,
        set_roles,
        Auth.STAFF,
        "The roles of an account",
        act=Act.EDIT_STAFF,
        takes=MemberRoles,
        gives=StaffList,
        refusals=("no_such_account", "tree_refused"),
    ),
    Route(
        "PUT",
        _ONE + "/use",
        use_account,
        Auth.STAFF,
        "Take an account out of use, or into use again",
        act=Act.EDIT_STAFF,
        takes=AccountUse,
        gives=StaffList,
        refusals=("no_such_account", "tree_refused"),
    ),
    Route(
        "POST",
        _ONE + "/password",
        renew_password,
        Auth.STAFF,
        "A new password, shown once; its logins end",
        act=Act.EDIT_STAFF,
        gives=StaffMember,
        refusals=("no_such_account", "tree_refused"),
    ),
)
