"""The whole procedures with everybody in them: every stage, nothing that goes where it must not."""

from typing import Any

import pytest

from tests.support.rehearsed import rehearse

pytestmark = [pytest.mark.journey, pytest.mark.untimed]

COURSE = {
    "mediation": [
        *("M4_OPENING", "M5_STATEMENTS", "MX_TECH", "M5_STATEMENTS", "M6_ISSUES", "M7_NEGOTIATE"),
        *("M7C_CAUCUS", "M7_NEGOTIATE", "M12_ADJOURNED", "M14_CLOSED"),
        *("M4_OPENING", "M7_NEGOTIATE", "M8_DRAFT", "M9_READBACK", "M10_SIGN"),
        *("M8_DRAFT", "M9_READBACK", "M10_SIGN", "M11_AGREED", "M14_CLOSED"),
    ],
    "arbitration": [
        *("A2_CHECK_IN", "A3_OPEN", "A4_CLAIM", "A5_DEFENCE", "A6_THIRD", "A7_ISSUES"),
        *(
            "A8_EVIDENCE",
            "A8W_WITNESS",
            "A8_EVIDENCE",
            "A13_ADJOURN",
            "A16_MINUTES",
            "A17_SIGN",
            "A18_CLOSED",
        ),
        *("A2_CHECK_IN", "A8_EVIDENCE", "A9_INQUIRY", "AX_TECH", "A9_INQUIRY", "A3R_RECUSAL"),
        *("A9_INQUIRY", "A10_DEBATE", "A11_FINAL", "A12_MEDIATION", "A12C_CAUCUS", "A12_MEDIATION"),
        *("A14_DELIBERATE", "A15_ANNOUNCE", "A16_MINUTES", "A17_SIGN", "A18_CLOSED"),
    ],
    "panel": [
        *("P2_OPEN", "P3_REPORT", "P4_MATERIALS", "P5_QUESTIONS", "PX_TECH", "P5_QUESTIONS"),
        *("P6_DISCUSSION", "P7_OPINIONS", "P8_CONCLUSION", "P9_SIGN", "P10_CLOSED"),
    ],
}
APART = {
    "mediation": ("caucus", "isolation"),
    "arbitration": ("caucus", "isolation", "deliberation"),
    "panel": ("deliberation",),
}

WAYS = ("caucus", "isolation", "deliberation")


def apart(report: dict[str, Any]) -> dict[str, int]:
    """Packets sent by anybody while somebody was kept apart, by how, over all sittings."""
    parts = report.get("hearings", [report])
    return {name: sum(part["apart"][name]["packets"] for part in parts) for name in WAYS}


@pytest.mark.parametrize("script", sorted(COURSE))
def test_a_whole_procedure(script: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    report, _ = rehearse(tmp_path_factory.mktemp(script), "--script", script)
    assert [row["stage"] for row in report["stages"]] == COURSE[script]
    assert report["leaks"] == 0
    meanwhile = apart(report)
    assert all(meanwhile[name] > 100 for name in APART[script]), meanwhile
    assert report["verify"] == "intact"
    if script == "panel":
        done = {name: report["review"][name] for name in ("materials", "looks", "refused", "opinions")}
        assert done == {"materials": 1, "looks": 1, "refused": 1, "opinions": 2}
        assert report["review"]["conclusion"]["file"].startswith("data/副卷/")
    # How well it was written down is judged with the script of three people.
    assert [error for error in report["errors"] if "minutes:" not in error] == []
