"""Who issues receipts, a few donors who asked for one, and one of them who declared Gift Aid."""

from datetime import datetime

from donations.giving.models import Donation
from donations.receipts.issuers import set_issuer
from donations.receipts.issuing import bring_in_line
from donations.receipts.models import Issuer
from donations.receipts.tax.gift_aid.declaring import CURRENCY, Taxpayer, declare
from donations.receipts.wishes import ask_for_receipt

EVERY = 28  # one gift in so many is of somebody who wants a receipt
DONORS = ("Robin Example", "", "Ада Примерова", "")


def name_issuer(*, by: str, at: datetime) -> Issuer:
    """Say who issues receipts from the first day on."""
    terms = set_issuer(
        code="WS",
        name="Waystation Relief Fund",
        address="1 Example Quay\nDover CT16 1AA\nUnited Kingdom",
        registration="Registered charity no. 1234567 (an example)",
        tax_scheme="gift_aid",
        scheme_reference="AB12345",
        by=by,
        at=at,
    )
    return terms.issuer


def receipt_for(gift: Donation, number: int, issuer: Issuer, *, at: datetime) -> bool:
    """Have a gift's donor ask for a receipt, if it is one of those; return whether it was."""
    pounds = gift.currency == CURRENCY
    if number % EVERY and not pounds:
        return False
    which = number % len(DONORS)
    ask_for_receipt(donation=gift, email=f"donor{which}@waystation.invalid", name=DONORS[which], at=at)
    bring_in_line(gift, at=at)
    if pounds and which == 0:
        robin = Taxpayer("Mx", "Robin", "Example", "12a", "CT16 1AA")
        declare(donation=gift, issuer=issuer, taxpayer=robin, is_taxpayer=True, enduring=False, at=at)
    return True
