"""Whether a PDF would do more than show pages: a search of its objects for actions, erring towards yes."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

# Names of at least four letters: shorter ones (JS, AA) occur by chance in compressed data, and are nothing
# without an action that is named here.
_ACTIVE = frozenset(
    b"JavaScript Launch SubmitForm ImportData GoToR GoToE Rendition Movie Sound XFA "
    b"RichMedia RichMediaExecute EmbeddedFile EmbeddedFiles".split()
)
# ISO 32000-1, 7.3.5: any letter of a name may be written as #xx.
_NAME = re.compile(rb"/((?:[A-Za-z]|#[0-9A-Fa-f]{2}){1,64})")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_FLATE = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\s*\]?")
_MOST_READ = 256 << 20
_MOST_UNPACKED = 64 << 20
_DICTIONARY = 1024


def is_active(path: Path) -> bool:
    """Whether the file holds script, starts something, or cannot be searched (encrypted, too large)."""
    if path.stat().st_size > _MOST_READ:
        return True
    data = path.read_bytes()
    packed = []
    for name, at in _names(data):
        if name in _ACTIVE or name == b"Encrypt":
            return True
        if name == b"ObjStm":
            packed.append(at)
    try:
        pieces = _unpacked(data, packed)
        return any(name in _ACTIVE for piece in pieces for name, _ in _names(piece))
    except (zlib.error, ValueError):
        return True


def _names(data: bytes) -> Iterator[tuple[bytes, int]]:
    for match in _NAME.finditer(data):
        yield _plain(match.group(1)), match.start()


def _plain(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found.group(1), 16)]), text) if b"#" in text else text


def _unpacked(data: bytes, marks: list[int]) -> Iterator[bytes]:
    """The contents of the object streams (ISO 32000-1, 7.5.7); `ValueError` for what cannot be unpacked."""
    left = _MOST_UNPACKED
    for mark in marks:
        begin = data.rfind(b"obj", max(0, mark - _DICTIONARY), mark)
        stream = _STREAM.search(data, mark, mark + _DICTIONARY)
        if begin < 0 or stream is None:
            raise ValueError("an object stream without a stream")
        dictionary = _plain(data[begin : stream.start()])
        if not _FLATE.search(dictionary) or b"/DecodeParms" in dictionary:
            raise ValueError("an object stream of another filter")
        piece = zlib.decompressobj().decompress(data[stream.end() :], left)
        left -= len(piece)
        if left <= 0:
            raise ValueError("too much to search")
        yield piece
