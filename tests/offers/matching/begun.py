"""A match in which help has begun, its provider reachable by mail."""

from datetime import datetime, timedelta

from django.utils import timezone

from kernel.accounts.models import Organisation
from offers.matching.checks.asking import tend_checks
from offers.matching.deeds import start
from offers.matching.models import MatchStatus
from offers.models import Match, Need, NeedStatus, PlacementCheck
from tests.offers.matching.asked import agreed, fresh, proposed_match


def begun_match(owner: Organisation | None = None, *, days_ago: float = 1, by_mail: bool = True) -> Match:
    """Return a match whose help began so many days ago."""
    at = timezone.now() - timedelta(days=days_ago)
    match = agreed(proposed_match(owner, by_mail=by_mail))
    Match.objects.filter(pk=match.pk).update(status=MatchStatus.CONTACT_DISCLOSED, hold_expires_at=None)
    Need.objects.filter(pk=match.need_id).update(status=NeedStatus.MATCHED)
    start(match=match, organisation=match.need.organisation, by="user:1", at=at)
    return fresh(match)


def asked_check(side: str, *, owner: Organisation | None = None, at: datetime | None = None) -> PlacementCheck:
    """Return the check of one side that is due, asked."""
    match = begun_match(owner)
    tend_checks(at or timezone.now())
    return PlacementCheck.objects.select_related("match__need", "match__pledge__organisation").get(
        match=match, side=side
    )
