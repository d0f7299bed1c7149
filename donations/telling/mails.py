"""One short mail without amount, name or matter, to those who left an address; nobody else can be told."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from donations.disputes.deeds import SETTLED
from donations.disputes.models import Dispute, DisputeStatus
from donations.receipts.models import ReceiptWish
from donations.receipts.wishes import asker
from donations.recurring.contacts import address_of
from donations.recurring.models import RecurringContact
from donations.refunds.deeds import SENT_BACK
from donations.refunds.models import Refund, RefundStatus
from kernel.outbox import handles, mail

SUBJECT: Any = _("About a payment of yours")
SENT, RETURNED, KEPT, LEFT = (f"donations/mail_{word}.txt" for word in ("sent_back", "came_back", "kept", "returned"))


@handles(SENT_BACK)
def tell_of_refund(refund_id: str) -> None:
    """Say that a payment was sent back or, if the bank would not take it, that it is here again."""
    refund = Refund.objects.get(pk=refund_id)
    template = {RefundStatus.SUCCEEDED: SENT, RefundStatus.FAILED: RETURNED}.get(RefundStatus(refund.status))
    if template:
        _tell(refund.donation_id, template)


@handles(SETTLED)
def tell_of_dispute(dispute_id: str) -> None:
    """Say how a bank has decided."""
    dispute = Dispute.objects.get(pk=dispute_id)
    template = {DisputeStatus.WON: KEPT, DisputeStatus.LOST: LEFT}.get(DisputeStatus(dispute.status))
    if template:
        _tell(dispute.donation_id, template)


def _tell(donation_id: str, template: str) -> None:
    """Write to the donor once, unless they were forgotten meanwhile."""
    left = _left(donation_id)
    if left:
        email, language = left
        mail.send(to=email, subject=SUBJECT, template=template, context={}, language=language)


def _left(donation_id: str) -> tuple[str, str] | None:
    """Return the address that was left with a payment, else with the gift it is an instalment of, and the language."""
    wish = ReceiptWish.objects.filter(donation=donation_id).first()
    if wish:
        return asker(wish).email, wish.language
    contact = RecurringContact.objects.filter(recurring__donations=donation_id).first()
    return (address_of(contact), contact.language) if contact else None
