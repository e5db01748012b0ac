"""The forms of the minutes: complete, versioned, and an installation's own win."""

from pathlib import Path

import pytest

from room_server.law.limits import LawError
from room_server.law.minutes import FILE, MinutesForms, Template, complete, forms, style_for
from room_server.law.readouts import texts
from tests.support.desk_server import desk_server

OWN = """version = "7"
[[template]]
id = "closing"
title_zh = "结束"
title_en = "End"
basis = "D"
source = "D"
[[template.paragraph]]
text = "（散会）"
"""


def test_every_form_is_complete_and_says_where_it_is_from() -> None:
    found = complete(forms(), texts())
    for template in found.template:
        assert template.paragraph and template.version and template.basis, template.id
        assert template.title_zh and template.title_en
    assert len({one.id for one in found.template}) == len(found.template)
    for kind in ("arbitration", "mediation"):
        offered = [one.id for one in found.template if not one.kinds or kind in one.kinds]
        assert len(offered) >= 4 and "closing" in offered


def test_a_read_out_text_is_put_in_paragraph_by_paragraph_with_its_own_version() -> None:
    found = {one.id: one for one in complete(forms(), texts()).template}
    discipline = found["arbitration.discipline"]
    lines = texts()["discipline"].zh.splitlines()
    assert [one.text for one in discipline.paragraph] == lines
    assert {one.by for one in discipline.paragraph} == {"clerk"}
    assert discipline.version == texts()["discipline"].version


def test_hearings_name_speakers_by_short_forms_and_mediations_in_full() -> None:
    dialogue = style_for(forms(), "arbitration")
    assert dialogue is not None
    said = [
        dialogue.short[one] for one in ("chief_arbitrator", "clerk", "agent:applicant", "agent:respondent")
    ]
    assert said == ["首", "书", "申代", "被代"]
    assert style_for(forms(), "mediation") is None


def test_an_installation_words_its_own(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(OWN)
    found = {one.id: one for one in forms(tmp_path).template}
    assert (found["closing"].version, [one.text for one in found["closing"].paragraph]) == ("7", ["（散会）"])
    assert found["recording"] == {one.id: one for one in forms().template}["recording"]


def test_a_form_that_reads_nothing_is_named(tmp_path: Path) -> None:
    lost = Template(id="x", title_zh="x", title_en="x", basis="x", source="D", reads="nowhere")
    with pytest.raises(LawError, match="nowhere"):
        complete(MinutesForms(version="1", template=[lost]), texts())
    (tmp_path / FILE).write_text(OWN.replace("template", "tempest"))
    with pytest.raises(LawError, match=FILE):
        forms(tmp_path)


async def test_everybody_may_read_them(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        answer = (await server.anonymous().get("/api/minutes-forms")).json
    assert {one["id"] for one in answer["template"]} == {one.id for one in forms().template}
    assert answer["style"][0]["short"]["clerk"] == "书"
