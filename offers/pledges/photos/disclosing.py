"""What disclosure must know of photos: which there are, how they are shown, the note afterwards.

A photo is shown inside the one answer that shows it, as a `data:` address. An address of its own would have to work a
second time, after the halves are gone: what opens it would have to lie somewhere in between.
"""

import base64
import io
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from PIL import Image

from kernel import audit
from kernel.disclosure.disclosing.matters import Rendering, Wanted
from kernel.outbox import enqueue
from kernel.pictures.redrawing import LONGEST_SIDE
from kernel.states import Refusal
from offers.pledges.models import Pledge
from offers.pledges.photos import PURPOSE

PHOTOS = "photos"
SEEN_MAIL = "offers.photos_seen"


@dataclass(frozen=True, slots=True, repr=False)
class SaidPhoto:
    """A photo as a page shows it: an address that holds it, and its size in pixels."""

    src: str
    width: int
    height: int


def photos_of(pledge: Pledge) -> Wanted:
    """Return the sealed records of a pledge's photos. Raises Refusal `no_photos`."""
    found = tuple(pledge.photos.order_by("pk").values_list("pk", flat=True))
    if not found:
        raise Refusal("no_photos", gettext_noop("There are no photos of this room."))
    return Wanted(PURPOSE, found)


def said_photo(plain: bytes) -> SaidPhoto | None:
    """Return a photo as an address that holds it, or None for what is no JPEG: such a thing is not shown.

    Whoever can write the database could have sealed something else in its place, for which the public keys suffice.
    """
    try:
        width, height = Image.open(io.BytesIO(plain), formats=("JPEG",)).size  # its head alone: nothing is decoded
    # decoders stumble over made-up files in every way there is
    except Exception:
        return None
    if max(width, height) > LONGEST_SIDE:  # ours never are: a browser would unfold it
        return None
    return SaidPhoto(f"data:image/jpeg;base64,{base64.b64encode(plain).decode()}", width, height)


RENDERING = Rendering(
    template="offers/disclosures/photo.html",
    words=said_photo,
    title=_("Photos of the room"),
    what=_("the photos of the room, without the contact"),
    allows={"img-src": ["data:"]},
)


def tell_of_photos(pledge_id: str, *, by: str, at: datetime) -> None:
    """Write it into the trail of the pledge and promise its provider a note, in the caller's transaction."""
    audit.record(by, "pledge.photos_seen", pledge_id, at=at)
    enqueue(SEEN_MAIL, pledge_id)
