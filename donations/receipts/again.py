"""Issuing again: the same paper, which says that it is a copy."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from donations.receipts.mails import AGAIN
from donations.receipts.models import Receipt, ReceiptWish
from kernel import audit, outbox
from kernel.states import Refusal


@transaction.atomic
def send_again(*, receipt: Receipt, by: str, at: datetime) -> None:
    """Promise the donor a link to a copy. Raises Refusal `nobody_to_send_to` once the address is forgotten."""
    if not ReceiptWish.objects.filter(donation=receipt.donation_id).exists():
        raise Refusal("nobody_to_send_to", _("The address of this donor is no longer kept."))
    audit.record(by, "receipt.sent_again", receipt.reference, at=at)
    outbox.enqueue(AGAIN, receipt.reference)
