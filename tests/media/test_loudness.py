"""Who speaks: smoothed, calm, loudest first."""

import itertools

from media.loudness import CALM, HOLD, Loudness


def hear(loudness: Loudness, levels: dict[str, int], start: float, seconds: float) -> list[list[str]]:
    told = []
    for tick in range(round(seconds * 10)):
        now = start + tick / 10
        for person, level in levels.items():
            loudness.hear(person, level, now)
        changed = loudness.changed(now)
        if changed is not None:
            told.append(changed)
    return told


def test_who_speaks_is_told_once_and_silence_after_a_while() -> None:
    loudness = Loudness()
    assert hear(loudness, {"anna": 25, "ben": 90}, 10.0, 3) == [["anna"]]
    assert hear(loudness, {"anna": 120, "ben": 90}, 13.0, HOLD + 2) == [[]]


def test_the_loudest_comes_first() -> None:
    assert hear(Loudness(), {"anna": 40, "ben": 12}, 10.0, 2)[-1] == ["ben", "anna"]


def test_a_cough_of_silence_between_words_is_not_told() -> None:
    loudness = Loudness()
    hear(loudness, {"anna": 25}, 10.0, 2)
    assert hear(loudness, {"anna": 110}, 12.0, 0.4) == []
    assert hear(loudness, {"anna": 25}, 12.4, 1) == []


def test_changes_are_never_closer_than_the_calm() -> None:
    loudness, times = Loudness(), []
    for tick in range(400):
        now = 10 + tick / 100
        loudness.hear("anna", 20 if tick // 7 % 2 else 127, now)
        loudness.hear("ben", 20 if tick // 11 % 2 else 127, now)
        if loudness.changed(now) is not None:
            times.append(now)
    assert all(later - earlier >= CALM - 1e-9 for earlier, later in itertools.pairwise(times))


def test_who_left_no_longer_speaks() -> None:
    loudness = Loudness()
    hear(loudness, {"anna": 25}, 10.0, 1)
    loudness.keep(["ben"])
    assert loudness.changed(12.0) == []
