"""An installation's own law: a file that cannot be used is named before anybody relies on it."""

from pathlib import Path

import pytest

from room_server.commands import doctor
from room_server.law.own import faults
from room_server.settings import Settings
from tests.support.desk_server import desk_server


def test_what_is_shipped_can_be_used_and_an_empty_folder_adds_nothing(tmp_path: Path) -> None:
    assert faults(tmp_path / "nowhere") == []
    assert faults(tmp_path) == []


@pytest.mark.parametrize("name", ["terms.toml", "minutes.toml", "packages.toml", "texts/own.toml"])
def test_a_broken_file_is_named_once_and_has_a_cure(tmp_path: Path, name: str) -> None:
    file = tmp_path / "law" / name
    file.parent.mkdir(parents=True)
    file.write_text('version = "1"\n[[unknown', encoding="utf-8")
    (fault,) = faults(tmp_path / "law")
    assert file.name in fault
    (finding,) = doctor._law(Settings(data=tmp_path))
    assert (finding.state, finding.detail) == ("broken", fault)
    assert "correct the file" in finding.cure


async def test_a_file_broken_while_the_server_runs_is_said_plainly(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        law = server.settings.law
        law.mkdir(exist_ok=True)
        (law / "minutes.toml").write_text("[[", encoding="utf-8")
        answer = await server.anonymous().get("/api/minutes-forms")
    assert (answer.status, answer.word) == (500, "law_unreadable")
