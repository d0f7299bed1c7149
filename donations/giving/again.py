"""Beginning again what a page that is over did not take: one new gift for each, however often it is asked for."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from donations.gateway import PaymentGateway, gateway
from donations.giving.begin import PAGE, begin
from donations.giving.booking import allocations
from donations.giving.forgetting import NEVER_PAID
from donations.giving.models import Donation
from donations.giving.settle import settle
from donations.giving.states import DonationStatus
from kernel.states import Refusal


def may_begin_again(donation: Donation) -> bool:
    """Whether it was begun on our own page, is over, and nothing about it waits for a finance officer.

    What was to come again is not: its donor says anew how often.
    """
    ours = donation.started_by == PAGE and donation.recurring_id is None
    return ours and donation.status in NEVER_PAID and not donation.mismatch


def latest(donation: Donation) -> Donation:
    """Return the last gift that was begun in place of this one, or this one."""
    while follower := Donation.objects.filter(idempotency_key=_key(donation)).first():
        donation = follower
    return donation


def looked_at(donation: Donation, *, at: datetime, via: PaymentGateway | None = None) -> Donation:
    """Return the donation as Stripe knows it, asked once its page should have run out. Call it outside a transaction.

    Until Stripe has said so nothing may be begun in its place: a bank may be about to pay it. Raises GatewayError.
    """
    if donation.recurring_id:  # what comes again is settled by its invoice
        return donation
    ends = donation.checkout_expires_at
    if donation.status != DonationStatus.PENDING or not donation.checkout_session or not ends or at < ends:
        return donation
    return settle(donation, facts=(via or gateway()).checkout(donation.checkout_session), at=at)


@transaction.atomic
def begin_again(donation: Donation, *, return_url: str, at: datetime) -> tuple[Donation, bool]:
    """Write a gift with the parts, amount and wishes of one that is over, which stays as it is.

    Returns it, and whether it is new. Raises Refusal `illegal_transition` for one that may still be paid, was paid or
    was begun elsewhere, and what `begin` raises: a fund may be closed by now.
    """
    held = Donation.objects.select_for_update().get(pk=donation.pk)
    known = Donation.objects.filter(idempotency_key=_key(held)).first()
    if known:
        return known, False
    if not may_begin_again(held):
        raise Refusal("illegal_transition", _("This cannot be begun again."), state=held.status, legal=[])
    made = begin(
        split=[(part.fund, part.share) for part in allocations(held)],
        amount=held.amount,
        cover_fee=held.cover_fee,
        anonymous=held.anonymous,
        language=held.language,
        return_url=return_url,
        key=_key(held),
        at=at,
    )
    return made, True


def _key(donation: Donation) -> str:
    """Return what a gift in place of this one is known by: the database holds it once."""
    return f"again-{donation.pk}"
