"""What of a gift may be forgotten: where the donor came from and was sent. What the law asks is kept."""

from datetime import datetime

from django.db import transaction

from donations.giving.models import Donation
from donations.giving.states import UNFINISHED, DonationStatus
from kernel import audit
from kernel.retention.erasures import remember

NEVER_PAID = (DonationStatus.FAILED, DonationStatus.EXPIRED, DonationStatus.CANCELED)
KEPT = {
    "gift": "amount, currency, fund, day and Stripe's reference of the payment: accounts are kept as the law asks",
    "receipts": "number, day and amount, no name; a Gift Aid declaration by which tax was claimed, for seven years",
    "ledger": "append-only; it knows a gift by its id alone",
    "stripe": "name, card and address were given to Stripe alone, which erases them on request, by the payment",
}


@transaction.atomic
def forget_links(key: str, at: datetime) -> bool:
    """Empty the two addresses of a gift whose page is over. Returns whether there was something to empty."""
    gift = Donation.objects.select_for_update().exclude(status__in=UNFINISHED).filter(pk=key).first()
    if gift is None or not (gift.return_url or gift.checkout_url):
        return False
    Donation.objects.filter(pk=key).update(return_url="", checkout_url="", checkout_expires_at=None)
    return True


@transaction.atomic
def drop_unpaid(key: str, at: datetime) -> bool:
    """Delete a gift that never was one, with its parts and history. Returns whether there was one."""
    gift = Donation.objects.select_for_update().filter(pk=key, status__in=NEVER_PAID, mismatch="").first()
    if gift is None:
        return False
    gift.history.all().delete()
    gift.allocations.all().delete()
    gift.delete()
    return True


@transaction.atomic
def erase_donor(*, donation: Donation, by: str, at: datetime, why: str) -> dict[str, int]:
    """Forget whatever a gift says about its donor. Done twice, it changes nothing more. Returns counts of what went."""
    gift = Donation.objects.select_for_update().get(pk=donation.pk)
    blank = {"return_url": "", "checkout_url": "", "language": "en", "anonymous": True}
    gone = sum(getattr(gift, name) != empty for name, empty in blank.items())
    Donation.objects.filter(pk=gift.pk).update(**blank)
    if gone:
        audit.record(by, "donation.erased", gift.pk, reason=why, at=at)
    remember("donation", gift.pk, by=by, at=at)
    return {"facts": gone}
