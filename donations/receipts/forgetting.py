"""What of a gift and its papers is forgotten when a donor asks for it."""

from datetime import datetime

from django.db import transaction

from donations.giving.dedications.words import forget_dedication
from donations.giving.forgetting import erase_donor
from donations.giving.models import Donation
from donations.receipts.tax.gift_aid.declaring import erase_declaration
from donations.receipts.wishes import forget_wish


@transaction.atomic
def erase_giver(*, donation: Donation, by: str, at: datetime, why: str) -> dict[str, int]:
    """Forget whatever a gift, the words beside it and the wish for its receipt say about the donor.

    Returns counts of what went. Receipts stay, without a name: drawn again, they say "Not named".
    """
    gone = erase_donor(donation=donation, by=by, at=at, why=why)
    return {
        **gone,
        "dedications": int(forget_dedication(donation.pk)),
        "receipt_wishes": int(forget_wish(donation.pk)),
        "declarations": int(erase_declaration(donation.pk, at)),
    }
