"""Receipts that nobody issued: a promise that was lost or set aside, or a gift that came before there was an issuer."""

from datetime import datetime, timedelta

from django.utils import timezone

from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.ledger.models import Transaction
from donations.offline.models import OfflineGift, OfflineStatus
from donations.receipts.issuers import current_terms
from donations.receipts.issuing import bring_in_line
from donations.receipts.offline import take_back

LOOKED_BACK = timedelta(hours=3)
MOST = 500


def sweep(*, at: datetime) -> int:
    """Bring in line what was booked lately, and gifts without a receipt yet; return how many were issued."""
    if current_terms() is None:
        return 0
    wanting = Donation.objects.filter(wants_receipt=True, status=DonationStatus.PAID)
    lately = Transaction.objects.filter(booked_at__gte=at - LOOKED_BACK, posted=True).values("subject")
    first = wanting.filter(receipts=None, receipt_wish__isnull=False).order_by("paid_at")[:MOST]
    late = wanting.filter(pk__in=lately)
    back = OfflineGift.objects.filter(
        status=OfflineStatus.REVERSED, updated_at__gte=at - LOOKED_BACK, receipts__isnull=False
    )
    issued = sum(len(bring_in_line(one, at=at)) for one in (*late, *first))
    return issued + sum(len(take_back(one, at=at)) for one in back.distinct())


def sweep_now() -> None:
    """What the schedule calls."""
    sweep(at=timezone.now())
