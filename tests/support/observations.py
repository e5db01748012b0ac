"""What the people of a journey sent, got and left in the recording, counted."""

import itertools
import time
from collections.abc import Iterable

from media.visitor import Sent
from tests.support.courthouse import Hearing
from tests.support.guest import Guest


def frames_sent(guest: Guest, since: float, until: float) -> int:
    """Video frames that a guest sent in a span of monotonic time."""
    return sum(s.end and s.medium == "video" for s in _between(guest.visitor.sent, since, until))


def frames_recorded(session: Hearing, who: str, since: float, until: float, zero_ms: int) -> int:
    """Video frames in the recording of a person's camera whose time of capture is in that span."""
    import av

    offset = (time.time() - time.monotonic()) * 1000 - zero_ms
    folder = session.data / "recordings" / session.sitting
    found = 0
    for path in folder.glob(f"{who}.camera*.webm"):
        with av.open(str(path)) as file:
            for packet in file.demux(video=0):
                if packet.pts is not None and packet.time_base is not None:
                    at = float(packet.pts * packet.time_base) * 1000
                    found += since * 1000 + offset <= at < until * 1000 + offset
    return found


def voice_missing(speaker: Guest, listener: Guest, since: float, until: float) -> tuple[float, float]:
    """(share of voice packets that never came, share still missing where each brings its predecessor along).

    That is Opus's in-band FEC, which the answer asks every browser for and the server passes on untouched.
    """
    came = {packet.digest for packet in listener.visitor.received}
    voice = [s.digest in came for s in _between(speaker.visitor.sent, since, until) if s.medium == "audio"]
    missing = sum(not here for here in voice)
    beyond = sum(not here and not after for here, after in itertools.pairwise(voice))
    return missing / len(voice), beyond / len(voice)


def _between(sent: Iterable[Sent], since: float, until: float) -> list[Sent]:
    return [s for s in sent if since * 1e9 <= s.at < until * 1e9]
