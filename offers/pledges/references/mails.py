"""The mail to a referee: neutral words, no name, a private link; so often a day to one mailbox and no more."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kernel.outbox import TryAgain, handles, mail
from kernel.vault import addresses
from kernel.vault.index import blind_email
from offers.pledges.moderation.asking import may_ask
from offers.pledges.moderation.models import AddressAsked
from offers.pledges.outbox_kinds import REFERENCE_MAIL
from offers.pledges.references.asking import WHILE
from offers.pledges.references.links import token
from offers.pledges.references.models import Reference

SUBJECT: Any = _("A short question")
LATER = 6 * 3600.0  # seconds


@handles(REFERENCE_MAIL)
def send_question(object_id: str) -> None:
    """Ask, or ask once more, unless the question is over. A mailbox that had its share today gets this later."""
    reference = Reference.objects.select_related("pledge").filter(pk=object_id).first()
    if reference is None or not reference.is_open(timezone.now()) or reference.pledge.status not in WHILE:
        return
    address = addresses.find(reference.pk)
    if address is None:
        return
    _count(blind_email(address.email))
    with translation.override(reference.language):
        link = urljoin(settings.PUBLIC_URL, reverse("offers:reference", kwargs={"word": token(reference)}))
    mail.send(
        to=address.email,
        subject=SUBJECT,
        template="offers/references/mail.txt",
        context={"link": link, "code": reference.code, "until": reference.expires_at, "again": reference.reminded_at},
        language=reference.language,
    )


@transaction.atomic
def _count(blind: bytes) -> None:
    """Count a message to a mailbox; whoever names one again and again cannot fill it. Raises TryAgain."""
    at = timezone.now()
    if not may_ask(blind, at):
        raise TryAgain("mailbox_had_its_share", after=LATER)
    AddressAsked.objects.create(blind=blind, at=at)
