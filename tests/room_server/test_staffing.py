"""Accounts from the command line: the password is shown once, works, and stops working."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from room_server.__main__ import STAFF_ROLES
from room_server.commands.staffing import main
from room_server.rules.permissions import StaffRole
from room_server.settings import Settings
from room_server.store import staff
from room_server.store.database import Database


def act(folder: Path, capsys: pytest.CaptureFixture[str], action: str, name: str = "", **more: Any) -> Any:
    """Run one action; its accounts, or the error."""
    given = {
        "action": action,
        "name": name,
        "person": None,
        "role": None,
        "organisation": None,
        "json": True,
        **more,
    }
    code = main(Settings(data=folder), argparse.Namespace(**given))
    said = capsys.readouterr()
    return json.loads(said.out)["accounts"] if code == 0 else said.err


async def signs_in(folder: Path, name: str, password: str) -> bool:
    """Whether a password opens an account."""
    database = Database(Settings(data=folder).database)
    await database.open()
    row = await database.read(lambda session: staff.find_account(session, name))
    await database.close()
    return staff.password_matches(row.password_hash if row else None, password)


def test_the_life_of_an_account(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = act(tmp_path, capsys, "add", "zhou", person="周敏")[0]
    assert asyncio.run(signs_in(tmp_path, "zhou", made["password"]))
    renewed = act(tmp_path, capsys, "password", "zhou")[0]["password"]
    assert not asyncio.run(signs_in(tmp_path, "zhou", made["password"]))
    assert asyncio.run(signs_in(tmp_path, "zhou", renewed))
    assert act(tmp_path, capsys, "disable", "zhou")[0]["state"] == "disabled"
    assert not asyncio.run(signs_in(tmp_path, "zhou", renewed))
    assert [account["name"] for account in act(tmp_path, capsys, "list")] == ["zhou"]


def test_roles_are_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert act(tmp_path, capsys, "add", "zhou", person="周敏")[0]["role"] == "mediator"
    changed = act(tmp_path, capsys, "roles", "zhou", role=["clerk", "admin"])
    assert changed[0]["role"] == "admin clerk"
    assert "the last administrator" in act(tmp_path, capsys, "roles", "zhou", role=["clerk"])
    assert "no organisation o_x" in act(tmp_path, capsys, "roles", "zhou", organisation="o_x")


def test_the_command_line_knows_every_role() -> None:
    assert sorted(STAFF_ROLES) == sorted(role.value for role in StaffRole)


def test_mistakes_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "heting staff add NAME" in act(tmp_path, capsys, "add", "zhou")
    act(tmp_path, capsys, "add", "zhou", person="周敏")
    assert "there is an account zhou already" in act(tmp_path, capsys, "add", "zhou", person="周敏")
    assert "there is no account li" in act(tmp_path, capsys, "password", "li")
