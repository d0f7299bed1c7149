"""A declined card is counted once, and a page that has seen too many is closed."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from django.utils import timezone

from donations.gateway import ChargeFacts, CheckoutFacts, RequestRefusedError
from donations.giving.breaker.closing import close_page, close_pages
from donations.giving.breaker.counting import MOST_ON_A_PAGE, count_decline
from donations.models import DeclinedCharge, Donation
from kernel.retention.registry import CLASSES
from tests.factories.donations import make_donation, make_paid, paid
from tests.factories.recurring import make_recurring

pytestmark = pytest.mark.django_db


@dataclass
class Desk:
    """A Stripe that knows one page."""

    page: CheckoutFacts
    closed: list = field(default_factory=list)

    def expire_checkout(self, session_id):
        if self.page.status != "open":
            raise RequestRefusedError("Stripe refused the request.")
        self.closed.append(session_id)
        self.page = replace(self.page, status="expired")
        return self.page

    def checkout(self, session_id):
        return self.page


def opened():
    donation = make_donation()
    Donation.objects.filter(pk=donation.pk).update(checkout_session=f"cs_{donation.pk}")
    donation.refresh_from_db()
    return donation, Desk(paid(donation, status="open", payment_status="unpaid", payment_intent="", entries=()))


def declined(donation, number=1, **facts):
    values = {"failed": True, "by_card": True, "reference": donation.pk, "created": timezone.now(), **facts}
    return ChargeFacts(id=f"ch_{number}", **values)


def test_it_counts_a_card_once_however_often_it_is_told():
    donation, desk = opened()
    assert [count_decline(declined(donation), stripe=desk, at=timezone.now()) for _ in range(3)] == [True] * 3
    assert DeclinedCharge.objects.count() == 1


@pytest.mark.parametrize("facts", [{"failed": False}, {"by_card": False}, {"reference": ""}, {"reference": "order-17"}])
def test_it_counts_neither_success_nor_debits_nor_what_is_somebody_elses(facts):
    donation, desk = opened()
    assert not count_decline(declined(donation, **facts), stripe=desk, at=timezone.now())
    assert DeclinedCharge.objects.count() == 0


def test_it_counts_no_card_that_pays_an_instalment():
    first = make_recurring().donations.get()
    desk = Desk(paid(first))
    late = first.paid_at + timedelta(days=31)
    assert not count_decline(declined(first, created=late), stripe=desk, at=late)
    assert count_decline(declined(first, created=first.paid_at - timedelta(minutes=1)), stripe=desk, at=late)
    assert DeclinedCharge.objects.count() == 1


def test_a_page_that_has_seen_too_many_cards_is_closed():
    donation, desk = opened()
    for number in range(MOST_ON_A_PAGE - 1):
        count_decline(declined(donation, number), stripe=desk, at=timezone.now())
    assert desk.closed == []
    count_decline(declined(donation, MOST_ON_A_PAGE), stripe=desk, at=timezone.now())
    donation.refresh_from_db()
    assert (desk.closed, donation.status) == ([donation.checkout_session], "expired")


def test_a_page_that_was_paid_before_it_could_be_closed_is_paid():
    donation, desk = opened()
    desk.page = paid(donation)
    assert close_page(donation, stripe=desk, at=timezone.now()).status == "paid"


def test_closing_all_leaves_alone_what_is_paid_and_comes_to_an_end():
    opened()
    make_paid()
    _donation, desk = opened()
    # the desk knows one page alone: what it says of the other does not agree, which is for a person to see
    assert close_pages(stripe=desk, at=timezone.now()) == 0
    assert sorted(Donation.objects.values_list("status", "mismatch")) == [
        ("expired", ""), ("paid", ""), ("pending", "reference,session"),
    ]  # fmt: skip
    assert close_pages(stripe=desk, at=timezone.now()) == 0


def test_after_a_week_a_decline_is_forgotten():
    donation, desk = opened()
    at = timezone.now()
    for number, days in enumerate((6, 8)):
        facts = declined(donation, number, created=at - timedelta(days=days))
        count_decline(facts, stripe=desk, at=at)
    assert CLASSES["donations.declines"].source.count(at - timedelta(days=7)) == 1
