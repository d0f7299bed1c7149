"""What Stripe says otherwise is settled by a finance officer: taken over, ended, or asked again, and whatever dies."""

from dataclasses import replace

import pytest
from django.utils import timezone

from donations.alarms.finding import found
from donations.gateway import NotFoundError, UnreachableError
from donations.ledger.queries import posted
from donations.models import Donation, RecurringGift
from donations.recurring.carrying import carry_out
from donations.recurring.following import apply_subscription
from donations.recurring.instalments import apply_invoice
from donations.recurring.settling import end_mismatched, look_again, take_amount
from donations.recurring.sweeping import look
from kernel.audit.models import AuditEntry
from kernel.money import Money
from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from tests.donations.recurring.peer import Peer
from tests.factories.donations import make_fund
from tests.factories.recurring import ended, invoiced, make_recurring, subscribed
from tests.killing import killed_at_each_write

pytestmark = pytest.mark.django_db
BY, MORE = "user:1", Money(3000, "EUR")


class Desk(Peer):
    """A peer that knows the second instalment too."""

    def invoice(self, invoice_id):
        number = int(invoice_id.rpartition("_")[2])
        return invoiced(self.gift, number, amount=MORE if number else Money(2500, "EUR"))


def other(**facts):
    """A gift of 25 euros for two funds, of which Stripe says something else: 30 euros, unless told otherwise."""
    gift = make_recurring(split=[(make_fund(), 1), (make_fund(), 2)])
    said = subscribed(gift, **(facts or {"amount": MORE}))
    apply_subscription(said, asked_at=timezone.now(), at=timezone.now())
    return RecurringGift.objects.get(pk=gift.pk), Desk(gift, facts=said)


def settle(deed, gift, **words):
    return deed(gift=gift, cause="donor", by=BY, at=timezone.now(), **words)


def test_stripes_amount_is_taken_over_with_what_was_collected_and_not_booked():
    gift, desk = other()
    apply_invoice(invoiced(gift, 1, amount=MORE), at=timezone.now())
    waiting = Donation.objects.get(stripe_invoice=f"in_{gift.pk}_1")
    assert (waiting.status, waiting.mismatch) == ("pending", "amount,settled_amount")
    assert found(at=timezone.now()) == {"payments_stuck"}
    held = settle(take_amount, gift, amount=MORE, via=desk)
    assert (held.mismatch, held.total, [one.total_minor for one in held.amounts.all()]) == ("", MORE, [2500, 3000])
    assert OutboxRow.objects.filter(kind="donations.recurring_look", object_id=gift.pk).count() == 1
    for _ in range(2):
        look(held, stripe=desk, at=timezone.now())
    waiting.refresh_from_db()
    assert (waiting.status, waiting.mismatch, waiting.total) == ("paid", "", MORE)
    assert sorted(part.minor for part in waiting.allocations.all()) == [1000, 2000]
    assert posted().filter(transaction__subject=waiting.pk).exists()
    assert found(at=timezone.now()) == set()
    entry = AuditEntry.objects.get(action="recurring.mismatch_taken")
    assert (entry.object_id, entry.reason) == (gift.pk, "donor")


@pytest.mark.parametrize(
    ("facts", "typed", "code"),
    [
        ({"amount": MORE}, Money(2900, "EUR"), "not_what_stripe_says"),
        ({"amount": MORE}, Money(2500, "EUR"), "not_what_stripe_says"),
        ({"amount": MORE, "every": "year"}, MORE, "nothing_to_settle"),
        ({"amount": MORE, "reference": "dn_other"}, MORE, "nothing_to_settle"),
    ],
)
def test_nothing_but_an_amount_that_a_person_has_seen_is_taken_over(facts, typed, code):
    gift, desk = other(**facts)
    with pytest.raises(Refusal) as refused:
        settle(take_amount, gift, amount=typed, via=desk)
    assert refused.value.code == code
    assert RecurringGift.objects.get(pk=gift.pk).total == Money(2500, "EUR")


def test_what_changes_at_stripe_while_somebody_decides_is_not_taken_over():
    gift, desk = other()
    desk.facts = replace(desk.facts, every="year")
    with pytest.raises(Refusal) as refused:
        settle(take_amount, gift, amount=MORE, via=desk)
    assert refused.value.code == "nothing_to_settle"
    desk.away = UnreachableError("Away.")
    with pytest.raises(Refusal) as refused:
        settle(take_amount, gift, amount=MORE, via=desk)
    assert (refused.value.code, refused.value.facts["retry"]) == ("payment_unavailable", True)


def test_it_ends_here_and_at_stripe_and_is_no_disagreement_any_more():
    gift, desk = other(every="year")
    held = settle(end_mismatched, gift)
    assert (held.status, held.mismatch) == ("canceled", "")
    apply_subscription(desk.facts, asked_at=timezone.now(), at=timezone.now())  # an event from before the end
    assert carry_out(held, at=timezone.now(), via=desk)
    apply_subscription(ended(gift, every="year"), asked_at=timezone.now(), at=timezone.now())
    held.refresh_from_db()
    assert (desk.asked, held.mismatch) == (["cancel"], "")
    assert [(move.new, move.why) for move in held.history.all()][-1] == ("canceled", "donor")


def test_one_that_stripe_does_not_know_ends_without_being_asked_for_for_ever():
    gift, desk = other(every="year")
    settle(end_mismatched, gift)
    desk.facts, desk.away = ended(gift), NotFoundError("None such.", code="resource_missing")
    assert carry_out(gift, at=timezone.now(), via=desk)


def test_another_subscription_that_names_it_is_not_ended_by_ending_ours():
    gift, desk = other(id="sub_other")
    with pytest.raises(Refusal) as refused:
        settle(end_mismatched, gift)
    assert refused.value.code == "another_subscription"
    desk.facts = subscribed(gift)
    look(settle(look_again, gift), stripe=desk, at=timezone.now())
    assert RecurringGift.objects.get(pk=gift.pk).mismatch == ""


def test_asked_again_what_still_differs_is_shown_again():
    gift, desk = other(every="year")
    held = settle(look_again, gift)
    assert held.mismatch == ""
    look(held, stripe=desk, at=timezone.now())
    assert RecurringGift.objects.get(pk=gift.pk).mismatch == "interval"


def test_a_reason_of_no_list_and_a_gift_that_agrees_are_refused():
    gift, desk = other()
    fine = make_recurring()
    for deed, words in ((take_amount, {"amount": MORE, "via": desk}), (end_mismatched, {}), (look_again, {})):
        with pytest.raises(Refusal) as refused:
            deed(gift=gift, cause="because", by=BY, at=timezone.now(), **words)
        assert refused.value.code == "unknown_cause"
        with pytest.raises(Refusal) as refused:
            settle(deed, fine, **words)
        assert refused.value.code == "nothing_to_settle"


def test_killed_before_any_write_it_is_settled_by_the_next_press_once():
    gift, desk = other()
    assert killed_at_each_write(lambda: settle(take_amount, gift, amount=MORE, via=desk)) > 4
    held = RecurringGift.objects.get(pk=gift.pk)
    assert (held.mismatch, [one.total_minor for one in held.amounts.all()]) == ("", [2500, 3000])
    assert OutboxRow.objects.filter(kind="donations.recurring_look").count() == 1
