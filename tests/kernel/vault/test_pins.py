"""Pins: a key that someone wrote into the database is not a key we seal to."""

import pytest
from pytest_django.fixtures import Settings

from kernel import vault
from kernel.states import Refusal
from kernel.vault.models import GroupKey, SealedRecord
from kernel.vault.pins import fingerprint
from tests.kernel.vault.keys import make_keys

pytestmark = pytest.mark.django_db


def test_it_seals_to_pinned_keys(settings: Settings) -> None:
    make_keys()
    settings.VAULT_PINS = [fingerprint(key) for key in GroupKey.objects.all()]
    assert vault.seal("pl_1", "pledge.contact", b"x", "org_test")


@pytest.mark.parametrize("planted", ["A", "B"])
def test_it_refuses_a_planted_key(planted: str, settings: Settings) -> None:
    make_keys()
    settings.VAULT_PINS = [fingerprint(key) for key in GroupKey.objects.all()]
    ours = GroupKey.objects.get(group=planted)
    ours.delete()
    GroupKey.objects.create(
        owner=ours.owner, group=planted, version=1, public_key=b"\x09" + bytes(31), created_at=ours.created_at
    )
    with pytest.raises(Refusal) as caught:
        vault.seal("pl_1", "pledge.contact", b"x", "org_test")
    assert caught.value.code == "key_not_pinned"
    assert not SealedRecord.objects.exists()


def test_it_refuses_another_owners_pinned_keys_under_our_name(settings: Settings) -> None:
    make_keys("org_other")
    settings.VAULT_PINS = [fingerprint(key) for key in GroupKey.objects.all()]
    for key in GroupKey.objects.all():
        GroupKey.objects.create(
            owner="org_test",
            group=key.group,
            version=1,
            public_key=bytes(key.public_key),
            created_at=key.created_at,
        )
    with pytest.raises(Refusal) as caught:
        vault.seal("pl_1", "pledge.contact", b"x", "org_test")
    assert caught.value.code == "key_not_pinned"
