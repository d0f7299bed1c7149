"""Mails about checks: to a provider, in neutral words with a private link; to those who look after an answer."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kernel.accounts.members import Member
from kernel.outbox import handles, mail
from offers.matching.checks.answering import LOOK_MAIL
from offers.matching.checks.asking import CHECK_MAIL, REMINDER_MAIL
from offers.matching.checks.links import token
from offers.matching.checks.models import PlacementCheck
from offers.matching.models import MatchStatus
from offers.matching.provider.mails import send_to_provider
from offers.matching.telling import LOOK_AFTER

SUBJECT: Any = _("Somebody asks to be looked after")


def _ask(check_id: str, *, subject: Any, template: str) -> None:
    check = PlacementCheck.objects.open().select_related("match__pledge").filter(pk=check_id).first()
    if check is None or check.match.status != MatchStatus.STARTED or check.match.frozen:
        return  # answered, or over meanwhile
    with translation.override(check.match.pledge.language):
        link = urljoin(settings.PUBLIC_URL, reverse("offers:my_check", kwargs={"word": token(check)}))
    send_to_provider(check.match, subject=subject, template=template, context={"link": link})


@handles(CHECK_MAIL)
def send_check(object_id: str) -> None:
    """Ask how it goes, unless it was answered meanwhile."""
    _ask(object_id, subject=_("How is it going?"), template="offers/checks/mail_check.txt")


@handles(REMINDER_MAIL)
def send_reminder(object_id: str) -> None:
    """Ask a second and last time, unless it was answered meanwhile."""
    _ask(object_id, subject=_("How is it going? Once more"), template="offers/checks/mail_reminder.txt")


@handles(LOOK_MAIL)
def send_look(object_id: str) -> None:
    """Write to one of the staff; who has left meanwhile is told nothing."""
    people = Member.objects.select_related("user").filter(role__in=LOOK_AFTER, left_at=None, user__is_active=True)
    member = people.filter(user_id=object_id).first()
    if member is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        link = urljoin(settings.PUBLIC_URL, reverse("offers:checks"))
    mail.send(
        to=member.user.email,
        subject=SUBJECT,
        template="offers/checks/mail_look.txt",
        context={"link": link},
        language=settings.LANGUAGE_CODE,
    )
