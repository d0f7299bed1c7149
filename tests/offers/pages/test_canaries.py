"""What a provider types is found nowhere in clear, and in no log either, were it to write down all it is told."""

import logging

import pytest
from django.core import mail

from api.v1.pledges import Pledges
from kernel.outbox.drain import drain
from tests.api.clients import api_client
from tests.attacks.canaries.search import assert_nothing_in_clear
from tests.factories.keys import make_group_keys
from tests.factories.organisations import make_operator
from tests.offers.pages.visitor import Visitor, read_mail

CANARIES = {
    "name": "Kanarienvogel Quux",
    "email": "kanari.quux@waystation.invalid",
    "phone": "+49 30 555 7371",
    "address": "Kanarigasse 7371, канарейка",
    "note": "klopfe dreimal, канарейка 7371",
}


@pytest.fixture
def everything_logged(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.django_db(transaction=True)
def test_it_keeps_nothing_typed_into_the_form_in_clear(everything_logged):
    make_group_keys(make_operator())
    visitor = Visitor()
    visitor.send(f"{visitor.fill()}contact/", **CANARIES)
    visitor.offer("legal", **{**CANARIES, "email": CANARIES["email"]})
    draft = visitor.fill()
    visitor.send(f"{draft}contact/", **{**CANARIES, "email": "kanari.quux@"})
    visitor.send(f"{draft}contact/", **{**CANARIES, "name": "Kanarienvogel Quux\0"})
    confirm = read_mail(mail.outbox)
    visitor.send(confirm)
    manage = read_mail(mail.outbox)
    visitor.send("/my-offer/", email=CANARIES["email"])
    visitor.post(f"{manage}withdraw/", visitor.get(manage))
    assert_nothing_in_clear(CANARIES, ("log", everything_logged.text.encode()))
    assert all(CANARIES["name"] not in message.body + message.subject for message in mail.outbox)


@pytest.mark.django_db(transaction=True)
def test_it_keeps_nothing_sent_over_the_api_in_clear(everything_logged):
    make_group_keys(make_operator())
    partner = api_client()
    body = {**Pledges.examples["create"], "contact": CANARIES}
    made = partner.create("/api/v1/pledges", body)
    assert made.status_code == 201
    path = f"/api/v1/pledges/{made.json()['id']}"
    partner.change(path, {"contact": CANARIES})
    refused = partner.create("/api/v1/pledges", {**body, "kind": "castle"})
    bulk = partner.create("/api/v1/pledges/bulk", {"rows": [body, {**body, "country": "XX"}]})
    drain()
    for answer in (made, refused, bulk, partner.get(path), partner.get("/api/v1/pledges")):
        assert not any(text in answer.content.decode() for text in CANARIES.values())
    assert_nothing_in_clear(CANARIES, ("log", everything_logged.text.encode()))
