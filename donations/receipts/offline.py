"""Receipts of gifts past Stripe: the same numbers and papers, asked for by whoever keeps the books.

Whoever gave in cash or by their bank is known to nobody here. A name is typed when the paper is printed, stands on the
paper, and is kept nowhere: the receipt holds a keyed digest of it, so that no gift is receipted to two people.
"""

import unicodedata
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_noop as _

from donations.offline.deeds import REVERSED
from donations.offline.models import OfflineGift, OfflineStatus
from donations.receipts.issuers import current_terms, latest_terms
from donations.receipts.issuing import said_back, write_receipt
from donations.receipts.models import Receipt, ReceiptKind
from donations.receipts.paper.receipt import pdf_of
from kernel import audit
from kernel.ids import new_id
from kernel.outbox import handles
from kernel.states import Refusal

SYSTEM = "system"


def name_digest(reference: str, name: str) -> str:
    """Return what a receipt keeps of a name: equal for the same name alone, and of no help without the server's key."""
    words = f"{reference}:{' '.join(unicodedata.normalize('NFC', name).split())}"
    return salted_hmac("donations.offline.name", words, algorithm="sha256").hexdigest()


@transaction.atomic
def issue_offline(gift: OfflineGift, *, name: str, language: str, by: str, at: datetime) -> Receipt:
    """Issue the receipt of a gift past Stripe; one that has its receipt keeps that.

    Raises Refusal `illegal_transition` unless the gift is booked, `nobody_issues` where nobody issues receipts.
    """
    held = OfflineGift.objects.select_for_update().get(pk=gift.pk)
    known = held.receipts.filter(kind=ReceiptKind.RECEIPT).first()
    if known:
        return known
    terms = current_terms()
    if terms is None:
        raise Refusal("nobody_issues", _("Nobody issues receipts yet: say who does first."))
    if held.status != OfflineStatus.BOOKED:
        raise Refusal(
            "illegal_transition",
            _("A receipt is issued for a gift that is booked."),
            state=held.status,
            legal=[],
        )
    reference = new_id("rc")
    return write_receipt(
        terms,
        amount=held.amount,
        at=at,
        by=by,
        reference=reference,
        offline_gift=held,
        given_on=held.received_on,
        language=language,
        donor_digest=name_digest(reference, name) if name else "",
    )


def printed(receipt: Receipt, *, name: str, by: str, at: datetime) -> bytes:
    """Return the paper as PDF with the name it was issued to; that it was printed stands in the trail.

    Raises Refusal `name_differs` for any other name.
    """
    first = receipt.corrects or receipt
    digest = name_digest(first.reference, name) if name else ""
    if not constant_time_compare(digest, first.donor_digest):
        raise Refusal("name_differs", _("This receipt was issued to another name. Write it as it was written."), "name")
    audit.record(by, "receipt.printed", receipt.reference, at=at)
    return pdf_of(receipt, name=name)


@transaction.atomic
def take_back(gift: OfflineGift, *, at: datetime) -> list[Receipt]:
    """Issue what corrects the receipt of a gift that was taken back; done twice it issues nothing more."""
    held = OfflineGift.objects.select_for_update().get(pk=gift.pk)
    issued = []
    for one in held.receipts.filter(kind=ReceiptKind.RECEIPT) if held.status == OfflineStatus.REVERSED else ():
        left = one.amount - said_back(one)
        if left:
            issued.append(
                write_receipt(
                    latest_terms(one.issuer),
                    amount=left,
                    at=at,
                    by=SYSTEM,
                    corrects=one,
                    offline_gift=held,
                    given_on=one.given_on,
                    language=one.language,
                )
            )
    return issued


@handles(REVERSED)
def take_back_soon(gift_id: str) -> None:
    """What the worker does once a gift was taken back."""
    take_back(OfflineGift.objects.get(pk=gift_id), at=timezone.now())
