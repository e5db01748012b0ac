"""Files as parties bring them, honest and crafted, and items of evidence as the rules know them."""

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from room_server.rules.evidence.events import EvidenceSubmitted
from room_server.rules.evidence.sides import Side, mark_of

SCRIPT = b"<script>fetch('/api/hearings')</script>"


def photo(width: int = 640, height: int = 480, form: str = "JPEG", **more: Any) -> bytes:
    """A picture with some structure, red at its top left."""
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    picture.paste((200, 0, 0), (0, 0, width // 4, height // 4))
    data = io.BytesIO()
    picture.save(data, form, **more)
    return data.getvalue()


def located_photo() -> bytes:
    """A photograph lying on its side that says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretPhoneMaker"
    exif.get_ifd(0x8825).update({1: "N", 2: (24.0, 28.0, 0.0), 3: "E", 4: (118.0, 5.0, 0.0)})
    return photo(400, 200, exif=exif)


def pdf(
    pages: int = 1, more: bytes = b"", catalog: bytes = b"", width: int = 595, height: int = 842
) -> bytes:
    """A PDF whose pages show their number; `more` are further objects, `catalog` entries of the root."""
    kids = b" ".join(b"%d 0 R" % (10 + 2 * n) for n in range(pages))
    objects = [
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R%s>>\nendobj\n" % catalog,
        b"2 0 obj\n<</Type/Pages/Kids[%s]/Count %d>>\nendobj\n" % (kids, pages),
        b"3 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n",
        more,
    ]
    for n in range(pages):
        text = b"BT /F 200 Tf 80 300 Td (%d) Tj ET" % (n + 1)
        objects.append(
            b"%d 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>>>>>\nendobj\n" % (10 + 2 * n, width, height, 11 + 2 * n)
        )
        objects.append(
            b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (11 + 2 * n, len(text), text)
        )
    return b"%PDF-1.7\n" + b"".join(objects) + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def packed_pdf(inner: bytes) -> bytes:
    """A PDF with an object stream that holds `inner`."""
    body = zlib.compress(inner)
    stream = b"5 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(body)
    return pdf(1, stream + body + b"\nendstream\nendobj\n")


def archive(members: dict[str, bytes], packed: bool = True) -> bytes:
    """A zip file."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return data.getvalue()


def docx(**more: bytes) -> bytes:
    """A Word document, as far as anybody here looks into one; `more` are further members."""
    members = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
    return archive(members | {name.replace("__", "/"): content for name, content in more.items()})


def film(path: Path, form: str = "mp4", codec: str = "libx264", frames: int = 10) -> bytes:
    """A second of video."""
    import av

    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"  # type: ignore[union-attr]
        for number in range(frames):
            pixels = np.full((240, 320, 3), number * 20, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            container.mux(stream.encode(frame))  # type: ignore[union-attr, arg-type]
        container.mux(stream.encode(None))  # type: ignore[union-attr]
    return path.read_bytes()


def sound(seconds: float = 1.0) -> bytes:
    """A WAV file of silence."""
    import wave

    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(int(seconds * 16000)))
    return data.getvalue()


def submitted(
    evidence: str = "e_1", side: str = "applicant", number: int = 1, **more: Any
) -> EvidenceSubmitted:
    """An item as the journal tells of it."""
    facts: dict[str, Any] = {
        "title": "劳动合同",
        "purpose": "证明劳动关系",
        "kind": "document",
        "file": "合同.pdf",
        "pages": 3,
        "seconds": 0,
        "bytes": 9,
        "sha256": "0" * 64,
        "active": False,
        "by": "张三",
        "received_at": 1,
        "submitted_at": 2,
    }
    mark = mark_of(Side(side), number)
    return EvidenceSubmitted(evidence=evidence, side=side, number=number, mark=mark, **(facts | more))
