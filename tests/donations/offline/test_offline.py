"""Gifts past Stripe: booked once, by two people above the limit, and taken back by an entry of its own."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donations.ledger.publishing import publish_totals
from donations.ledger.queries import balances, booked
from donations.ledger.verify import verify
from donations.models import OfflineGift, PublicFigure, Transaction
from donations.offline.deeds import agree_to_gift, drop_gift, record_gift, reverse_gift
from kernel.money import Money
from kernel.states import Refusal
from tests.factories.donations import make_fund
from tests.factories.organisations import make_partner

pytestmark = pytest.mark.django_db
EUR = "EUR"


def record(fund=None, minor=5000, way="bank", by="user:1", **words):
    at = timezone.now()
    values = {"fund": fund or make_fund(), "way": way, "amount": Money(minor, EUR), "received_on": at.date()}
    return record_gift(**{**values, "by": by, "at": at, **words})


def accounts():
    return {purpose: amount.minor for purpose, _fund, _name, _category, amount in balances() if amount}


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("bank", {"bank": 5000, "offline": -5000}),
        ("cash", {"cash": 5000, "offline": -5000}),
        ("partner", {"bank": 5000, "transfers": -5000}),
    ],
)
def test_each_way_has_its_accounts(way, expected):
    fund = make_fund()
    gift = record(fund, way=way, partner=make_partner() if way == "partner" else None)
    assert gift.status == "booked"
    assert accounts() == expected
    assert booked([fund])[fund.pk][0]["gross"] == 5000
    assert verify()[1] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"way": "gold"}, "unknown_way"),
        ({"way": "partner"}, "partner_needed"),
        ({"minor": 0}, "amount_too_small"),
        ({"received_on": timezone.now().date() + timedelta(days=2)}, "date_in_future"),
        ({"received_on": date(216, 11, 20)}, "date_long_ago"),
    ],
)
def test_it_refuses_what_cannot_be(words, code):
    with pytest.raises(Refusal) as refusal:
        record(**words)
    assert refusal.value.code == code
    assert not OfflineGift.objects.exists()


def test_only_a_transfer_names_a_partner():
    with pytest.raises(Refusal):
        record(way="cash", partner=make_partner())


def test_above_the_limit_it_waits_for_somebody_else():
    gift = record(minor=100_001)
    assert gift.status == "waiting"
    assert not Transaction.objects.exists()
    with pytest.raises(Refusal) as refusal:
        agree_to_gift(gift, by="user:1", at=timezone.now())
    assert refusal.value.code == "second_person_needed"
    agree_to_gift(gift, by="user:2", at=timezone.now())
    assert accounts() == {"bank": 100_001, "offline": -100_001}
    for deed in (agree_to_gift, drop_gift):
        with pytest.raises(Refusal):
            deed(gift, by="user:3", at=timezone.now())
    assert Transaction.objects.count() == 1


def test_a_currency_without_a_limit_always_takes_two(settings):
    settings.SECOND_PERSON_ABOVE = {}
    assert record(minor=1).status == "waiting"


def test_one_that_is_dropped_never_reaches_the_books():
    gift = record(minor=200_000)
    assert drop_gift(gift, by="user:1", at=timezone.now()).status == "dropped"
    assert not Transaction.objects.exists()


def test_a_mistake_is_taken_back_by_somebody_else_and_both_stay_in_the_books():
    fund = make_fund()
    gift = record(fund)
    with pytest.raises(Refusal):
        reverse_gift(gift, by="user:1", at=timezone.now())
    reverse_gift(gift, by="user:2", at=timezone.now())
    assert accounts() == {}
    assert Transaction.objects.filter(subject=gift.pk).count() == 2
    assert booked([fund])[fund.pk][0]["gross"] == 0
    with pytest.raises(Refusal):
        reverse_gift(gift, by="user:2", at=timezone.now())


def test_five_of_them_move_the_public_figure_and_four_do_not():
    fund = make_fund()
    for _ in range(4):
        record(fund)
    publish_totals(at=timezone.now())
    assert not PublicFigure.objects.exists()
    record(fund)
    publish_totals(at=timezone.now())
    assert PublicFigure.objects.get().raised_minor == 25_000


def test_the_database_knows_two_people_too():
    gift = record(minor=200_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        OfflineGift.objects.filter(pk=gift.pk).update(agreed_by="user:1")


def test_balances_are_told_for_any_day():
    at = timezone.now()
    record(received_on=at.date() - timedelta(days=40))
    before = [amount for *_account, amount in balances(before=at - timedelta(days=50))]
    after = [amount.minor for *_account, amount in balances(before=at)]
    assert (before, sorted(after)) == ([], [-5000, 5000])
