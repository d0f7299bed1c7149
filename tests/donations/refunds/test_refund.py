"""Refunds: asked for here, made in the dashboard, in parts, failed; never more than was given."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from donations.gateway import RequestRefusedError, UnreachableError
from donations.giving.settle import NotYetError
from donations.giving.status import shown
from donations.ledger.queries import booked
from donations.ledger.verify import verify
from donations.models import Donation, Refund, Transaction
from donations.refunds.deeds import RefundMismatchError, apply_refund, refundable, request_refund, send_refund
from kernel.money import Money
from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from tests.factories.donations import entry, make_donation, make_fund, make_paid, refunded

pytestmark = pytest.mark.django_db
EUR = "EUR"


def ask(donation, minor=None, reason="mistake"):
    amount = None if minor is None else Money(minor, EUR)
    return request_refund(donation, amount=amount, reason=reason, by="user:1", at=timezone.now())


def status(donation):
    return shown([Donation.objects.get(pk=donation.pk)])[0].status


def test_it_writes_a_pending_refund_and_promises_to_send_it():
    donation = make_paid()
    refund = ask(donation, 1000)
    assert (refund.status, refund.amount) == ("pending", Money(1000, EUR))
    assert OutboxRow.objects.filter(kind="donations.send_refund", object_id=refund.pk).count() == 1
    assert refundable(donation) == Money(1500, EUR)
    assert Transaction.objects.count() == 1


def test_it_takes_all_that_is_left_when_no_amount_is_named():
    donation = make_paid()
    ask(donation, 1000)
    assert ask(donation).amount == Money(1500, EUR)


@pytest.mark.parametrize(
    ("minor", "reason", "code"),
    [
        (2501, "mistake", "refund_exceeds"),
        (0, "mistake", "amount_too_small"),
        (-5, "mistake", "amount_too_small"),
        (100, "because", "unknown_reason"),
        (100, "dashboard", "unknown_reason"),
    ],
)
def test_it_refuses_what_cannot_be_refunded(minor, reason, code):
    donation = make_paid()
    with pytest.raises(Refusal) as refusal:
        ask(donation, minor, reason)
    assert refusal.value.code == code
    assert Refund.objects.count() == 0


def test_it_refuses_more_than_is_left_and_says_how_much_that_is():
    donation = make_paid()
    ask(donation, 2000)
    with pytest.raises(Refusal) as refusal:
        ask(donation, 501)
    assert refusal.value.facts == {"left": 500}
    ask(donation, 500)
    with pytest.raises(Refusal):
        ask(donation)


def test_it_refuses_another_currency():
    with pytest.raises(Refusal) as refusal:
        request_refund(make_paid(), amount=Money(1, "USD"), reason="mistake", by="user:1", at=timezone.now())
    assert refusal.value.code == "refund_currency"


def test_it_refuses_a_fraction_that_no_card_gets_back():
    donation = make_paid(amount=Money(5010, "KWD"))
    with pytest.raises(Refusal) as refusal:
        request_refund(donation, amount=Money(1001, "KWD"), reason="mistake", by="user:1", at=timezone.now())
    assert (refusal.value.code, refusal.value.field) == ("amount_step", "amount")
    assert request_refund(donation, reason="mistake", by="user:1", at=timezone.now()).amount == Money(5010, "KWD")


def test_it_refuses_a_donation_that_is_not_paid():
    with pytest.raises(Refusal) as refusal:
        ask(make_donation())
    assert (refusal.value.code, refusal.value.facts["state"]) == ("illegal_transition", "pending")


def test_a_refund_made_in_the_dashboard_is_booked_once():
    fund = make_fund()
    donation = make_paid(split=[(fund, 1)])
    facts = refunded(donation, Money(700, EUR))
    for _ in range(3):
        apply_refund(facts, at=timezone.now())
    refund = Refund.objects.get()
    assert (refund.reason, refund.status, refund.asked_by) == ("dashboard", "succeeded", "system")
    assert booked([fund])[fund.pk][0]["refunded"] == 700
    assert status(donation) == "partially_refunded"
    assert refundable(donation) == Money(1800, EUR)


def test_a_refund_that_fails_after_it_succeeded_is_reversed_once():
    fund, other = make_fund(), make_fund()
    donation = make_paid(split=[(fund, 2), (other, 1)])
    facts = refunded(donation, Money(2500, EUR))
    apply_refund(facts, at=timezone.now())
    assert status(donation) == "refunded"
    back = entry(Money(2500, EUR), kind="refund_failure")
    failed = refunded(
        donation,
        Money(2500, EUR),
        ref=facts.id,
        entry=facts.entry,
        failure_entry=back,
        status="failed",
        failure_reason="expired_or_canceled_card",
    )
    for _ in range(3):
        apply_refund(failed, at=timezone.now())
    apply_refund(facts, at=timezone.now())
    refund = Refund.objects.get()
    assert (refund.status, refund.failure) == ("failed", "expired_or_canceled_card")
    assert status(donation) == "paid"
    assert [booked([one])[one.pk][0]["refunded"] for one in (fund, other)] == [0, 0]
    assert refundable(donation) == Money(2500, EUR)
    assert verify()[1] == []


def test_parts_of_a_split_gift_add_up_to_the_whole():
    funds = [make_fund() for _ in range(3)]
    donation = make_paid(split=[(fund, 1) for fund in funds], amount=Money(1000, EUR), fee=0)
    for minor in (1, 1, 331, 333, 334):
        apply_refund(refunded(donation, Money(minor, EUR)), at=timezone.now())
    assert [booked([fund])[fund.pk][0]["net"] for fund in funds] == [0, 0, 0]
    assert status(donation) == "refunded"


def test_it_waits_for_the_payment_a_refund_belongs_to():
    donation = make_donation()
    Donation.objects.filter(pk=donation.pk).update(payment_intent="pi_x")
    donation.refresh_from_db()
    with pytest.raises(NotYetError):
        apply_refund(refunded(donation, Money(100, EUR)), at=timezone.now())


def test_it_leaves_a_payment_alone_that_is_not_ours():
    facts = refunded(make_paid(), Money(100, EUR), payment_intent="pi_of_someone_else")
    assert apply_refund(facts, at=timezone.now()) is None
    assert Refund.objects.count() == 0


@pytest.mark.parametrize("amount", [Money(999, EUR), Money(1000, "USD")])
def test_it_books_nothing_when_stripe_speaks_of_another_amount_than_we_asked(amount):
    donation = make_paid()
    refund = ask(donation, 1000)
    with pytest.raises(RefundMismatchError):
        apply_refund(refunded(donation, amount, reference=refund.pk), at=timezone.now())
    assert Transaction.objects.count() == 1


def test_a_reference_to_the_refund_of_another_donation_books_nothing():
    mine, other = make_paid(), make_paid()
    refund = ask(other, 1000)
    with pytest.raises(RefundMismatchError):
        apply_refund(refunded(mine, Money(1000, EUR), reference=refund.pk), at=timezone.now())


def test_it_is_not_sent_again_once_stripe_may_have_forgotten_the_key():
    refund = ask(make_paid(), 1000)
    send_refund(refund, at=timezone.now() + timedelta(hours=24), via=None)
    refund.refresh_from_db()
    assert (refund.status, refund.failure) == ("failed", "too_late")


def test_one_that_went_out_after_all_is_a_row_more_and_no_longer_refundable():
    donation = make_paid()
    given_up = ask(donation, 1000)
    send_refund(given_up, at=timezone.now() + timedelta(hours=24), via=None)
    facts = refunded(donation, Money(1000, EUR), reference=given_up.pk)
    for _ in range(3):
        apply_refund(facts, at=timezone.now())
    given_up.refresh_from_db()
    assert (given_up.status, given_up.stripe_refund) == ("failed", None)
    seen = Refund.objects.exclude(pk=given_up.pk).get()
    assert (seen.status, seen.stripe_refund, seen.reason, seen.asked_by) == ("succeeded", facts.id, "mistake", "system")
    assert refundable(donation) == Money(1500, EUR)
    assert status(donation) == "partially_refunded"
    other = make_paid()
    with pytest.raises(RefundMismatchError):
        apply_refund(refunded(other, Money(1000, EUR), reference=given_up.pk), at=timezone.now())
    assert verify()[1] == []


def test_a_refund_that_stripe_refuses_fails_and_leaves_the_money_refundable():
    class Refusing:
        def refund(self, **_words):
            raise RequestRefusedError("Stripe refused.", code="charge_disputed")

    donation = make_paid()
    refund = send_refund(ask(donation, 1000), at=timezone.now(), via=Refusing())
    assert (refund.status, refund.failure) == ("failed", "charge_disputed")
    assert refundable(donation) == Money(2500, EUR)


def test_a_refund_stays_pending_while_stripe_does_not_answer():
    class Down:
        def refund(self, **_words):
            raise UnreachableError("Stripe did not answer.")

    refund = ask(make_paid(), 1000)
    with pytest.raises(UnreachableError):
        send_refund(refund, at=timezone.now(), via=Down())
    refund.refresh_from_db()
    assert (refund.status, refund.lease_until) == ("pending", None)


@pytest.mark.django_db(transaction=True)
def test_eight_people_cannot_refund_more_than_was_given():
    donation = make_paid()
    barrier, outcomes = threading.Barrier(8), []

    def work():
        try:
            barrier.wait()
            ask(donation, 1000)
            outcomes.append("asked")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["asked"] * 2 + ["refund_exceeds"] * 6
