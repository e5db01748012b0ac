"""An allocator that does as it is told."""

from typing import Any

from media.allocator import Allocator


class Granting(Allocator):
    """Allows so many videos, or steps of them, whatever the line bears."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = self.limit = count

    def decide(self, *_: Any) -> int:
        """The number it was made with."""
        return self.count
