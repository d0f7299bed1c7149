"""Calling people to an incident: by mail at once, and every hour until somebody says that they look after it.

The mails say nothing: no need, no offer, no side. They lead to the console.
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kernel.accounts.members import Member, Role
from kernel.accounts.models import Organisation, OrganisationRole
from kernel.outbox import enqueue, handles, mail
from offers.matching.models import Match
from offers.matching.safety.models import Incident, IncidentStatus
from offers.matching.telling import LOOK_AFTER

INCIDENT_MAIL = "offers.incident"
SUBJECT: Any = _("Somebody has to look at something now")
AGAIN_AFTER = timedelta(hours=1)
MOST_TIMES = 24  # after a day of silence it stands on the page of incidents, and mails would no longer help
ANSWER_FOR_ALL = (Role.COORDINATOR, Role.APPROVER)


def page(incident: Incident, *, wider: bool = False) -> None:
    """Promise a mail to everybody who has to know, in the caller's transaction.

    Coordinators of both sides, whoever works with the needs of the matches that stand still, and the operator's
    coordinators where a side has none; with `wider` the operator's approvers too.
    """
    for user_id in _people(incident, wider=wider).order_by("user_id").values_list("user_id", flat=True):
        enqueue(INCIDENT_MAIL, f"{incident.pk}:{user_id}")


def _people(incident: Incident, *, wider: bool) -> Any:
    here = Member.objects.filter(left_at=None, user__is_active=True)
    frozen = Match.objects.filter(freezes__incident=incident)
    sides = Q(pk__in=frozen.values("need__organisation")) | Q(pk=incident.match.pledge.organisation_id)
    concerned = set(Organisation.objects.filter(sides).values_list("pk", flat=True))
    staffed = here.filter(organisation__in=concerned, role=Role.COORDINATOR).values_list("organisation_id", flat=True)
    wanted = Q(organisation__in=concerned, role=Role.COORDINATOR)
    wanted |= Q(organisation__in=frozen.values("need__organisation"), role__in=LOOK_AFTER)
    if wider or concerned - set(staffed):
        roles = ANSWER_FOR_ALL if wider else (Role.COORDINATOR,)
        wanted |= Q(organisation__role=OrganisationRole.OPERATOR, role__in=roles)
    return here.filter(wanted)


def call_second(incident: Incident, *, asked_by: str) -> None:
    """Promise a mail to whoever may lift it as the second person, in the caller's transaction."""
    here = Member.objects.select_related("user").filter(left_at=None, user__is_active=True, role__in=ANSWER_FOR_ALL)
    second = here.filter(Q(organisation=incident.organisation_id) | Q(organisation__role=OrganisationRole.OPERATOR))
    for one in second.order_by("user_id"):
        if one.user.actor not in (asked_by, incident.by):
            enqueue(INCIDENT_MAIL, f"{incident.pk}:{one.user_id}")


@handles(INCIDENT_MAIL)
def send_page(object_id: str) -> None:
    """Write to one person; who has left meanwhile, or comes when it is lifted, is told nothing."""
    incident_id, _colon, user_id = object_id.partition(":")
    people = Member.objects.select_related("user").filter(left_at=None, user__is_active=True)
    member = people.filter(user_id=user_id).first()
    if member is None or not Incident.objects.standing().filter(pk=incident_id).exists():
        return
    with translation.override(settings.LANGUAGE_CODE):
        link = urljoin(settings.PUBLIC_URL, reverse("offers:incidents"))
    mail.send(
        to=member.user.email,
        subject=SUBJECT,
        template="offers/incidents/mail.txt",
        context={"link": link},
        language=settings.LANGUAGE_CODE,
    )


def page_again(at: datetime | None = None) -> int:
    """Write again about every incident that nobody looks after an hour after the last mail; return how many.

    Run by the schedule; running it twice, or by two at once, does no harm.
    """
    now = at or timezone.now()
    return sum(_again(incident, now) for incident in list(_unheard(now).order_by("told_at", "pk")))


def _unheard(at: datetime) -> Any:
    waiting = Incident.objects.filter(status=IncidentStatus.STANDING, taken_at=None, times_told__lt=MOST_TIMES)
    return waiting.filter(told_at__lte=at - AGAIN_AFTER)


@transaction.atomic
def _again(incident: Incident, at: datetime) -> bool:
    told = _unheard(at).filter(pk=incident.pk).update(told_at=at, times_told=F("times_told") + 1)
    if told:
        page(incident, wider=True)
    return bool(told)
