"""How a mediation comes to where everybody may speak."""

from tests.support.guest import Guest

OPENING, TALK = "M4_OPENING", "M7_NEGOTIATE"


async def open_for_all(mediator: Guest) -> None:
    """Open, and go on to the negotiation; whoever of the parties is not here yet is not waited for."""
    reason = "试播"
    assert (await mediator.wish("Open", reason=reason))["kind"] == "done"
    assert (await mediator.wish("Advance", origin=OPENING, to=TALK, reason=reason))["kind"] == "done"
