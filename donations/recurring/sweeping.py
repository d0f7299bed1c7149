"""What stands still: wishes nobody carried out, gifts nobody told us about, first pages that are over."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db.models import F, Q

from donations.gateway import NotFoundError, PaymentGateway
from donations.recurring.carrying import carry_out
from donations.recurring.following import NEVER_PAID, apply_subscription, never_begun
from donations.recurring.instalments import apply_invoice
from donations.recurring.models import RecurringGift
from donations.recurring.states import RecurringStatus
from kernel.outbox.failures import log_failure

logger = logging.getLogger(__name__)

UNKNOWN = "unknown_subscription"
LOOKED_AT = timedelta(days=1)
MOST = 200  # a sweep; the longest unasked first, so that everyone's turn comes


def look_after(*, stripe: PaymentGateway, at: datetime, stuck_after: timedelta) -> int:
    """Finish what a crash left and ask about gifts that nobody told us of; return how many were looked at.

    One that cannot be finished does not stand before the others.
    """
    asked = 0
    for gift in _with_wishes(at - stuck_after):
        asked += _tried(gift, partial(carry_out, gift, at=at, via=stripe))
    for gift in _unheard_of(at):
        RecurringGift.objects.filter(pk=gift.pk).update(checked_at=at)
        asked += _tried(gift, partial(ask_about, gift, stripe=stripe, at=at))
    over = RecurringGift.objects.filter(status=RecurringStatus.PENDING, donations__status__in=NEVER_PAID)
    for gift in over[:MOST]:
        never_begun(gift.pk, at=at)
    return asked


def ask_about(gift: RecurringGift, *, stripe: PaymentGateway, at: datetime) -> None:
    """Ask Stripe how a gift and its latest instalment stand, and apply both. Call it outside a transaction."""
    facts = stripe.subscription(gift.stripe_subscription or "")
    apply_subscription(facts, asked_at=at, at=at)
    if facts.latest_invoice:
        apply_invoice(stripe.invoice(facts.latest_invoice), at=at)


def look(gift: RecurringGift, *, stripe: PaymentGateway, at: datetime) -> None:
    """Ask about a gift that a person has settled, and about its instalments that were not booked. See ask_about."""
    if gift.stripe_subscription:
        try:
            ask_about(gift, stripe=stripe, at=at)
        except NotFoundError:
            RecurringGift.objects.living().filter(pk=gift.pk).update(mismatch=UNKNOWN)
    for one in gift.donations.mismatched().filter(stripe_invoice__isnull=False).order_by("created_at"):
        apply_invoice(stripe.invoice(one.stripe_invoice or ""), at=at)


def _with_wishes(before: datetime) -> list[RecurringGift]:
    waiting = RecurringGift.objects.filter(wishes__done_at=None, wishes__asked_at__lte=before)
    return list(waiting.distinct().order_by("updated_at")[:MOST])


def _unheard_of(at: datetime) -> list[RecurringGift]:
    """Return living gifts nobody asked about for a day, the longest unasked first."""
    stale = Q(checked_at=None) | Q(checked_at__lte=at - LOOKED_AT)
    living = RecurringGift.objects.living().filter(stale, created_at__lte=at - LOOKED_AT)
    return list(living.order_by(F("checked_at").asc(nulls_first=True), "created_at")[:MOST])


def _tried(gift: RecurringGift, look: Callable[[], object]) -> bool:
    try:
        look()
    except Exception as error:
        log_failure(logger, f"looking after recurring gift {gift.pk}", error)
        if isinstance(error, NotFoundError):
            RecurringGift.objects.filter(pk=gift.pk).update(mismatch=UNKNOWN)
    return True
