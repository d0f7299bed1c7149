"""Confirming the address: it moves the offer to vetting, once, and mails the private link."""

import pytest

from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from offers.models import Pledge
from offers.pledges.submitting import confirm_email


def test_it_hands_the_offer_to_vetting(submitted, at):
    assert confirm_email(pledge=submitted, at=at).status == "vetting"
    assert [row.new for row in submitted.history.all()] == ["submitted", "email_confirmed", "vetting"]


def test_it_mails_the_private_link(submitted, at):
    confirm_email(pledge=submitted, at=at)
    assert OutboxRow.objects.filter(kind="offers.manage_link", object_id=submitted.pk).count() == 1


def test_it_does_nothing_the_second_time(submitted, at):
    confirm_email(pledge=submitted, at=at)
    version = Pledge.objects.get(pk=submitted.pk).version
    assert confirm_email(pledge=submitted, at=at).status == "vetting"
    assert Pledge.objects.get(pk=submitted.pk).version == version
    assert OutboxRow.objects.filter(kind="offers.manage_link").count() == 1


def test_it_refuses_a_draft(draft, at):
    with pytest.raises(Refusal) as refused:
        confirm_email(pledge=draft, at=at)
    assert refused.value.code == "illegal_transition"
