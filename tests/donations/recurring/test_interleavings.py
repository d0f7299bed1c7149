"""Any order of what is told of a recurring gift, copies included, ends in the same state and the same ledger."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donations.giving.settle import NotYetError
from donations.ledger.queries import balances
from donations.ledger.verify import verify
from donations.models import Donation, RecurringGift
from donations.recurring.following import apply_page, apply_subscription
from donations.recurring.instalments import apply_invoice
from tests.factories.donations import make_fund
from tests.factories.recurring import BEGAN, begin_one, ended, invoiced, page_of, refused, subscribed

pytestmark = pytest.mark.django_db
QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}
ENDS = ("goes on", "past due", "paused", "ended", "payment failed")


class Story:
    """What happened at Stripe to a gift of three instalments: answers it gave, each with the moment it was asked."""

    def __init__(self, end: str) -> None:
        self.first = begin_one(split=[(make_fund(), 2), (make_fund(), 1)], at=BEGAN)
        gift = self.first.recurring
        open_page = replace(page_of(self.first), status="open", payment_status="unpaid", subscription="", entries=())
        late = replace(page_of(self.first), entries=())
        last = {
            "goes on": subscribed(gift),
            "past due": subscribed(gift, status="past_due"),
            "paused": subscribed(gift, paused=True),
            "ended": ended(gift),
            "payment failed": ended(gift, "payment_failed"),
        }[end]
        self.objects = [
            [open_page, late, page_of(self.first)],
            [invoiced(gift, 0, entries=()), invoiced(gift, 0)],
            [refused(gift, 1), invoiced(gift, 1)],
            [refused(gift, 2), refused(gift, 2, attempts=2)] if "d" in end[-3:] else [invoiced(gift, 2)],
            [subscribed(gift, status="incomplete"), subscribed(gift), subscribed(gift, status="past_due"), last],
        ]

    def told(self) -> list[tuple[int, object]]:
        """Return all answers, oldest first, each with a number that says when Stripe was asked."""
        return [(number, one) for answers in self.objects for number, one in enumerate(answers)]

    def apply(self, asked: int, fact: object) -> bool:
        """Apply an answer as the worker would; return whether Stripe has to be asked again."""
        asked_at = BEGAN + timedelta(minutes=asked)
        try:
            match type(fact).__name__:
                case "CheckoutFacts":
                    apply_page(Donation.objects.get(pk=self.first.pk), facts=fact, at=asked_at)
                case "InvoiceFacts":
                    apply_invoice(fact, at=asked_at)
                case _:
                    apply_subscription(fact, asked_at=asked_at, at=asked_at)
        except NotYetError:
            return True
        return False

    def outcome(self) -> tuple[object, ...]:
        """Return what is left of it: states, instalments, and every account to the cent."""
        gift = RecurringGift.objects.get(pk=self.first.recurring_id)
        parts = gift.donations.order_by("stripe_invoice").values_list("stripe_invoice", "status", "total_minor")
        accounts = [(purpose, fund, amount) for purpose, fund, _name, _category, amount in balances() if amount]
        return gift.status, gift.stripe_subscription, gift.stripe_customer, gift.mismatch, list(parts), accounts


def ends_the_same(end: str, order) -> None:
    """Tell the story from its beginning, and in the order that `order` makes of it; then hold both together."""
    outcomes = []
    with transaction.atomic():
        story = Story(end)
        for facts in (story.told(), order(story.told())):
            with transaction.atomic():
                again = [one for one in facts if story.apply(*one)]
                # what Stripe says in the end is told whatever else was lost: the sweep asks for it
                again += [(len(answers) - 1, answers[-1]) for answers in story.objects]
                assert not [one for one in again if story.apply(*one) and one[1] is story.objects[0][-1]]
                outcomes.append(story.outcome())
                assert verify()[1] == []
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    assert outcomes[0] == outcomes[1]


@pytest.mark.chaos
@pytest.mark.parametrize("end", ENDS)
def test_the_last_word_in_every_order_ends_the_same(end):
    for order in permutations(range(5)):
        ends_the_same(end, lambda told, order=order: [_last(told, place) for place in order])


def test_the_last_word_in_some_orders_ends_the_same():
    for end, order in zip(ENDS, list(permutations(range(5)))[20::20], strict=True):
        ends_the_same(end, lambda told, order=order: [_last(told, place) for place in order])


def _last(told, place):
    starts = [i for i, (number, _fact) in enumerate(told) if number == 0]
    bounds = [*starts[1:], len(told)]
    return told[bounds[place] - 1]


def _shuffled(dice, left_out):
    def order(told):
        facts = told + dice.choices(told, k=len(told) // 2)
        dice.shuffle(facts)
        return facts[left_out:]

    return order


@given(st.sampled_from(ENDS), st.randoms(use_true_random=False), st.integers(0, 6))
@settings(max_examples=6, **QUIET)
def test_any_interleaving_ends_the_same(end, dice, left_out):
    ends_the_same(end, _shuffled(dice, left_out))


@pytest.mark.chaos
@given(st.sampled_from(ENDS), st.randoms(use_true_random=False), st.integers(0, 6))
@settings(max_examples=400, **QUIET)
def test_a_great_many_interleavings_end_the_same(end, dice, left_out):
    ends_the_same(end, _shuffled(dice, left_out))
