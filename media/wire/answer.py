"""SDP answers: one UDP port, ICE lite, Opus, VP8, H.264 and what repairs them (RFC 8829, RFC 8445 2.5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from . import h264
from .sdp import Codec, Offer, Section

AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
TRANSPORT = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
FEEDBACK = ("goog-remb", "ccm fir", "nack", "nack pli")
VIDEO = ("vp8", "h264")
"""What is taken, most wanted first, unless a room says otherwise."""
_OPUS = "minptime=10;useinbandfec=1"


@dataclass(slots=True)
class Ground:
    """What every section of an answer repeats: where the server is and how it proves itself."""

    addresses: Sequence[str]
    port: int
    ufrag: str
    password: str
    fingerprint: str
    setup: str
    cname: str


@dataclass(slots=True)
class Accepted:
    """One accepted section: the codec taken, its repair, the header extensions and our SSRCs if we send."""

    section: Section
    direction: str
    codec: Codec
    repair: Codec | None
    extensions: dict[str, int]
    redundancy: Codec | None = None
    rids: list[str] = field(default_factory=list)
    """The simulcast layers taken, lowest first; empty where one stream comes."""
    others: tuple[tuple[Codec, Codec | None], ...] = ()
    """More codecs we may send here, with their repair."""
    ssrc: int = 0
    repair_ssrc: int = 0


def codecs(section: Section, order: Sequence[str] = VIDEO) -> list[Codec]:
    """The codecs of a section that are taken, most wanted first."""
    names = {"audio": ("opus",), "video": order}.get(section.kind, ()) if section.media else ()
    found = (section.codec(name, h264.baseline if name == "h264" else None) for name in names)
    return [codec for codec in found if codec is not None]


def accept(
    section: Section, direction: str, wanted: Sequence[str], order: Sequence[str] = VIDEO
) -> Accepted | None:
    """Take a section if it has a codec of ours; None to reject it. Where we send, all of them may be sent."""
    found = codecs(section, order)
    if not found:
        return None
    codec = found[0]
    extensions = {uri: section.extensions[uri] for uri in wanted if 0 < section.extensions.get(uri, 0) < 15}
    if "transport-cc" not in codec.feedback:
        extensions.pop(TRANSPORT, None)
    repair = section.retransmission(codec) if section.kind == "video" else None
    redundancy = section.redundancy(codec) if section.kind == "audio" else None
    rids = section.rids if RID in extensions and direction == "recvonly" else []
    accepted = Accepted(section, direction, codec, repair, extensions, redundancy, rids)
    if direction == "sendonly":
        accepted.others = tuple((other, section.retransmission(other)) for other in found[1:])
    return accepted


def write(offer: Offer, accepted: dict[str, Accepted], ground: Ground) -> str:
    """The whole answer; sections without an entry in `accepted` (by mid) are rejected."""
    taken = [s.mid for s in offer.sections if s.mid in accepted]
    lines = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", "a=ice-lite"]
    if taken and taken[0]:
        lines.append("a=group:BUNDLE " + " ".join(taken))
    lines.append("a=msid-semantic: WMS *")
    for section in offer.sections:
        found = accepted.get(section.mid)
        lines += _taken(found, ground) if found else _rejected(section)
    return "\r\n".join(lines) + "\r\n"


def _rejected(section: Section) -> list[str]:
    lines = [f"m={section.kind} 0 {section.protocol} {' '.join(section.formats)}", "c=IN IP4 0.0.0.0"]
    return [*lines, f"a=mid:{section.mid}", "a=inactive"] if section.mid else [*lines, "a=inactive"]


def _taken(one: Accepted, ground: Ground) -> list[str]:
    section, place = one.section, _place(_default(ground.addresses))
    # Whoever sends takes the first: what comes here comes with redundancy where it can.
    order = (one.codec, one.redundancy) if one.direction == "sendonly" else (one.redundancy, one.codec)
    more = [codec for pair in one.others for codec in pair]
    formats = [str(codec.payload_type) for codec in (*order, one.repair, *more) if codec]
    lines = [
        f"m={section.kind} {ground.port} {section.protocol} {' '.join(formats)}",
        f"c={place}",
        f"a={one.direction}",
        f"a=rtcp:{ground.port} {place}",
        "a=rtcp-mux",
        "a=rtcp-rsize",
    ]
    if section.mid:
        lines.append(f"a=mid:{section.mid}")
    lines += [f"a=extmap:{number} {uri}" for uri, number in one.extensions.items()]
    if one.rids:
        lines += [*(f"a=rid:{rid} recv" for rid in one.rids), f"a=simulcast:recv {';'.join(one.rids)}"]
    lines += _codec_lines(one) + _source_lines(one, ground.cname)
    for rank, address in enumerate(ground.addresses):
        priority = 126 << 24 | (65535 - rank) << 8 | 255
        lines.append(f"a=candidate:{rank + 1} 1 udp {priority} {address} {ground.port} typ host")
    return [
        *lines,
        "a=end-of-candidates",
        f"a=ice-ufrag:{ground.ufrag}",
        f"a=ice-pwd:{ground.password}",
        f"a=fingerprint:sha-256 {ground.fingerprint}",
        f"a=setup:{ground.setup}",
    ]


def _default(addresses: Sequence[str]) -> str:
    """The address for those who read no candidates: IPv4 where there is any (RFC 8421 4)."""
    return next((address for address in addresses if ":" not in address), addresses[0])


def _place(address: str) -> str:
    return f"IN {'IP6' if ':' in address else 'IP4'} {address}"


def _codec_lines(one: Accepted) -> list[str]:
    number = one.codec.payload_type
    told = [f"a=rtcp-fb:{number} transport-cc"] if TRANSPORT in one.extensions else []
    if one.section.kind == "audio":
        lines = [f"a=rtpmap:{number} opus/48000/2", *told, f"a=fmtp:{number} {_OPUS}"]
        if one.redundancy:
            red = one.redundancy.payload_type
            lines += [f"a=rtpmap:{red} red/48000/2", f"a=fmtp:{red} {number}/{number}"]
        return lines
    return [
        line
        for codec, repair in ((one.codec, one.repair), *one.others)
        for line in _video_lines(codec, repair, TRANSPORT in one.extensions)
    ]


def _video_lines(codec: Codec, repair: Codec | None, told: bool) -> list[str]:
    number = codec.payload_type
    lines = [f"a=rtpmap:{number} {codec.name.upper()}/{codec.clock_rate}"]
    lines += [f"a=rtcp-fb:{number} {kind}" for kind in FEEDBACK]
    if told:
        lines.append(f"a=rtcp-fb:{number} transport-cc")
    if codec.name == "h264":
        lines.append(f"a=fmtp:{number} {codec.parameters}")
    if repair:
        spare = repair.payload_type
        lines += [f"a=rtpmap:{spare} rtx/{codec.clock_rate}", f"a=fmtp:{spare} apt={number}"]
    return lines


def _source_lines(one: Accepted, cname: str) -> list[str]:
    if not one.ssrc:
        return []
    name = f"slot-{one.section.mid}"
    lines = [f"a=msid:{name} {name}-{one.section.kind}"]
    if one.repair_ssrc:
        lines.append(f"a=ssrc-group:FID {one.ssrc} {one.repair_ssrc}")
    lines.append(f"a=ssrc:{one.ssrc} cname:{cname}")
    if one.repair_ssrc:
        lines.append(f"a=ssrc:{one.repair_ssrc} cname:{cname}")
    return lines
