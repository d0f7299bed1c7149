"""What a provider does with photos of the room: add one, take one away. Nobody can look at them here."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kernel import audit, vault
from kernel.disclosure.disclosing.lapsing import lapse_for
from kernel.disclosure.keys import keys_owner
from kernel.pictures.redrawing import Drawn
from kernel.states import Refusal
from kernel.vault.sealing import shred
from offers.kinds.vocabulary import Kind
from offers.pledges.editing import OPEN_TO_CHANGE
from offers.pledges.locking import locked, only_while
from offers.pledges.models import Pledge
from offers.pledges.photos import MOST, PURPOSE
from offers.pledges.photos.models import PledgePhoto


def takes_photos(pledge: Pledge) -> bool:
    """Whether photos can be added to an offer: a room that is not over."""
    return pledge.kind == Kind.HOUSING and pledge.status in OPEN_TO_CHANGE


@transaction.atomic
def add_photo(*, pledge: Pledge, drawn: Drawn, by: str, at: datetime) -> PledgePhoto:
    """Seal a photo that was drawn anew to the groups that answer for the pledge.

    Raises Refusal `photos_of_rooms`, `illegal_transition`, `photos_enough`, `no_group_key`.
    """
    pledge = locked(pledge)
    if pledge.kind != Kind.HOUSING:
        raise Refusal("photos_of_rooms", _("Photos are kept of rooms alone."), "photo")
    only_while(pledge, *OPEN_TO_CHANGE)
    if pledge.photos.count() >= MOST:
        raise Refusal("photos_enough", _("There are five photos already: take one away first."), "photo")
    photo = PledgePhoto.objects.create(pledge=pledge, added_at=at)
    vault.seal(photo.pk, PURPOSE, drawn.jpeg, keys_owner(pledge.organisation).pk, at=at)
    audit.record(by, "pledge.photo_added", pledge.pk, fields=[photo.pk], at=at)
    return photo


@transaction.atomic
def remove_photo(*, pledge: Pledge, photo_id: str, by: str, at: datetime) -> bool:
    """Shred one photo of a pledge; return whether there was such a one, so that a second click changes nothing."""
    pledge = locked(pledge)
    photo = pledge.photos.filter(pk=photo_id).first()
    if photo is None:
        return False
    lapse_for(photo.pk, by=by, at=at, why="photo_removed")
    _shred(photo)
    audit.record(by, "pledge.photo_removed", pledge.pk, fields=[photo_id], at=at)
    return True


@transaction.atomic
def shred_photos(pledge: Pledge) -> int:
    """Shred every photo of a pledge, in the caller's transaction; return how many there were."""
    photos = list(pledge.photos.select_for_update(of=("self",)))
    for photo in photos:
        _shred(photo)
    return len(photos)


def told_photos(pledge: Pledge) -> list[str]:
    """Return what a provider is told of the photos we hold: when each was added. What they show nobody here can say."""
    return [photo.added_at.isoformat() for photo in pledge.photos.all()]


def _shred(photo: PledgePhoto) -> None:
    shred(photo.pk, PURPOSE)
    photo.delete()
