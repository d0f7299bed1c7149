"""Mails about what comes again: no amount, no name, no matter; a link to where the donor asks for their page."""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.recurring.contacts import address_of
from donations.recurring.models import RecurringContact, RecurringGift, RecurringNotice
from donations.recurring.noticing import AMOUNT_TAKEN, NOTICE
from donations.recurring.states import LIVING, NoticeKind
from donations.telling.mails import SUBJECT
from kernel.outbox import handles, mail

TEMPLATES = {
    NoticeKind.FAILED: "donations/mail_failed.txt",
    NoticeKind.STILL_FAILING: "donations/mail_still_failing.txt",
    NoticeKind.CONFIRM: "donations/mail_confirm.txt",
    NoticeKind.CARD_EXPIRES: "donations/mail_card_expires.txt",
    NoticeKind.ENDED: "donations/mail_ended.txt",
}


@handles(NOTICE)
def tell(notice_id: str) -> None:
    """Write to the donor, unless they were forgotten, or it is true no more."""
    notice = RecurringNotice.objects.select_related("recurring").filter(pk=notice_id).first()
    if notice and _still_so(notice):
        _write(notice.recurring, TEMPLATES[NoticeKind(notice.kind)])


@handles(AMOUNT_TAKEN)
def tell_of_amount(amount_id: str) -> None:
    """Write to the donor that an amount was taken over, unless they were forgotten, or it is over or yet another."""
    gift = RecurringGift.objects.filter(status__in=LIVING, amounts=int(amount_id)).first()
    if gift and gift.amounts.latest("pk").pk == int(amount_id):
        _write(gift, "donations/mail_amount.txt")


def _write(gift: RecurringGift, template: str) -> None:
    contact = RecurringContact.objects.filter(recurring=gift).first()
    if contact is None:
        return
    with translation.override(contact.language):
        link = urljoin(settings.PUBLIC_URL, reverse("donations:my_giving"))
    mail.send(
        to=address_of(contact), subject=SUBJECT, template=template, context={"link": link}, language=contact.language
    )


def _still_so(notice: RecurringNotice) -> bool:
    gift = notice.recurring
    if notice.kind == NoticeKind.ENDED:
        return True
    if gift.status not in LIVING:
        return False
    if notice.kind == NoticeKind.CARD_EXPIRES:
        return str(gift.card_expires_on) == notice.about
    return not Donation.objects.filter(stripe_invoice=notice.about, status=DonationStatus.PAID).exists()
