"""`heting models` as an operator runs it: a cut line, a killed process, a flipped byte."""

from pathlib import Path

from tests.support.fetching import Answer, demonstrate


def test_a_fetch_survives_cut_and_kill_and_a_flipped_byte_is_refused(tmp_path: Path) -> None:
    seen = demonstrate(tmp_path)
    third, left = seen["bytes"] // 3, seen["left"]
    assert third < left < seen["bytes"]
    assert seen["halfway"] == "absent"
    # Cut at a third and taken up near there; killed, and taken up where the kill left it.
    first, again, last = (int(wish.strip("bytes=-") or 0) for wish in seen["asked"])
    assert (first, last) == (0, left)
    assert 0 < again <= third
    answers: dict[str, Answer] = {k: v for k, v in seen.items() if isinstance(v, Answer)}
    assert {k: (a.status, a.json["ok"]) for k, a in answers.items()} == {
        "fetched": (0, True),
        "verified": (0, True),
        "damaged": (1, False),
        "refused": (1, False),
        "imported": (0, True),
    }
    assert "100 %" in answers["fetched"].told
    assert answers["damaged"].json["models"][0]["state"] == "bad-hash"
    assert "SHA-256 is wrong" in answers["refused"].json["error"]
    assert seen["kept"] == ["catalogue.json"]
