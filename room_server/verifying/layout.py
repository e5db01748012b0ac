"""Where everything lies in a case file (BagIt, RFC 8493), and which names are allowed in one."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BAGIT = "bagit.txt"
BAG_INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
SEAL = "seal.json"
ROOT_FILES = (BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST, SEAL)

PAYLOAD = "data/"
MINUTES = "data/笔录/"
RECORDINGS = "data/录音录像/"
EVIDENCE = "data/证据/"
SECONDARY = "data/副卷/"
"""What no party is given."""
EVIDENCE_JSON = EVIDENCE + "evidence.json"
JOURNAL = "data/日志/journal.jsonl"
LEDGER = "data/日志/connectivity.json"
GUIDE = "data/说明/"
CHECK = "data/校验/verify.py"
MINUTES_JSON = MINUTES + "minutes.json"


@dataclass(frozen=True, slots=True)
class Volume:
    """Where minutes and recordings of a sitting lie: in the main volume (正卷) or in the secondary one."""

    minutes: str
    recordings: str

    @property
    def minutes_json(self) -> str:
        """The minutes as data."""
        return self.minutes + "minutes.json"

    @property
    def recordings_manifest(self) -> str:
        """What was recorded."""
        return self.recordings + "manifest.json"


MAIN = Volume(MINUTES, RECORDINGS)
APART = Volume(SECONDARY + "笔录/", SECONDARY + "录音录像/")
"""Of a sitting that is itself secondary: a review by a panel. Case files of earlier versions have it in the
main volume."""


def volume(names: Iterable[str]) -> Volume:
    """Where the files of these names have the record of their sitting."""
    return APART if any(name.startswith((APART.minutes, APART.recordings)) for name in names) else MAIN


APPLICATION = "data/申请/申请书.pdf"
"""The paper of a package for the next body."""
CASE = "data/案件/案件.json"
EVIDENCE_LIST = EVIDENCE + "证据清单.json"
DOCUMENTS = "data/文书/"

LARGEST_JOURNAL = 512 << 20
_HEX = frozenset("0123456789abcdef")


class LayoutProblem(Exception):
    """A name or a manifest that no case file of ours has."""


def safe(name: str) -> bool:
    """Whether a name stays inside the bag on every system it may be copied to."""
    parts = name.split("/")
    return not (
        not name
        or len(name.encode("utf-8", "surrogatepass")) > 1000
        or any(part in ("", ".", "..") for part in parts)
        or any(char in '\\:*?"<>|' or unicodedata.category(char) in ("Cc", "Cs") for char in name)
    )


def is_digest(text: object) -> bool:
    """Whether `text` is a SHA-256 in lower-case hex."""
    return isinstance(text, str) and len(text) == 64 and set(text) <= _HEX


def write_manifest(digests: Mapping[str, str]) -> bytes:
    """Manifest text: one `digest  name` per line, sorted by name; RFC 8493 2.1.3."""
    return "".join(f"{digests[name]}  {_escaped(name)}\n" for name in sorted(digests)).encode()


def read_manifest(content: bytes) -> dict[str, str]:
    """Name → digest; raises `LayoutProblem` for anything that `write_manifest` does not write."""
    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError as error:
        raise LayoutProblem("not UTF-8") from error
    if lines.pop() != "":
        raise LayoutProblem("the last line is cut off")
    digests: dict[str, str] = {}
    for line in lines:
        digest, gap, name = line[:64], line[64:66], _unescaped(line[66:])
        if not is_digest(digest) or gap != "  " or not safe(name) or name in digests:
            raise LayoutProblem("a line is malformed")
        digests[name] = digest
    return digests


def _escaped(name: str) -> str:
    return name.replace("%", "%25")


def _unescaped(name: str) -> str:
    return name.replace("%25", "%")
