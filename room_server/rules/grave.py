"""Which refusals stand in the journal: of wishes that somebody may have to answer for."""

from . import commands as c

GRAVE_COMMANDS: frozenset[type] = frozenset(
    {
        c.Advance,
        c.PassTurn,
        c.Move,
        c.Refuse,
        c.Open,
        c.Adjourn,
        c.Resume,
        c.Close,
        c.Grant,
        c.Deny,
        c.Delegate,
        c.TakeChair,
        c.DeclareAbsence,
        c.JudgeOutage,
        c.SwitchOnSite,
        c.AllowWatch,
        c.EditLine,
        c.InsertLine,
        c.InsertText,
        c.StrikeLine,
        c.SplitLine,
        c.MergeLines,
        c.AdoptLines,
        c.NameVoice,
        c.LayMinutes,
        c.NoteReading,
        c.AllowLiveMinutes,
        c.TakeSuggestions,
        c.ReopenSuggestions,
    }
)
"""Wishes that would change the course, the places or the record."""

GRAVE_WORDS = frozenset(
    {
        "not_allowed",
        "not_presiding",
        "chair_only",
        "chair_present",
        "chair_awaited",
        "stage_blocked",
        "never_in_deliberation",
        "never_in_caucus",
        "caucus_two_sides",
        "witness_not_called",
        "screened",
        "not_warned",
        "outcome_unfounded",
        "consent_refused",
    }
)
"""Refusals that somebody may have to answer for; slips and races are not among them."""


def is_grave(command: c.Command, word: str) -> bool:
    """Whether a refusal is worth a fact."""
    return type(command) in GRAVE_COMMANDS and word in GRAVE_WORDS
