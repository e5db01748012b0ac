"""Pictures of evidence: re-encoded, without what cameras write into them, small enough for a phone."""

from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from .kinds import HEIF, Format, NotAccepted, identify
from .shelf import THUMBNAIL, page_name

PAGE_EDGE = 2000
"""Longest side of a page in pixels: an A4 page at 170 dpi, legible when enlarged."""
THUMBNAIL_EDGE = 320
MOST_PIXELS = 120_000_000
MOST_PAGES = 1000
_TOO_LONG = 40
"""A picture this many times longer than wide is no page: nothing of it could be read."""


def draw_picture(path: Path, views: Path) -> None:
    """The one page of a photograph, upright, and its thumbnail."""
    found = identify(path)
    if found is HEIF:
        _learn_heif()
    # Our own limit is checked below, before anything is unpacked.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(path, formats=[found.name.upper()]) as picture:
            _check_size(*picture.size)
            if picture.format == "JPEG":
                picture.draft("RGB", (PAGE_EDGE, PAGE_EDGE))
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            _keep(_flat(upright), views, 1)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        raise NotAccepted("damaged") from error


def _learn_heif() -> None:
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False)


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise NotAccepted("bomb")
    if min(width, height) < 1 or max(width, height) > _TOO_LONG * min(width, height):
        raise NotAccepted("not_a_page")


def _flat(picture: Image.Image) -> Image.Image:
    """On white paper: what is transparent would be black on one screen and white on another."""
    if picture.mode in ("RGB", "L"):
        return picture
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    above = picture.convert("RGBA")
    paper = Image.new("RGB", above.size, "white")
    paper.paste(above, mask=above.getchannel("A"))
    return paper


def _keep(picture: Image.Image, views: Path, number: int) -> None:
    """Write a page, and for the first one the thumbnail; nothing but pixels goes into them."""
    page = picture.convert("RGB")
    page.thumbnail((PAGE_EDGE, PAGE_EDGE), Image.Resampling.LANCZOS)
    _write(page, views / page_name(number), 82)
    if number == 1:
        small = page.copy()
        small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE), Image.Resampling.LANCZOS)
        _write(small, views / THUMBNAIL, 75)


def _write(picture: Image.Image, target: Path, quality: int) -> None:
    draft = target.with_suffix(".part")
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    bare.save(draft, "WEBP", quality=quality, method=2)
    draft.replace(target)


def draw_document(path: Path, views: Path, first: int, count: int) -> int:
    """Draw `count` pages of a PDF from page `first` (1, 2 …) on; how many pages it has."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise NotAccepted("locked" if "password" in str(error).lower() else "damaged") from error
    try:
        pages = len(document)
        if not pages:
            raise NotAccepted("damaged")
        if pages > MOST_PAGES:
            raise NotAccepted("too_many_pages")
        document.init_forms()
        for number in range(first, min(first + count, pages + 1)):
            _keep(_page(document, number), views, number)
        return pages
    except pypdfium2.PdfiumError as error:
        raise NotAccepted("damaged") from error
    finally:
        document.close()


def _page(document: Any, number: int) -> Image.Image:
    page = document[number - 1]
    width, height = page.get_size()
    if width <= 0 or height <= 0 or max(width, height) > _TOO_LONG * min(width, height):
        raise NotAccepted("not_a_page")
    drawn: Image.Image = page.render(scale=PAGE_EDGE / max(width, height)).to_pil()
    return drawn


def draw_film(path: Path, views: Path, found: Format) -> tuple[int, bool]:
    """A film's or a sound's length in seconds, and whether there is a picture, which is kept."""
    import av
    from av.error import FFmpegError

    reader = {"mp4": "mov", "mov": "mov", "m4a": "mov", "webm": "matroska"}.get(found.name, found.name)
    try:
        with av.open(str(path), format=reader, options={"protocol_whitelist": "file"}) as film:
            streams = [one for one in film.streams if one.type in ("video", "audio")]
            if not streams:
                raise NotAccepted("damaged")
            seconds = int((film.duration or 0) * Fraction(1, 1_000_000))
            pictured = _poster(film, views)
            return seconds, pictured
    except (FFmpegError, OSError, ValueError, IndexError) as error:
        raise NotAccepted("damaged") from error


def _poster(film: Any, views: Path) -> bool:
    for stream in film.streams.video:
        if stream.disposition.name == "attached_pic":
            continue
        _check_size(stream.codec_context.width, stream.codec_context.height)
        stream.thread_count = 1
        for frame in film.decode(stream):
            _keep(frame.to_image(), views, 1)
            return True
    for _ in film.demux(film.streams.audio[0] if film.streams.audio else None):
        return False
    raise NotAccepted("damaged")
