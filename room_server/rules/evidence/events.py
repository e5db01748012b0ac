"""The facts about evidence: what was submitted, shown, said to it and found."""

import msgspec


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=False):
    pass


class EvidenceSubmitted(_Event, frozen=True, tag="EvidenceSubmitted"):
    """An item is before the tribunal, under a mark that it keeps; `sha256` is of the file as received.

    `kind`: picture, document, video, audio, office; `active`: a document that holds script or starts
    something, shown as drawn pages only. Items submitted before the sitting are told at its beginning.
    """

    evidence: str
    side: str
    number: int
    mark: str
    title: str
    purpose: str
    kind: str
    file: str
    pages: int
    seconds: int
    bytes: int
    sha256: str
    active: bool
    by: str
    received_at: int
    submitted_at: int
    received_from: str = ""
    """Who handed it in, when staff brought it for a side."""
    exhibit: str = ""
    """The line of the case's list of evidence that it is."""


class EvidenceWithdrawn(_Event, frozen=True, tag="EvidenceWithdrawn"):
    """Whoever brought an item takes it back; its mark is never given again."""

    evidence: str
    reason: str


class EvidencePresented(_Event, frozen=True, tag="EvidencePresented"):
    """From now on everybody at the table is shown a page of an item; `showing` counts, per sitting."""

    evidence: str
    mark: str
    title: str
    kind: str
    pages: int
    page: int
    presenter: str
    showing: int


class PageTurned(_Event, frozen=True, tag="PageTurned"):
    """Everybody at the table is shown another page of the same item."""

    evidence: str
    page: int
    showing: int


class PresentingStopped(_Event, frozen=True, tag="PresentingStopped"):
    """Nothing is shown any more; a recess, the close and a shared screen put it away as well."""

    evidence: str
    showing: int


class EvidenceExamined(_Event, frozen=True, tag="EvidenceExamined"):
    """What a side says to an item, each point `accept`, `deny` or `unspoken`; replaces the one before."""

    evidence: str
    party: str
    authenticity: str
    legality: str
    relevance: str
    reason: str


class EvidenceNoted(_Event, frozen=True, tag="EvidenceNoted"):
    """The tribunal's note on an item, as it stands now."""

    evidence: str
    note: str


class OriginalChecked(_Event, frozen=True, tag="OriginalChecked"):
    """The original was compared (`checked`) or that was taken back; the entry says by whom and when."""

    evidence: str
    checked: bool
    remark: str


EvidenceEvent = (
    EvidenceSubmitted
    | EvidenceWithdrawn
    | EvidencePresented
    | PageTurned
    | PresentingStopped
    | EvidenceExamined
    | EvidenceNoted
    | OriginalChecked
)
