"""The texts that are read out: complete, versioned, and an installation's own win."""

from pathlib import Path

import pytest

from room_server.law.limits import LawError
from room_server.law.readouts import texts
from room_server.rules.procedures import PROCEDURES
from tests.support.desk_server import desk_server


def test_every_text_and_prompt_of_a_stage_is_there_in_both_languages() -> None:
    known = texts()
    for table in PROCEDURES.values():
        for stage in table.stages:
            for identifier in (*stage.texts, *([stage.prompt] if stage.prompt else [])):
                text = known[identifier]
                assert text.zh and text.en and text.version and text.basis, identifier
            assert stage.prompt or stage.code == table.end, stage.code
    named = {
        one for table in PROCEDURES.values() for stage in table.stages for one in (*stage.texts, stage.prompt)
    }
    assert set(known) - named == {"leaving_warning", "minutes_statement", "on_site", "panel_advisory"}, (
        "nothing leads to it"
    )


def test_an_installation_words_its_own(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'version = "7"\n[[text]]\nid = "discipline"\nbasis = "D"\nsource = "D"\nzh = "请安静"\nen = "Quiet"\n'
    )
    found = texts(tmp_path)
    assert (found["discipline"].zh, found["discipline"].version) == ("请安静", "7")
    assert found["recording"] == texts()["recording"]


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text('version = "1"\n[[text]]\nid = "x"\n')
    with pytest.raises(LawError, match="wrong"):
        texts(tmp_path)


async def test_everybody_may_read_them(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        answer = (await server.anonymous().get("/api/texts")).json
    assert {text["id"] for text in answer["texts"]} == set(texts())
