"""The wire between browser and server: frames up and down, their version and their error words.

`web_client/src/core/protocol.ts` is generated from this file, `commands.py`, `events.py` and `people.py`.
"""

from typing import Annotated

import msgspec

from .commands import Command, Id
from .events import Event
from .people import Role

VERSION = 1
MAX_FRAME_BYTES = 256 * 1024


Pixels = Annotated[int, msgspec.Meta(ge=0, le=16384)]


class ProtocolError(Exception):
    """A frame that breaks the protocol: the socket is closed with `code`, and `word` as its reason."""

    def __init__(self, word: str, code: int = 4400) -> None:
        super().__init__(word)
        self.word = word
        self.code = code


class _Up(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    pass


class Hello(_Up, frozen=True, tag="hello"):
    """First frame of every socket. `since`: the last seq this screen has folded (0: none).
    `visit`: when the page was opened (Unix ms, greater for a later page of the device), `attempt`: 1, 2, 3 …
    of that page. A hello that a later one of the same device has overtaken is answered by `Occupied`."""

    protocol: int
    ticket: Annotated[str, msgspec.Meta(max_length=512)]
    device: Annotated[str, msgspec.Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
    since: Annotated[int, msgspec.Meta(ge=0)] = 0
    takeover: bool = False
    visit: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    attempt: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0


class Wish(_Up, frozen=True, tag="wish"):
    """A command; answered by `Done` or `Refusal` with the same `id`."""

    id: int
    command: Command


class Offer(_Up, frozen=True, tag="offer"):
    """An SDP offer for one of a device's connections; answered by `Answer` or `Refusal`.

    `publish`: microphone and camera; `subscribe`: the slots; `screen`: what is shown after `ShareScreen`.
    """

    id: int
    plane: Annotated[str, msgspec.Meta(pattern=r"^(publish|subscribe|screen)$")]
    sdp: Annotated[str, msgspec.Meta(max_length=200_000)]


class View(_Up, frozen=True, tag="view"):
    """Whose pictures this screen wants first, and how many it shows at most (None: as many as it has slots).

    `sizes`: width and height in device pixels of the tile in which it shows whose camera, zeros for one that
    is scrolled out of sight: nobody is sent a larger layer than fills their tile. Whoever is not named may
    be sent any. `hidden`: nobody looks at this page, no picture is sent. Not answered; what is left over is
    filled with who presides and who speaks. Ask again for a new connection: a request belongs to the one
    that stands.
    """

    first: Annotated[list[Id], msgspec.Meta(max_length=16)] = []
    most: Annotated[int, msgspec.Meta(ge=0, le=16)] | None = None
    sizes: Annotated[dict[Id, tuple[Pixels, Pixels]], msgspec.Meta(max_length=64)] = {}
    hidden: bool = False


class Point(_Up, frozen=True, tag="point"):
    """Where one's pointer is on the page of evidence that is shown, in thousandths of its width and height.

    Not answered, and no fact: it passes to the others at the table. Negative: it has left the page.
    """

    showing: int
    page: int
    x: Annotated[int, msgspec.Meta(ge=-1, le=1000)]
    y: Annotated[int, msgspec.Meta(ge=-1, le=1000)]


class AtLine(_Up, frozen=True, tag="at_line"):
    """Which line of the minutes one has open to edit it (empty: none). Not answered, and no fact."""

    line: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Ping(_Up, frozen=True, tag="ping"):
    """Every 2 to 5 s from the browser; a socket silent for 15 s is taken for dead."""


class _Down(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    pass


class Welcome(_Down, frozen=True, tag="welcome"):
    """Answer to `Hello`. `live`: this device's connections in the media worker are still alive.
    `epoch` changes when the media worker was replaced: make new connections."""

    protocol: int
    participant: str
    role: Role
    name: str
    sitting: str
    epoch: int
    live: bool
    seq: int
    now: int
    """Server time, Unix ms: the browser shows times by the server's clock."""


class Occupied(_Down, frozen=True, tag="occupied"):
    """Another device or page of this person is in the room: ask the person, then hello with `takeover`
    (and, from the same device, with a new `visit`)."""


class Told(_Down, frozen=True, tag="event"):
    """One entry of the journal as this person may see it; `actor` is a participant id or `system`."""

    seq: int
    at: int
    media_time: int | None
    actor: str
    event: Event


class Reset(_Down, frozen=True, tag="reset"):
    """Forget the fold: what you may see has changed; all entries you may see follow."""


class CaughtUp(_Down, frozen=True, tag="caught_up"):
    """All entries up to `seq` that this person may see have been sent."""

    seq: int


class Done(_Down, frozen=True, tag="done"):
    """The wish was granted; its facts come as `event`."""

    id: int


class Refusal(_Down, frozen=True, tag="refusal"):
    """`word` is stable, for programs; `text` is for people (in the language of the server's words file)."""

    id: int
    word: str
    text: str


class Answer(_Down, frozen=True, tag="answer"):
    """The SDP answer to an `Offer`."""

    id: int
    sdp: str


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """One m-line of the subscribe connection and whose track it carries now (empty: nobody's)."""

    mid: str
    medium: str
    participant: str = ""
    source: str = ""


class Slots(_Down, frozen=True, tag="slots"):
    """Whose track each m-line of the subscribe connection carries now; replaces what was said before."""

    slots: list[Slot]


class Speaking(_Down, frozen=True, tag="speaking"):
    """Who is heard now, loudest first.

    `dominant` has the word: whoever it is keeps it while they go on and while nobody speaks.
    """

    participants: list[str]
    dominant: str = ""


class Quality(_Down, frozen=True, tag="quality"):
    """How good the line of one person at the same place is: `good`, `poor` or `bad`; passes, is no fact."""

    participant: str
    grade: str


class Lag(_Down, frozen=True, tag="lag"):
    """How many seconds the text of the minutes is behind what is said, for the staff; passes, is no fact."""

    seconds: int


class Editing(_Down, frozen=True, tag="editing"):
    """Which line of the minutes somebody has open to edit it (empty: none any more); told to the staff.

    It passes, is no fact, and ends as well when they leave: it keeps nobody else from the line.
    """

    participant: str
    line: str


class Said(_Down, frozen=True, tag="said"):
    """What somebody at the same place said in writing where nothing is kept: it passes, is no fact."""

    participant: str
    text: str
    at: int


class Interim(_Down, frozen=True, tag="interim"):
    """What somebody at the table is saying now, roughly, before the sentence is over; passes, is no fact.

    Shown to those who may read the text that follows, which replaces it; an empty `text` takes it back.
    """

    participant: str
    start_ms: int
    text: str


class Pointer(_Down, frozen=True, tag="pointer"):
    """Where somebody points on the page that is shown, see `point`."""

    participant: str
    showing: int
    page: int
    x: int
    y: int


class Media(_Down, frozen=True, tag="media"):
    """The media worker was replaced (`up`) or lost: make new connections when up."""

    epoch: int
    up: bool


class Renew(_Down, frozen=True, tag="renew"):
    """Make the connection of this plane anew: others could see its picture in another codec.

    The old one is taken from until the new one flows.
    """

    plane: str


class Pong(_Down, frozen=True, tag="pong"):
    """Answer to `Ping`."""


class Bye(_Down, frozen=True, tag="bye"):
    """Last frame before the server closes the socket.

    `word`: taken_over, replaced, refused, revoked, left, stopping (come back soon), or of a bad ticket.
    """

    word: str


Up = Hello | Wish | Offer | View | Point | AtLine | Ping
Down = (
    Welcome
    | Occupied
    | Told
    | Reset
    | CaughtUp
    | Done
    | Refusal
    | Answer
    | Slots
    | Speaking
    | Quality
    | Lag
    | Interim
    | Editing
    | Said
    | Pointer
    | Media
    | Renew
    | Pong
    | Bye
)

_decoder: msgspec.json.Decoder[Up] = msgspec.json.Decoder(Up)
_encoder = msgspec.json.Encoder()


def decode(data: str | bytes) -> Up:
    """Read one frame from a browser; raises `ProtocolError` for anything that is not one."""
    if len(data) > MAX_FRAME_BYTES:
        raise ProtocolError("too_large", 4413)
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ProtocolError("malformed") from error


def encode(frame: Down) -> str:
    """Write one frame for a browser."""
    return _encoder.encode(frame).decode()
