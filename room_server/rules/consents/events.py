"""The facts about consents: which texts this sitting has, and who has answered which."""

import msgspec

from ..fact import Fact


class ConsentText(msgspec.Struct, frozen=True, kw_only=True):
    """One text as this sitting uses it; `sha256` names exactly its wording.

    `shown`: at which act it is put before those whom it tells of it: `caucus`, `evidence`; that it was is a
    fact of its own. `people`: whom it concerns. `asked`: where it is asked: `lobby`, `entering`, `evidence`
    or codes of stages. `before`: stages that are not entered without it, `open`: the first, `call`: being
    called in. `blocks`: who refuses it takes no part online.
    """

    item: str
    version: str
    sha256: str
    kind: str
    title: str
    title_en: str
    asked: list[str]
    before: list[str]
    blocks: bool
    people: list[str]
    shown: list[str] = []


class ConsentsLaid(Fact, frozen=True, tag="ConsentsLaid"):
    """The texts of this sitting; told anew when one of them has changed, and the answers to it are void."""

    texts: list[ConsentText]


class ConsentAnswered(Fact, frozen=True, tag="ConsentAnswered"):
    """An answer to exactly one wording; `act`: given, refused or withdrawn.

    `by_staff`: they wrote down what was said, `note` says how. What was answered before the sitting is told
    at its beginning, with the time of the answer.
    """

    participant: str
    item: str
    version: str
    sha256: str
    act: str
    answered_at: int
    by_staff: bool = False
    note: str = ""


class ConsentNoted(Fact, frozen=True, tag="ConsentNoted"):
    """Somebody was told, or not asked, what stands in one wording, and nothing was answered to it.

    `how`: `shown`, a notice stood on their screen with the act that it belongs to; or `excused`, they were
    called in without an answer, for `reason`.
    """

    participant: str
    item: str
    version: str
    sha256: str
    how: str
    reason: str = ""
