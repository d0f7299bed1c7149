"""Notification addresses: found by the record's id and the server key, linked to nothing otherwise."""

import base64

import pytest
from pytest_django.fixtures import Settings

from kernel.vault import addresses
from kernel.vault.boxes import BrokenSeal
from kernel.vault.models import NotificationAddress

pytestmark = pytest.mark.django_db

OLD = f"old:{base64.b64encode(b'o' * 32).decode()}"
NEW = f"new:{base64.b64encode(b'n' * 32).decode()}"


def test_it_finds_what_was_kept_and_forgets_it() -> None:
    addresses.keep("pl_1", "someone@example.org", "ru")
    assert addresses.find("pl_1") == addresses.Address("someone@example.org", "ru")
    assert addresses.find("pl_2") is None
    assert addresses.forget("pl_1")
    assert not addresses.forget("pl_1")
    assert addresses.find("pl_1") is None


def test_a_second_address_takes_the_place_of_the_first() -> None:
    addresses.keep("pl_1", "first@example.org", "en")
    addresses.keep("pl_1", "second@example.org", "en")
    assert NotificationAddress.objects.count() == 1
    found = addresses.find("pl_1")
    assert found is not None
    assert found.email == "second@example.org"


def test_a_row_shows_neither_record_nor_address_nor_length() -> None:
    addresses.keep("pl_1", "a@b.de", "en")
    addresses.keep("pl_2", "a.much.longer.address@subdomain.example.org", "en")
    rows = list(NotificationAddress.objects.all())
    for row in rows:
        stored = row.lookup.encode() + bytes(row.sealed)
        assert b"pl_" not in stored
        assert b"example" not in stored
    assert len({len(bytes(row.sealed)) for row in rows}) == 1
    assert {field.name for field in NotificationAddress._meta.get_fields()} == {"lookup", "sealed"}


def test_it_does_not_show_itself_in_a_log() -> None:
    assert "someone" not in repr(addresses.Address("someone@example.org", "en"))


def test_a_swapped_row_is_refused() -> None:
    """Someone who may write the table sends our mail for one record to another record's address."""
    addresses.keep("pl_1", "one@example.org", "en")
    addresses.keep("pl_2", "two@example.org", "en")
    one, two = NotificationAddress.objects.order_by("lookup")
    NotificationAddress.objects.filter(pk=one.pk).update(sealed=bytes(two.sealed))
    NotificationAddress.objects.filter(pk=two.pk).update(sealed=bytes(one.sealed))
    for record in ("pl_1", "pl_2"):
        with pytest.raises(BrokenSeal):
            addresses.find(record)


def test_it_survives_a_new_server_key(settings: Settings) -> None:
    settings.VAULT_KEK = OLD
    addresses.keep("pl_1", "someone@example.org", "en")
    settings.VAULT_KEK = f"{NEW},{OLD}"
    assert addresses.find("pl_1") is not None
    addresses.keep("pl_1", "moved@example.org", "en")
    assert NotificationAddress.objects.count() == 1
    settings.VAULT_KEK = NEW
    found = addresses.find("pl_1")
    assert found is not None
    assert found.email == "moved@example.org"


def test_it_refuses_what_is_no_address() -> None:
    with pytest.raises(ValueError, match="at most 254") as caught:
        addresses.keep("pl_1", "x" * 255, "en")
    assert "xxx" not in str(caught.value)
