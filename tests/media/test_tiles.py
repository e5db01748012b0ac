"""Which layer fills a tile: never a larger one, nothing for what is not seen, no going to and fro."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.tiles import ENOUGH, SETTLE, STAYS, TOP, UNSEEN, Size, Tiles

LAYERS: list[Size] = [(240, 180), (480, 360), (960, 720)]
sizes = st.tuples(st.integers(1, 4000), st.integers(1, 4000))


def place(size: Size, pictures: list[Size] = LAYERS) -> int:
    tiles = Tiles()
    tiles.hear({"anna": size}, False)
    return tiles.place("anna", pictures, 10.0)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((104, 78), 0),
        ((240, 180), 0),
        ((263, 197), 0),
        ((265, 180), 1),
        ((240, 300), 1),
        ((480, 360), 1),
        ((600, 450), 2),
        ((3840, 2160), 2),
    ],
)
def test_the_lowest_layer_that_fills_a_tile_is_enough(size: Size, wanted: int) -> None:
    assert place(size) == wanted


@given(sizes)
def test_no_layer_is_larger_than_what_is_needed(size: Size) -> None:
    found = place(size)
    for below in LAYERS[:found]:
        assert below[0] * ENOUGH < size[0] or below[1] * ENOUGH < size[1]
    if found < len(LAYERS) - 1:
        assert LAYERS[found][0] * ENOUGH >= size[0] and LAYERS[found][1] * ENOUGH >= size[1]


def test_what_is_not_seen_gets_nothing() -> None:
    tiles = Tiles()
    tiles.hear({"anna": (0, 0), "cleo": (640, 480)}, False)
    assert tiles.place("anna", LAYERS, 10.0) == UNSEEN
    assert tiles.place("cleo", LAYERS, 10.0) == 2
    tiles.hear({"anna": (100, 80), "cleo": (640, 480)}, True)
    assert [tiles.place(who, LAYERS, 10.0) for who in ("anna", "cleo", "dora")] == [UNSEEN] * 3


def test_who_is_not_named_may_get_any_layer() -> None:
    tiles = Tiles()
    assert tiles.place("anna", LAYERS, 10.0) == TOP
    tiles.hear({"cleo": (10, 10)}, False)
    assert tiles.place("anna", LAYERS, 10.0) == TOP and tiles.area("anna") == 0
    assert tiles.area("cleo") == 100


def test_layers_of_unknown_size_are_not_judged() -> None:
    assert place((100, 80), [(0, 0), (0, 0), (0, 0)]) == TOP
    assert place((500, 300), [(240, 180), (0, 0), (0, 0)]) == TOP
    assert place((100, 80), [(240, 180), (0, 0), (0, 0)]) == 0
    assert place((100, 80), [(0, 0), (480, 360), (960, 720)]) == 1


def test_of_equally_large_layers_the_best_is_taken() -> None:
    assert place((100, 80), [(240, 180), (240, 180), (960, 720)]) == 1


def test_a_layer_that_is_sent_stays_at_the_border() -> None:
    tiles = Tiles()
    tiles.hear({"anna": (263, 197)}, False)
    assert tiles.place("anna", LAYERS, 10.0) == 0
    tiles.hear({"anna": (300, 225)}, False)
    assert tiles.place("anna", LAYERS, 10.1) == 0
    tiles.hear({"anna": (320, 240)}, False)
    assert tiles.place("anna", LAYERS, 10.2) == 1, "too small a picture is seen at once"
    tiles.hear({"anna": (263, 197)}, False)
    assert tiles.place("anna", LAYERS, 10.3) == 1
    assert tiles.place("anna", LAYERS, 10.3 + SETTLE) == 0


def test_a_tile_that_comes_back_into_sight_begins_with_what_it_needs() -> None:
    tiles = Tiles()
    for size, wanted in (((960, 720), 2), ((0, 0), UNSEEN), ((100, 80), 0)):
        tiles.hear({"anna": size}, False)
        assert tiles.place("anna", LAYERS, 10.0) == wanted


@given(st.lists(st.tuples(sizes, st.floats(0.01, 0.5)), min_size=1, max_size=80))
def test_however_a_window_is_dragged_the_layer_falls_rarely_and_always_fills(
    drags: list[tuple[Size, float]],
) -> None:
    tiles, now, fell, before = Tiles(), 10.0, [], UNSEEN
    for size, pause in drags:
        now += pause
        tiles.hear({"anna": size}, False)
        found = tiles.place("anna", LAYERS, now)
        if found < len(LAYERS) - 1:
            assert LAYERS[found][0] * STAYS >= size[0] and LAYERS[found][1] * STAYS >= size[1]
        if found < before:
            fell.append(now)
        before = found
    assert all(later - earlier >= SETTLE for earlier, later in itertools.pairwise(fell))
    settled = now + SETTLE + 0.01
    assert tiles.place("anna", LAYERS, settled) == tiles.place("anna", LAYERS, settled + SETTLE)


def test_a_tile_that_trembles_at_a_border_changes_its_layer_once_at_most() -> None:
    tiles, dice, changes, before = Tiles(), random.Random(3), 0, 0
    for step in range(600):
        wide = 264 + dice.randint(-12, 12)
        tiles.hear({"anna": (wide, wide * 3 // 4)}, False)
        found = tiles.place("anna", LAYERS, 10 + step * 0.3)
        changes, before = changes + (found != before), found
    assert changes <= 1
