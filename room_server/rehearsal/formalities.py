"""The deeds of a procedure beyond talking: requests, signatures, witnesses, recesses, a lost line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from ..law.readouts import texts
from .actor import Actor, Mishap
from .script import Step

LOST_S = 30.0


class Play(Protocol):
    """What these deeds need of the director."""

    @property
    def chair(self) -> Actor:
        """Whoever presides."""

    def actor(self, who: str) -> Actor:
        """Somebody of the script who is there."""

    def say(self, line: str) -> None:
        """Tell how it goes."""

    async def lose(self, who: str) -> None:
        """Somebody's line breaks."""

    async def bring_back(self, who: str) -> None:
        """They come again, from another device."""


async def _each(play: Play, step: Step, wish: dict[str, Any], told: str) -> None:
    for who in step.who:
        actor = play.actor(who)
        await actor.wish(wish)
        await play.chair.until_told(told, participant=actor.participant)


async def _sign(play: Play, step: Step) -> None:
    play.say(f"{', '.join(step.who)}: signing")
    version = await asyncio.to_thread(lambda: texts()["signing_intent"].version)
    await _each(play, step, {"type": "Sign", "version": version}, "Signed")


async def _decline(play: Play, step: Step) -> None:
    play.say(f"{', '.join(step.who)}: not signing")
    await _each(play, step, {"type": "DeclineToSign", "reason": step.reason}, "SigningDeclined")


async def _lay(play: Play, step: Step) -> None:
    play.say("the minutes are laid before everybody")
    await play.actor(step.by or step.who[0]).wish({"type": "LayMinutes"})
    await play.chair.until_told("MinutesLaid")


async def _confirm(play: Play, step: Step) -> None:
    play.say(f"{', '.join(step.who)}: reading the minutes and confirming them")
    version = await asyncio.to_thread(lambda: texts()["minutes_statement"].version)
    laid = [event for event in play.chair.events if event["type"] == "MinutesLaid"]
    if not laid:
        raise Mishap("the script confirms minutes that nobody has laid")
    for who in step.who:
        actor = play.actor(who)
        await actor.wish({"type": "ReportReading", "laying": laid[-1]["laying"], "share": 100})
        await actor.wish({"type": "ConfirmMinutes", "digest": laid[-1]["digest"], "version": version})
        await play.chair.until_told("MinutesConfirmed", participant=actor.participant)


async def _request(play: Play, step: Step) -> None:
    play.say(f"{', '.join(step.who)}: asking for {step.kind}")
    await _each(play, step, {"type": "Ask", "kind": step.kind, "text": step.reason}, "RequestMade")


def _ruling(kind: str) -> Callable[[Play, Step], Awaitable[None]]:
    async def rule(play: Play, step: Step) -> None:
        made = [event for event in play.chair.events if event["type"] == "RequestMade"]
        if not made:
            raise Mishap("the script rules on a request that nobody has made")
        play.say(f"the request for {made[-1]['kind']}: {kind.lower()}")
        await play.chair.wish({"type": kind, "request": made[-1]["request"], "reason": step.reason})

    return rule


def _moving(place: str, line: str) -> Callable[[Play, Step], Awaitable[None]]:
    async def move(play: Play, step: Step) -> None:
        play.say(f"{', '.join(step.who)}: {line}")
        people = [play.actor(who).participant for who in step.who]
        await play.chair.wish({"type": "Move", "participants": people, "place": place})
        for who in step.who:
            actor = play.actor(who)
            await actor.until_told("Moved", participant=actor.participant, place=place)

    return move


async def _adjourn(play: Play, step: Step) -> None:
    play.say("a recess")
    await play.chair.wish({"type": "Adjourn", "reason": step.reason})
    await play.chair.until_told("Adjourned")
    await asyncio.sleep(step.seconds)
    await play.chair.wish({"type": "Resume"})
    await play.chair.until_told("Resumed")


async def _delegate(play: Play, step: Step) -> None:
    for who in step.who:
        play.say(f"{who}: asked to conduct")
        await play.chair.wish({"type": "Delegate", "participant": play.actor(who).participant, "on": True})


async def _drop(play: Play, step: Step) -> None:
    for who in step.who:
        play.say(f"{who}: the line is lost")
        participant = play.actor(who).participant
        await play.lose(who)
        await play.chair.until_told("Left", LOST_S, participant=participant)


async def _back(play: Play, step: Step) -> None:
    for who in step.who:
        play.say(f"{who}: coming back")
        await play.bring_back(who)


FORMALITIES: dict[str, Callable[[Play, Step], Awaitable[None]]] = {
    "lay": _lay,
    "confirm": _confirm,
    "sign": _sign,
    "decline": _decline,
    "request": _request,
    "grant": _ruling("Grant"),
    "deny": _ruling("Deny"),
    "call": _moving("table", "called in"),
    "dismiss": _moving("isolation", "sent out"),
    "recess": _adjourn,
    "delegate": _delegate,
    "drop": _drop,
    "back": _back,
}
