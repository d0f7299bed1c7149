"""What a provider types is found nowhere in clear: not in the database, its files, the queue, a mail, or a log."""

import base64
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection

from api.v1.pledges import Pledges
from kernel.outbox.drain import drain
from tests.api.clients import api_client
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


def spellings(text: str) -> Iterator[bytes]:
    """Yield the ways in which a text might lie in a file."""
    for plain in {text, text.lower(), text.upper()}:
        raw = plain.encode()
        yield raw
        yield raw.hex().encode()
        yield plain.encode("utf-16-le")
        yield plain.encode("unicode_escape")
        for shift in range(3):  # base64 of it wherever it begins; the ends depend on what stands around it
            yield base64.b64encode(b"\0" * shift + raw)[4:-4]


def database_bytes() -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of everything the database keeps: its files, or every column of every table."""
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        for part in file.parent.glob(f"{file.name}*"):
            yield part.name, part.read_bytes()
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')
            yield table, "\n".join(row[0] for row in cursor.fetchall()).encode()


def assert_nothing_in_clear(canaries: dict[str, str], log: str) -> None:
    places = [*database_bytes(), ("log", log.encode())]
    places += [
        (file.name, file.read_bytes())
        for file in Path(settings.DATA_DIR).rglob("*")
        if file.is_file() and ".sqlite3" not in file.name
    ]
    assert len(places) > 1
    for where, content in places:
        for field, text in canaries.items():
            for spelling in spellings(text):
                assert spelling not in content, f"{field} lies in clear in {where}"


@pytest.fixture
def everything_logged(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.django_db(transaction=True)
def test_the_search_finds_what_lies_in_clear():
    make_operator()
    found = b"".join(content for _name, content in database_bytes())
    assert b"Operator" in found


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
    assert_nothing_in_clear(CANARIES, everything_logged.text)
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
    assert_nothing_in_clear(CANARIES, everything_logged.text)
