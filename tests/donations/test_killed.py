"""Money killed between any two statements: done whole or not at all, and the next run finishes the job once.

What Stripe tells is in webhooks/test_killed.py, what comes again in recurring/.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from donations.disputes.answering import answer_dispute
from donations.disputes.deeds import apply_dispute
from donations.expenses.deeds import book_expense, reverse_expense
from donations.gateway import CheckoutOpened
from donations.giving.checkout import LEASE, open_checkout
from donations.giving.settle import settle
from donations.ledger.verify import verify
from donations.models import Dispute, Donation, Refund, Transaction
from donations.offline.deeds import agree_to_gift, record_gift, reverse_gift
from donations.payouts.deeds import apply_payout
from donations.refunds.deeds import agree_to_refund, apply_refund, request_refund, send_refund
from kernel.money import Money
from tests.factories.donations import disputed, entry, make_donation, make_fund, make_paid, paid, payout, refunded
from tests.killing import OF_MONEY, killed_at_each_write, killed_between_any_two_statements

pytestmark = pytest.mark.django_db
Deed = Callable[[], object]
EUR = "EUR"
LARGE = Money(300_000, EUR)


def _split():
    return [(make_fund(), 1), (make_fund(), 2)]


def _paying() -> Deed:
    donation = make_donation(split=_split())
    facts = paid(donation)
    return lambda: settle(donation, facts=facts, at=timezone.now())


def _asking_back() -> Deed:
    donation = make_paid()
    return lambda: request_refund(donation, reason="mistake", by="user:1", at=timezone.now())


def _agreeing() -> Deed:
    refund = request_refund(make_paid(amount=LARGE), reason="mistake", by="user:1", at=timezone.now())
    return lambda: agree_to_refund(refund, by="user:2", at=timezone.now())


def _refund_of_the_dashboard() -> Deed:
    facts = refunded(make_paid(split=_split()), Money(1000, EUR))
    return lambda: apply_refund(facts, at=timezone.now())


def _refund_that_fails() -> Deed:
    facts = refunded(make_paid(split=_split()), Money(1000, EUR))
    apply_refund(facts, at=timezone.now())
    failed = replace(facts, status="failed", failure_entry=entry(Money(1000, EUR), kind="refund_failure"))
    return lambda: apply_refund(failed, at=timezone.now())


def _dispute_that_opens() -> Deed:
    facts = disputed(make_paid(split=_split()))
    return lambda: apply_dispute(facts, at=timezone.now())


def _dispute_that_is_lost() -> Deed:
    facts = disputed(make_paid(split=_split()))
    apply_dispute(facts, at=timezone.now())
    return lambda: apply_dispute(replace(facts, status="lost"), at=timezone.now())


def _payout_that_arrives() -> Deed:
    facts = payout(Money(1000, EUR), status="paid")
    return lambda: apply_payout(facts, at=timezone.now())


def _payout_that_comes_back() -> Deed:
    facts = payout(Money(1000, EUR), status="paid")
    apply_payout(facts, at=timezone.now())
    back = replace(facts, status="failed", failure_entry=entry(Money(1000, EUR), kind="payout_failure"))
    return lambda: apply_payout(back, at=timezone.now())


def _offline(amount: Money):
    at = timezone.now()
    return record_gift(fund=make_fund(), way="bank", amount=amount, received_on=at.date(), by="user:1", at=at)


def _gift_past_stripe() -> Deed:
    fund, at = make_fund(), timezone.now()
    words = {"fund": fund, "way": "cash", "amount": Money(100, EUR), "received_on": at.date()}
    return lambda: record_gift(**words, by="user:1", at=at)


def _gift_agreed_to() -> Deed:
    gift = _offline(LARGE)
    return lambda: agree_to_gift(gift, by="user:2", at=timezone.now())


def _gift_taken_back() -> Deed:
    gift = _offline(Money(100, EUR))
    return lambda: reverse_gift(gift, by="user:2", at=timezone.now())


def _expense(fund):
    at = timezone.now()
    return book_expense(fund=fund, category="food", amount=Money(100, EUR), spent_on=at.date(), by="user:1", at=at)


def _spending() -> Deed:
    fund = make_fund()
    return lambda: _expense(fund)


def _spending_taken_back() -> Deed:
    expense = _expense(make_fund())
    return lambda: reverse_expense(expense, by="user:2", at=timezone.now())


@pytest.mark.parametrize(
    "scene",
    [
        _paying, _asking_back, _agreeing, _refund_of_the_dashboard, _refund_that_fails, _dispute_that_opens,
        _dispute_that_is_lost, _payout_that_arrives, _payout_that_comes_back, _gift_past_stripe, _gift_agreed_to,
        _gift_taken_back, _spending, _spending_taken_back,
    ],
)  # fmt: skip
def test_it_is_done_whole_or_not_at_all(scene):
    assert killed_at_each_write(scene(), of=OF_MONEY) >= 3
    assert verify()[1] == []


class Stripe:
    """A peer that remembers by idempotency key, as Stripe does, and outlives whoever asked."""

    def __init__(self) -> None:
        self.pages: dict[str, CheckoutOpened] = {}
        self.refunds: dict[str, object] = {}
        self.answers: dict[str, object] = {}

    def open_checkout(self, *, reference, idempotency_key, **_words):
        opened = CheckoutOpened(f"cs_{idempotency_key}", f"https://stripe.test/{reference}", timezone.now() + LEASE)
        return self.pages.setdefault(idempotency_key, opened)

    def refund(self, *, reference, payment_intent, amount, idempotency_key, **_words):
        if idempotency_key not in self.refunds:
            donation = Donation.objects.get(payment_intent=payment_intent)
            self.refunds[idempotency_key] = refunded(donation, amount, reference=reference)
        return self.refunds[idempotency_key]

    def answer_dispute(self, dispute_id, *, idempotency_key, **_words):
        facts = disputed(Dispute.objects.get(stripe_dispute=dispute_id).donation, ref=dispute_id)
        taken = replace(facts, status="under_review", submissions=1, evidence_due=None)
        return self.answers.setdefault(idempotency_key, taken)


def test_giving_finishes_with_one_page():
    def begin():
        donation, stripe, at = make_donation(), Stripe(), timezone.now()

        def see():
            donation.refresh_from_db()
            assert list(stripe.pages) == [donation.idempotency_key]
            assert donation.checkout_session == f"cs_{donation.idempotency_key}"

        return (
            lambda: open_checkout(donation, at=at, via=stripe),
            lambda: open_checkout(donation, at=at + 2 * LEASE, via=stripe),
            see,
        )

    assert killed_between_any_two_statements(begin) >= 3


def test_refunding_finishes_with_one_refund():
    def begin():
        donation, stripe, at = make_paid(split=_split()), Stripe(), timezone.now()
        refund = request_refund(donation, reason="mistake", amount=Money(1000, EUR), by="user:1", at=at)

        def see():
            assert Refund.objects.get(pk=refund.pk).status == "succeeded"
            assert list(stripe.refunds) == [refund.idempotency_key]
            assert Transaction.objects.filter(subject=donation.pk, kind="refund").count() == 1

        return (
            lambda: send_refund(refund, at=at, via=stripe),
            lambda: send_refund(Refund.objects.get(pk=refund.pk), at=at + timedelta(minutes=2), via=stripe),
            see,
        )

    assert killed_between_any_two_statements(begin) >= 15
    assert verify()[1] == []


def test_answering_a_bank_finishes_with_one_answer():
    def begin():
        dispute, stripe, at = apply_dispute(disputed(make_paid()), at=timezone.now()), Stripe(), timezone.now()

        def deed():
            answer_dispute(dispute, statement="willing", by="user:1", at=at, via=stripe)

        def again():
            # pressed again; if Stripe's answer was kept already, there is nothing left to be sent
            dispute.refresh_from_db()
            if not dispute.submissions:
                deed()

        def see():
            answer = dispute.answers.get()
            assert (answer.state, list(stripe.answers)) == ("sent", [answer.idempotency_key])

        return deed, again, see

    assert killed_between_any_two_statements(begin) >= 15
