"""Sending an offer: it seals, keeps the address apart, asks for confirmation, and does all of it or nothing."""

import json

import pytest

from kernel.outbox.drain import drain
from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from kernel.vault import addresses
from kernel.vault.models import GroupKey, SealedRecord
from offers.models import Pledge
from offers.pledges.drafting import draft_pledge, fill
from offers.pledges.submitting import submit
from tests.factories.pledges import days_ahead, make_contact
from tests.kernel.vault.keys import open_with


def test_it_seals_the_contact_to_both_groups(submitted, private_keys):
    record = SealedRecord.objects.get(record_id=submitted.pk, purpose="pledge.contact")
    opened = json.loads(open_with(record, *private_keys))
    assert opened == {
        "name": "A. Helper",
        "email": "helper@waystation.invalid",
        "phone": "+1 202 555 0101",
        "address": "",
        "note": "",
    }


def test_it_waits_for_the_address_to_be_proven(submitted):
    assert submitted.status == "submitted"
    assert OutboxRow.objects.filter(kind="offers.screen", object_id=submitted.pk).count() == 1
    drain()
    drain()
    assert OutboxRow.objects.filter(kind="offers.confirm_email", object_id=submitted.pk).count() == 1


def test_it_keeps_the_address_for_our_mails_and_a_blind_index(submitted):
    assert addresses.find(submitted.pk).email == "helper@waystation.invalid"
    stored = Pledge.objects.get(pk=submitted.pk)
    assert len(bytes(stored.blind_email)) == 32


def test_it_leaves_a_history_row(submitted):
    (row,) = submitted.history.all()
    assert (row.old, row.new, row.by) == ("draft", "submitted", f"provider:{submitted.pk}")


def test_it_is_sent_once(submitted, at):
    with pytest.raises(Refusal) as refused:
        submit(pledge=submitted, contact=make_contact(), language="en", at=at)
    assert refused.value.code == "illegal_transition"
    assert SealedRecord.objects.count() == OutboxRow.objects.count() == 1


@pytest.mark.parametrize(
    ("contact", "field"),
    [({"name": " "}, "contact.name"), ({"email": ""}, "contact.email")],
)
def test_it_needs_a_name_and_an_address_to_confirm(draft, at, contact, field):
    with pytest.raises(Refusal) as refused:
        submit(pledge=draft, contact=make_contact(**contact), language="en", at=at)
    assert refused.value.field == field


@pytest.mark.parametrize("missing", ["country", "availability"])
def test_it_refuses_what_is_not_complete(operator, at, missing):
    changes = {"country": "DE", "availability": days_ahead(1, 10)}
    del changes[missing]
    pledge = fill(pledge=draft_pledge(kind="housing", language="en", at=at), changes=changes, at=at)
    with pytest.raises(Refusal) as refused:
        submit(pledge=pledge, contact=make_contact(), language="en", at=at)
    assert (refused.value.code, refused.value.field) == ("required", missing)


def test_it_refuses_days_that_are_over(draft, at):
    fill(pledge=draft, changes={"availability": days_ahead(-10, 0)}, at=at)
    with pytest.raises(Refusal) as refused:
        submit(pledge=draft, contact=make_contact(), language="en", at=at)
    assert refused.value.code == "in_the_past"


def test_it_takes_nothing_in_without_keys(draft, at):
    GroupKey.objects.all().delete()
    with pytest.raises(Refusal) as refused:
        submit(pledge=draft, contact=make_contact(), language="en", at=at)
    assert refused.value.code == "no_group_key"
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert addresses.find(draft.pk) is None


def test_it_takes_nothing_in_that_is_too_long_to_seal(draft, at):
    with pytest.raises(Refusal) as refused:
        submit(pledge=draft, contact=make_contact(note="🏠" * 1000, address="🏠" * 400), language="en", at=at)
    assert refused.value.code == "too_large"
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_it_changes_no_draft_after_that(submitted, at):
    with pytest.raises(Refusal) as refused:
        fill(pledge=submitted, changes={"units_total": 9}, at=at)
    assert refused.value.code == "not_a_draft"


def test_a_contact_never_shows_itself():
    assert "Helper" not in repr(make_contact())
    assert "Helper" not in str(make_contact())
