"""Reminding, once, whoever has to answer while units are held: the provider by mail, or those who speak for a side."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kernel.accounts.members import Member, Role
from kernel.outbox import enqueue, handles, mail
from kernel.outbox.models import OutboxRow, OutboxState
from offers.matching.deeds.deadlines import (
    ANSWER_WITHIN,
    ANSWER_WITHIN_IF_URGENT,
    REMIND_AFTER,
    REMIND_AFTER_IF_URGENT,
    URGENT,
)
from offers.matching.deeds.expiring import WAITING
from offers.matching.deeds.moving import locked
from offers.matching.models import Match, MatchStatus
from offers.matching.provider.asking import REMINDER_MAIL
from offers.needs.models import Need

STAFF_MAIL = "offers.answers_awaited"
SUBJECT: Any = _("An answer is awaited")
LOOK_AFTER = (Role.CASEWORKER, Role.COORDINATOR)
# one message leads to all that waits, so more of them within this time would say nothing new
AT_MOST_EVERY = timedelta(hours=1)


def _due(at: datetime) -> Q:
    """Those whose answer is awaited for so long that a reminder is due, and whose time is not over yet."""
    urgent = Q(need__urgency__in=URGENT)
    soon = ~urgent & Q(hold_expires_at__lte=at + ANSWER_WITHIN - REMIND_AFTER)
    very_soon = urgent & Q(hold_expires_at__lte=at + ANSWER_WITHIN_IF_URGENT - REMIND_AFTER_IF_URGENT)
    return Q(status__in=WAITING, frozen=False, reminded_at=None, hold_expires_at__gt=at) & (soon | very_soon)


def remind_waiting(at: datetime | None = None) -> int:
    """Remind of every answer that is due, each in a transaction of its own; return how many were reminded of.

    Run by the schedule; running it twice, or by two at once, does no harm.
    """
    now = at or timezone.now()
    due = Match.objects.filter(_due(now)).order_by("hold_expires_at", "pk")
    return sum(_remind(match, now) for match in list(due))


@transaction.atomic
def _remind(match: Match, at: datetime) -> bool:
    match = locked(match)
    if not Match.objects.filter(_due(at), pk=match.pk).update(reminded_at=at):
        return False  # somebody answered while we waited for the lock
    if match.status == MatchStatus.PERSON_AGREED and match.asked_at is not None:
        enqueue(REMINDER_MAIL, match.pk)
        return True
    asked = of_the_person(match.need) if match.status == MatchStatus.PROPOSED else workers(match.pledge.organisation_id)
    tell_staff(asked, at)
    return True


def workers(organisation_id: str) -> list[int]:
    """Return the users who work with needs and matches for an organisation."""
    people = Member.objects.filter(organisation_id=organisation_id, role__in=LOOK_AFTER, left_at=None)
    return list(people.filter(user__is_active=True).order_by("user_id").values_list("user_id", flat=True))


def of_the_person(need: Need) -> list[int]:
    """Return the caseworker who knows the person, or, if nobody is named or she has left, everybody who could ask."""
    others = workers(need.organisation_id)
    return [need.caseworker_id] if need.caseworker_id in others else others


def tell_staff(users: Iterable[int], at: datetime) -> None:
    """Promise a mail to each of these users who was not written to within the hour, in the caller's transaction."""
    lately = OutboxRow.objects.filter(kind=STAFF_MAIL, created_at__gt=at - AT_MOST_EVERY)
    for user_id in users:
        if not lately.filter(object_id=str(user_id)).exclude(state=OutboxState.FAILED).exists():
            enqueue(STAFF_MAIL, str(user_id))


@handles(STAFF_MAIL)
def send_to_staff(object_id: str) -> None:
    """Write to one of the staff that answers are awaited; who has left meanwhile is told nothing."""
    member = Member.objects.select_related("user").filter(user_id=object_id, role__in=LOOK_AFTER, left_at=None).first()
    if member is None or not member.user.is_active:
        return
    with translation.override(settings.LANGUAGE_CODE):
        link = urljoin(settings.PUBLIC_URL, reverse("offers:matches"))
    mail.send(
        to=member.user.email,
        subject=SUBJECT,
        template="offers/matching/mail_awaited.txt",
        context={"link": link},
        language=settings.LANGUAGE_CODE,
    )
