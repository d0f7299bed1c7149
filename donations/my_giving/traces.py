"""By what an address is known here: wishes for receipts, and where donors of recurring gifts are written to."""

from dataclasses import dataclass
from datetime import datetime

from donations.giving.states import DonationStatus
from donations.receipts.models import ReceiptWish
from donations.receipts.wishes import asker
from donations.recurring.contacts import address_of
from donations.recurring.models import RecurringContact

# what was only begun gives nobody a way of having mails sent to somebody else
GIVEN = (DonationStatus.PAID, DonationStatus.PROCESSING)


@dataclass(frozen=True, slots=True)
class Trace:
    """One row that holds an address, opened: `donation`, `recurring` are ids, or "". `given`: money came or comes."""

    email: str
    language: str
    at: datetime
    donation: str
    recurring: str
    given: bool

    def __repr__(self) -> str:
        """Show nothing: an address does not belong in a log."""
        return "Trace(…)"


def traces(blind: bytes) -> list[Trace]:
    """Return all traces of an address, known by its blind index, oldest first."""
    wishes = ReceiptWish.objects.filter(blind_email=blind).select_related("donation")
    contacts = RecurringContact.objects.filter(blind_email=blind).select_related("recurring")
    found = [
        Trace(
            asker(wish).email,
            wish.language,
            wish.created_at,
            wish.donation_id,
            wish.donation.recurring_id or "",
            wish.donation.status in GIVEN,
        )
        for wish in wishes
    ] + [
        Trace(
            address_of(contact),
            contact.language,
            contact.created_at,
            "",
            contact.recurring_id,
            contact.recurring.stripe_subscription is not None,
        )
        for contact in contacts
    ]
    return sorted(found, key=lambda trace: trace.at)


def lock(blind: bytes) -> bool:
    """Let one deed at a time act on an address, in the caller's transaction. Returns whether it is known."""
    wishes = ReceiptWish.objects.select_for_update().filter(blind_email=blind).order_by("pk")
    contacts = RecurringContact.objects.select_for_update().filter(blind_email=blind).order_by("pk")
    return bool([*wishes, *contacts])
