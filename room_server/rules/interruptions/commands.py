"""The wishes about somebody who is gone, and about how people behave."""

from typing import Annotated

import msgspec

Who = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Why = Annotated[str, msgspec.Meta(max_length=500)]


class _Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    pass


class Warn(_Command, frozen=True, tag="Warn"):
    """Warn a person, on the record; to decide that somebody has walked out, they are warned of `leaving`.

    `kind`: `discipline`, `leaving`; left out: of leaving whoever is gone, else about discipline. `text` and
    `version`: what of the law's folder was read out with it.
    """

    participant: Who
    reason: Why
    kind: Annotated[str, msgspec.Meta(pattern=r"^(discipline|leaving|)$")] = ""
    text: Annotated[str, msgspec.Meta(pattern=r"^([a-z][a-z0-9_.]{0,47})?$")] = ""
    version: Annotated[str, msgspec.Meta(max_length=16)] = ""


class DeclareAbsence(_Command, frozen=True, tag="DeclareAbsence"):
    """Decide that a warned party who is not here has walked out; the chair alone (LDA 36)."""

    participant: Who
    reason: Why


class JudgeOutage(_Command, frozen=True, tag="JudgeOutage"):
    """Decide how it goes on while somebody is gone; the chair alone.

    `wait` for them; `interrupt` for a technical reason, to go on in the same stage; `go_on` without them,
    with a reason.
    """

    participant: Who
    decision: Annotated[str, msgspec.Meta(pattern=r"^(wait|interrupt|go_on)$")]
    reason: Why = ""
