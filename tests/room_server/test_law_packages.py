"""Packages as data: every kind is there with its basis, and a table that cannot work is refused."""

from pathlib import Path

import pytest

from room_server.law.limits import LawError
from room_server.law.packages import FIELDS, KINDS, PARTIES, package_law
from room_server.rules.route import CONDITIONS

ROW = '{ label = "同意情况", text = "{consent}" }'


def own(folder: Path, needs: str = "", row: str = ROW) -> Path:
    text = (
        'version = "x"\n[[package]]\nid = "arbitration"\nversion = "x"\n'
        f'needs = [{needs}]\nsigned = false\nbasis = "b"\nsource = "D"\n'
        f'title = {{ zh = "甲", en = "a" }}\nrows = [{row}]\n'
    )
    (folder / "packages.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_kind_is_there_with_its_basis_and_its_source() -> None:
    found = package_law()
    assert list(found) == list(KINDS)
    for one in found.values():
        assert "第" in one.basis and one.source in "LPMD" and one.title.zh and one.title.en
        assert {row.label for row in one.rows} >= {"案号", PARTIES, "所附材料", "同意情况"}
        assert "both_sides" in one.needs and CONDITIONS.keys() >= set(one.needs)
    assert [one.signed for one in found.values()] == [False, True, True]


def test_rows_are_filled_and_left_out_where_nothing_is_known() -> None:
    fields: dict[str, str | int] = {**dict.fromkeys(FIELDS, ""), "consent": "{title}", "agreed_on": "9月1日"}
    rows = package_law()["arb_review"].written([("申请人", "张")], fields)
    assert rows[0] == ("申请人", "张") and ("同意情况", "{title}") in rows
    labels = [label for label, _ in rows]
    assert "申请期限" not in labels and "案由" not in labels and "协议" in labels and "承诺" in labels


def test_an_installation_replaces_one_kind_and_keeps_the_others(tmp_path: Path) -> None:
    found = package_law(own(tmp_path))
    assert found["arbitration"].title.zh == "甲" and len(found["arbitration"].rows) == 1
    assert found["arb_review"] == package_law()["arb_review"]


@pytest.mark.parametrize(
    ("needs", "row", "said"),
    [
        ('"sunshine"', ROW, "unknown conditions: sunshine"),
        ("", '{ label = "x", text = "{password}" }', "unknown fields: password"),
        ("", '{ label = "x", text = "{" }', "cannot be filled"),
        ("", '{ label = "" }', "cannot read"),
        ("", "", "cannot read"),
    ],
)
def test_a_table_that_cannot_work_is_refused(tmp_path: Path, needs: str, row: str, said: str) -> None:
    with pytest.raises(LawError, match=said):
        package_law(own(tmp_path, needs, row))
