"""Telling the owner of a need that the offer it waited for is gone: by mail at once, and on the page of matches.

Nothing here says who or where: the mail leads to the console and names neither need nor offer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kernel.accounts.members import Member, Role
from kernel.accounts.models import Organisation
from kernel.outbox import enqueue, handles, mail
from offers.matching.models import Match, MatchMove, MatchStatus
from offers.needs.models import NeedStatus
from offers.pledges.models import PledgeMove, PledgeStatus

FREED_MAIL = "offers.match_freed"
SUBJECT: Any = _("Something has changed")
TOLD_FOR = timedelta(days=14)  # so long the page of matches goes on saying it
LOOK_AFTER = (Role.CASEWORKER, Role.COORDINATOR)
GONE = (PledgeStatus.SUSPENDED, PledgeStatus.REJECTED, PledgeStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Freed:
    """A match that ended because its offer went. `stopped`: for safety; `had_begun`: help was being given already."""

    match: Match
    stopped: bool
    had_begun: bool


def tell_owner(match: Match) -> None:
    """Promise a note to everyone of the need's owner who works with needs, in the caller's transaction."""
    people = Member.objects.filter(
        organisation_id=match.need.organisation_id, role__in=LOOK_AFTER, left_at=None, user__is_active=True
    )
    for user_id in people.order_by("user_id").values_list("user_id", flat=True):
        enqueue(FREED_MAIL, f"{match.pk}:{user_id}")


@handles(FREED_MAIL)
def send_freed(object_id: str) -> None:
    """Write to one person; who has left meanwhile is told nothing."""
    match_id, _colon, user_id = object_id.partition(":")
    match = Match.objects.select_related("need").get(pk=match_id)
    people = Member.objects.select_related("user").filter(left_at=None, user__is_active=True)
    member = people.filter(user_id=user_id, organisation_id=match.need.organisation_id, role__in=LOOK_AFTER).first()
    if member is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        link = urljoin(settings.PUBLIC_URL, reverse("offers:matches"))
    mail.send(
        to=member.user.email,
        subject=SUBJECT,
        template="offers/matching/mail_freed.txt",
        context={"link": link},
        language=settings.LANGUAGE_CODE,
    )


def freed_lately(organisation: Organisation, at: datetime) -> list[Freed]:
    """Return the organisation's needs that stand open again because an offer went, newest first (one query)."""
    # the offer went at the very moment: what a person says when calling a match off is none of this
    went = PledgeMove.objects.filter(pledge=OuterRef("pledge"), at=OuterRef("updated_at"), new__in=GONE)
    last = MatchMove.objects.filter(match=OuterRef("pk"), new=MatchStatus.CANCELED)
    ended = (
        Match.objects.filter(need__organisation=organisation, need__status=NeedStatus.OPEN)
        .filter(status=MatchStatus.CANCELED, updated_at__gte=at - TOLD_FOR)
        .annotate(went=Subquery(went.values("new")[:1]), came_from=Subquery(last.values("old")[:1]))
        .filter(went__isnull=False)
        .select_related("need")
        .order_by("-updated_at", "pk")
    )
    return list(_read(ended))


def _read(matches: Iterable[Match]) -> Iterable[Freed]:
    for match in matches:
        went, came_from = match.went, match.came_from  # type: ignore[attr-defined]  # annotated above
        yield Freed(match, stopped=went == PledgeStatus.SUSPENDED, had_begun=came_from == MatchStatus.STARTED)
