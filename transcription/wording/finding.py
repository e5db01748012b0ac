"""Finding a text in lines of minutes: full and half width, capitals and spaces make no difference (pure)."""

import unicodedata


class Needle:
    """What is looked for."""

    def __init__(self, text: str) -> None:
        self._text = "".join(_plain(char) for char in text)

    @property
    def size(self) -> int:
        """How many characters count."""
        return len(self._text)

    def may_be_in(self, raw: str) -> bool:
        """Whether a text in which others are quoted as JSON can hold a line that says this: cheap."""
        if any(char in self._text for char in '"\\'):
            return True
        return self._text in "".join(unicodedata.normalize("NFKC", raw).casefold().split())

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where the text says it: `(at, length)` in its own characters, one after the other."""
        plain: list[str] = []
        origin: list[int] = []
        for at, char in enumerate(text):
            for one in _plain(char):
                plain.append(one)
                origin.append(at)
        whole, found = "".join(plain), list[tuple[int, int]]()
        at = whole.find(self._text) if self._text else -1
        while at >= 0:
            last = origin[at + self.size - 1]
            found.append((origin[at], last - origin[at] + 1))
            at = whole.find(self._text, at + self.size)
        return found


def _plain(char: str) -> str:
    return "".join(unicodedata.normalize("NFKC", char).casefold().split())
