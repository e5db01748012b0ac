"""`heting staff`: make accounts, give roles, renew passwords, disable; passwords are shown once."""

import argparse
import asyncio
import json
import sys
import time
from typing import Any

from sqlmodel import Session, col, select

from ..rules.permissions import StaffRole
from ..settings import Settings
from ..store import organisations, staff
from ..store.database import Database, DatabaseError
from ..store.organisation_log import CONSOLE, joined, note, roles_of
from ..store.organisation_tables import ROOT, Organisation
from ..store.tables import StaffAccount


class StaffError(Exception):
    """The account cannot be made or changed; the text says why."""


def main(settings: Settings, arguments: argparse.Namespace) -> int:
    """Do one action; the exit status."""
    try:
        found = asyncio.run(_act(settings, arguments))
    except (StaffError, DatabaseError) as error:
        print(f"heting: {error}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps({"ok": True, "accounts": found}, ensure_ascii=False))
    else:
        for account in found:
            print("  ".join(str(value) for value in account.values() if value))
    return 0


async def _act(settings: Settings, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    database = Database(settings.database)
    await database.open()
    try:
        return await database.write(lambda session: _ACTIONS[arguments.action](session, arguments))
    finally:
        await database.close()


def _list(session: Session, _: argparse.Namespace) -> list[dict[str, Any]]:
    rows = session.exec(select(StaffAccount).order_by(col(StaffAccount.name)))
    return [_shown(session, row) for row in rows]


def _add(session: Session, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    if not arguments.name or not arguments.person:
        raise StaffError("say who: heting staff add NAME --person 姓名 [--role mediator]")
    if session.exec(select(StaffAccount).where(StaffAccount.name == arguments.name)).first():
        raise StaffError(f"there is an account {arguments.name} already")
    password = staff.new_password()
    row = staff.create_member(
        session,
        name=arguments.name,
        person=arguments.person,
        roles=_roles(arguments),
        password_hash=staff.hash_password(password),
        now=int(time.time() * 1000),
        organisation=_organisation(session, arguments),
    )
    given = joined(_roles(arguments))
    _note(session, "account_created", row, _organisation(session, arguments), after=given)
    return [{**_shown(session, row), "password": password}]


def _set_roles(session: Session, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    row = _known(session, arguments)
    where = _organisation(session, arguments)
    before = roles_of(session, row.id, where)
    try:
        organisations.set_roles(session, row.id, where, _roles(arguments), int(time.time() * 1000))
    except organisations.OrganisationError as error:
        raise StaffError("the last administrator stays one: make another first") from error
    staff.refresh_seat(session, row)
    _note(session, "roles_changed", row, where, before=before, after=joined(_roles(arguments)))
    return [_shown(session, row)]


def _password(session: Session, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    row = _known(session, arguments)
    password = staff.new_password()
    staff.set_password(session, row.id, staff.hash_password(password))
    _note(session, "password_renewed", row)
    return [{**_shown(session, row), "password": password}]


def _disable(session: Session, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    row = _known(session, arguments)
    # A new password nobody knows also ends every login of the account.
    staff.set_password(session, row.id, staff.hash_password(staff.new_password()))
    row.disabled_at = int(time.time() * 1000)
    session.add(row)
    _note(session, "account_disabled", row)
    return [_shown(session, row)]


def _note(session: Session, act: str, row: StaffAccount, organisation: str = "", **body: str) -> None:
    places = organisations.places(session, [row.id]).get(row.id, [])
    # Whoever administers one of the places of an account sees what became of it.
    for place in [organisation] if organisation else [one.id for one in places]:
        at = int(time.time() * 1000)
        note(session, act, at=at, by=CONSOLE, organisation=place, account=row.id, **body)


def _known(session: Session, arguments: argparse.Namespace) -> StaffAccount:
    row = staff.find_account(session, arguments.name or "")
    if row is None:
        raise StaffError(f"there is no account {arguments.name or '(no name given)'}")
    return row


def _roles(arguments: argparse.Namespace) -> list[StaffRole]:
    return [StaffRole(role) for role in arguments.role or ["mediator"]]


def _organisation(session: Session, arguments: argparse.Namespace) -> str:
    row = session.get(Organisation, arguments.organisation or ROOT)
    if row is None:
        raise StaffError(f"there is no organisation {arguments.organisation}")
    return row.id


def _shown(session: Session, row: StaffAccount) -> dict[str, Any]:
    state = "disabled" if row.disabled_at else ""
    roles = sorted({member.role.value for member in organisations.memberships(session, row.id)})
    return {"name": row.name, "person": row.person, "role": " ".join(roles), "state": state}


_ACTIONS = {
    "list": _list,
    "add": _add,
    "roles": _set_roles,
    "password": _password,
    "disable": _disable,
}
