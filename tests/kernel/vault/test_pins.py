"""Pins: a key that someone wrote into the database is not a key we seal to."""

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from kernel import vault
from kernel.states import Refusal
from kernel.vault.models import ChainLink, GroupKey, SealedRecord
from kernel.vault.pins import fingerprint
from tests.kernel.vault.keys import make_keys

pytestmark = pytest.mark.django_db


def pinned() -> list[str]:
    return [fingerprint(key) for key in GroupKey.objects.all()]


def refused() -> bool:
    with pytest.raises(Refusal) as caught:
        vault.seal("pl_1", "pledge.contact", b"x", "org_test")
    assert not SealedRecord.objects.exists()
    return caught.value.code == "key_not_pinned"


def test_it_seals_to_pinned_keys(settings: Settings) -> None:
    make_keys()
    settings.VAULT_PINS = pinned()
    assert vault.seal("pl_1", "pledge.contact", b"x", "org_test")


@pytest.mark.parametrize("planted", ["A", "B"])
@pytest.mark.parametrize("pins", [True, False])
def test_it_refuses_a_planted_key(planted: str, pins: bool, settings: Settings) -> None:
    make_keys()
    settings.VAULT_PINS = pinned() if pins else []
    ours = GroupKey.objects.get(group=planted)
    ours.delete()
    GroupKey.objects.create(
        owner=ours.owner, group=planted, version=1, public_key=b"\x09" + bytes(31), created_at=ours.created_at
    )
    assert refused()


@pytest.mark.parametrize("pins", [True, False])
def test_it_refuses_a_later_key_that_nobody_signed(pins: bool, settings: Settings) -> None:
    make_keys()
    settings.VAULT_PINS = pinned() if pins else []
    GroupKey.objects.filter(group="A").update(state="retired")
    GroupKey.objects.create(
        owner="org_test", group="A", version=2, public_key=b"\x09" + bytes(31), created_at=timezone.now()
    )
    assert refused()


def test_it_refuses_another_owners_pinned_keys_under_our_name(settings: Settings) -> None:
    make_keys("org_other")
    settings.VAULT_PINS = pinned()
    for key in GroupKey.objects.all():
        link = key.links.get()
        key.pk = None
        key.owner = "org_test"
        key.save(force_insert=True)
        ChainLink.objects.create(
            owner="org_test", number=link.number, body=link.body, group_key=key, created_at=link.created_at
        )
    assert refused()


def test_it_trusts_what_two_signed_after_a_pin(settings: Settings) -> None:
    make_keys()
    settings.VAULT_PINS = pinned()
    make_keys(version=2)
    assert vault.seal("pl_1", "pledge.contact", b"x", "org_test")


def test_a_pin_of_a_later_key_leaves_the_older_ones_behind(settings: Settings) -> None:
    """Whoever puts back the database of last year puts back keys that no pin names any more."""
    make_keys()
    make_keys(version=2)
    settings.VAULT_PINS = [fingerprint(key) for key in GroupKey.objects.filter(version=2)]
    assert vault.seal("pl_1", "pledge.contact", b"x", "org_test")
    vault.shred("pl_1", "pledge.contact")
    GroupKey.objects.filter(version=2).delete()
    GroupKey.objects.update(state="live")
    assert refused()


def test_a_retired_key_set_live_again_is_refused(settings: Settings) -> None:
    make_keys()
    make_keys(version=2)
    GroupKey.objects.filter(group="A", version=2).update(state="retired")
    GroupKey.objects.filter(group="A", version=1).update(state="live")
    assert refused()


def test_it_asks_the_database_once_while_nothing_changes(django_assert_num_queries: object) -> None:
    from kernel.vault.chain.trust import trusted_of

    make_keys()
    first = trusted_of("org_test")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert trusted_of("org_test") is first
