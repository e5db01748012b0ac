"""What the room knows of consents: a fold of their facts. Pure."""

from collections.abc import Mapping

import msgspec

from .events import ConsentAnswered, ConsentNoted, ConsentsLaid, ConsentText

AT_OPENING = "open"
"""In `before`: the first stage, whichever it is."""
AT_CALL = "call"
"""In `before`: being called in from isolation."""


class Consents(msgspec.Struct, frozen=True):
    """The texts by item, and the answers that count, by person and item."""

    texts: dict[str, ConsentText] = {}
    answers: dict[str, dict[str, ConsentAnswered]] = {}
    told: int = 0
    """How many answers there were, those that count no longer among them."""
    noted: frozenset[str] = frozenset()
    """What was shown or excused: item, wording and person."""

    def answer(self, who: str, text: ConsentText) -> str:
        """What a person has answered to the wording of today; empty: nothing."""
        given = self.answers.get(who, {}).get(text.item)
        return given.act if given is not None and given.sha256 == text.sha256 else ""

    def is_open(self, who: str, text: ConsentText) -> bool:
        """Whether a person has neither answered the wording of today nor was shown it or excused from it."""
        return not self.answer(who, text) and _mark(who, text.item, text.sha256) not in self.noted

    def needed(self, stage: str, first: str) -> list[ConsentText]:
        """What a stage is not entered without."""
        return [
            text
            for text in self.texts.values()
            if stage in text.before or (stage == first and AT_OPENING in text.before)
        ]


def _mark(who: str, item: str, sha256: str) -> str:
    return f"{item}:{sha256}:{who}"


def agreed(consents: Consents, event: object) -> Consents:
    """The state after a fact; the very same where it says nothing of consents."""
    if isinstance(event, ConsentsLaid):
        texts = {text.item: text for text in event.texts}
        return msgspec.structs.replace(consents, texts=texts)
    if isinstance(event, ConsentAnswered):
        own: Mapping[str, ConsentAnswered] = consents.answers.get(event.participant, {})
        answers = {**consents.answers, event.participant: {**own, event.item: event}}
        return msgspec.structs.replace(consents, answers=answers, told=consents.told + 1)
    if isinstance(event, ConsentNoted):
        noted = consents.noted | {_mark(event.participant, event.item, event.sha256)}
        return msgspec.structs.replace(consents, noted=noted)
    return consents
