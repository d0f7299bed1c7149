"""Mails to a provider: neutral words, a private link, in the provider's language."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kernel.outbox import handles, mail
from kernel.vault import addresses
from offers.pledges.disclosing import TOLD_MAIL
from offers.pledges.links import CONFIRM, MANAGE, token
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.outbox_kinds import CONFIRM_MAIL, MANAGE_MAIL, REMINDER_MAIL, STILL_SO_MAIL
from offers.pledges.photos.disclosing import SEEN_MAIL
from offers.pledges.rhythm import awaits_answer

OVER = (PledgeStatus.DRAFT, PledgeStatus.REJECTED, PledgeStatus.WITHDRAWN, PledgeStatus.ERASED)


def _link(page: str, pledge: Pledge, purpose: str) -> str:
    with translation.override(pledge.language):
        return urljoin(settings.PUBLIC_URL, reverse(f"offers:{page}", kwargs={"word": token(pledge, purpose)}))


def _send(pledge: Pledge, *, subject: Any, template: str, link: str) -> None:
    """Send to the address kept for the pledge, if one is still kept."""
    address = addresses.find(pledge.pk)
    if address is not None:
        mail.send(
            to=address.email, subject=subject, template=template, context={"link": link}, language=pledge.language
        )


@handles(CONFIRM_MAIL)
def send_confirm_link(object_id: str) -> None:
    """Ask whether the address is the provider's own; nothing to ask once it was answered."""
    pledge = Pledge.objects.get(pk=object_id)
    if pledge.status == PledgeStatus.SUBMITTED:
        _send(
            pledge,
            subject=_("Please confirm your address"),
            template="offers/offer/mail_confirm.txt",
            link=_link("offer_confirm", pledge, CONFIRM),
        )


@handles(MANAGE_MAIL)
def send_manage_link(object_id: str) -> None:
    """Send the private link, unless the offer is over."""
    pledge = Pledge.objects.get(pk=object_id)
    if pledge.status not in OVER:
        _send(
            pledge,
            subject=_("Your private link"),
            template="offers/offer/mail_manage.txt",
            link=_link("my_offer", pledge, MANAGE),
        )


@handles(TOLD_MAIL)
def send_contact_read(object_id: str) -> None:
    """Tell the provider that the contact was read, unless the offer is over."""
    _send_note(object_id, "offers/disclosures/mail_told.txt")


@handles(SEEN_MAIL)
def send_photos_seen(object_id: str) -> None:
    """Tell the provider that the photos were looked at, unless the offer is over."""
    _send_note(object_id, "offers/disclosures/mail_seen.txt")


def _send_note(pledge_id: str, template: str) -> None:
    pledge = Pledge.objects.get(pk=pledge_id)
    if pledge.status not in OVER:
        _send(pledge, subject=_("A note for you"), template=template, link=_link("my_offer", pledge, MANAGE))


@handles(STILL_SO_MAIL)
def send_question(object_id: str) -> None:
    """Ask whether it is still so, unless it was answered meanwhile."""
    pledge = Pledge.objects.get(pk=object_id)
    if awaits_answer(pledge):
        _send(
            pledge,
            subject=_("One short question"),
            template="offers/my_offer/mail_still_so.txt",
            link=_link("my_offer_still_so", pledge, MANAGE),
        )


@handles(REMINDER_MAIL)
def send_reminder(object_id: str) -> None:
    """Ask a second and last time, unless it was answered meanwhile."""
    pledge = Pledge.objects.get(pk=object_id)
    if awaits_answer(pledge):
        _send(
            pledge,
            subject=_("One short question, again"),
            template="offers/my_offer/mail_still_so_again.txt",
            link=_link("my_offer_still_so", pledge, MANAGE),
        )
