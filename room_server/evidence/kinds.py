"""What a file is by its content, never by its name; and whether it pretends to be something else besides."""

import re
import zipfile
from enum import StrEnum
from pathlib import Path

import msgspec

HEAD_BYTES = 4096
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml)", re.IGNORECASE)
# A browser that guesses looks no further than this (MIME Sniffing Standard, 5.2); PDF readers take 1024.
_SNIFFED = 1445
_PDF_SEEN = 1024
_ZIP_TAIL = 65_557
_ZIP_END = b"PK\x05\x06"
_ZIP_ENTRY = b"PK\x01\x02"


class Kind(StrEnum):
    """How a file can be shown."""

    PICTURE = "picture"
    DOCUMENT = "document"
    VIDEO = "video"
    AUDIO = "audio"
    OFFICE = "office"
    """Only to be taken away: it is never drawn here."""


class Format(msgspec.Struct, frozen=True):
    """One file format that is accepted."""

    name: str
    kind: Kind
    suffix: str
    media_type: str


class NotAccepted(Exception):
    """A file that cannot be evidence here; `word` is stable and has a text for people."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


JPEG = Format("jpeg", Kind.PICTURE, ".jpg", "image/jpeg")
PNG = Format("png", Kind.PICTURE, ".png", "image/png")
WEBP = Format("webp", Kind.PICTURE, ".webp", "image/webp")
HEIF = Format("heif", Kind.PICTURE, ".heic", "image/heic")
PDF = Format("pdf", Kind.DOCUMENT, ".pdf", "application/pdf")
MP4 = Format("mp4", Kind.VIDEO, ".mp4", "video/mp4")
MOV = Format("mov", Kind.VIDEO, ".mov", "video/quicktime")
WEBM = Format("webm", Kind.VIDEO, ".webm", "video/webm")
MP3 = Format("mp3", Kind.AUDIO, ".mp3", "audio/mpeg")
WAV = Format("wav", Kind.AUDIO, ".wav", "audio/wav")
OGG = Format("ogg", Kind.AUDIO, ".ogg", "audio/ogg")
M4A = Format("m4a", Kind.AUDIO, ".m4a", "audio/mp4")
AMR = Format("amr", Kind.AUDIO, ".amr", "audio/amr")
DOCX = Format(
    "docx",
    Kind.OFFICE,
    ".docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
FORMATS: dict[str, Format] = {
    one.name: one for one in (JPEG, PNG, WEBP, HEIF, PDF, MP4, MOV, WEBM, MP3, WAV, OGG, M4A, AMR, DOCX)
}
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), HEIF),
    **dict.fromkeys((b"qt  ",), MOV),
    **dict.fromkeys((b"M4A ", b"M4B "), M4A),
    **dict.fromkeys((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"), MP4),
    **dict.fromkeys((b"M4V ", b"MSNV", b"dash", b"3gp4", b"3gp5", b"3gp6", b"3g2a"), MP4),
}


def sniff(head: bytes) -> Format | None:
    """The format that a file's first bytes begin (`HEAD_BYTES` of them are enough); None: none of ours."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF"):
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(head[8:12])
    if head.startswith(b"%PDF-"):
        return PDF
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12])
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head[:64] or b"matroska" in head[:64] else None
    if head.startswith(b"PK\x03\x04"):
        return DOCX
    return _sound(head)


def _sound(head: bytes) -> Format | None:
    if head.startswith(b"OggS"):
        return OGG
    if head.startswith(b"#!AMR"):
        return AMR
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] in (0xFB, 0xF3, 0xF2)):
        return MP3
    return None


def identify(path: Path) -> Format:
    """The format of a whole file; raises `NotAccepted` for an unknown one and for one with two faces."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        size = file.seek(0, 2)
        file.seek(max(0, size - _ZIP_TAIL))
        tail = file.read(_ZIP_TAIL)
    found = sniff(head)
    if found is None:
        raise NotAccepted("unknown_type")
    if found is DOCX:
        check_docx(path)
    elif _two_faces(found, head, tail, path, size):
        raise NotAccepted("two_faces")
    return found


def identify_suffix(path: Path) -> str:
    """How the name of a file should end that was accepted before; empty when it is not known any more."""
    with path.open("rb") as file:
        found = sniff(file.read(HEAD_BYTES))
    return found.suffix if found else ""


def _two_faces(found: Format, head: bytes, tail: bytes, path: Path, size: int) -> bool:
    """Whether other programs would take the same bytes for a PDF, a page with script, or an archive."""
    if found is not PDF and b"%PDF-" in head[:_PDF_SEEN]:
        return True
    if _MARKUP.search(head[:_SNIFFED]) and not _harmless_markup(found, head):
        return True
    return _is_archive(tail, path, size)


def _harmless_markup(found: Format, head: bytes) -> bool:
    """XMP, as cameras write it, is XML inside a picture: only a page or a script makes it suspect."""
    words = {match.group(1).lower() for match in _MARKUP.finditer(head[:_SNIFFED])}
    return found.kind in (Kind.PICTURE, Kind.DOCUMENT) and words == {b"?xml"}


def _is_archive(tail: bytes, path: Path, size: int) -> bool:
    at = tail.rfind(_ZIP_END)
    if at < 0 or len(tail) - at < 22:
        return False
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    directory = size - len(tail) + at - length
    if length == 0 or directory < 0:
        return False
    with path.open("rb") as file:
        file.seek(directory)
        return file.read(4) == _ZIP_ENTRY


MOST_MEMBERS = 2000
MOST_UNPACKED = 256 << 20
MOST_RATIO = 200


def check_docx(path: Path) -> None:
    """Accept a plain Word document; raises `NotAccepted` for other archives, bombs and macros."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise NotAccepted("damaged") from error
    names = {member.filename for member in members}
    if not {"[Content_Types].xml", "word/document.xml"} <= names:
        raise NotAccepted("unknown_type")
    unpacked = sum(member.file_size for member in members)
    packed = max(1, path.stat().st_size)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or unpacked // packed > MOST_RATIO:
        raise NotAccepted("bomb")
    if any(name.lower().endswith((".bin", ".exe", ".js", ".vbs", ".scr")) for name in names):
        raise NotAccepted("has_program")
