"""Beginning a donation: what is written before anybody calls Stripe."""

import pytest
from django.conf import settings as django_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from donations.gateway.amounts import to_stripe
from donations.gateway.sandbox.fees import MAXIMUM, minimum
from donations.giving import amounts
from donations.models import Donation
from kernel.money import Money
from kernel.states import Refusal
from tests.factories.donations import make_donation, make_fund
from tests.factories.organisations import make_operator, make_partner


@pytest.mark.django_db
def test_it_writes_a_pending_row_with_its_parts_and_history():
    one, two = make_fund(), make_fund()
    donation = make_donation(split=[(one, 2), (two, 1)], amount=Money(1000, "EUR"))
    assert donation.status == "pending"
    assert [part.minor for part in donation.allocations.all()] == [667, 333]
    assert [(row.old, row.new) for row in donation.history.all()] == [("", "pending")]
    assert donation.livemode is False
    assert donation.amount == donation.total == Money(1000, "EUR")


@pytest.mark.django_db
def test_it_adds_what_covers_the_fee_to_the_total_and_leaves_the_amount():
    donation = make_donation(amount=Money(2500, "EUR"), cover_fee=True)
    assert donation.amount == Money(2500, "EUR")
    assert donation.total.minor - round(donation.total.minor * 0.015) - 25 >= 2500
    assert sum(part.minor for part in donation.allocations.all()) == donation.total_minor


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (Money(199, "EUR"), "amount_too_small"),
        (Money(-2500, "EUR"), "amount_too_small"),
        (Money(0, "EUR"), "amount_too_small"),
        (Money(1_000_001, "EUR"), "amount_too_large"),
        (Money(1235, "KWD"), "amount_step"),
        (Money(5000, "CZK"), "currency_not_taken"),
    ],
)
def test_it_refuses_an_amount_that_cannot_be_taken(amount, code):
    with pytest.raises(Refusal) as refusal:
        make_donation(amount=amount)
    assert refusal.value.code == code
    assert Donation.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("shares", [[], [0], [-1], [True], [1_000_001]])
def test_it_refuses_a_split_that_is_none(shares):
    fund = make_fund()
    with pytest.raises(Refusal):
        make_donation(split=[(fund, share) for share in shares] or [(fund, 1), (fund, 1)])


@pytest.mark.django_db
def test_it_refuses_a_closed_fund():
    with pytest.raises(Refusal) as refusal:
        make_donation(split=[(make_fund(is_open=False), 1)])
    assert refusal.value.code == "fund_closed"


@pytest.mark.django_db
def test_a_partner_sees_what_it_started_and_the_operator_sees_all():
    mine, other = make_partner(), make_partner()
    donation = make_donation(organisation=mine, by="client:abc")
    page = make_donation()
    assert list(Donation.objects.visible_to(mine)) == [donation]
    assert list(Donation.objects.visible_to(other)) == []
    assert set(Donation.objects.visible_to(make_operator())) == {donation, page}


@given(currency=st.sampled_from(amounts.CURRENCIES), data=st.data())
@settings(max_examples=300, deadline=None)
def test_covering_the_fee_leaves_at_least_the_amount_in_whole_steps(currency, data):
    limits = amounts.RANGES[currency]
    minor = data.draw(st.integers(limits.least // limits.step, limits.most // limits.step)) * limits.step
    rate, fixed = django_settings.STRIPE_FEE_ESTIMATE[currency]
    cover = amounts.fee_cover(Money(minor, currency)).minor
    total = minor + cover
    assert total % limits.step == 0
    assert total * (10_000 - rate) >= (minor + fixed) * 10_000
    assert (total - limits.step) * (10_000 - rate) < (minor + fixed) * 10_000


@pytest.mark.parametrize("currency", amounts.CURRENCIES)
def test_every_offered_amount_can_be_given_and_paid_with_its_cover(currency):
    for money in amounts.presets(currency):
        amounts.check(money)
    limits = amounts.RANGES[currency]
    most = Money(limits.most, currency)
    assert to_stripe(Money(limits.least, currency)) >= minimum(currency.lower())
    assert to_stripe(most + amounts.fee_cover(most)) <= MAXIMUM
