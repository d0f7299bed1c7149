"""Booking what was spent, and what the public is told of it."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from donations.expenses.deeds import book_expense
from donations.funds.public import Spent, public_funds
from donations.ledger.publishing import publish_totals
from donations.ledger.queries import balances, booked, spent
from donations.ledger.verify import verify
from donations.models import Expense
from kernel.money import Money
from kernel.states import Refusal
from tests.factories.donations import make_fund, make_paid

pytestmark = pytest.mark.django_db
EUR = "EUR"


def spend(fund, minor=4500, category="housing", **words):
    at = timezone.now()
    values = {"amount": Money(minor, EUR), "spent_on": at.date(), "by": "user:1", "at": at}
    return book_expense(fund=fund, category=category, **{**values, **words})


def test_it_is_spent_from_the_bank_for_a_fund_and_a_category():
    fund = make_fund()
    spend(fund, 4500)
    spend(fund, 500)
    spend(fund, 100, "food")
    assert spent([fund])[fund.pk] == [("food", Money(100, EUR)), ("housing", Money(5000, EUR))]
    assert ("bank", "", "", "", Money(-5100, EUR)) in balances()
    assert booked([fund])[fund.pk] == []
    assert verify() == (3, [])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"category": "yachts"}, "unknown_category"),
        ({"minor": 0}, "amount_too_small"),
        ({"minor": -1}, "amount_too_small"),
        ({"spent_on": (timezone.now() + timedelta(days=2)).date()}, "date_in_future"),
        ({"spent_on": date(216, 11, 20)}, "date_long_ago"),
    ],
)
def test_it_refuses_what_is_no_expense(words, code):
    with pytest.raises(Refusal) as refusal:
        spend(make_fund(), **words)
    assert refusal.value.code == code
    assert Expense.objects.count() == 0


def raised(fund):
    return public_funds(fund_id=fund.pk)[0].raised


def test_public_totals_move_after_five_gifts_and_once_a_day():
    fund, at = make_fund(), timezone.now()
    for _ in range(4):
        make_paid(split=[(fund, 1)])
    publish_totals(at=at)
    assert raised(fund) == []
    make_paid(split=[(fund, 1)])
    assert raised(fund) == []
    assert publish_totals(at=at) == 1
    assert raised(fund) == [Money(12500, EUR)]
    for _ in range(6):
        make_paid(split=[(fund, 1)])
    assert publish_totals(at=at) == 0
    assert raised(fund) == [Money(12500, EUR)]
    publish_totals(at=at + timedelta(days=1))
    assert raised(fund) == [Money(27500, EUR)]
    for _ in range(4):
        make_paid(split=[(fund, 1)])
    publish_totals(at=at + timedelta(days=9))
    assert raised(fund) == [Money(27500, EUR)]


def test_a_single_gift_in_another_currency_does_not_show():
    fund, at = make_fund(), timezone.now()
    for _ in range(5):
        make_paid(split=[(fund, 1)])
    make_paid(split=[(fund, 1)], amount=Money(70000, "SEK"))
    publish_totals(at=at)
    assert raised(fund) == [Money(12500, EUR)]


def test_a_gift_split_over_two_funds_rides_along_and_counts_for_neither():
    one, two = make_fund(), make_fund()
    for _ in range(5):
        make_paid(split=[(one, 1), (two, 1)], amount=Money(1000, EUR))
    publish_totals(at=timezone.now())
    assert (raised(one), raised(two)) == ([], [])
    for _ in range(5):
        make_paid(split=[(one, 1)], amount=Money(1000, EUR))
    publish_totals(at=timezone.now())
    assert (raised(one), raised(two)) == ([Money(7500, EUR)], [])


def test_spending_is_told_by_category(django_assert_num_queries):
    fund = make_fund()
    spend(fund)
    publish_totals(at=timezone.now())
    with django_assert_num_queries(3):
        assert public_funds()[0].spent == [Spent("housing", Money(4500, EUR))]


def test_the_commands_speak_to_people_and_machines(capsys):
    spend(make_fund())
    call_command("snapshot_funds", "--json")
    call_command("verify_ledger")
    call_command("verify_ledger", "--json")
    out = capsys.readouterr().out
    assert '{"moved": 1}' in out
    assert "1 transactions read, 0 findings." in out
    assert '"findings": []' in out
