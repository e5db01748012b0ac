"""The tree of organisations."""

import logging
from typing import Annotated, Literal

import msgspec
from sqlmodel import Session

from ..rules.permissions import LEVELS, Act, may_there, paths_of
from ..store import organisation_log, organisations
from ..store.organisation_tables import Organisation
from ..store.organisations import OrganisationError
from .case_views import organisation_ref
from .hearings import PLAIN
from .refusals import ApiError
from .routes import Auth, Call, Route

logger = logging.getLogger(__name__)

Level = Literal["province_city", "district", "street", "enterprise"]
Named = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=PLAIN)]
Short = Annotated[
    str, msgspec.Meta(max_length=20, pattern=r"^[^{}\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]*$")
]

_WORDS = {
    "level": ("下级机构的层级须低于上级", "an organisation must be of a lower level than the one above"),
    "short_name": ("简称已被其他机构使用", "another organisation has this short name"),
    "root": (
        "最上级机构不能停用，也不能移动",
        "the organisation at the top is neither closed nor moved",
    ),
    "inside": ("不能移到自己或者自己的下级之下", "an organisation does not go below itself"),
    "not_empty": ("下面还有在用的机构", "there are organisations in use below it"),
    "last_admin": ("至少保留一名管理员", "the last administrator stays one"),
    "self": ("不能停用自己的账号", "nobody disables their own account"),
    "elsewhere": (
        "该账号在您管辖之外的机构任职，只能调整其在本机构的角色",
        "the account has roles where you do not administer staff: change only its roles here",
    ),
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


class OrganisationMove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an organisation goes, with all below it."""

    parent: Annotated[str, msgspec.Meta(max_length=64)]


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
            raise refusal(error) from error
        _note(session, call, "organisation_created", row.id, after=row.name)
        return _view(call, row)

    return await call.parts.database.write(write)


async def edit_organisation(call: Call, wanted: OrganisationEdit) -> OrganisationView:
    """Another name; in use or not."""
    now = call.parts.now()

    def write(session: Session) -> OrganisationView:
        row = session.get_one(Organisation, call.organisation.id)
        before, was_disabled = _called(row), row.disabled_at is not None
        try:
            organisations.rename(session, row, wanted.name, wanted.short_name)
            if wanted.disabled != (row.disabled_at is not None):
                organisations.set_disabled(session, row, now if wanted.disabled else None)
        except OrganisationError as error:
            raise refusal(error) from error
        if _called(row) != before:
            _note(session, call, "organisation_renamed", row.id, before=before, after=_called(row))
        if wanted.disabled != was_disabled:
            _note(session, call, f"organisation_{'disabled' if wanted.disabled else 'enabled'}", row.id)
        return _view(call, row)

    return await call.parts.database.write(write)


async def move_organisation(call: Call, wanted: OrganisationMove) -> OrganisationView:
    """Below another one, where you may change organisations too."""
    moved = call.organisation.id

    def write(session: Session) -> OrganisationView:
        row, parent = session.get_one(Organisation, moved), session.get(Organisation, wanted.parent)
        if parent is None or parent.disabled_at is not None:
            raise ApiError("no_such_organisation")
        if not may_there(call.memberships, Act.EDIT_ORGANISATIONS, parent.path):
            raise ApiError("not_allowed")
        former = session.get(Organisation, row.parent) if row.parent else None
        try:
            organisations.move(session, row, parent)
        except OrganisationError as error:
            raise refusal(error) from error
        if former is not None and former.id != parent.id:
            names = {"before": organisation_ref(call.parts, former).name}
            names |= {"after": organisation_ref(call.parts, parent).name, "subject": row.name}
            # Whoever administers the former one sees no longer what is below the new one.
            for place in (row.id, former.id):
                _note(session, call, "organisation_moved", place, **names)
        return _view(call, row)

    view = await call.parts.database.write(write)
    logger.info("staff %s moved %s below %s", call.account.id, moved, wanted.parent)
    return view


def _note(session: Session, call: Call, act: str, organisation: str, **body: str) -> None:
    now, by = call.parts.now(), call.account.id
    organisation_log.note(session, act, at=now, by=by, organisation=organisation, **body)


def _called(row: Organisation) -> str:
    return f"{row.name}（{row.short_name}）" if row.short_name else row.name


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


def refusal(error: OrganisationError) -> ApiError:
    """Why the tree or a membership stays as it is, for people."""
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
    Route(
        "PUT",
        _ONE + "/parent",
        move_organisation,
        Auth.STAFF,
        "Move an organisation, with all below it",
        act=Act.EDIT_ORGANISATIONS,
        takes=OrganisationMove,
        gives=OrganisationView,
        refusals=("no_such_organisation", "tree_refused"),
    ),
)
