"""Beginning a recurring gift."""

import pytest
from django.utils import timezone

from donations.giving.checkout import open_checkout
from donations.models import Donation, RecurringGift
from donations.recurring.contacts import address_of, gifts_of
from kernel.money import Money
from kernel.states import Refusal
from tests.factories.donations import make_fund
from tests.factories.recurring import begin_one

pytestmark = pytest.mark.django_db


def test_it_is_written_with_the_donation_that_begins_it():
    funds = [make_fund(), make_fund()]
    first = begin_one(split=[(funds[0], 2), (funds[1], 1)], cover_fee=True, email="Donor@Example.org")
    gift = RecurringGift.objects.get()
    assert (first.recurring, first.total, gift.status, gift.interval) == (gift, gift.total, "pending", "month")
    assert [(part.fund, part.share) for part in gift.shares.all()] == [(funds[0], 2), (funds[1], 1)]
    assert [(one.total_minor, one.by) for one in gift.amounts.all()] == [(first.total_minor, "page")]
    assert (address_of(gift.contact), gifts_of(" donor@example.ORG")) == ("Donor@Example.org", [gift])


@pytest.mark.parametrize(
    ("words", "code"),
    [({"interval": "week"}, "unknown_interval"), ({"amount": Money(1, "EUR")}, "amount_too_small")],
)
def test_it_is_refused_whole(words, code):
    with pytest.raises(Refusal) as refused:
        begin_one(email="donor@example.org", **words)
    assert refused.value.code == code
    assert not Donation.objects.exists()
    assert not RecurringGift.objects.exists()


def test_it_opens_a_page_that_comes_again():
    asked = []

    class Stripe:
        def open_recurring_checkout(self, **words):
            asked.append(words)
            raise AssertionError("far enough")

    first = begin_one(interval="year", language="ru")
    with pytest.raises(AssertionError):
        open_checkout(first, at=timezone.now(), via=Stripe())
    assert (asked[0]["every"], asked[0]["reference"], asked[0]["amount"]) == ("year", first.pk, first.total)
    assert asked[0]["idempotency_key"] == first.idempotency_key
