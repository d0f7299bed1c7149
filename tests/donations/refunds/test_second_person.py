"""A refund above the limit: not sent, swept or retried until somebody else agrees."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donations.models import Refund
from donations.refunds.deeds import (
    agree_to_refund,
    apply_refund,
    drop_refund,
    refundable,
    request_refund,
    send_refund,
)
from donations.webhooks.sweep import sweep
from kernel.money import Money
from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from tests.factories.donations import make_paid, refunded

pytestmark = pytest.mark.django_db
LARGE = Money(100_001, "EUR")


class Stripe:
    """Says yes, and counts."""

    def __init__(self, donation):
        self.asked, self.donation = 0, donation

    def refund(self, *, reference, amount, **_words):
        self.asked += 1
        return refunded(self.donation, amount, reference=reference)

    def events_since(self, *_words, **_more):
        return iter(())


@pytest.fixture
def donation():
    return make_paid(amount=Money(200_000, "EUR"))


def ask(donation, amount=LARGE):
    return request_refund(donation, amount=amount, reason="mistake", by="user:1", at=timezone.now())


def test_at_the_limit_one_person_is_enough(donation):
    assert not ask(donation, Money(100_000, "EUR")).takes_two
    assert OutboxRow.objects.filter(kind="donations.send_refund").count() == 1


def test_what_goes_back_in_small_parts_takes_two_once_the_parts_are_large_together(donation):
    failed = ask(donation, Money(90_000, "EUR"))
    Refund.objects.filter(pk=failed.pk).update(status="failed", failure="refused")
    apply_refund(refunded(donation, Money(90_000, "EUR"), reference=""), at=timezone.now())  # Stripe's dashboard
    assert not ask(donation, Money(60_000, "EUR")).takes_two
    assert not ask(donation, Money(40_000, "EUR")).takes_two
    last = ask(donation, Money(1, "EUR"))
    assert last.waits
    agree_to_refund(last, by="user:2", at=timezone.now())
    assert ask(donation, Money(1, "EUR")).waits
    assert not ask(make_paid(), Money(100, "EUR")).takes_two


def test_above_it_nothing_is_sent_by_anybody(donation):
    refund, stripe = ask(donation), Stripe(donation)
    assert refund.waits
    assert refundable(donation) == Money(99_999, "EUR")
    assert not OutboxRow.objects.filter(kind="donations.send_refund").exists()
    send_refund(refund, at=timezone.now(), via=stripe)
    sweep(at=timezone.now() + timedelta(hours=1), via=stripe)
    assert stripe.asked == 0


def test_it_is_sent_once_somebody_else_agrees_even_a_week_later(donation):
    refund, stripe = ask(donation), Stripe(donation)
    with pytest.raises(Refusal) as refusal:
        agree_to_refund(refund, by="user:1", at=timezone.now())
    assert refusal.value.code == "second_person_needed"
    later = timezone.now() + timedelta(days=7)
    agreed = agree_to_refund(refund, by="user:2", at=later)
    assert OutboxRow.objects.filter(kind="donations.send_refund", object_id=refund.pk).count() == 1
    assert send_refund(agreed, at=later, via=stripe).status == "succeeded"
    assert stripe.asked == 1
    for deed in (agree_to_refund, drop_refund):
        with pytest.raises(Refusal):
            deed(refund, by="user:3", at=later)


def test_one_that_is_dropped_leaves_the_money_refundable(donation):
    refund = drop_refund(ask(donation), by="user:1", at=timezone.now())
    assert (refund.status, refund.failure) == ("failed", "dropped")
    assert refundable(donation) == Money(200_000, "EUR")


def test_one_from_the_dashboard_is_a_fact_and_waits_for_nobody(donation):
    assert apply_refund(refunded(donation, LARGE), at=timezone.now()).status == "succeeded"


def test_the_database_refuses_one_that_agrees_alone_or_was_sent_before(donation):
    refund = ask(donation)
    rows = Refund.objects.filter(pk=refund.pk)
    for change in ({"agreed_by": "user:1"}, {"stripe_refund": "re_x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
