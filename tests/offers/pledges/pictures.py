"""Pictures as telephones and attackers make them."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

CANARY = b"Kanarigasse7371"


def picture(kind: str = "JPEG", *, mode: str = "RGB", size: tuple[int, int] = (320, 240), **words: Any) -> bytes:
    """Return a file of `kind` that shows red on the left and blue on the right, where the mode has colours."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    made = io.BytesIO()
    (image if mode == "RGB" else image.convert(mode)).save(made, kind, **words)
    return made.getvalue()


def telling(kind: str = "JPEG") -> bytes:
    """Return a picture with the canary in every place a file of its kind has for words: place, camera, comment, end."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x010F] = exif[0x0110] = exif[0x9286] = CANARY.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 29: CANARY.decode()})
    words: dict[str, Any] = {"exif": exif, "icc_profile": b"\0" * 128 + CANARY}
    if kind == "JPEG":
        words["comment"] = CANARY
    if kind in ("JPEG", "WEBP"):
        words["xmp"] = b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    if kind == "PNG":
        words["pnginfo"] = _text_chunks()
    return picture(kind, **words) + CANARY


def _text_chunks() -> Any:
    from PIL.PngImagePlugin import PngInfo

    chunks = PngInfo()
    chunks.add_text("Comment", CANARY.decode())
    chunks.add_itxt("Place", CANARY.decode(), zip=True)
    return chunks


def with_archive(picture_file: bytes) -> bytes:
    """Return a file that is a picture from its front and an archive from its end."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("page.html", f"<script>{CANARY.decode()}</script>")
    return picture_file + archive.getvalue()


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_bomb(width: int, height: int) -> bytes:
    """Return a small PNG whose head promises that many pixels, some of them there."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\0" * min(1 + (width + 7) // 8, 4096)
    packed = b"".join(packer.compress(row) for _ in range(min(height, 2000))) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def scan_bomb(scans: int) -> bytes:
    """Return a large progressive JPEG whose last scan comes again and again."""
    whole = picture("JPEG", size=(4000, 4000), progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * scans + whole[-2:]
