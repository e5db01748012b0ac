"""SDP offers: what a browser proposes, read strictly and refused with a plain reason (RFC 8866, RFC 8829)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_BYTES = 200_000
MAX_SECTIONS = 40
_HASHES = ("sha-256", "sha-384", "sha-512")
_UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}")
_PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}")
_RID = re.compile(r"[A-Za-z0-9_-]{1,16}")
MAX_LAYERS = 3
_OF_CODECS = ("fmtp", "rtcp-fb")
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")


@dataclass(slots=True)
class Codec:
    """One payload type of a section; `primary` is set on retransmissions (apt)."""

    payload_type: int
    name: str
    clock_rate: int
    channels: int
    parameters: str = ""
    primary: int | None = None
    feedback: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Section:
    """One m-line of the offer."""

    kind: str
    protocol: str
    formats: list[str]
    port: int
    mid: str = ""
    direction: str = "sendrecv"
    codecs: list[Codec] = field(default_factory=list)
    extensions: dict[str, int] = field(default_factory=dict)
    ssrcs: list[int] = field(default_factory=list)
    pairs: dict[int, int] = field(default_factory=dict)
    """SSRC → SSRC of its retransmissions (FID groups)."""
    stream: str = ""
    rids: list[str] = field(default_factory=list)
    """The layers its simulcast sends (RFC 8853), lowest first; empty without simulcast."""
    ufrag: str = ""
    password: str = ""
    setup: str = ""
    fingerprints: list[tuple[str, str]] = field(default_factory=list)
    bundle_only: bool = False
    """Without a port of its own, and yet offered (RFC 9143 6)."""

    @property
    def media(self) -> bool:
        """Whether this section offers RTP that a server can take."""
        offered = bool(self.port) or self.bundle_only
        return offered and self.kind in ("audio", "video") and self.protocol.endswith("RTP/SAVPF")

    def codec(self, name: str, fits: Callable[[str], bool] | None = None) -> Codec | None:
        """The first payload type with this codec whose parameters fit."""
        found = (codec for codec in self.codecs if codec.name == name)
        return next((codec for codec in found if fits is None or fits(codec.parameters)), None)

    def retransmission(self, of: Codec) -> Codec | None:
        """The payload type that repairs `of`."""
        return next((c for c in self.codecs if c.name == "rtx" and c.primary == of.payload_type), None)

    def redundancy(self, of: Codec) -> Codec | None:
        """The payload type that carries `of` with older packets riding along (RFC 2198)."""
        return next(
            (
                codec
                for codec in self.codecs
                if codec.name == "red"
                and codec.clock_rate == of.clock_rate
                and set(codec.parameters.split("/")) == {str(of.payload_type)}
            ),
            None,
        )


@dataclass(slots=True)
class Offer:
    """An offer that passed every check."""

    sections: list[Section]
    bundle: list[str]
    ufrag: str
    password: str
    setup: str
    fingerprints: list[tuple[str, str]]


def parse(text: str) -> Offer:
    """Read and check an offer; ValueError says in plain words what is wrong with it."""
    if len(text) > MAX_BYTES:
        raise ValueError("the offer is too long")
    if not text.startswith("v=0"):
        raise ValueError("this is not SDP")
    top = Section("", "", [], 0)
    sections: list[Section] = []
    bundle: list[str] = []
    later: list[tuple[Section, str, str]] = []
    for line in text.splitlines():
        if len(line) < 2 or line[1] != "=":
            if line.strip():
                raise ValueError("this is not SDP")
        elif line[0] == "m":
            sections.append(_section(line[2:]))
            if len(sections) > MAX_SECTIONS:
                raise ValueError("the offer has too many media sections")
        elif line[0] == "a":
            name, _, value = line[2:].partition(":")
            if name == "group" and value.startswith("BUNDLE"):
                bundle = value.split()[1:]
            section = sections[-1] if sections else top
            if name in _OF_CODECS:
                # Firefox names a codec only after what it says of it.
                later.append((section, name, value.strip()))
            else:
                _read(_attribute, section, name, value.strip())
    for section, name, value in later:
        _read(_codec_attribute, section, name, value)
    return _checked(top, sections, bundle)


def _read(how: Callable[[Section, str, str], None], section: Section, name: str, value: str) -> None:
    try:
        how(section, name, value)
    except (ValueError, IndexError) as error:
        raise ValueError(f"the offer's attribute {name[:32]!r} cannot be read") from error


def _section(value: str) -> Section:
    parts = value.split()
    if len(parts) < 4 or not parts[1].partition("/")[0].isdigit():
        raise ValueError("a media section of the offer cannot be read")
    return Section(parts[0], parts[2], parts[3:], int(parts[1].partition("/")[0]))


def _attribute(section: Section, name: str, value: str) -> None:
    if name in _DIRECTIONS:
        section.direction = name
    elif name == "bundle-only":
        section.bundle_only = True
    elif name == "mid":
        section.mid = value[:32]
    elif name == "ice-ufrag":
        section.ufrag = value
    elif name == "ice-pwd":
        section.password = value
    elif name == "setup":
        section.setup = value
    elif name == "fingerprint":
        algorithm, digest = value.split()
        section.fingerprints.append((algorithm.lower(), digest.upper()))
    elif name == "extmap":
        number, uri = value.split()[:2]
        section.extensions[uri] = int(number.partition("/")[0])
    else:
        _codec_attribute(section, name, value)


def _codec_attribute(section: Section, name: str, value: str) -> None:
    if name == "rtpmap":
        number, encoding = value.split()[:2]
        codec, rate, *channels = encoding.split("/")
        section.codecs.append(
            Codec(int(number) & 127, codec.lower(), int(rate), int(channels[0]) if channels else 1)
        )
    elif name == "fmtp":
        number, _, parameters = value.partition(" ")
        for known in section.codecs:
            if known.payload_type == int(number):
                known.parameters = parameters[:256]
                apt = re.search(r"(?:^|;)\s*apt=(\d+)", parameters)
                known.primary = int(apt[1]) if apt else None
    elif name == "rtcp-fb":
        number, _, kind = value.partition(" ")
        for known in section.codecs:
            if number in ("*", str(known.payload_type)) and len(known.feedback) < 16:
                known.feedback.add(kind[:32])
    elif name == "ssrc":
        ssrc = int(value.split()[0]) & 0xFFFFFFFF
        if ssrc not in section.ssrcs and len(section.ssrcs) < 16:
            section.ssrcs.append(ssrc)
    elif name == "ssrc-group" and value.startswith("FID "):
        first, second = value.split()[1:3]
        section.pairs[int(first) & 0xFFFFFFFF] = int(second) & 0xFFFFFFFF
    elif name == "msid":
        section.stream = value[:128]
    elif name == "simulcast":
        section.rids = _layers(value.split())


def _layers(words: list[str]) -> list[str]:
    """The layers of `send q;h;f`: of alternatives (`q,x`) the first, paused ones (`~q`) too."""
    sent = next((words[n + 1] for n, word in enumerate(words[:-1]) if word == "send"), "")
    rids = [part.partition(",")[0].lstrip("~") for part in sent.split(";")]
    if len(set(rids)) < 2 or not all(_RID.fullmatch(rid) for rid in rids):
        return []
    return list(dict.fromkeys(rids))[:MAX_LAYERS]


def _checked(top: Section, sections: list[Section], bundle: list[str]) -> Offer:
    media = [section for section in sections if section.media]
    if not media:
        raise ValueError("the offer has no audio or video section")
    mids = [section.mid for section in sections]
    if len(set(mids)) != len(mids) or (len(media) > 1 and not all(mids)):
        raise ValueError("the media sections of the offer have no names of their own")
    if len(media) > 1 and not bundle:
        raise ValueError("all media must be in one bundle")
    first = next((section for section in media if section.mid == (bundle or mids)[0]), media[0])
    ufrag, password = first.ufrag or top.ufrag, first.password or top.password
    if not _UFRAG.fullmatch(ufrag) or not _PASSWORD.fullmatch(password):
        raise ValueError("the offer has no ICE credentials")
    fingerprints = [f for f in first.fingerprints or top.fingerprints if f[0] in _HASHES]
    if not fingerprints:
        raise ValueError("the offer has no fingerprint")
    setup = first.setup or top.setup or "actpass"
    if setup not in ("actpass", "active", "passive"):
        raise ValueError("the offer's setup role is unknown")
    return Offer(sections, bundle or mids, ufrag, password, setup, fingerprints)
