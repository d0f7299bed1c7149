"""A photo is drawn anew from its pixels: nothing else of its file is left, and no file is believed by its name."""

import io
import time

import pytest
from PIL import Image

from kernel.pictures import MOST_BYTES
from kernel.pictures.redrawing import LONGEST_SIDE, redrawn
from kernel.states import Refusal
from tests.offers.pledges.pictures import CANARY, picture, png_bomb, scan_bomb, telling, with_archive

WORDS_OF_JPEG = {0xDB, 0xC0, 0xC4, 0xDA, 0xD8, 0xD9, 0xE0}  # tables, frame, scan, begin, end, and JFIF's own head


def opened(drawn):
    image = Image.open(io.BytesIO(drawn.jpeg))
    image.load()
    return image


def refused(sent):
    with pytest.raises(Refusal) as caught:
        redrawn(sent)
    assert caught.value.field == "photo"
    return caught.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_takes_what_telephones_make(kind):
    image = opened(redrawn(picture(kind)))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (320, 240))
    red, blue = image.getpixel((40, 120)), image.getpixel((280, 120))
    assert red[0] > 240 > 20 > red[2]
    assert blue[2] > 240 > 20 > blue[0]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_leaves_behind_every_word_in_the_file(kind):
    sent = telling(kind)
    assert CANARY in sent
    drawn = redrawn(sent)
    image = opened(drawn)
    assert CANARY not in drawn.jpeg
    assert dict(image.getexif()) == {}
    assert set(image.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_what_it_makes_has_no_room_for_words():
    jpeg, at, found = redrawn(telling()).jpeg, 2, {0xD8}
    while at < len(jpeg):
        assert jpeg[at] == 0xFF
        found.add(jpeg[at + 1])
        if jpeg[at + 1] == 0xDA:
            break
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    assert found <= WORDS_OF_JPEG
    assert jpeg.endswith(b"\xff\xd9")
    assert jpeg.count(b"\xff\xd9") == jpeg.count(b"\xff\xda") == 1


@pytest.mark.parametrize("turned", range(1, 9))
def test_it_turns_it_the_right_way_up_first(turned):
    exif = Image.Exif()
    exif[0x0112] = turned
    image = opened(redrawn(picture(exif=exif)))
    assert image.size == ((320, 240) if turned < 5 else (240, 320))
    first, last = image.getpixel((20, 20)), image.getpixel((image.width - 20, image.height - 20))
    assert (first[0] > last[0]) == (turned in (1, 4, 5, 6))


@pytest.mark.parametrize(
    "sent",
    [
        picture("PNG", mode="I;16"),
        picture("PNG", mode="RGBA"),
        picture("PNG", mode="LA"),
        picture("PNG", mode="P"),
        picture("PNG", mode="1"),
        picture("JPEG", mode="CMYK"),
        picture("JPEG", mode="L"),
        picture("WEBP", mode="RGBA", lossless=True),
        picture("JPEG", progressive=True),
        picture("PNG", save_all=True, append_images=[Image.new("RGB", (320, 240), "green")]),
        picture("WEBP", save_all=True, append_images=[Image.new("RGB", (320, 240), "green")]),
        picture(size=(1, 1)),
        picture(size=(5000, 1)),
    ],
)
def test_it_takes_every_mode_and_the_first_of_many_frames(sent):
    image = opened(redrawn(sent))
    assert (image.mode, getattr(image, "n_frames", 1)) == ("RGB", 1)


def test_sixteen_bits_and_four_inks_keep_their_light():
    file = io.BytesIO()
    Image.new("I;16", (320, 240), 40_000).save(file, "PNG")
    deep, inked = opened(redrawn(file.getvalue())), opened(redrawn(picture("JPEG", mode="CMYK")))
    assert deep.getpixel((40, 120)) == pytest.approx((156, 156, 156), abs=2)
    assert inked.getpixel((40, 120))[0] > 200


def test_it_keeps_no_more_pixels_than_are_needed():
    image = opened(redrawn(picture(size=(4000, 3000))))
    assert image.size == (LONGEST_SIDE, 1200)


def test_an_archive_behind_a_picture_is_left_behind():
    drawn = redrawn(with_archive(picture()))
    assert b"PK\x03\x04" not in drawn.jpeg
    assert CANARY not in drawn.jpeg


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "photo_empty"),
        (picture("GIF"), "photo_kind"),
        (picture("BMP"), "photo_kind"),
        (picture("TIFF"), "photo_kind"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "photo_kind"),
        (b"<!doctype html><title>a.jpg</title>", "photo_kind"),
        (b"PK\x03\x04" + picture(), "photo_kind"),
        (b"RIFF\0\0\0\0WAVEfmt ", "photo_kind"),
        (b"%PDF-1.7", "photo_kind"),
        (picture()[:600], "photo_broken"),
        (picture("PNG")[:90], "photo_broken"),
        (picture("WEBP")[:60], "photo_broken"),
        (b"\xff\xd8\xff", "photo_broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "photo_broken"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\xff" * 200, "photo_broken"),
        (b"\xff\xd8\xff" + b"GIF89a" * 40, "photo_broken"),
        (png_bomb(30_000, 30_000), "photo_too_many_pixels"),
        (png_bomb(2**31 - 1, 2**31 - 1), "photo_too_many_pixels"),
        (png_bomb(9_000, 6_000), "photo_too_many_pixels"),
        (b"\xff\xd8\xff" + b"\0" * MOST_BYTES, "photo_too_large"),
    ],
)
def test_it_refuses_in_words_what_is_no_photo(sent, code):
    assert refused(sent) == code


def test_a_thousand_scans_are_not_decoded():
    sent = scan_bomb(1000)
    assert len(sent) < MOST_BYTES
    began = time.process_time()
    assert refused(sent) == "photo_too_many_pixels"
    assert time.process_time() - began < 2


def test_what_it_says_repeats_nothing_of_the_file():
    with pytest.raises(Refusal) as caught:
        redrawn(b"\x89PNG\r\n\x1a\n" + CANARY * 20)
    assert CANARY.decode() not in str(caught.value)
    assert caught.value.__suppress_context__
