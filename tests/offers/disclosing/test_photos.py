"""Photos of a room: asked for apart from the contact, shown once, by two people."""

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from PIL import Image

from kernel import vault
from kernel.accounts.people.stopping import suspend
from kernel.audit.models import AuditEntry
from kernel.disclosure.disclosing.asking import ask
from kernel.disclosure.models import Disclosure, DisclosureBox
from kernel.outbox.drain import drain
from kernel.pictures.redrawing import redrawn
from offers.matching.erasing.pledges import erase_pledge
from offers.models import Pledge, PledgePhoto
from offers.pledges.disclosing import vetting_object
from offers.pledges.photos import PURPOSE
from offers.pledges.photos.deeds import add_photo, remove_photo
from offers.pledges.photos.disclosing import said_photo
from tests.factories.keys import Keyed, Staff, make_staff
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.offers.disclosing.scene import given, read_by, sealed_pledge
from tests.offers.disclosing.test_confirmed_match import refused
from tests.offers.pledges.pictures import picture

pytestmark = pytest.mark.django_db
BY = "provider:pl_x"


@pytest.fixture
def operator(db: None) -> Staff:
    return make_staff(make_operator())


@pytest.fixture
def pledge(operator: Staff) -> Pledge:
    return with_photos(sealed_pledge(operator.organisation, status="vetting"))


def with_photos(pledge: Pledge, *widths: int) -> Pledge:
    for width in widths or (320, 200):
        add_photo(pledge=pledge, drawn=redrawn(picture(size=(width, 100))), by=BY, at=timezone.now())
    return pledge


def asked(pledge: Pledge, by: Keyed, step: str = "home_visit", what: str = "photos") -> Disclosure:
    word = vetting_object(pledge, step, what)
    return ask(purpose="vetting_step", object_id=word, by=by.member, at=timezone.now())


def test_they_are_all_shown_once_and_the_contact_is_not_among_them(operator: Staff, pledge: Pledge) -> None:
    asker = operator.caseworkers[0]
    disclosure = given(asked(pledge, asker), operator.approver)
    photos = {photo.pk for photo in PledgePhoto.objects.all()}
    assert set(disclosure.record_ids) == photos
    shown = dict(read_by(disclosure, asker))
    assert set(shown) == photos
    assert {Image.open(io.BytesIO(jpeg)).width for jpeg in shown.values()} == {320, 200}
    refused("used", read_by, disclosure, asker)
    assert not DisclosureBox.objects.exists()
    told = set(AuditEntry.objects.filter(action="disclosure.read").values_list("object_id", flat=True))
    assert told == photos
    assert AuditEntry.objects.get(action="pledge.photos_seen").object_id == pledge.pk


def test_the_provider_is_told_in_neutral_words(operator: Staff, pledge: Pledge) -> None:
    read_by(given(asked(pledge, operator.caseworkers[0]), operator.approver), operator.caseworkers[0])
    drain()
    (note,) = (one for one in mail.outbox if one.to == ["helper@waystation.invalid"])
    assert "looked at what you sent us" in note.body
    for word in ("photo", "room", pledge.pk):
        assert word not in f"{note.subject}{note.body}"


def test_photos_and_contact_are_two_requests(operator: Staff, pledge: Pledge) -> None:
    asker = operator.caseworkers[0]
    photos, contact = asked(pledge, asker), asked(pledge, asker, what="")
    refused("asked_already", asked, pledge, asker)
    assert contact.record_ids == [pledge.pk]
    assert pledge.pk not in photos.record_ids


def test_they_are_asked_for_by_the_operator_for_the_visit_alone(operator: Staff, pledge: Pledge) -> None:
    asker = operator.caseworkers[0]
    for step, what in (("identity", "photos"), ("home_visit", "everything"), ("licence", "photos")):
        refused("unknown_reference", asked, pledge, asker, step, what)
    refused("unknown_reference", asked, pledge, make_staff(make_partner()).caseworkers[0])
    refused("caseworkers_ask", asked, pledge, operator.coordinator)
    for status in ("active", "suspended", "rejected"):
        Pledge.objects.filter(pk=pledge.pk).update(status=status, confirm_by=timezone.localdate())
        refused("not_in_vetting", asked, pledge, asker)


def test_where_there_are_none_nothing_can_be_asked(operator: Staff) -> None:
    refused("no_photos", asked, sealed_pledge(operator.organisation, status="vetting"), operator.caseworkers[0])


