"""Photos of a room that is nobody's: drawn, so that there is something to ask for."""

import io
from datetime import datetime

from PIL import Image, ImageDraw

from kernel.pictures.redrawing import redrawn
from offers.pledges.models import Pledge
from offers.pledges.photos.deeds import add_photo

WALLS = ("#d9d2c4", "#c9d6d3")  # a photo for each


def show_room(pledge: Pledge, *, at: datetime) -> None:
    """Add photos of a room to an offer, as its provider would."""
    for wall in WALLS:
        add_photo(pledge=pledge, drawn=redrawn(_room(wall)), by=f"provider:{pledge.pk}", at=at)


def _room(wall: str) -> bytes:
    """Return a picture of a wall with a window, a floor and a bed."""
    picture = Image.new("RGB", (960, 640), wall)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 470, 960, 640), fill="#8f7558")
    pen.rectangle((620, 90, 860, 330), fill="#f4f6f5", outline="#5b5b52", width=10)
    pen.line((740, 90, 740, 330), fill="#5b5b52", width=8)
    pen.rectangle((90, 380, 520, 540), fill="#3f6b5c")
    pen.rectangle((90, 340, 220, 400), fill="#faf7ef")
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()
