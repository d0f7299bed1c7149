"""Mails about papers: a neutral subject, no amount, no attachment, a private link."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from donations.receipts.issuing import MAIL
from donations.receipts.links import COPY, ORIGINAL, SUMMARY, link_to
from donations.receipts.models import Receipt, ReceiptWish
from donations.receipts.summaries.models import Summary
from donations.receipts.wishes import asker
from kernel.outbox import handles, mail

AGAIN = "donations.receipt_again"
SUMMARY_MAIL = "donations.summary_mail"
SUBJECT = _("The paper you asked for")


def _send(wish: ReceiptWish | None, thing_id: str, purpose: str, *, at: datetime) -> None:
    """Send a link to whoever asked, unless they were forgotten meanwhile."""
    if wish is None:
        return
    subject: Any = SUBJECT  # lazy: it is read in the language of the mail
    mail.send(
        to=asker(wish).email,
        subject=subject,
        template="donations/mail_paper.txt",
        context={"link": link_to(thing_id, purpose, language=wish.language, at=at)},
        language=wish.language,
    )


def _wish_for(reference: str) -> ReceiptWish | None:
    receipt = Receipt.objects.get(reference=reference)
    return ReceiptWish.objects.filter(donation=receipt.donation_id).first()


@handles(MAIL)
def send_receipt(reference: str) -> None:
    """Say that a receipt, or what corrects it, is there."""
    _send(_wish_for(reference), reference, ORIGINAL, at=timezone.now())


@handles(AGAIN)
def send_copy(reference: str) -> None:
    """Send a link to a copy."""
    _send(_wish_for(reference), reference, COPY, at=timezone.now())


@handles(SUMMARY_MAIL)
def send_summary(summary_id: str) -> None:
    """Say that the summary of a year is there, unless it was let go of."""
    summary = Summary.objects.select_related("wish").filter(pk=summary_id).first()
    _send(summary.wish if summary else None, summary_id, SUMMARY, at=timezone.now())
