"""A provider sees what is kept, and is forgotten, without asking anybody."""

import json

import pytest
from django.core import mail

from kernel.vault.models import KeyShare, NotificationAddress, SealedRecord
from offers.models import Pledge
from tests.offers.pages.visitor import CONTACT, Visitor, read_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def manage(visitor: Visitor) -> str:
    """The private link of an offer that was confirmed."""
    visitor.offer()
    visitor.send(read_mail(mail.outbox))
    return read_mail(mail.outbox)


def test_it_hands_out_what_is_kept_and_no_contact(visitor: Visitor, manage: str):
    answer = visitor.get(f"{manage}data/")
    told = json.loads(answer.content)
    assert (told["kind"], told["status"], told["features"]) == ("housing", "vetting", ["lgbtq_affirming", "quiet"])
    assert not any(text in answer.content.decode() for text in CONTACT.values())
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"] == 'attachment; filename="offer.json"'


def test_it_asks_first_and_then_erases_at_once(visitor: Visitor, manage: str):
    page = visitor.get(f"{manage}erase/")
    assert Pledge.objects.get().status == "vetting"
    answer = visitor.post(f"{manage}erase/", page)
    assert answer["Location"] == "/my-offer/erased/"
    assert Pledge.objects.get().status == "erased"
    assert [model.objects.count() for model in (SealedRecord, KeyShare, NotificationAddress)] == [0, 0, 0]
    assert b"It is erased" in visitor.get("/my-offer/erased/").content


def test_the_link_ends_and_a_second_click_says_the_same(visitor: Visitor, manage: str):
    page = visitor.get(f"{manage}erase/")
    visitor.post(f"{manage}erase/", page)
    assert visitor.post(f"{manage}erase/", page)["Location"] == "/my-offer/erased/"
    for path in (manage, f"{manage}data/", f"{manage}erase/"):
        assert visitor.get(path).status_code == 404


def test_its_page_leads_there(visitor: Visitor, manage: str):
    html = visitor.get(manage).content.decode()
    assert f'href="{manage}erase/"' in html
    assert f'href="{manage}data/"' in html


def test_a_wrong_link_leads_nowhere(visitor: Visitor, manage: str):
    wrong = manage[:-3] + ("aa/" if not manage.endswith("aa/") else "bb/")
    assert visitor.get(f"{wrong}data/").status_code == 404
    assert visitor.get(f"{wrong}erase/").status_code == 404
