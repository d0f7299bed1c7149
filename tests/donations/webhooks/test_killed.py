"""What Stripe tells, killed between any two statements from its arrival to its booking: told again, booked once."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from donations.gateway import EventFacts
from donations.ledger.verify import verify
from donations.models import Donation, InboxEvent, StripeEntry, Transaction
from donations.payouts.listing import list_stripe
from donations.webhooks import inbox
from kernel.money import Money
from tests.factories.donations import disputed, entry, make_donation, make_fund, make_paid, paid, payout, refunded
from tests.killing import killed_between_any_two_statements

pytestmark = pytest.mark.django_db
EUR = "EUR"


class Told:
    """A peer that knows one object, and says of it what it always says."""

    def __init__(self, facts) -> None:
        self._facts = facts

    def _one(self, object_id):
        assert object_id == self._facts.id
        return self._facts

    checkout = refund_facts = dispute = payout = _one


def _page():
    donation = make_donation(split=[(make_fund(), 1), (make_fund(), 2)])
    Donation.objects.filter(pk=donation.pk).update(checkout_session=f"cs_{donation.pk}")
    return "checkout.session.completed", paid(donation), {"gift": 1}


def _refund():
    return "refund.created", refunded(make_paid(), Money(1000, EUR)), {"refund": 1}


def _refund_that_failed():
    facts = refunded(make_paid(), Money(1000, EUR), status="failed")
    back = entry(Money(1000, EUR), kind="refund_failure")
    return "refund.failed", replace(facts, failure_entry=back), {"refund": 1, "refund_reversed": 1}


def _dispute_that_was_lost():
    return "charge.dispute.closed", disputed(make_paid(), status="lost"), {"dispute": 1, "dispute_closed": 1}


def _dispute_that_was_won():
    facts = disputed(make_paid(), status="won")
    back = entry(facts.amount, kind="adjustment", category="dispute_reversal")
    won = replace(facts, entries=(*facts.entries, back))
    return "charge.dispute.funds_reinstated", won, {"dispute": 1, "dispute_returned": 1}


def _payout_that_arrived():
    return "payout.paid", payout(Money(1000, EUR), status="paid"), {"payout": 1, "payout_arrived": 1}


def _payout_that_came_back():
    facts = payout(Money(1000, EUR), status="failed", failure="account_closed")
    back = entry(Money(1000, EUR), kind="payout_failure")
    return "payout.failed", replace(facts, failure_entry=back), {"payout": 1, "payout_returned": 1}


AT_LENGTH = (_refund_that_failed, _dispute_that_was_won, _payout_that_arrived)  # the others go the same ways


@pytest.mark.parametrize(
    "scene",
    [
        _page, _refund, _dispute_that_was_lost, _payout_that_came_back,
        *(pytest.param(scene, marks=pytest.mark.chaos) for scene in AT_LENGTH),
    ],
)  # fmt: skip
def test_what_is_told_is_booked_once(scene):
    def begin():
        InboxEvent.objects.all().delete()
        kind, facts, wanted = scene()
        stripe, before = Told(facts), list(Transaction.objects.values_list("pk", flat=True))
        event = EventFacts("evt_1", kind, facts.id, False, timezone.now())

        def deed():
            inbox.receive(event, at=timezone.now())
            inbox.drain(via=stripe)

        def again():
            # Stripe tells it again, the sweep comes round, and the claim of the dead one is over
            inbox.receive(event, at=timezone.now())
            InboxEvent.objects.update(next_at=timezone.now(), claimed_until=None)
            inbox.drain(via=stripe)

        def see():
            assert InboxEvent.objects.get().state == "done"
            assert Counter(Transaction.objects.exclude(pk__in=before).values_list("kind", flat=True)) == wanted

        return deed, again, see

    assert killed_between_any_two_statements(begin) >= 15
    assert verify()[1] == []


class Listing:
    """A peer that lists a payment, what it took for the account, and the payout they left with."""

    def __init__(self) -> None:
        gift, cost = entry(Money(2000, EUR), 50), entry(Money(-150, EUR), kind="stripe_fee", category="fee")
        self.gone = payout(Money(1800, EUR), status="paid", reconciled=True)
        self.entries = [gift, cost, self.gone.entry]

    def entries_between(self, start, end):
        return iter(self.entries)

    def payouts_since(self, at):
        return iter([self.gone])

    def payout_entries(self, payout_id):
        return iter(self.entries)


def test_what_is_listed_is_kept_once():
    def begin():
        stripe, at = Listing(), timezone.now()
        before = list(Transaction.objects.values_list("pk", flat=True))

        def deed():
            list_stripe(since=at - timedelta(days=1), at=at, via=stripe)

        def see():
            kept = StripeEntry.objects.filter(pk__in=[one.id for one in stripe.entries])
            assert {one.payout.stripe_payout for one in kept} == {stripe.gone.id}
            assert len(kept) == len(stripe.entries)
            kinds = Counter(Transaction.objects.exclude(pk__in=before).values_list("kind", flat=True))
            assert kinds == {"stripe_cost": 1, "payout": 1, "payout_arrived": 1}

        return deed, deed, see

    assert killed_between_any_two_statements(begin) >= 15
    assert verify()[1] == []
