"""Expiring: nobody answered in time, so the units go back to whoever needs them next."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from offers.matching.deeds.moving import end, locked
from offers.matching.models import Match, MatchStatus

WAITING = (MatchStatus.PROPOSED, MatchStatus.PERSON_AGREED)


def expire_overdue(at: datetime | None = None) -> int:
    """End every match whose deadline to answer has passed, each in a transaction of its own; return how many.

    One that a safety report froze waits for people. Run by the schedule; running it twice does no harm.
    """
    now = at or timezone.now()
    overdue = Match.objects.filter(status__in=WAITING, frozen=False, hold_expires_at__lte=now).order_by(
        "hold_expires_at", "pk"
    )
    return sum(_expire(match, now) for match in list(overdue))


@transaction.atomic
def _expire(match: Match, at: datetime) -> bool:
    match = locked(match)
    if match.status not in WAITING or match.frozen or match.hold_expires_at is None or match.hold_expires_at > at:
        return False  # somebody answered while we waited for the lock, or said that it is not safe
    end(match, to=MatchStatus.EXPIRED, by="system", at=at, why="no_answer")
    return True
