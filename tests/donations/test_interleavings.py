"""Any interleaving of the facts of one payment ends in the same state and the same ledger."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donations.disputes.deeds import apply_dispute
from donations.giving.settle import NotYetError, settle
from donations.giving.status import shown
from donations.ledger.queries import balances
from donations.ledger.verify import verify
from donations.models import Dispute, Donation, Payout, Refund
from donations.payouts.deeds import apply_payout
from donations.refunds.deeds import apply_refund
from kernel.money import Money
from tests.factories.donations import disputed, entry, make_donation, make_fund, paid, payout, refunded

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}
EUR = "EUR"


class Story:
    """What happened at Stripe to one payment: per object its snapshots, oldest first."""

    def __init__(self, *, bounced: bool, refunds: list[tuple[int, str]], dispute: str, returned: str) -> None:
        funds = [make_fund() for _ in range(3)]
        self.donation = make_donation(split=[(fund, 1) for fund in funds], amount=Money(1000, EUR))
        first = paid(self.donation, fee=40, entries=(), payment_status="unpaid", payment_intent="pi_1")
        booked = replace(first, payment_status="paid", entries=(entry(Money(1000, EUR), 40, ref="txn_1"),))
        self.objects = [[first, replace(booked, entries=()), booked]]
        if bounced:
            back = entry(Money(-1000, EUR), kind="payment_failure_refund", ref="txn_b")
            self.objects[0].append(replace(booked, entries=(*booked.entries, back)))
        self.donation.payment_intent = "pi_1"
        for number, (minor, end) in enumerate([] if bounced else refunds):
            self.objects.append(self._refund(number, minor, end))
        if dispute:
            self.objects.append(self._dispute(Money(400, EUR), dispute))
        self.objects.append(self._payout(returned))

    def _refund(self, number: int, minor: int, end: str) -> list[object]:
        gone = refunded(self.donation, Money(minor, EUR), ref=f"re_{number}")
        story: list[object] = [replace(gone, status="pending"), gone]
        if end == "failed":
            back = entry(Money(minor, EUR), kind="refund_failure", ref=f"txn_f{number}")
            story.append(replace(gone, status="failed", failure_entry=back, failure_reason="unknown"))
        return story

    def _dispute(self, amount: Money, end: str) -> list[object]:
        opened = disputed(self.donation, ref="dp_1", amount=amount, evidence_due=AT)
        asked = replace(opened, status="warning_needs_response", entries=())
        answered = replace(opened, status="under_review", submissions=1, evidence_due=None)
        back = Money(150, EUR) if end == "part" else amount
        given = (*answered.entries, entry(back, kind="adjustment", ref="txn_back"))
        closed = {
            "open": [],
            "lost": [replace(answered, status="lost")],
            "won": [replace(answered, status="won"), replace(answered, status="won", entries=given)],
            "part": [replace(answered, status="won"), replace(answered, status="won", entries=given)],
            "late": [replace(answered, status="lost"), replace(answered, status="won", entries=given)],
        }
        return [asked, opened, answered, *closed[end]]

    def _payout(self, end: str) -> list[object]:
        gone = payout(Money(500, EUR), ref="po_1")
        arrived = replace(gone, status="paid")
        back = entry(Money(500, EUR), kind="payout_failure", ref="txn_pf")
        failed = replace(arrived, status="failed", failure_entry=back, failure="account_closed")
        return {"": [gone], "paid": [gone, arrived], "failed": [gone, arrived, failed]}[end]

    def apply(self, fact: object) -> bool:
        """Apply a fact as the worker would; return whether it has to be told again."""
        try:
            match type(fact).__name__:
                case "CheckoutFacts":
                    settle(self.donation, facts=fact, at=AT)
                case "RefundFacts":
                    return apply_refund(fact, at=AT) is None  # it has overtaken the payment
                case "DisputeFacts":
                    return apply_dispute(fact, at=AT) is None
                case _:
                    apply_payout(fact, at=AT)
        except NotYetError:
            return True
        return False

    def outcome(self) -> tuple[object, ...]:
        """Return what is left of it: states, and every account to the cent."""
        held = Donation.objects.get(pk=self.donation.pk)
        states = [list(model.objects.order_by("pk").values_list("status", flat=True)) for model in (Refund, Payout)]
        disputes = list(Dispute.objects.values_list("status", "submissions", "evidence_due", "inquiry"))
        accounts = [(purpose, fund, amount) for purpose, fund, _name, _category, amount in balances() if amount]
        return held.status, shown([held])[0].status, sorted(states[0]), states[1], disputes, accounts


def ends_the_same(story: Story, order: list[object]) -> None:
    """Tell the story once from the beginning, and once in another order with repeats; then hold both together."""
    told = [fact for snapshots in story.objects for fact in snapshots]
    outcomes = []
    for facts in (told, order):
        with transaction.atomic():
            waiting = list(facts)
            for _round in count():
                again = [fact for fact in waiting if story.apply(fact)]
                # what Stripe says in the end is told whatever else was lost: the sweep asks for it
                again += [snapshots[-1] for snapshots in story.objects] if _round == 0 else []
                if not again or _round > 4:
                    break
                waiting = again
            outcomes.append(story.outcome())
            assert verify()[1] == []
            transaction.set_rollback(True)
    assert outcomes[0] == outcomes[1]


@st.composite
def stories(draw):
    """A story, and an order to tell it in: facts repeated, left out and shuffled."""
    sizes = draw(st.sampled_from([(), (333,), (1, 332), (200, 100, 99)]))
    words = {
        "bounced": draw(st.sampled_from([False, False, False, True])),
        "refunds": [(size, draw(st.sampled_from(["sent", "failed"]))) for size in sizes],
        "dispute": draw(st.sampled_from(["", "open", "lost", "won", "part", "late"])),
        "returned": draw(st.sampled_from(["", "paid", "failed"])),
    }
    return words, draw(st.randoms(use_true_random=False)), draw(st.integers(0, 6))


def _told(words, dice, left_out):
    with transaction.atomic():
        story = Story(**words)
        facts = [fact for snapshots in story.objects for fact in snapshots]
        order = facts + dice.choices(facts, k=len(facts) // 2)
        dice.shuffle(order)
        ends_the_same(story, order[left_out:])
        transaction.set_rollback(True)


@given(stories())
@settings(max_examples=8, **QUIET)
def test_any_interleaving_ends_the_same(told):
    _told(*told)


@pytest.mark.chaos
@given(stories())
@settings(max_examples=300, **QUIET)
def test_a_great_many_interleavings_end_the_same(told):
    _told(*told)
