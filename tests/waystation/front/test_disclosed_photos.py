"""The page that shows photos of a room: inside one answer, which no cache keeps and no address repeats."""

import base64
import io
import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from PIL import Image

from kernel.disclosure.models import Disclosure
from kernel.pictures.redrawing import redrawn
from offers.models import Pledge
from offers.pledges.photos.deeds import add_photo
from tests.factories.keys import Staff, make_staff
from tests.factories.organisations import make_operator
from tests.offers.disclosing.scene import CANARY, given, sealed_pledge
from tests.offers.pledges.pictures import picture

pytestmark = pytest.mark.django_db
IMAGE = r'<img src="data:image/jpeg;base64,([^"]+)" width="\d+" height="\d+" alt="[^"]+">'


@pytest.fixture
def staff(db: None) -> Staff:
    return make_staff(make_operator())


@pytest.fixture
def pledge(staff: Staff) -> Pledge:
    pledge = sealed_pledge(staff.organisation, status="vetting")
    for width in (320, 200):
        add_photo(pledge=pledge, drawn=redrawn(picture(size=(width, 100))), by="provider:x", at=timezone.now())
    return pledge


def _asked(staff: Staff, pledge: Pledge) -> Disclosure:
    said = (
        staff.caseworkers[0]
        .browser()
        .post(f"/console/pledges/{pledge.pk}/ask/", {"step": "home_visit", "what": "photos"}, follow=True)
    )
    assert "Asked. A second person approves it" in said.content.decode()
    return Disclosure.objects.get()


def _images(answer: HttpResponse) -> list[bytes]:
    found = re.findall(IMAGE, answer.content.decode())
    return [base64.b64decode(one) for one in found]


def test_it_goes_from_the_list_to_the_pictures_once(staff: Staff, pledge: Pledge) -> None:
    mine, second = staff.caseworkers[0].browser(), staff.approver.browser()
    assert "Ask for the photos" in mine.get("/console/contacts/").content.decode()
    disclosure = _asked(staff, pledge)
    here = f"/console/disclosures/{disclosure.pk}/"
    told = second.get(here)
    assert "the photos of the room, without the contact" in told.content.decode()
    second.post(f"{here}give/", {"seen": told.context["seen"]})
    shown = mine.post(f"{here}read/")
    assert shown.status_code == 200
    assert [Image.open(io.BytesIO(one)).size for one in _images(shown)] == [(320, 100), (200, 100)]
    assert CANARY not in shown.content.decode()
    again = mine.post(f"{here}read/", follow=True)
    assert "This was shown already, once." in again.content.decode()
    assert _images(again) == []


def test_only_the_answer_that_shows_them_opens_its_policy_and_nothing_keeps_it(staff: Staff, pledge: Pledge) -> None:
    disclosure, mine = given(_asked(staff, pledge), staff.approver), staff.caseworkers[0].browser()
    here = f"/console/disclosures/{disclosure.pk}/"
    before = mine.get(here)
    shown = mine.post(f"{here}read/")
    after = mine.get(here)
    policy = shown.headers["Content-Security-Policy"]
    assert "img-src 'self' data:" in policy
    assert "default-src 'none'" in policy
    assert policy.replace(" data:", "") == before.headers["Content-Security-Policy"]
    assert "data:" not in after.headers["Content-Security-Policy"]
    assert "no-store" in shown.headers["Cache-Control"]
    for header in ("ETag", "Last-Modified"):
        assert header not in shown.headers


def test_the_answer_with_a_contact_opens_nothing(staff: Staff, pledge: Pledge) -> None:
    mine = staff.caseworkers[0].browser()
    mine.post(f"/console/pledges/{pledge.pk}/ask/", {"step": "home_visit"})
    disclosure = given(Disclosure.objects.get(), staff.approver)
    shown = mine.post(f"/console/disclosures/{disclosure.pk}/read/")
    assert CANARY in shown.content.decode()
    assert "data:" not in shown.headers["Content-Security-Policy"]
    assert _images(shown) == []


def test_nobody_else_gets_them_and_another_site_presses_no_button(staff: Staff, pledge: Pledge) -> None:
    disclosure = given(_asked(staff, pledge), staff.approver)
    read = f"/console/disclosures/{disclosure.pk}/read/"
    assert staff.caseworkers[1].browser().post(read).status_code == 404
    assert staff.approver.browser().post(read).status_code == 403
    forger = Client(enforce_csrf_checks=True)
    forger.cookies = staff.caseworkers[0].browser().cookies
    assert forger.post(read).status_code == 403
    assert Disclosure.objects.get().status == "approved"


def test_a_photo_has_no_address(staff: Staff, pledge: Pledge) -> None:
    mine, photo = staff.caseworkers[0].browser(), pledge.photos.first()
    assert photo
    for path in ("photos/", f"photos/{photo.pk}/", f"{photo.pk}/"):
        assert mine.get(f"/console/pledges/{pledge.pk}/{path}").status_code == 404


def test_they_are_offered_where_there_are_some_and_asked_for_in_one_word(staff: Staff, pledge: Pledge) -> None:
    bare = sealed_pledge(staff.organisation, status="vetting")
    mine = staff.caseworkers[0].browser()
    assert mine.get("/console/contacts/").content.decode().count("Ask for the photos") == 1
    for what in ("everything", "contact", "photos "):
        path = f"/console/pledges/{pledge.pk}/ask/"
        assert mine.post(path, {"step": "home_visit", "what": what}).status_code == 404
    said = mine.post(f"/console/pledges/{bare.pk}/ask/", {"step": "home_visit", "what": "photos"}, follow=True)
    assert "There are no photos of this room." in said.content.decode()


def test_it_speaks_russian(staff: Staff, pledge: Pledge) -> None:
    disclosure = given(_asked(staff, pledge), staff.approver)
    shown = staff.caseworkers[0].browser().post(f"/ru/console/disclosures/{disclosure.pk}/read/")
    assert "Фотографии комнаты" in shown.content.decode()
