"""How large one screen shows each camera, and which layer is enough for that: pure, time comes in."""

from collections.abc import Mapping, Sequence

Size = tuple[int, int]
"""Width and height in pixels of the device."""

TOP = 9
"""A layer no track has: whichever is the highest."""
UNSEEN = -1
"""Of no use in any layer: it is not on the screen."""
ENOUGH, STAYS = 1.1, 1.3
"""A layer that may be enlarged so much fills a tile, and one that is sent already stays up to the second: a
tile at the border of two layers does not go to and fro."""
SETTLE = 2.0
"""Seconds until a tile that became smaller gets a lower layer: while somebody drags a window it would only
cost key frames."""


class Tiles:
    """What one device shows. A tile is filled when its layer covers it in both directions."""

    __slots__ = ("_held", "_since", "_sizes", "hidden")

    def __init__(self) -> None:
        self.hidden = False
        """Nobody looks at the page."""
        self._sizes: dict[str, Size] = {}
        self._held: dict[str, int] = {}
        self._since: dict[str, float] = {}
        """Since when a lower layer would do."""

    def hear(self, sizes: Mapping[str, Size], hidden: bool) -> None:
        """The device tells how large it shows whose camera, 0 by 0 for one out of sight."""
        self._sizes, self.hidden = dict(sizes), hidden
        for known in (self._held, self._since):
            for who in [who for who in known if who not in sizes]:
                del known[who]

    def area(self, who: str) -> int:
        """How much of the screen a camera takes; 0 while unknown."""
        width, height = self._sizes.get(who, (0, 0))
        return width * height

    def place(self, who: str, pictures: Sequence[Size], now: float) -> int:
        """The highest layer that is of use, counted from the lowest: `UNSEEN` for none, `TOP` for any.

        `pictures`: how large each layer is, lowest first, zeros where that is unknown.
        """
        size = self._sizes.get(who)
        if self.hidden or size == (0, 0):
            self._held.pop(who, None)
            return UNSEEN
        if size is None:
            return TOP
        fills = [_filling(pictures, size, stretch) for stretch in (STAYS, ENOUGH)]
        least, wanted = fills
        if wanted == TOP and (0, 0) in pictures:
            return TOP
        wanted, held = min(wanted, len(pictures) - 1), self._held.get(who)
        if held is None or held < least:
            # Too small a picture is seen at once.
            held = wanted
        if held <= wanted:
            self._since.pop(who, None)
        elif now - self._since.setdefault(who, now) >= SETTLE:
            held = wanted
        self._held[who] = held
        return held


def _filling(pictures: Sequence[Size], size: Size, stretch: float) -> int:
    """The lowest layer that fills a tile of this size, of equally large ones the best; TOP for none."""
    for picture in pictures:
        if picture[0] * stretch >= size[0] and picture[1] * stretch >= size[1]:
            return len(pictures) - 1 - list(reversed(pictures)).index(picture)
    return TOP
