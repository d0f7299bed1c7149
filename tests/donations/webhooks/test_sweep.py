"""The sweep: what a lost event, a crash or silence left behind."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from donations.giving.checkout import open_checkout
from donations.models import Donation, InboxEvent, Refund
from donations.refunds.deeds import request_refund
from donations.webhooks.sweep import ABANDONED_AFTER, sweep
from kernel.money import Money
from tests.factories.donations import make_donation, make_fund

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_asks_about_a_payment_that_hangs_even_when_no_event_tells_of_it(stripe, given, heard):
    donation = given(fund=make_fund().slug)
    stripe.pay(donation.checkout_url)
    heard(donation.checkout_session, "checkout.session.completed")
    later = timezone.now() + timedelta(days=20)
    InboxEvent.objects.all().delete()
    swept = sweep(at=later)
    assert (swept.listed, swept.asked) == (0, 1)
    assert Donation.objects.get().status == "paid"


def test_it_expires_what_nobody_paid_in_time(stripe, given):
    donation = given(fund=make_fund().slug)
    stripe.control("POST", f"expire/{donation.checkout_session}")
    sweep(at=timezone.now())
    assert Donation.objects.get().status == "expired"


def test_it_closes_what_was_never_opened_only_when_it_can_no_longer_be_paid(stripe):
    at = timezone.now()
    young, old = make_donation(at=at), make_donation(at=at - ABANDONED_AFTER)
    assert sweep(at=at).closed == 1
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.status, young.status) == ("expired", "pending")
    assert old.history.last().why == "never_opened"


def test_it_sends_a_refund_that_was_never_sent_and_hears_of_one_that_fails_later(stripe, given):
    donation = given(fund=make_fund().slug)
    stripe.pay(donation.checkout_url, card="4000000000005126")
    sweep(at=timezone.now())
    donation.refresh_from_db()
    refund = request_refund(donation, amount=Money(500, "EUR"), reason="mistake", by="user:1", at=timezone.now())
    soon = timezone.now() + timedelta(minutes=6)
    assert sweep(at=soon).asked == 1
    stripe.control("POST", "settle")
    sweep(at=soon + timedelta(minutes=6))
    sweep(at=soon + timedelta(minutes=12))
    refund.refresh_from_db()
    assert (refund.status, Refund.objects.count()) == ("failed", 1)


def test_a_page_stripe_has_forgotten_is_shown_and_not_asked_about_for_ever(stripe, given):
    donation = given(fund=make_fund().slug)
    Donation.objects.filter(pk=donation.pk).update(checkout_session="cs_test_gone")
    later = timezone.now() + timedelta(hours=1)
    assert sweep(at=later).asked == 1
    assert Donation.objects.get().mismatch == "unknown_session"
    assert sweep(at=later + timedelta(hours=1)).asked == 0


def test_the_command_tells_what_it_did(stripe, capsys):
    open_checkout(make_donation(), at=timezone.now())
    call_command("sweep_stripe_events", "--json")
    assert '"listed"' in capsys.readouterr().out
    call_command("sweep_stripe_events", "--days", "1", "--stuck-after", "0")
    assert "events listed" in capsys.readouterr().out
