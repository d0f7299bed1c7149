"""Settling what Stripe says otherwise of a recurring gift: its amount is taken over, it ends, or Stripe is asked again.

A finance officer decides, with a value of Cause. What follows is promised in the same transaction, and asked of Stripe
outside any.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from donations.gateway import GatewayError, PaymentGateway, SubscriptionFacts, gateway
from donations.recurring.following import apply_subscription, disagreement, end_at_stripe
from donations.recurring.models import RecurringAmount, RecurringGift
from donations.recurring.noticing import AMOUNT_TAKEN
from donations.recurring.states import LIVING, Cause, RecurringStatus
from kernel import audit, outbox, states
from kernel.money import Money
from kernel.states import Refusal

LOOK = "donations.recurring_look"
AMOUNT, ANOTHER = "amount", "subscription"  # codes of what does not agree


def take_amount(
    *, gift: RecurringGift, amount: Money, cause: str, by: str, at: datetime, via: PaymentGateway | None = None
) -> RecurringGift:
    """Let each instalment be what Stripe collects, if that is `amount`. Call it outside a transaction.

    Instalments that were collected so and not booked are booked soon after. The amount is then all gift: nobody said
    what of it covers the fee. The donor is told. Raises Refusal `unknown_cause`, `nothing_to_settle`,
    `payment_unavailable`, `not_what_stripe_says`, `wishes_open`.
    """
    _check(cause)
    if not may_take(gift):
        raise _nothing()
    try:
        facts = (via or gateway()).subscription(gift.stripe_subscription or "")
    except GatewayError as error:
        sentence = _("Stripe does not answer at the moment. Nothing was changed. Please try again in a few minutes.")
        raise Refusal("payment_unavailable", sentence, retry=error.retry) from error
    if facts.amount != amount or amount.minor < 1:
        said = facts.amount.formatted(get_language() or "en")
        sentence = _("Stripe collects %(amount)s each time. Type that, if it is to be so.") % {"amount": said}
        raise Refusal("not_what_stripe_says", sentence, "amount")
    return _take(gift, facts, cause=cause, by=by, at=at)


@transaction.atomic
def _take(gift: RecurringGift, facts: SubscriptionFacts, *, cause: str, by: str, at: datetime) -> RecurringGift:
    held = RecurringGift.objects.select_for_update().get(pk=gift.pk)
    if not may_take(held) or set(disagreement(held, facts)) - {AMOUNT}:
        raise _nothing()
    if held.wishes.filter(done_at=None).exists():
        raise Refusal("wishes_open", _("Stripe is still being asked for something here. Try again in a minute."))
    figures = {"amount_minor": facts.amount.minor, "fee_cover_minor": 0, "total_minor": facts.amount.minor}
    asked = RecurringAmount.objects.create(recurring=held, by=by, at=at, **figures)
    RecurringGift.objects.filter(pk=held.pk).update(updated_at=at, **figures)
    audit.record(by, "recurring.mismatch_taken", held.pk, reason=cause, fields=[AMOUNT], at=at)
    outbox.enqueue(AMOUNT_TAKEN, str(asked.pk))
    outbox.enqueue(LOOK, held.pk)
    return apply_subscription(facts, asked_at=at, at=at) or held


@transaction.atomic
def end_mismatched(*, gift: RecurringGift, cause: str, by: str, at: datetime) -> RecurringGift:
    """End it for good, here now and at Stripe soon after. What was booked stays.

    Raises Refusal `unknown_cause`, `nothing_to_settle`, `another_subscription`: ending ours would leave that one.
    """
    held = _mismatched(gift, cause)
    if ANOTHER in held.mismatch.split(","):
        sentence = _("Another subscription at Stripe names this gift: end that one there, then ask Stripe again.")
        raise Refusal("another_subscription", sentence)
    if held.status != RecurringStatus.CANCELED:
        states.move(held, to=RecurringStatus.CANCELED, by=by, at=at, why=cause)
    RecurringGift.objects.filter(pk=held.pk).update(mismatch="", updated_at=at)
    end_at_stripe(held, by=by, at=at)
    audit.record(by, "recurring.mismatch_ended", held.pk, reason=cause, fields=held.mismatch.split(","), at=at)
    held.refresh_from_db()
    return held


@transaction.atomic
def look_again(*, gift: RecurringGift, cause: str, by: str, at: datetime) -> RecurringGift:
    """Take it that all was put right at Stripe, which is asked soon after: what still differs is shown anew.

    Raises Refusal `unknown_cause`, `nothing_to_settle`.
    """
    held = _mismatched(gift, cause)
    RecurringGift.objects.filter(pk=held.pk).update(mismatch="", updated_at=at)
    audit.record(by, "recurring.mismatch_looked", held.pk, reason=cause, fields=held.mismatch.split(","), at=at)
    outbox.enqueue(LOOK, held.pk)
    held.refresh_from_db()
    return held


def may_take(gift: RecurringGift) -> bool:
    """Whether it differs in nothing but the amount, and goes on."""
    return gift.mismatch == AMOUNT and gift.status in LIVING


def _mismatched(gift: RecurringGift, cause: str) -> RecurringGift:
    _check(cause)
    held = RecurringGift.objects.select_for_update().get(pk=gift.pk)
    if not held.mismatch:
        raise _nothing()
    return held


def _check(cause: str) -> None:
    if cause not in Cause.values:
        raise Refusal("unknown_cause", _("Choose one of the reasons."), "cause")


def _nothing() -> Refusal:
    return Refusal("nothing_to_settle", _("There is nothing to settle in this way any more. Look at it again."))
