"""Mails to a provider who is asked about a match: neutral words, no kind, no day, no number; a private link."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kernel.outbox import handles, mail
from kernel.vault import addresses
from offers.matching.models import Match, MatchStatus
from offers.matching.provider.asking import OVER_MAIL, QUESTION_MAIL, REMINDER_MAIL
from offers.matching.provider.links import token
from offers.pledges.models import PledgeStatus

# no longer searched, and not stopped: what was promised stands, so its provider is still spoken to
STANDS = (PledgeStatus.ACTIVE, PledgeStatus.PAUSED, PledgeStatus.VETTING, PledgeStatus.EXPIRED)


def send_to_provider(match: Match, *, subject: Any, template: str, context: dict[str, Any]) -> None:
    """Send to the address kept for the offer, if one is still kept and the offer still stands."""
    address = addresses.find(match.pledge_id) if match.pledge.status in STANDS else None
    if address is not None:
        mail.send(to=address.email, subject=subject, template=template, context=context, language=match.pledge.language)


def _ask(match_id: str, *, subject: Any, template: str, at: datetime) -> None:
    match = Match.objects.select_related("pledge").get(pk=match_id)
    until = match.hold_expires_at
    if match.status != MatchStatus.PERSON_AGREED or match.frozen or until is None or until <= at:
        return  # answered, called off or over meanwhile
    with translation.override(match.pledge.language):
        link = urljoin(settings.PUBLIC_URL, reverse("offers:my_answer", kwargs={"word": token(match)}))
    send_to_provider(match, subject=subject, template=template, context={"link": link, "until": until})


@handles(QUESTION_MAIL)
def send_question(object_id: str) -> None:
    """Ask, unless it was answered meanwhile."""
    template = "offers/my_answer/mail_question.txt"
    _ask(object_id, subject=_("One short question"), template=template, at=timezone.now())


@handles(REMINDER_MAIL)
def send_reminder(object_id: str) -> None:
    """Ask a second and last time, unless it was answered meanwhile."""
    template = "offers/my_answer/mail_reminder.txt"
    _ask(object_id, subject=_("One short question, again"), template=template, at=timezone.now())


@handles(OVER_MAIL)
def send_over(object_id: str) -> None:
    """Say that nothing is asked any more."""
    match = Match.objects.select_related("pledge").get(pk=object_id)
    send_to_provider(match, subject=_("A note for you"), template="offers/my_answer/mail_over.txt", context={})
