"""Disputes: held back, given back, lost, in part; each balance transaction once, and every fund its part."""

from dataclasses import replace

import pytest
from django.utils import timezone

from donations.disputes.deeds import DisputeMismatchError, apply_dispute
from donations.giving.settle import NotYetError
from donations.giving.status import shown
from donations.ledger.queries import balances, booked
from donations.ledger.verify import verify
from donations.models import Dispute, Donation, Transaction
from donations.refunds.deeds import apply_refund, refundable
from kernel.money import Money
from tests.factories.donations import disputed, entry, make_donation, make_fund, make_paid, refunded

pytestmark = pytest.mark.django_db
EUR = "EUR"


def say(facts, times=1):
    for _ in range(times):
        found = apply_dispute(facts, at=timezone.now())
    return found


def status(donation):
    return shown([Donation.objects.get(pk=donation.pk)])[0].status


def given_back(facts, amount=None, fee=0, **words):
    back = entry(amount or facts.amount, fee, kind="adjustment", category="dispute_reversal")
    return replace(facts, entries=(*facts.entries, back), evidence_due=None, **{"status": "won", **words})


def held(purpose):
    return sum(amount.minor for found, *_rest, amount in balances() if found == purpose)


def test_what_the_bank_takes_is_held_back_once_with_its_fee():
    fund = make_fund()
    donation = make_paid(split=[(fund, 1)])
    dispute = say(disputed(donation), 3)
    assert (dispute.status, dispute.amount, dispute.inquiry) == ("open", Money(2500, EUR), False)
    assert status(donation) == "disputed"
    row = booked([fund])[fund.pk][0]
    assert (row["gross"], row["fees"], row["disputed"], row["net"]) == (2500, 63 + 2000, 2500, -2063)
    assert held("stripe") == row["net"]
    assert refundable(donation) == Money(0, EUR)
    assert verify()[1] == []


def test_one_that_is_won_leaves_the_gift_paid_and_the_fee_spent():
    donation = make_paid()
    facts = disputed(donation)
    say(facts)
    dispute = say(given_back(facts), 2)
    assert dispute.status == "won"
    assert status(donation) == "paid"
    assert (held("disputes"), held("losses"), held("dispute_fees")) == (0, 0, 2000)


def test_a_fee_that_comes_back_is_booked_back():
    facts = disputed(make_paid())
    say(given_back(facts, fee=-2000))
    assert held("dispute_fees") == 0


def test_one_that_is_lost_is_a_loss_of_each_fund():
    funds = [make_fund() for _ in range(3)]
    donation = make_paid(split=[(fund, 1) for fund in funds], amount=Money(1000, EUR), fee=0)
    facts = replace(disputed(donation), entries=(entry(Money(-1000, EUR), kind="adjustment"),))
    say(facts)
    say(replace(facts, status="lost"), 2)
    say(facts)
    assert Dispute.objects.get().status == "lost"
    assert status(donation) == "lost"
    assert (held("disputes"), held("losses")) == (0, 1000)
    assert [booked([fund])[fund.pk][0]["net"] for fund in funds] == [0, 0, 0]


@pytest.mark.parametrize(
    ("words", "expected"), [({"amount": Money(700, EUR)}, (0, 700)), ({"back": Money(1900, EUR)}, (0, 600))]
)
def test_a_part_of_a_gift_can_be_lost(words, expected):
    donation = make_paid()
    facts = disputed(donation, amount=words.get("amount"))
    closed = given_back(facts, words["back"]) if "back" in words else replace(facts, status="lost")
    say(facts)
    say(closed)
    assert status(donation) == "partially_lost"
    assert (held("disputes"), held("losses")) == expected


def test_an_inquiry_moves_no_money_until_it_becomes_a_dispute():
    donation = make_paid()
    facts = disputed(donation)
    say(replace(facts, status="warning_needs_response", entries=()))
    assert Dispute.objects.get().inquiry
    assert status(donation) == "paid"
    say(facts)
    say(replace(facts, status="warning_needs_response", entries=()))
    assert not Dispute.objects.get().inquiry
    assert status(donation) == "disputed"


def test_an_inquiry_that_is_closed_was_won():
    facts = replace(disputed(make_paid()), status="warning_closed", entries=())
    assert say(facts).status == "won"
    assert Transaction.objects.count() == 1


def test_a_bank_may_still_give_back_what_it_had_decided_to_keep():
    donation = make_paid()
    facts = disputed(donation)
    say(replace(facts, status="lost"))
    dispute = say(given_back(facts), 2)
    say(replace(facts, status="lost"))
    assert dispute.status == "won"
    assert status(donation) == "paid"
    assert (held("disputes"), held("losses")) == (0, 0)


def test_of_one_that_is_won_nothing_is_lost_before_it_is_given_back():
    donation = make_paid()
    facts = disputed(donation)
    say(replace(facts, status="won"))
    assert status(donation) == "disputed"
    assert (held("disputes"), held("losses")) == (2500, 0)


def test_after_a_conversion_the_gift_is_told_in_its_own_currency():
    donation = make_paid(amount=Money(5000, "JPY"), fee=0)
    half = Money(-1396, EUR)  # what 2,500 yen are at the rate of that day
    facts = disputed(donation, amount=Money(2500, "JPY"))
    facts = replace(facts, entries=(entry(half, 2000, kind="adjustment", rate="0.5584"),))
    say(facts)
    row = shown([donation])[0]
    assert (row.status, row.books.contested) == ("disputed", Money(2500, "JPY"))
    say(given_back(facts, Money(698, EUR)))
    assert shown([donation])[0].books.lost == Money(1250, "JPY")
    assert verify()[1] == []


def test_a_refund_and_a_dispute_share_a_gift_without_losing_a_cent():
    funds = [make_fund() for _ in range(3)]
    donation = make_paid(split=[(fund, 1) for fund in funds], amount=Money(1000, EUR), fee=0)
    apply_refund(refunded(donation, Money(500, EUR)), at=timezone.now())
    facts = disputed(donation, amount=Money(500, EUR))
    facts = replace(facts, entries=(entry(Money(-500, EUR), kind="adjustment"),), status="lost")
    say(facts)
    assert [booked([fund])[fund.pk][0]["net"] for fund in funds] == [0, 0, 0]
    assert status(donation) == "partially_lost"


def test_it_waits_for_the_payment_it_belongs_to():
    donation = make_donation()
    Donation.objects.filter(pk=donation.pk).update(payment_intent="pi_x")
    donation.refresh_from_db()
    with pytest.raises(NotYetError):
        say(disputed(donation))


def test_it_leaves_a_payment_alone_that_is_not_ours():
    assert say(disputed(make_paid(), payment_intent="pi_of_someone_else")) is None
    assert not Dispute.objects.exists()


def test_it_books_nothing_that_does_not_agree():
    donation, other = make_paid(), make_paid()
    with pytest.raises(DisputeMismatchError):
        say(disputed(donation, amount=Money(2500, "USD")))
    facts = disputed(donation)
    say(facts)
    for wrong in ({"amount": Money(2400, EUR)}, {"payment_intent": other.payment_intent}):
        with pytest.raises(DisputeMismatchError):
            say(replace(facts, **wrong))
    assert Transaction.objects.count() == 3


def test_an_older_fact_gives_no_deadline_back():
    facts = disputed(make_paid())
    say(facts)
    say(replace(facts, status="under_review", evidence_due=None, submissions=1))
    dispute = say(facts)
    assert (dispute.evidence_due, dispute.submissions) == (None, 1)
