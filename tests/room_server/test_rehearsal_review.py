"""The figures of a review in a rehearsal: what was done beside what the log says, and the paper's place."""

from typing import Any

import pytest

from room_server.rehearsal.measure.review import faults, figures
from room_server.rehearsal.reviewing import Review

DRAWN = {"version": 2, "number": "", "majority": ["甲"], "sha256": "c" * 64, "text": "x"}
PAPERS = {"c" * 64: "data/副卷/会审意见书.pdf"}
LOG = [
    ("material_opened", ""),
    ("read", "page 1"),
    ("read", "conclusion 1"),
    ("refused", ""),
    ("concluded", ""),
]


def review(**changes: Any) -> Review:
    log = [{"act": act, "what": what} for act, what in (*LOG, *[("opinion_given", "")] * 2)]
    done = {"choose": 1, "look": 1, "pry": 1, "opine": 2, "conclude": 1}
    return Review(**{"done": done, "log": log, "shown": {"conclusions": [DRAWN]}} | changes)


def test_a_whole_review_tells_its_figures() -> None:
    told = figures(review(), PAPERS)
    assert [told[name] for name in ("materials", "looks", "refused", "opinions")] == [1, 1, 1, 2]
    assert told["conclusion"] == {
        "version": 2,
        "number": "",
        "majority": ["甲"],
        "sha256": "c" * 64,
        "file": "data/副卷/会审意见书.pdf",
    }
    assert faults(review(), told) == []


@pytest.mark.parametrize(
    ("changes", "papers", "fault"),
    [
        (
            {"done": {"look": 2, "choose": 1, "pry": 1, "opine": 2}},
            PAPERS,
            "looks: 1 in the log, 2 were done",
        ),
        ({"wrong": ["second saw 1 opinions before giving one"]}, PAPERS, "second saw 1 opinions"),
        ({"shown": {}}, PAPERS, "no conclusion was drawn"),
        ({}, {}, "not in the case file"),
        ({}, {"c" * 64: "data/笔录/会审意见书.pdf"}, "not in the secondary file: data/笔录/"),
    ],
)
def test_each_thing_that_is_off_is_named(changes: dict[str, Any], papers: dict[str, str], fault: str) -> None:
    found = review(**changes)
    (said,) = faults(found, figures(found, papers))
    assert fault in said


def test_a_review_that_was_never_held_has_no_conclusion() -> None:
    assert figures(Review(), {})["conclusion"] is None
