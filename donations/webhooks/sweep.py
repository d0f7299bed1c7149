"""What never arrived: list Stripe's events of the last days, ask about payments that hang, finish what a crash left."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from donations.gateway import EventFacts, NotFoundError, PaymentGateway, gateway
from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.recurring.following import apply_page
from donations.recurring.sweeping import look_after
from donations.refunds.deeds import apply_refund, send_refund
from donations.refunds.models import Refund, RefundStatus
from donations.webhooks import inbox
from donations.webhooks.handle import EVENTS
from donations.webhooks.models import InboxEvent
from kernel import states
from kernel.outbox.failures import log_failure

logger = logging.getLogger(__name__)

DAYS = 3
STUCK_AFTER = timedelta(minutes=5)
# Stripe closes a page after 24 hours at the latest; one we never heard the address of is closed by then too
ABANDONED_AFTER = timedelta(hours=25)
MOST_ASKED = 200  # a sweep; the longest unasked first, so that everyone's turn comes


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: events listed and new among them, donations, refunds and recurring gifts asked about,
    closed as never opened."""

    listed: int
    found: int
    applied: int
    asked: int
    closed: int


def sweep(
    *, at: datetime, days: int = DAYS, stuck_after: timedelta = STUCK_AFTER, via: PaymentGateway | None = None
) -> Swept:
    """Do all of it at once. Raises GatewayError when Stripe cannot be listed; safe to repeat and beside itself."""
    stripe = via or gateway()
    listed = found = 0
    for batch in _batches(stripe.events_since(at - timedelta(days=days), types=EVENTS)):
        listed += len(batch)
        known = set(InboxEvent.objects.filter(pk__in=[event.id for event in batch]).values_list("pk", flat=True))
        for event in batch:
            found += event.id not in known and inbox.receive(event, at=at, swept=True)
    applied = inbox.drain(via=stripe)
    asked = _ask_donations(stripe, at, stuck_after) + _ask_refunds(stripe, at, stuck_after)
    closed = _close_unopened(at)
    asked += look_after(stripe=stripe, at=at, stuck_after=stuck_after)
    return Swept(listed, found, applied, asked, closed)


def sweep_now() -> None:
    """What the schedule calls."""
    sweep(at=timezone.now())


def _batches(events: Iterable[EventFacts], size: int = 100) -> Iterable[list[EventFacts]]:
    batch: list[EventFacts] = []
    for event in events:
        batch.append(event)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch


def _ask_donations(stripe: PaymentGateway, at: datetime, stuck_after: timedelta) -> int:
    """Ask Stripe about donations that have been unfinished for a while, whatever events there were."""
    stuck = (
        Donation.objects.unfinished()
        .filter(Q(checked_at=None) | Q(checked_at__lte=at - stuck_after))
        .filter(checkout_session__isnull=False, created_at__lte=at - stuck_after, mismatch="")
        .order_by(F("checked_at").asc(nulls_first=True), "created_at")[:MOST_ASKED]
    )
    for donation in stuck:
        try:
            apply_page(donation, facts=stripe.checkout(donation.checkout_session or ""), at=at)
        except Exception as error:  # one that cannot be settled must not stand before all others
            _note(donation.pk, error, at)
    return len(stuck)


def _ask_refunds(stripe: PaymentGateway, at: datetime, stuck_after: timedelta) -> int:
    """Send refunds that were never sent, and ask about those that are on their way."""
    waits = Q(takes_two=True, agreed_by="")  # for a second person, not for Stripe
    stuck = (
        Refund.objects.filter(status=RefundStatus.PENDING, updated_at__lte=at - stuck_after)
        .exclude(waits)
        .order_by("updated_at")
    )
    asked = list(stuck.select_related("donation")[:MOST_ASKED])
    for refund in asked:
        try:
            if refund.stripe_refund:
                apply_refund(stripe.refund_facts(refund.stripe_refund), at=at)
            else:
                send_refund(refund, at=at, via=stripe)
        except Exception as error:  # as above
            log_failure(logger, f"asking about refund {refund.pk}", error)
        Refund.objects.filter(pk=refund.pk, status=RefundStatus.PENDING).update(updated_at=at)
    return len(asked)


def _note(donation_id: str, error: Exception, at: datetime) -> None:
    """Remember that we asked, and show it to finance when Stripe does not know the page at all."""
    log_failure(logger, f"asking about donation {donation_id}", error)
    gone = {"mismatch": "unknown_session"} if isinstance(error, NotFoundError) else {}
    Donation.objects.filter(pk=donation_id).update(checked_at=at, **gone)


def _close_unopened(at: datetime) -> int:
    """Expire donations whose page was never opened, a crash or a refusal long ago."""
    closed = 0
    old = Donation.objects.filter(
        status=DonationStatus.PENDING, checkout_session=None, stripe_invoice=None, created_at__lte=at - ABANDONED_AFTER
    )
    for donation in old[:MOST_ASKED]:
        closed += _expire(donation, at)
    return closed


def _expire(donation: Donation, at: datetime) -> bool:
    with transaction.atomic():
        held = Donation.objects.select_for_update().get(pk=donation.pk)
        if held.status != DonationStatus.PENDING or held.checkout_session:
            return False
        states.move(held, to=DonationStatus.EXPIRED, by="system", at=at, why="never_opened")
        return True
