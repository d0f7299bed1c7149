"""Telling the operator's finance officers by mail that something needs them: no figure, no name, only a link."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from donations.alarms.models import Alarm
from kernel.accounts.members import Member, Role
from kernel.accounts.models import OrganisationRole
from kernel.outbox import enqueue, mail

ALARM_MAIL = "donations.alarm"
SUBJECT: Any = _("Please look at the console")


def promise_mails() -> None:
    """Promise a note to each officer, in the caller's transaction."""
    for user_id in _officers().order_by("user_id").values_list("user_id", flat=True):
        enqueue(ALARM_MAIL, str(user_id))


def _officers() -> Any:
    here = Member.objects.select_related("user").filter(left_at=None, user__is_active=True)
    return here.filter(organisation__role=OrganisationRole.OPERATOR, role=Role.FINANCE)


def send_alarm(user_id: str) -> None:
    """Write to one officer, if any alarm still stands and they still are one."""
    member = _officers().filter(user_id=user_id).first()
    if member is None or not Alarm.objects.filter(over_at=None).exists():
        return
    with translation.override(settings.LANGUAGE_CODE):
        link = urljoin(settings.PUBLIC_URL, reverse("donations:money"))
    mail.send(
        to=member.user.email,
        subject=SUBJECT,
        template="donations/mail/alarm.txt",
        context={"link": link},
        language=settings.LANGUAGE_CODE,
    )
