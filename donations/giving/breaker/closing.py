"""Closing payment pages that are open, at Stripe: one that has seen too many cards, or all while giving is stopped."""

import logging
from datetime import datetime, timedelta

from donations.gateway import PaymentGateway, RequestRefusedError
from donations.giving.models import Donation
from donations.giving.settle import settle
from donations.giving.states import DonationStatus
from kernel.outbox.failures import log_failure

logger = logging.getLogger(__name__)

AT_ONCE = 100  # a run; the outbox comes again
OPEN_AT_MOST = timedelta(hours=25)  # Stripe closes a page by itself after a day


def close_page(donation: Donation, *, stripe: PaymentGateway, at: datetime) -> Donation:
    """Close the page of a pending donation at Stripe and apply what it then is: paid in the meantime, too."""
    session = donation.checkout_session or ""
    try:
        facts = stripe.expire_checkout(session)
    except RequestRefusedError:  # it was paid, or had run out, a moment ago
        facts = stripe.checkout(session)
    return settle(donation, facts=facts, at=at)


def close_pages(*, stripe: PaymentGateway, at: datetime) -> int:
    """Close up to AT_ONCE open pages; return how many are left. One that cannot be closed does not hold up the rest."""
    open_now = Donation.objects.filter(
        status=DonationStatus.PENDING, checkout_session__isnull=False, mismatch="", created_at__gt=at - OPEN_AT_MOST
    )
    for donation in open_now.order_by("-created_at")[:AT_ONCE]:
        try:
            close_page(donation, stripe=stripe, at=at)
        except Exception as error:  # as said above
            log_failure(logger, f"closing the page of donation {donation.pk}", error)
    return open_now.count()
