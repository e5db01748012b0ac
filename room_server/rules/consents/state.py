"""What the room knows of consents: a fold of their facts. Pure."""

from collections.abc import Mapping

import msgspec

from .events import ConsentAnswered, ConsentsLaid, ConsentText

AT_OPENING = "open"
"""In `before`: the first stage, whichever it is."""


class Consents(msgspec.Struct, frozen=True):
    """The texts by item, and the answers that count, by person and item."""

    texts: dict[str, ConsentText] = {}
    answers: dict[str, dict[str, ConsentAnswered]] = {}
    told: int = 0
    """How many answers there were, those that count no longer among them."""

    def answer(self, who: str, text: ConsentText) -> str:
        """What a person has answered to the wording of today; empty: nothing."""
        given = self.answers.get(who, {}).get(text.item)
        return given.act if given is not None and given.sha256 == text.sha256 else ""

    def needed(self, stage: str, first: str) -> list[ConsentText]:
        """What a stage is not entered without."""
        return [
            text
            for text in self.texts.values()
            if stage in text.before or (stage == first and AT_OPENING in text.before)
        ]


def agreed(consents: Consents, event: object) -> Consents:
    """The state after a fact; the very same where it says nothing of consents."""
    if isinstance(event, ConsentsLaid):
        return Consents({text.item: text for text in event.texts}, consents.answers, consents.told)
    if isinstance(event, ConsentAnswered):
        own: Mapping[str, ConsentAnswered] = consents.answers.get(event.participant, {})
        answers = {**consents.answers, event.participant: {**own, event.item: event}}
        return Consents(consents.texts, answers, consents.told + 1)
    return consents
