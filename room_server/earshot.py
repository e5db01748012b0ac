"""Who may read what was said: some know of a hearing only what they were there for (OLR 26; domain 2.9)."""

from .rules import events as e
from .rules.floor import knows_what_is_said
from .rules.people import EARWITNESSES
from .rules.room import Room
from .rules.visibility import WORDS


class Earshot:
    """Takes every fact and keeps which written words stay hidden from whom."""

    def __init__(self) -> None:
        self._since: dict[str, int] = {}
        """Witness or watcher → media time since when they have heard the table without a break."""
        self._hidden: dict[int, frozenset[str]] = {}
        self._lines: dict[str, frozenset[str]] = {}

    def take(self, room: Room, seq: int, media_time: int | None, event: e.Event) -> None:
        """One fact; `room` as it is with it."""
        watchers = [(who, p) for who, p in room.people.items() if p.participant.role in EARWITNESSES]
        for who, person in watchers:
            if not knows_what_is_said(room, person):
                self._since.pop(who, None)
            else:
                self._since.setdefault(who, media_time or 0)
        if isinstance(event, WORDS) and watchers:
            self._hide(seq, event, [who for who, _ in watchers])

    def heard(self, room: Room, who: str, start_ms: int) -> bool:
        """Whether somebody was there to hear what began at this media time."""
        person = room.people.get(who)
        if person is None or person.participant.role not in EARWITNESSES:
            return person is not None
        return self._since.get(who, start_ms + 1) <= start_ms

    def hidden(self, seq: int, who: str) -> bool:
        """Whether a fact is kept from a person."""
        return who in self._hidden.get(seq, ())

    def _hide(self, seq: int, event: e.Event, watchers: list[str]) -> None:
        if isinstance(event, e.UtteranceHeard):
            # Written down some time after it was said: what counts is when it was said.
            line = event.utterance
            absent = {who for who in watchers if self._since.get(who, event.start_ms + 1) > event.start_ms}
        else:
            line = str(getattr(event, "line", ""))
            absent = {who for who in watchers if who not in self._since}
        # Whoever did not hear a line is not shown its corrections either.
        named = [line, *(str(getattr(event, name)) for name in ("next", "other") if hasattr(event, name))]
        found = frozenset(absent).union(*(self._lines.get(name, frozenset()) for name in named))
        if found:
            self._hidden[seq] = found
            self._lines |= dict.fromkeys(named, found)
