"""Who comes first where there are more tracks than slots. Pure, time comes in."""

from collections.abc import Collection, Iterable, Sequence

from .packet import SILENT, Track

QUIET = 70
"""Levels (in -dBov) softer than this are no voice."""
FADE = 15.0
"""dB a second by which a voice that stopped is forgotten."""
STAY = 12.0
"""dB by which another voice must be louder than one that has a slot and is still remembered."""


class Ranking:
    """The order of the table, who presides, who spoke when, and how loud everybody is just now."""

    def __init__(self) -> None:
        self.presiding: frozenset[str] = frozenset()
        self.speaking: frozenset[str] = frozenset()
        self._order: dict[str, int] = {}
        self._spoke: dict[str, int] = {}
        self._voices: dict[str, tuple[float, float]] = {}

    def seat(self, tracks: Iterable[str], presiding: Collection[str]) -> None:
        """The tracks in the order of the route table, and who is always shown."""
        self._order = {track: place for place, track in enumerate(tracks)}
        self.presiding = frozenset(presiding)

    def spoke(self, participants: Sequence[str], now: float) -> None:
        """Who is heard now, loudest first."""
        self.speaking = frozenset(participants)
        for place, participant in enumerate(reversed(participants)):
            self._spoke[participant] = int(now * 1000) * 64 + place

    def hear(self, participant: str, level: int, now: float) -> bool:
        """The level of somebody's last packet (0 loudest to 127); whether that is a voice."""
        if level >= QUIET or level == SILENT:
            return False
        self._voices[participant] = (max(float(QUIET - level), self.loudness(participant, now)), now)
        return True

    def loudness(self, participant: str, now: float) -> float:
        """How loud somebody was, in dB above what is quiet, fading with time; 0 for nobody's voice."""
        loud, at = self._voices.get(participant, (0.0, 0.0))
        return max(0.0, loud - (now - at) * FADE)

    def order(self, track: Track) -> int:
        """A track's place in the route table."""
        return self._order.get(track.id, 0)

    def voice(self, track: Track, seated: bool, now: float) -> tuple[float, int, int]:
        """Sorts voices, most wanted first: the loud, then who spoke last, then the table."""
        loud = self.loudness(track.participant, now)
        if loud and seated:
            loud += STAY
        return -loud, -self._spoke.get(track.participant, 0), self.order(track)

    def picture(self, track: Track, first: Sequence[str]) -> tuple[bool, int, bool, int, int]:
        """Sorts pictures: a screen, whom the viewer asked for, who presides, who spoke last, the table."""
        who = track.participant
        asked = first.index(who) if who in first else len(first)
        return (
            track.source != "screen",
            asked,
            who not in self.presiding,
            -self._spoke.get(who, 0),
            self.order(track),
        )

    def single(self, track: Track, shown: str) -> tuple[bool, float, int]:
        """Sorts pictures for a single slot: a screen, who is shown and goes on speaking, who spoke last."""
        who = track.participant
        stays = who == shown and who in self.speaking
        claim = float("inf") if stays else self._spoke.get(who, 0)
        return track.source != "screen", -claim, self.order(track)
