"""The wishes about evidence in a sitting; bringing, submitting and withdrawing go over HTTPS."""

from typing import Annotated

import msgspec

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Page = Annotated[int, msgspec.Meta(ge=1, le=1000)]
_Reason = Annotated[str, msgspec.Meta(max_length=500)]
Opinion = Annotated[str, msgspec.Meta(pattern=r"^(accept|deny|unspoken)$")]


class _Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    pass


class Present(_Command, frozen=True, tag="Present"):
    """Show an item of evidence to everybody at the table; what was shown before is put away.

    `presenter`: a participant who may turn its pages and point in it beside the staff, while it is shown.
    """

    evidence: _Id
    page: _Page = 1
    presenter: Annotated[str, msgspec.Meta(max_length=64)] = ""


class TurnPage(_Command, frozen=True, tag="TurnPage"):
    """Turn to a page of what is shown, for everybody."""

    evidence: _Id
    page: _Page


class StopPresenting(_Command, frozen=True, tag="StopPresenting"):
    """Put away what is shown."""


class ExamineEvidence(_Command, frozen=True, tag="ExamineEvidence"):
    """What a side says to an item: authenticity 真实性, legality 合法性, relevance 关联性, and why.

    A party speaks for its own side, in the stages where evidence is examined; staff write down what a side
    said aloud. `party`: applicant, respondent or third_party. What was said before stays in the journal.
    """

    evidence: _Id
    party: Annotated[str, msgspec.Meta(pattern=r"^(applicant|respondent|third_party)$")]
    authenticity: Opinion
    legality: Opinion
    relevance: Opinion
    reason: _Reason = ""


class NoteEvidence(_Command, frozen=True, tag="NoteEvidence"):
    """The tribunal's note on an item; replaces the one before, which stays in the journal."""

    evidence: _Id
    note: _Reason


class CheckOriginal(_Command, frozen=True, tag="CheckOriginal"):
    """State that the original of an item was (or was not after all) compared with it, and how."""

    evidence: _Id
    checked: bool = True
    remark: _Reason = ""


EvidenceCommand = Present | TurnPage | StopPresenting | ExamineEvidence | NoteEvidence | CheckOriginal