def test_nobody_alone_and_nobody_else_sees_them(operator: Staff, pledge: Pledge) -> None:
    asker, now = operator.caseworkers[0], timezone.now()
    disclosure = asked(pledge, asker)
    refused("not_approved", read_by, disclosure, asker)
    refused("second_person_needed", given, disclosure, asker)
    disclosure = given(disclosure, operator.approver)
    for other in (operator.caseworkers[1], operator.approver, operator.coordinator):
        refused("not_yours", read_by, disclosure, other)
    refused("stale", read_by, disclosure, asker, at=now + timedelta(minutes=16))
    assert Disclosure.objects.get().status == "approved"


def test_a_suspended_offer_shows_none_and_neither_does_who_approved_and_left(operator: Staff, pledge: Pledge) -> None:
    asker = operator.caseworkers[0]
    disclosure = given(asked(pledge, asker), operator.approver)
    Pledge.objects.update(status="suspended")
    refused("not_in_vetting", read_by, disclosure, asker)
    Pledge.objects.update(status="vetting")
    suspend(member=operator.approver.member, by=make_member(role="admin").user, at=timezone.now())
    refused("closed", read_by, disclosure, asker)


def test_one_added_or_taken_away_since_has_it_asked_for_again(operator: Staff, pledge: Pledge) -> None:
    asker = operator.caseworkers[0]
    disclosure = given(asked(pledge, asker), operator.approver)
    with_photos(pledge, 150)
    refused("changed", read_by, disclosure, asker)
    Disclosure.objects.update(status="lapsed")
    disclosure = given(asked(pledge, asker), operator.approver)
    assert len(disclosure.record_ids) == 3
    gone = disclosure.record_ids[0]
    remove_photo(pledge=pledge, photo_id=gone, by=BY, at=timezone.now())
    assert not DisclosureBox.objects.filter(record_id=gone).exists()
    refused("closed", read_by, disclosure, asker)


def test_a_half_for_one_photo_opens_no_other(operator: Staff, pledge: Pledge) -> None:
    asker = operator.caseworkers[0]
    disclosure = given(asked(pledge, asker), operator.approver)
    one, other = DisclosureBox.objects.order_by("pk")
    one_box, other_box = bytes(one.box), bytes(other.box)
    DisclosureBox.objects.filter(pk=one.pk).update(box=other_box)
    DisclosureBox.objects.filter(pk=other.pk).update(box=one_box)
    refused("does_not_open", read_by, disclosure, asker)
    assert Disclosure.objects.get().status == "approved"


def test_a_request_for_photos_does_not_become_one_for_the_contact(operator: Staff, pledge: Pledge) -> None:
    asker = operator.caseworkers[0]
    disclosure = given(asked(pledge, asker), operator.approver)
    contact = {"record_ids": [pledge.pk], "record_purpose": "pledge.contact"}
    Disclosure.objects.update(**contact)
    refused("changed", read_by, disclosure, asker)
    Disclosure.objects.update(**contact, object_id=vetting_object(pledge, "home_visit"))
    disclosure.refresh_from_db()
    refused("does_not_open", read_by, disclosure, asker)


def test_erasure_takes_the_halves_of_photos_too(operator: Staff, pledge: Pledge) -> None:
    asker = operator.caseworkers[0]
    disclosure = given(asked(pledge, asker), operator.approver)
    erased = erase_pledge(pledge=pledge, by=BY, at=timezone.now(), why="asked")
    assert erased.gone["disclosed_halves"] == 2
    assert not DisclosureBox.objects.exists()
    refused("not_in_vetting", read_by, disclosure, asker)
    assert Disclosure.objects.get().status == "lapsed"


def test_a_partners_photos_take_two_people_of_the_partner(operator: Staff) -> None:
    partner = make_staff(make_partner())
    pledge = with_photos(sealed_pledge(partner.organisation, status="vetting"))
    disclosure = asked(pledge, operator.caseworkers[0])
    refused("not_your_side", given, disclosure, operator.approver)
    disclosure = given(given(disclosure, partner.caseworkers[0]), partner.coordinator)
    assert len(read_by(disclosure, operator.caseworkers[0])) == 2


@pytest.mark.parametrize(
    "planted",
    [
        b"",
        b"<script>alert(1)</script>",
        picture("PNG"),
        picture(size=(1601, 10)),
        b"\xff\xd8\xff" + b"\0" * 50,
    ],
)
def test_what_is_no_picture_of_ours_is_not_shown(planted: bytes) -> None:
    assert said_photo(planted) is None


def test_what_somebody_sealed_in_its_place_is_not_shown(operator: Staff, pledge: Pledge) -> None:
    photo, asker = PledgePhoto.objects.first(), operator.caseworkers[0]
    assert photo
    vault.seal(photo.pk, PURPOSE, b"<svg onload=alert(1)>", operator.organisation.pk, at=timezone.now())
    shown = dict(read_by(given(asked(pledge, asker), operator.approver), asker))
    assert said_photo(shown[photo.pk]) is None
