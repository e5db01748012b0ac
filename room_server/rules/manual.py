"""Writes docs/protocol.md from the structs of the wire: `python -m room_server.rules.manual`."""

import inspect
import re
import sys
import typing
from collections.abc import Iterable

from . import commands, events, protocol
from .words import REFUSALS

HEAD = """# The wire between browser and server

One WebSocket at `/ws`, JSON text frames, protocol version {version}. Written from `room_server/rules/`
by `make protocol`; a test fails when it is stale. Every frame has a `kind`; commands and events have a
`type`.

1. The browser sends `hello` within 5 s, with its ticket and a random id of its device, and `since`: the
   last `seq` its screen has folded. The server answers `welcome`, every entry of the journal after
   `since` that this person may see as `event`, then `caught_up`; or `occupied` when another device of
   the person is in the room.
2. A `wish` carries a command and is answered by `done` or by a `refusal` with a stable word and a text
   for people.
3. `reset` means: what you may see has changed; forget the fold, everything you may see follows.
4. Media: two peer connections, both offered by the browser (`offer`), both answered by `answer`.
   `publish` has the browser's own tracks, sendonly. `subscribe` has as many recvonly m-lines as the
   browser wants slots; `slots` says whose track each one carries now, without renegotiation. Whoever
   shows a screen offers a third one, `screen`, with one sendonly video, which leaves the others alone.
5. `ping` every 2 to 5 s; a socket silent for 15 s is closed. Frames over {limit} KiB, unknown frames and
   floods close the socket with a 44xx code and a word.
"""


def text() -> str:
    """The whole document."""
    parts = [HEAD.format(version=protocol.VERSION, limit=protocol.MAX_FRAME_BYTES // 1024)]
    parts += ["## Frames from the browser\n", _table(typing.get_args(protocol.Up))]
    parts += ["## Frames from the server\n", _table(typing.get_args(protocol.Down))]
    parts += ["## Commands: wishes, may be refused\n", _table(typing.get_args(commands.Command))]
    parts += ["## Events: facts, entries of the journal\n", _table(typing.get_args(events.Event))]
    parts += ["## Words of refusal\n", _words()]
    return "\n".join(parts)


def _table(kinds: Iterable[type]) -> str:
    rows = ["| name | fields | means |", "|---|---|---|"]
    for kind in kinds:
        tag = kind.__struct_config__.tag  # type: ignore[attr-defined]
        fields = ", ".join(f"`{name}`: {_type(hint)}" for name, hint in _hints(kind).items())
        rows.append(f"| `{tag}` | {fields} | {_sentence(kind)} |")
    return "\n".join(rows) + "\n"


def _hints(kind: type) -> dict[str, typing.Any]:
    hints = typing.get_type_hints(kind)
    return {name: hints[name] for name in kind.__struct_fields__}  # type: ignore[attr-defined]


def _type(hint: typing.Any) -> str:
    name = hint.__name__ if inspect.isclass(hint) and not typing.get_args(hint) else str(hint)
    name = re.sub(r"(room_server\.rules\.\w+|typing)\.", "", name)
    return "event" if "SittingPrepared" in name else "command" if "Knock" in name else name.replace("|", "or")


def _sentence(kind: type) -> str:
    own = kind.__doc__ if kind.__doc__ != kind.__base__.__doc__ else ""
    return " ".join((own or "").split())


def _words() -> str:
    rows = ["| word | 中文 | English |", "|---|---|---|"]
    rows += [f"| `{word}` | {chinese} | {english} |" for word, (chinese, english) in REFUSALS.items()]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
