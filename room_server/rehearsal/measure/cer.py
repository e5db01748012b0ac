"""How well the minutes match the script: character errors and lines found beside the right speaker. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Lines = Mapping[str, Sequence[str]]
"""Speaker → what they said, in order."""


@dataclass(frozen=True, slots=True)
class Score:
    """`attributed`: script lines found, more right than wrong, beside the person who spoke them."""

    expected: int
    utterances: int
    attributed: int
    edits: int
    characters: int

    @property
    def cer(self) -> float:
        """Character error rate over the whole hearing."""
        return self.edits / self.characters if self.characters else float(self.edits > 0)


def score(spoken: Lines, heard: Lines) -> Score:
    """Compare what the script had people say with what the minutes say they said."""
    edits = characters = attributed = 0
    for speaker in spoken.keys() | heard.keys():
        said = [bare(text) for text in spoken.get(speaker, ())]
        got = [bare(text) for text in heard.get(speaker, ())]
        edits += distance("".join(said), "".join(got))
        characters += sum(map(len, said))
        attributed += sum(
            1 for wrong, line in zip(align(said, got), said, strict=True) if wrong * 2 < len(line)
        )
    return Score(
        expected=sum(map(len, spoken.values())),
        utterances=sum(map(len, heard.values())),
        attributed=attributed,
        edits=edits,
        characters=characters,
    )


def misplaced(spoken: Lines, heard: Lines) -> int:
    """Lines of the minutes beside somebody else than who said them; each sentence said is found once."""
    unheard: list[tuple[str, str]] = []
    strange: list[tuple[str, str]] = []
    for speaker in spoken.keys() | heard.keys():
        said = [bare(text) for text in spoken.get(speaker, ())]
        for line in filter(None, map(bare, heard.get(speaker, ()))):
            own = next((one for one in said if _near(one, line)), None)
            if own is None:
                strange.append((speaker, line))
            else:
                said.remove(own)
        unheard += [(speaker, one) for one in said]
    wrong = 0
    for speaker, line in strange:
        theirs = next((one for one in unheard if one[0] != speaker and _near(one[1], line)), None)
        if theirs is not None:
            unheard.remove(theirs)
            wrong += 1
    return wrong


def _near(said: str, line: str) -> bool:
    return distance(said, line) * 2 < len(said)


def bare(text: str) -> str:
    """Letters and digits only: punctuation is the recogniser's taste."""
    return "".join(sign for sign in text.lower() if sign.isalnum())


def distance(one: str, other: str) -> int:
    """Fewest insertions, deletions and replacements that turn one text into the other."""
    row = list(range(len(other) + 1))
    for number, sign in enumerate(one, 1):
        above, row = row, [number]
        for column, its in enumerate(other):
            row.append(min(row[column] + 1, above[column + 1] + 1, above[column] + (sign != its)))
    return row[-1]


def align(said: Sequence[str], got: Sequence[str]) -> list[int]:
    """Per line said: the errors of the line got that stands for it in the best order-keeping match.

    A line with no counterpart has as many errors as characters.
    """
    costs = [[0] * (len(got) + 1) for _ in range(len(said) + 1)]
    for i in range(len(said) + 1):
        for j in range(len(got) + 1):
            costs[i][j] = min((cost for cost, _ in _moves(costs, said, got, i, j)), default=0)
    errors = [len(line) for line in said]
    i, j = len(said), len(got)
    while i or j:
        step = min(_moves(costs, said, got, i, j))[1]
        if step == (1, 1):
            errors[i - 1] = distance(said[i - 1], got[j - 1])
        i, j = i - step[0], j - step[1]
    return errors


def _moves(
    costs: list[list[int]], said: Sequence[str], got: Sequence[str], i: int, j: int
) -> list[tuple[int, tuple[int, int]]]:
    moves = []
    if i and j:
        moves.append((costs[i - 1][j - 1] + distance(said[i - 1], got[j - 1]), (1, 1)))
    if i:
        moves.append((costs[i - 1][j] + len(said[i - 1]), (1, 0)))
    if j:
        moves.append((costs[i][j - 1] + len(got[j - 1]), (0, 1)))
    return moves
