"""A recording written down as fast as the machine allows: full windows, several of them at the same time."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, runtime_checkable

from .packing import LONGEST_S, Window, packed, unpacked
from .scribe import Recogniser, Recognition
from .segmenter import Segment

_AHEAD = 2
"""Windows that wait for each hand: what reads the recording shall not hold anybody up."""


@runtime_checkable
class ManyHanded(Protocol):
    """A recogniser that may be called from `hands` threads at once; `packs`: utterances share windows."""

    hands: int

    @property
    def packs(self) -> bool:
        """Whether words can be told apart again by their times."""


def written(
    recogniser: Recogniser, segments: Iterable[Segment], language: str, hot_words: Sequence[str]
) -> Iterator[tuple[Segment, Recognition]]:
    """Each segment of one track with what was recognised, in order; raises what the recogniser raises."""
    hands, packs = (recogniser.hands, recogniser.packs) if isinstance(recogniser, ManyHanded) else (1, False)
    windows = packed(segments, LONGEST_S if packs else 0.0)

    def write(window: Window) -> list[tuple[Segment, Recognition]]:
        found = unpacked(window, recogniser.recognise(window.audio, language, hot_words))
        return [
            (segment, one or recogniser.recognise(segment.audio, language, hot_words))
            for segment, one in zip(window.segments, found, strict=True)
        ]

    if hands == 1:
        for window in windows:
            yield from write(window)
        return
    with ThreadPoolExecutor(hands) as pool:
        going: deque[Future[list[tuple[Segment, Recognition]]]] = deque()
        for window in windows:
            going.append(pool.submit(write, window))
            if len(going) >= hands * _AHEAD:
                yield from going.popleft().result()
        while going:
            yield from going.popleft().result()
