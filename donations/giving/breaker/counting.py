"""A declined card is counted, and a page that has seen too many is closed."""

from datetime import datetime

from donations.gateway import ChargeFacts, PaymentGateway
from donations.giving.breaker.closing import close_page
from donations.giving.breaker.models import DeclinedCharge
from donations.giving.models import Donation
from donations.giving.states import DonationStatus

MOST_ON_A_PAGE = 8  # a person has two or three cards and types one wrong; a machine has thousands


def count_decline(facts: ChargeFacts, *, stripe: PaymentGateway, at: datetime) -> bool:
    """Note that a card was declined, once; return whether it was on a page of ours. Call it outside a transaction.

    A bank debit that fails days later is no decline, nor is a card that pays an instalment: nobody tests those.
    """
    if not (facts.failed and facts.by_card):
        return False
    donation = Donation.objects.filter(pk=facts.reference).first()
    if donation is None or (donation.paid_at and facts.created > donation.paid_at):
        return False
    row = DeclinedCharge(charge=facts.id, donation=donation, at=facts.created)
    DeclinedCharge.objects.bulk_create([row], ignore_conflicts=True)
    if donation.status == DonationStatus.PENDING and donation.declines.count() >= MOST_ON_A_PAGE:
        close_page(donation, stripe=stripe, at=at)
    return True
