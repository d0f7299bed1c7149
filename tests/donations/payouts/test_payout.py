"""Payouts: they leave, arrive and come back, each step once."""

from dataclasses import replace

import pytest
from django.utils import timezone

from donations.ledger.queries import balances
from donations.models import Payout, Transaction
from donations.payouts.deeds import PayoutMismatchError, apply_payout
from kernel.money import Money
from tests.factories.donations import entry, payout

pytestmark = pytest.mark.django_db
EUR = "EUR"
TEN = Money(1000, EUR)


def say(facts, times=1):
    for _ in range(times):
        found = apply_payout(facts, at=timezone.now())
    return found


def held():
    return {purpose: amount.minor for purpose, _fund, _name, _category, amount in balances() if amount}


def test_it_is_on_its_way_once():
    say(payout(TEN), 3)
    assert held() == {"stripe": -1000, "transit": 1000}
    assert Payout.objects.get().status == "in_transit"


def test_it_arrives_once_and_an_older_fact_changes_nothing():
    facts = payout(TEN)
    say(replace(facts, status="paid"), 2)
    say(facts)
    assert held() == {"stripe": -1000, "bank": 1000}
    assert Payout.objects.get().status == "paid"


@pytest.mark.parametrize("arrived", [True, False])
def test_what_the_bank_refuses_is_at_stripe_again(arrived):
    facts = payout(TEN)
    if arrived:
        say(replace(facts, status="paid"))
    back = entry(TEN, kind="payout_failure", category="payout_reversal")
    say(replace(facts, status="failed", failure_entry=back, failure="account_closed"), 2)
    say(replace(facts, status="paid"))
    assert held() == {}
    assert (Payout.objects.get().status, Payout.objects.get().failure) == ("failed", "account_closed")


def test_a_debt_to_stripe_is_paid_by_the_bank():
    say(payout(-TEN, status="paid"))
    assert held() == {"stripe": 1000, "bank": -1000}


def test_a_fee_of_a_payout_is_a_cost_of_the_house():
    say(payout(TEN, entry=entry(-TEN, 25, kind="payout", category="payout")))
    assert held() == {"stripe": -1025, "transit": 1000, "costs": 25}


def test_it_books_nothing_when_the_amount_is_another_than_before():
    facts = payout(TEN)
    say(facts)
    with pytest.raises(PayoutMismatchError):
        say(replace(facts, amount=Money(999, EUR)))
    assert Transaction.objects.count() == 1
