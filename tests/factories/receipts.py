"""Who issues receipts, and gifts whose donors asked for one."""

from typing import Any

from django.utils import timezone

from donations.giving.settle import settle
from donations.models import Donation, IssuerTerms
from donations.receipts.issuers import set_issuer
from donations.receipts.issuing import bring_in_line
from donations.receipts.wishes import ask_for_receipt
from kernel.money import Money
from tests.factories.donations import make_donation, paid

EMAIL = "donor@example.org"


def make_issuer(**words: Any) -> IssuerTerms:
    """Return the terms of an issuer that issues now."""
    values = {
        "code": "WS",
        "name": "Harbour Fund",
        "address": "1 Quay Street\nDover CT16 1AA",
        "registration": "Registered charity no. 1234567",
        "by": "user:1",
        "at": timezone.now(),
        **words,
    }
    return set_issuer(**values)


def make_wished(*, email: str = EMAIL, name: str = "", amount: Money | None = None, **words: Any) -> Donation:
    """Return a gift that is paid, and whose donor asked for a receipt before paying; none is issued yet."""
    donation = make_donation(amount=amount, **words)
    ask_for_receipt(donation=donation, email=email, name=name, at=timezone.now())
    donation.refresh_from_db()
    return settle(donation, facts=paid(donation), at=timezone.now())


def make_receipted(**words: Any) -> Donation:
    """Return a paid gift whose receipt is issued."""
    donation = make_wished(**words)
    assert bring_in_line(donation, at=timezone.now())
    return donation
