"""Our books against a real peer's, to the cent: gifts, refunds from both sides, disputes won and lost, payouts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from donations.gateway import gateway
from donations.giving.begin import begin
from donations.giving.checkout import open_checkout
from donations.giving.status import shown
from donations.ledger.queries import balances
from donations.ledger.verify import verify
from donations.models import Dispute, Donation, Payout
from donations.payouts.comparing import compare, compare_payouts
from donations.payouts.listing import list_stripe
from donations.refunds.deeds import request_refund, send_refund
from donations.webhooks.sweep import sweep
from kernel.money import Money
from tests.factories.donations import make_fund
from tests.sandbox_server import API_KEY, running_sandbox

pytestmark = pytest.mark.django_db
EUR = "EUR"


@pytest.fixture
def peer(tmp_path, settings):
    """A sandbox that tells nobody anything: all of it is heard by asking."""
    with running_sandbox("", "", tmp_path, "--settle-after", "3600") as running:
        settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = running.url, API_KEY
        yield running


def hear(since):
    """Do what the schedule does: the sweep, and Stripe's list."""
    at = timezone.now() + timedelta(seconds=2)
    sweep(at=at, stuck_after=timedelta(0))
    list_stripe(since=since, at=at)
    return compare(since - timedelta(days=1), at), compare_payouts(Payout.objects.order_by("created_at"))


def test_every_cent_and_every_payout_agrees(peer):
    since = timezone.now() - timedelta(minutes=1)
    funds = [make_fund() for _ in range(3)]

    def give(minor, currency=EUR):
        at = timezone.now()
        donation = begin(
            split=[(fund, 1) for fund in funds], amount=Money(minor, currency), return_url="http://t.test/", at=at
        )
        open_checkout(donation, at=at)
        peer.pay(donation.checkout_url)
        return donation

    kept, sent_back, won, lost, yen = give(10_001), give(2500), give(3000), give(4000), give(5000, "JPY")
    hear(since)
    payments = dict(Donation.objects.values_list("pk", "payment_intent"))
    refund = request_refund(sent_back, amount=Money(1234, EUR), reason="mistake", by="user:1", at=timezone.now())
    send_refund(refund, at=timezone.now())
    gateway().refund(
        reference="", payment_intent=payments[kept.pk], amount=Money(100, EUR), idempotency_key="the dashboard"
    )
    opened = [peer.control("POST", f"dispute/{payments[one.pk]}")["id"] for one in (won, lost)]
    hear(since)
    assert [shown([Donation.objects.get(pk=one.pk)])[0].status for one in (won, lost)] == ["disputed", "disputed"]
    first = peer.control("POST", "payout", pending=1)["id"]
    peer.control("POST", f"close/{opened[0]}", outcome="won", amount=2000)
    peer.control("POST", f"close/{opened[1]}", outcome="lost")
    peer.control("POST", f"return/{first}")
    peer.control("POST", "payout", pending=1)

    months, payouts = hear(since)
    assert [(one.currency, one.agrees, one.rows) for one in months] == [(EUR, True, ())]
    assert sorted((one.payout.status, one.why) for one in payouts) == [("failed", ""), ("in_transit", "")]
    assert sum(one.minor for one in gateway().balance().available + gateway().balance().pending) == 0
    held = {purpose: 0 for purpose, *_rest in balances()}
    for purpose, *_rest, amount in balances():
        held[purpose] += amount.minor if amount.currency == EUR else 0
    assert (held["stripe"], held["refunds"], held["losses"], held["disputes"]) == (0, 1334, 5000, 0)
    assert held["transit"] == Payout.objects.get(status="in_transit").amount_minor
    statuses = {one.pk: shown([one])[0].status for one in Donation.objects.all()}
    assert [statuses[one.pk] for one in (kept, sent_back, won, lost, yen)] == [
        "partially_refunded",
        "partially_refunded",
        "partially_lost",
        "lost",
        "paid",
    ]
    assert sorted(Dispute.objects.values_list("status", flat=True)) == ["lost", "won"]
    assert verify()[1] == []
