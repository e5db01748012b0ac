"""The deeds of a review by a panel: materials, looks, opinions given apart, the conclusion; and their log."""

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from .actor import Mishap
from .desk import Reply
from .script import Person, Step

EXAMINED_S = 30.0
EXPERT = "expert"
NOT_OF_PANEL = "not_of_panel"
_EVIDENCE, _REVIEW = "/evidence", "/review"


@dataclass(slots=True)
class Review:
    """What was done in a review, and what the server says was done."""

    done: dict[str, int] = field(default_factory=dict)
    """Deed → how often it was done."""
    wrong: list[str] = field(default_factory=list)
    """What somebody saw that had to be kept from them, or was not shown that had to be."""
    log: list[dict[str, Any]] = field(default_factory=list)
    """The acts of the server's own log, oldest first."""
    shown: dict[str, Any] = field(default_factory=dict)
    """The review as whoever presides saw it at the end."""

    def note(self, deed: str, times: int = 1) -> None:
        """Count a deed."""
        self.done[deed] = self.done.get(deed, 0) + times


class Panel(Protocol):
    """What these deeds need of the director."""

    @property
    def review(self) -> Review:
        """What was done so far."""

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody of the script."""

    def say(self, line: str) -> None:
        """Tell how it goes."""

    async def ask(self, who: str, method: str, path: str, body: Any = None) -> Reply:
        """A request about the hearing by the holder of a ticket; `path` follows the hearing's own."""


async def _must(play: Panel, who: str, method: str, path: str, body: Any = None) -> Any:
    reply = await play.ask(who, method, path, body)
    if reply.status >= 400:
        raise Mishap(f"{who}: {method} {path}: {reply.status} {reply.word}")
    return reply.json


async def _submit(play: Panel, step: Step) -> None:
    picture = await asyncio.to_thread(_picture)
    for who in step.who:
        play.say(f"{who}: submitting {step.text}")
        told = {"title": step.text, "bytes": len(picture), "file": "slip.png"}
        item = f"{_EVIDENCE}/{(await _must(play, who, 'POST', _EVIDENCE, told))['id']}"
        await _must(play, who, "PUT", f"{item}/bytes?from=0", picture)
        await _must(play, who, "POST", f"{item}/complete", {})
        deadline = time.monotonic() + EXAMINED_S
        while (state := (await _must(play, who, "GET", item))["state"]) in ("receiving", "checking"):
            if time.monotonic() > deadline:
                raise Mishap(f"{who}: {step.text} was not examined within {EXAMINED_S:.0f} s: {state}")
            await asyncio.sleep(0.2)
        await _must(play, who, "POST", f"{item}/submit", {})


async def _put(play: Panel, step: Step) -> None:
    play.say(f"{step.who[0]}: asking the panel: {step.text}")
    await _must(play, step.who[0], "PUT", _REVIEW, {"question": step.text})


async def _choose(play: Panel, step: Step) -> None:
    who = step.who[0]
    found = (await _must(play, who, "GET", f"{_REVIEW}/choices"))["choices"]
    for choice in found:
        if choice["kept_back"]:
            continue
        play.say(f"{who}: opening {choice['mark'] or choice['title']} to the panel")
        wanted = {"kind": choice["kind"], "ref": choice["ref"]}
        await _must(play, who, "POST", f"{_REVIEW}/materials", wanted)
        play.review.note("choose")


async def _materials(play: Panel, who: str) -> list[str]:
    shown = await _must(play, who, "GET", _REVIEW)
    return [str(row["id"]) for row in shown["materials"] if row["kind"] == "evidence"]


async def _look(play: Panel, step: Step) -> None:
    for who in step.who:
        play.say(f"{who}: reading the first material")
        found = await _materials(play, who)
        if not found:
            raise Mishap(f"{who}: there is nothing to read")
        await _must(play, who, "GET", f"{_REVIEW}/materials/{found[0]}/pages/1")
        play.review.note("look")


async def _pry(play: Panel, step: Step) -> None:
    presiding = next(person.key for person in play.people if person.role not in (EXPERT, "clerk"))
    item = next(iter(await _materials(play, presiding)), "m_none")
    for who in step.who:
        play.say(f"{who}: trying to read what is before the panel")
        reply = await play.ask(who, "GET", f"{_REVIEW}/materials/{item}/pages/1")
        play.review.note("pry")
        if (reply.status, reply.word) != (403, NOT_OF_PANEL):
            said = f"{reply.status} {reply.word}".strip()
            play.review.wrong.append(f"{who}: a look at the materials was answered {said}")


async def _opine(play: Panel, step: Step) -> None:
    for who in step.who:
        play.say(f"{who}: giving an opinion")
        wanted = {"issue": step.reason, "view": step.text, "confidence": "likely"}
        await _must(play, who, "POST", f"{_REVIEW}/opinions", wanted)
        play.review.note("opine")
    for person in play.people:
        if person.role == EXPERT:
            await _look_at_opinions(play, person)


async def _look_at_opinions(play: Panel, person: Person) -> None:
    """Whoever has given none may see none of the others'."""
    shown = await _must(play, person.key, "GET", _REVIEW)
    own = any(row["yours"] for row in shown["opinions"])
    if shown["opinions"] and not own and shown["opened_at"] is None:
        play.review.wrong.append(f"{person.key} saw {len(shown['opinions'])} opinions before giving one")


async def _reveal(play: Panel, step: Step) -> None:
    who = step.who[0]
    play.say(f"{who}: opening the opinions to the whole panel")
    await _must(play, who, "POST", f"{_REVIEW}/opinions/open", {})
    count = len((await _must(play, who, "GET", _REVIEW))["opinions"])
    for person in play.people:
        if person.role in (EXPERT, "clerk"):
            seen = len((await _must(play, person.key, "GET", _REVIEW))["opinions"])
            if seen != count:
                play.review.wrong.append(f"{person.key} saw {seen} of {count} opened opinions")


async def _conclude(play: Panel, step: Step) -> None:
    who = step.who[0]
    play.say(f"{who}: drawing the conclusion")
    shown = await _must(play, who, "GET", _REVIEW)
    majority = sorted({row["participant"] for row in shown["opinions"]})
    await _must(play, who, "POST", f"{_REVIEW}/conclusions", {"text": step.text, "majority": majority})
    play.review.note("conclude")
    play.review.log = (await _must(play, who, "GET", f"{_REVIEW}/log"))["acts"]
    play.review.shown = await _must(play, who, "GET", _REVIEW)


def _picture() -> bytes:
    from PIL import Image

    data = io.BytesIO()
    Image.linear_gradient("L").resize((420, 594)).save(data, "PNG")
    return data.getvalue()


REVIEWING: dict[str, Callable[[Panel, Step], Awaitable[None]]] = {
    "submit": _submit,
    "put": _put,
    "choose": _choose,
    "look": _look,
    "pry": _pry,
    "opine": _opine,
    "reveal": _reveal,
    "conclude": _conclude,
}
