"""A photo drawn anew from its pixels: whatever else its file held is left behind.

Pure functions over bytes. A file is believed by its first bytes alone, never by its name or what the browser says of
it; its size in pixels is read from its head before a single pixel is decoded.
"""

import io
from dataclasses import dataclass
from threading import BoundedSemaphore

from django.utils.translation import gettext_noop as _
from PIL import Image, ImageOps

from kernel.pictures import MOST_BYTES
from kernel.states import Refusal

MAGIC = {"JPEG": (0, b"\xff\xd8\xff"), "PNG": (0, b"\x89PNG\r\n\x1a\n"), "WEBP": (8, b"WEBP")}
MOST_PIXELS = 50_000_000
MOST_WORK = 400_000_000  # pixels times scans: a progressive JPEG of a thousand scans would be decoded for hours
LONGEST_SIDE = 1600  # pixels of what is kept
QUALITY = 82
DEEP = ("I", "F")  # modes of more than eight bits in one channel
# a photo of the largest size takes some 300 MB while it is decoded: one at a time in each process
_ONE_AT_A_TIME = BoundedSemaphore(1)


@dataclass(frozen=True, slots=True, repr=False)
class Drawn:
    """A JPEG that `redrawn` made: what is sealed is never what was sent."""

    jpeg: bytes


def redrawn(sent: bytes) -> Drawn:
    """Return a JPEG of what `sent` shows, upright, at most 1600 pixels wide and high, with nothing but its pixels.

    Takes JPEG, PNG and WebP; of several frames the first. Takes up to a second or two: call it outside a transaction.
    Raises Refusal `photo_too_large`, `photo_empty`, `photo_kind`, `photo_too_many_pixels` or `photo_broken`, all at
    the field `photo`.
    """
    if len(sent) > MOST_BYTES:
        raise Refusal("photo_too_large", _("This file is larger than 8 MB: send a smaller one."), "photo")
    if not sent:
        raise Refusal("photo_empty", _("This file is empty."), "photo")
    kind = _kind_of(sent)
    if kind is None:
        raise Refusal("photo_kind", _("Only JPEG, PNG and WebP pictures are taken."), "photo")
    with _ONE_AT_A_TIME:
        try:
            return _drawn(_upright(_opened(sent, kind)))
        except Refusal:
            raise
        # decoders stumble over made-up files in every way there is, and their words would repeat what is in them
        except Exception:
            raise Refusal("photo_broken", _("This picture cannot be read: take another one."), "photo") from None


def _kind_of(sent: bytes) -> str | None:
    for kind, (at, magic) in MAGIC.items():
        if sent[at : at + len(magic)] == magic and (kind != "WEBP" or sent[:4] == b"RIFF"):
            return kind
    return None


def _scans(sent: bytes, kind: str) -> int:
    """How often a decoder goes over the whole picture; at least that often, since thumbnails count too."""
    return sent.count(b"\xff\xda") if kind == "JPEG" else 1


def _opened(sent: bytes, kind: str) -> Image.Image:
    """Open a picture without decoding it. Raises Refusal `photo_too_many_pixels`."""
    too_many = Refusal("photo_too_many_pixels", _("This picture is too large: send a smaller one."), "photo")
    try:
        image = Image.open(io.BytesIO(sent), formats=(kind,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many from None
    pixels = image.width * image.height
    if pixels > MOST_PIXELS or pixels * _scans(sent, kind) > MOST_WORK:
        raise too_many
    # a JPEG can be decoded smaller at once: a telephone's twelve million pixels never all lie in memory
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    return image


def _upright(image: Image.Image) -> Image.Image:
    """Return the picture small, the right way up and in plain colours, on white where it was transparent."""
    turned = image.getexif().get(0x0112)
    if image.mode.startswith(DEEP):
        image = image.convert("F").point(lambda value: value * (1 / 257) + 0).convert("L")
    elif image.mode not in ("RGB", "L", "CMYK", "YCbCr"):
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image.convert("RGBA"))
    small = image.convert("RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if turned is not None:
        small.getexif()[0x0112] = turned
    return ImageOps.exif_transpose(small)


def _drawn(image: Image.Image) -> Drawn:
    """Return a new JPEG of the pixels alone: an image made of bytes knows no profile, comment, place or camera."""
    fresh = Image.frombytes("RGB", image.size, image.tobytes())
    drawn = io.BytesIO()
    fresh.save(drawn, "JPEG", quality=QUALITY, optimize=True)
    return Drawn(drawn.getvalue())
