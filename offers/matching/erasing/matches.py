"""An ended match, thinned: that there was one, of whom with whom by id, in which months, and how it went."""

from datetime import date, datetime

from django.db import transaction

from offers.matching.checks.models import PlacementCheck
from offers.matching.models import LIVE, Match, MatchStatus

ENDED = tuple(status.value for status in MatchStatus if status.value not in (*LIVE, MatchStatus.SUGGESTED))


def month_of(day: date) -> date:
    """Return the first day of the month."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """Return the first day of the next month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


@transaction.atomic
def thin(match: Match, *, at: datetime) -> int:
    """Take days, score and its components from a match that is over, the days of its holds, and what its checks said.

    Returns how many holds went; 0 for a match that lives or was thinned before.
    """
    stale = Match.objects.select_for_update().filter(pk=match.pk, thinned_at=None).exclude(status__in=LIVE)
    found = stale.first()
    if found is None:
        return 0
    holds, _by_model = found.holds.filter(live=False).delete()
    PlacementCheck.objects.filter(match=found).delete()
    Match.objects.filter(pk=found.pk).update(
        starts_on=month_of(found.starts_on),
        ends_on=month_after(found.ends_on),
        score=0,
        components={},
        hold_expires_at=None,
        asked_at=None,
        reminded_at=None,
        thinned_at=at,
        updated_at=at,
        version=found.version + 1,
    )
    return holds
