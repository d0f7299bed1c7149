"""Photos of a pledge: sealed like a contact, five at most, shredded on a word."""

import io

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from kernel.pictures.redrawing import redrawn
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal
from kernel.vault.models import GroupKey, KeyShare, SealedRecord
from kernel.vault.sealing import open_halves
from kernel.vault.shares import half_of
from offers.matching.erasing.pledges import erase_pledge
from offers.matching.exporting import export_pledge
from offers.models import PledgePhoto
from offers.pledges.photos import MOST, PURPOSE
from offers.pledges.photos.deeds import add_photo, remove_photo, shred_photos
from tests.factories.keys import make_group_keys
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_pledge
from tests.offers.pledges.pictures import picture

pytestmark = pytest.mark.django_db
BY = "provider:pl_x"


@pytest.fixture
def keys():
    return make_group_keys(make_operator())


@pytest.fixture
def pledge(keys):
    return make_pledge()


def add(pledge, sent=None):
    return add_photo(pledge=pledge, drawn=redrawn(sent or picture()), by=BY, at=timezone.now())


def refused(deed, *args):
    with pytest.raises(Refusal) as caught:
        deed(*args)
    return caught.value.code


def private(letter, keys):
    return {GroupKey.objects.get(group=letter).pk: dict(zip("AB", keys, strict=True))[letter]}


def test_it_is_sealed_to_both_groups_under_its_own_id(pledge, keys):
    photo = add(pledge)
    record = SealedRecord.objects.get(record_id=photo.pk, purpose=PURPOSE)
    halves = [half_of(record, letter, private(letter, keys)) for letter in "AB"]
    assert Image.open(io.BytesIO(open_halves(record, *halves))).size == (320, 240)
    with pytest.raises(BrokenSeal):
        open_halves(record, halves[0], halves[0])


def test_its_size_says_next_to_nothing(pledge):
    add(pledge, picture(size=(10, 10)))
    add(pledge, picture(size=(1600, 1200)))
    assert {len(record.ciphertext) - 16 for record in SealedRecord.objects.all()} == {64 * 1024}


def test_there_are_five_at_most(pledge):
    for _ in range(MOST):
        add(pledge)
    assert refused(add, pledge) == "photos_enough"
    assert PledgePhoto.objects.count() == SealedRecord.objects.count() == MOST


def test_they_are_of_rooms_and_of_offers_that_are_not_over(pledge, keys):
    assert refused(add, make_pledge(kind="legal")) == "photos_of_rooms"
    assert refused(add, make_pledge(status="withdrawn")) == "illegal_transition"
    assert not PledgePhoto.objects.exists()


def test_nothing_is_kept_without_keys():
    assert refused(add, make_pledge()) == "no_group_key"
    assert not PledgePhoto.objects.exists()


def test_one_is_taken_away_with_its_keys_once(pledge):
    kept, gone = add(pledge), add(pledge)
    assert [remove_photo(pledge=pledge, photo_id=gone.pk, by=BY, at=timezone.now()) for _ in range(2)] == [True, False]
    assert [record.record_id for record in SealedRecord.objects.all()] == [kept.pk]
    assert KeyShare.objects.count() == 2


def test_nobody_takes_away_anothers(pledge):
    photo = add(pledge)
    assert not remove_photo(pledge=make_pledge(), photo_id=photo.pk, by=BY, at=timezone.now())
    assert SealedRecord.objects.count() == 1


def test_all_of_them_are_shredded_at_once(pledge):
    add(pledge)
    add(pledge)
    assert shred_photos(pledge) == 2
    assert [model.objects.count() for model in (PledgePhoto, SealedRecord, KeyShare)] == [0, 0, 0]


def test_a_pledge_does_not_go_while_a_photo_of_it_is_there(pledge):
    add(pledge)
    with pytest.raises(IntegrityError), transaction.atomic():
        pledge.delete()


def test_they_are_told_and_erased_with_their_pledge(pledge):
    photo = add(pledge)
    assert export_pledge(pledge)["photos"] == [photo.added_at.isoformat()]
    gone = erase_pledge(pledge=pledge, by="system", at=timezone.now(), why="asked").gone
    assert gone["photos"] == 1
    assert [model.objects.count() for model in (PledgePhoto, SealedRecord, KeyShare)] == [0, 0, 0]
