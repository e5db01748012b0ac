"""What a wish about evidence leads to: the chair shows, the parties speak, the tribunal notes. Pure."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from .. import events as e
from ..people import STAFF
from ..places import TABLE, Phase
from ..procedures.stage import Group
from ..refusal import Refused
from ..room import Person, Room
from . import commands as c
from . import wording
from .events import (
    EvidenceExamined,
    EvidenceNoted,
    EvidencePresented,
    OriginalChecked,
    PageTurned,
    PresentingStopped,
)
from .sides import side_of
from .state import Item, Showing

UNSHOWABLE = frozenset({"office"})


def may_turn(room: Room, participant: str) -> bool:
    """Whether somebody may turn the pages of what is shown and point in it now."""
    person, shown = room.people.get(participant), room.exhibits.shown
    if person is None or shown is None or person.place != TABLE:
        return False
    return person.participant.role in STAFF or shown.presenter == participant


def _item(room: Room, evidence: str, withdrawn_too: bool = False) -> Item:
    item = room.exhibits.items.get(evidence)
    if item is None:
        raise Refused("no_such_evidence")
    if item.withdrawn and not withdrawn_too:
        raise Refused("evidence_withdrawn")
    return item


def _shown(room: Room, actor: Person) -> Showing:
    shown = room.exhibits.shown
    if shown is None:
        raise Refused("nothing_shown")
    if not may_turn(room, actor.participant.id):
        raise Refused("not_presenting")
    return shown


def _check_page(item: Item, page: int) -> None:
    if page > max(1, item.submitted.pages):
        raise Refused("no_such_page")


def _direction(room: Room, text: str) -> list[e.Event]:
    """A stage direction in the minutes, while they are taken."""
    if room.phase is not Phase.OPEN:
        return []
    return [e.LineInserted(line=f"h{room.minutes.made + 1}", after="", text=text, speaker="")]


def _present(room: Room, actor: Person, wish: c.Present) -> Sequence[e.Event]:
    if actor.place != TABLE:
        raise Refused("not_at_table")
    item = _item(room, wish.evidence)
    if item.submitted.kind in UNSHOWABLE:
        raise Refused("cannot_be_shown")
    _check_page(item, wish.page)
    presenter = room.people.get(wish.presenter)
    if wish.presenter and (presenter is None or side_of(presenter.participant) is None):
        raise Refused("cannot_present")
    shown = room.exhibits.shown
    lowered = [
        e.ScreenStopped(participant=who, place=TABLE)
        for who, person in room.people.items()
        if person.sharing and person.place == TABLE
    ]
    event = EvidencePresented(
        evidence=wish.evidence,
        mark=item.submitted.mark,
        title=item.submitted.title,
        kind=item.submitted.kind,
        pages=item.submitted.pages,
        page=wish.page,
        presenter=wish.presenter,
        showing=room.exhibits.showings + 1,
    )
    # Handing the pages to somebody else, or back, is not shown anew.
    again = shown is not None and shown.evidence == wish.evidence
    told = [] if again else _direction(room, wording.presented(item.submitted.mark))
    return [*lowered, event, *told]


def _turn(room: Room, actor: Person, wish: c.TurnPage) -> Sequence[e.Event]:
    shown = _shown(room, actor)
    if shown.evidence != wish.evidence:
        # Asked before the chair showed something else: not to be applied to that.
        raise Refused("nothing_shown")
    _check_page(_item(room, shown.evidence), wish.page)
    if shown.page == wish.page:
        return []
    return [PageTurned(evidence=shown.evidence, page=wish.page, showing=shown.number)]


def _stop(room: Room, actor: Person, _: c.StopPresenting) -> Sequence[e.Event]:
    if room.exhibits.shown is None:
        return []
    shown = _shown(room, actor)
    return [PresentingStopped(evidence=shown.evidence, showing=shown.number)]


def _examine(room: Room, actor: Person, wish: c.ExamineEvidence) -> Sequence[e.Event]:
    item = _item(room, wish.evidence)
    if actor.participant.role not in STAFF:
        if side_of(actor.participant) != wish.party:
            raise Refused("not_allowed")
        if actor.place != TABLE:
            raise Refused("not_at_table")
        if room.now is not None and room.now.group is not Group.EVIDENCE:
            raise Refused("no_examination_now")
    if item.submitted.side == wish.party:
        raise Refused("own_evidence")
    said = EvidenceExamined(
        evidence=wish.evidence,
        party=wish.party,
        authenticity=wish.authenticity,
        legality=wish.legality,
        relevance=wish.relevance,
        reason=wish.reason.strip(),
    )
    if item.examined.get(wish.party) == said:
        return []
    return [said, *_direction(room, wording.examined(item.submitted.mark, said))]


def _note(room: Room, _: Person, wish: c.NoteEvidence) -> Sequence[e.Event]:
    item = _item(room, wish.evidence, withdrawn_too=True)
    note = wish.note.strip()
    return [] if item.note == note else [EvidenceNoted(evidence=wish.evidence, note=note)]


def _check(room: Room, _: Person, wish: c.CheckOriginal) -> Sequence[e.Event]:
    item = _item(room, wish.evidence)
    if item.original == wish.checked:
        return []
    event = OriginalChecked(evidence=wish.evidence, checked=wish.checked, remark=wish.remark.strip())
    if not wish.checked:
        return [event]
    return [event, *_direction(room, wording.checked(item.submitted.mark, event.remark))]


DECISIONS = cast(
    "dict[type, Callable[[Room, Person, Any], list[e.Event]]]",
    {
        c.Present: _present,
        c.TurnPage: _turn,
        c.StopPresenting: _stop,
        c.ExamineEvidence: _examine,
        c.NoteEvidence: _note,
        c.CheckOriginal: _check,
    },
)
