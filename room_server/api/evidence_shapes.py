"""The shapes in which evidence goes in and out."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

PLAIN = r"^[^\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]*$"
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=PLAIN)]
Purpose = Annotated[str, msgspec.Meta(max_length=500)]
Giver = Annotated[str, msgspec.Meta(max_length=100, pattern=PLAIN)]
Id = Annotated[str, msgspec.Meta(max_length=64)]
FileName = Annotated[str, msgspec.Meta(max_length=200, pattern=PLAIN)]


class NewItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file to come; `exhibit`: the material that the case lists, which it is.

    Of staff only: `side`, for whom they bring it (`tribunal`: themselves); `received_from`, who handed it in.
    """

    title: Title
    bytes: Annotated[int, msgspec.Meta(ge=1, le=1 << 40)]
    purpose: Purpose = ""
    file: FileName = ""
    side: Literal["", "applicant", "respondent", "third_party", "tribunal"] = ""
    exhibit: Id = ""
    received_from: Giver = ""


class EvidenceDescription(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an item is called and shall prove (证明目的); without `exhibit` that stays as it is."""

    title: Title
    purpose: Purpose = ""
    exhibit: Id | UnsetType = UNSET


class Withdrawal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an item is taken back."""

    reason: Purpose = ""


class EvidenceView(msgspec.Struct, frozen=True):
    """One item. `state`: receiving, checking, draft, submitted, withdrawn, or refused for `word`/`text`.

    `mark` is empty until it is submitted. `received`: bytes that are there while it is received.
    `active`: a document with script or actions: only its drawn pages are shown. `open`: you may look at it.
    """

    id: str
    side: str
    mark: str
    title: str
    purpose: str
    file: str
    kind: str
    state: str
    word: str
    text: str
    bytes: int
    received: int
    pages: int
    seconds: int
    sha256: str
    active: bool
    by: str
    yours: bool
    open: bool
    received_at: int | None
    submitted_at: int | None
    reason: str
    exhibit: str = ""
    received_from: str = ""


class ListedMaterial(msgspec.Struct, frozen=True):
    """A line of the case's list of evidence; `marks`: what has been submitted of it."""

    id: str
    side: str
    name: str
    marks: list[str]


class EvidenceList(msgspec.Struct, frozen=True):
    """What you may see. `side`: the one you bring evidence for; `largest`: bytes per kind of file."""

    items: list[EvidenceView]
    side: str
    largest: dict[str, int]
    listed: list[ListedMaterial]
    """What the case lists of your side, of all sides for staff."""


class EvidenceStep(msgspec.Struct, frozen=True):
    """One thing done to an item."""

    at: int
    actor: str
    act: str


class EvidenceHistory(msgspec.Struct, frozen=True):
    """Everything done to an item, oldest first."""

    acts: list[EvidenceStep]
