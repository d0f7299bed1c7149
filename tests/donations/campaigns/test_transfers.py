"""What a campaign says it has sent, what arrived of it, and what the public is told: read from the ledger alone."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donations.campaigns.deeds import end_campaign
from donations.campaigns.transfers.comparing import compare, publish_campaigns
from donations.campaigns.transfers.deeds import (
    announce_transfer,
    drop_transfer,
    gifts_that_fit,
    receive_transfer,
    take_back_receipt,
)
from donations.ledger.queries import booked
from donations.models import CampaignFigure, CampaignTransfer, OfflineGift, Transaction
from donations.offline.deeds import agree_to_gift, record_gift, reverse_gift
from kernel.money import Money
from kernel.states import Refusal
from tests.factories.campaigns import make_campaign, make_transfer
from tests.factories.organisations import make_partner

pytestmark = pytest.mark.django_db


def announce(campaign, **words):
    at = timezone.now()
    values = {"amount": Money(5000, "EUR"), "sent_on": at.date(), "reference": "AUTUMN-1", **words}
    return announce_transfer(campaign=campaign, by="client:1", at=at, **values)


def arrive(campaign, minor=5000, **words):
    at = timezone.now()
    values = {"fund": campaign.fund, "way": "partner", "partner": campaign.partner, **words}
    return record_gift(amount=Money(minor, "EUR"), received_on=at.date(), by="user:1", at=at, **values)


def lines(campaign):
    return [(one.announced.minor, one.received.minor, one.missing.minor) for one in compare([campaign])[campaign.pk]]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"amount": Money(0, "EUR")}, "amount_too_small"),
        ({"sent_on": timezone.now().date() + timedelta(days=2)}, "date_in_future"),
        ({"sent_on": timezone.now().date() - timedelta(days=11)}, "before_campaign"),
        ({"reference": "from Anna"}, "bad_reference"),
    ],
)
def test_it_refuses_what_cannot_be(words, code):
    with pytest.raises(Refusal) as refusal:
        announce(make_campaign(), **words)
    assert refusal.value.code == code
    assert not CampaignTransfer.objects.exists()


def test_a_draft_announces_nothing_and_one_that_is_over_still_does():
    with pytest.raises(Refusal) as refusal:
        announce(make_campaign(signed=False))
    assert refusal.value.code == "not_authorised"
    over = end_campaign(make_campaign(), by="user:1", at=timezone.now())
    assert announce(over).status == "announced"


def test_a_reference_counts_once_unless_it_was_dropped():
    campaign = make_campaign()
    first = announce(campaign)
    with pytest.raises(Refusal) as refusal:
        announce(campaign)
    assert refusal.value.code == "announced_already"
    drop_transfer(first, by="user:1", at=timezone.now())
    assert announce(campaign).reference == first.reference
    assert lines(campaign) == [(5000, 0, 5000)]


def test_announcing_books_nothing_and_what_arrives_is_booked_once():
    campaign = make_campaign()
    transfer = announce(campaign)
    assert not Transaction.objects.exists()
    gift = arrive(campaign, 4900)
    receive_transfer(transfer, gift=gift, by="user:1", at=timezone.now())
    transfer.refresh_from_db()
    assert (transfer.status, transfer.received) == ("received", Money(4900, "EUR"))
    assert Transaction.objects.count() == 1
    assert booked([campaign.fund])[campaign.fund_id][0]["gross"] == 4900
    assert lines(campaign) == [(5000, 4900, 100)]


def test_only_a_booked_gift_of_this_partner_for_this_fund_fits_and_each_once():
    campaign, at = make_campaign(), timezone.now()
    transfer, again = announce(campaign), announce(campaign, reference="AUTUMN-2")
    waiting = arrive(campaign, 200_000)
    others = [
        waiting,
        arrive(campaign, partner=make_partner()),
        arrive(campaign, way="bank", partner=None),
        arrive(campaign, fund=make_campaign().fund),
    ]
    for gift in others:
        with pytest.raises(Refusal) as refusal:
            receive_transfer(transfer, gift=gift, by="user:1", at=at)
        assert refusal.value.code == "other_gift"
    agree_to_gift(waiting, by="user:2", at=at)  # above the limit the second person stays in force
    receive_transfer(transfer, gift=waiting, by="user:1", at=at)
    with pytest.raises(Refusal):
        receive_transfer(again, gift=waiting, by="user:1", at=at)
    outside = make_campaign(fundraiser="A choir")
    assert not gifts_that_fit(outside).exists()
    assert gifts_that_fit(outside).model is OfflineGift
    arrive(outside, way="bank", partner=None)
    assert gifts_that_fit(outside).count() == 1


def test_what_was_booked_by_mistake_is_missing_again():
    campaign, at = make_campaign(), timezone.now()
    transfer = make_transfer(campaign, arrived=5000)
    assert lines(campaign) == [(5000, 5000, 0)]
    reverse_gift(transfer.gift, by="user:2", at=at)
    assert lines(campaign) == [(5000, 0, 5000)]
    transfer.refresh_from_db()
    assert transfer.received is None
    take_back_receipt(transfer, by="user:2", at=at)
    receive_transfer(transfer, gift=arrive(campaign), by="user:2", at=at)
    assert lines(campaign) == [(5000, 5000, 0)]
    assert [move.new for move in transfer.history.all()] == ["announced", "received", "announced", "received"]


def test_currencies_are_never_added_up():
    campaign = make_campaign()
    make_transfer(campaign, 700, currency="EUR")
    make_transfer(campaign, 900, currency="USD")
    assert lines(campaign) == [(700, 0, 700), (900, 0, 900)]


def test_the_public_is_told_by_the_rule_of_the_funds():
    campaign, at = make_campaign(), timezone.now()
    for _ in range(4):
        make_transfer(campaign, arrived=1000)
    assert publish_campaigns(at=at) == 0
    make_transfer(campaign, 10, arrived=10)
    assert (publish_campaigns(at=at), publish_campaigns(at=at)) == (1, 0)
    for _ in range(5):
        make_transfer(campaign, arrived=2000)
    assert publish_campaigns(at=at) == 0
    assert CampaignFigure.objects.get().received == Money(4010, "EUR")
    assert publish_campaigns(at=at + timedelta(days=1)) == 1
    assert CampaignFigure.objects.get().received == Money(14010, "EUR")


def test_the_database_keeps_what_was_announced_and_counts_a_gift_once():
    campaign = make_campaign()
    transfer, gift = announce(campaign), arrive(campaign)
    for columns in ({"amount_minor": 1}, {"reference": "X-1"}, {"status": "received"}, {"gift": gift}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CampaignTransfer.objects.filter(pk=transfer.pk).update(**columns)
    receive_transfer(transfer, gift=gift, by="user:1", at=timezone.now())
    second = announce(campaign, reference="AUTUMN-2")
    with pytest.raises(IntegrityError), transaction.atomic():
        CampaignTransfer.objects.filter(pk=second.pk).update(status="received", gift=gift)
