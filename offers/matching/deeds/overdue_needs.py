"""A need whose time is over ends, and with it a question about it that nobody has answered yet."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from offers.matching.deeds.expiring import WAITING
from offers.matching.deeds.moving import end, locked
from offers.matching.models import Match, MatchStatus
from offers.needs.deeds import expire_need, expire_overdue
from offers.needs.models import NeedStatus


def expire_needs(at: datetime | None = None) -> int:
    """End every need whose time is over, each in a transaction of its own; return how many.

    A proposal still being asked about ends with its need, and its units are free. What both sides said yes to goes on:
    such a need ends with its match, or once it is open again. Run by the schedule; twice does no harm.
    """
    now = at or timezone.now()
    asked = Match.objects.filter(
        status__in=WAITING, frozen=False, need__status=NeedStatus.HELD, need__expires_at__lte=now
    )
    ended = sum(_expire_with_its_match(match, now) for match in list(asked.order_by("need__expires_at", "pk")))
    return ended + expire_overdue(at=now)


@transaction.atomic
def _expire_with_its_match(match: Match, at: datetime) -> bool:
    match = locked(match)
    if match.status not in WAITING or match.frozen or match.need.expires_at > at:
        return False  # answered, frozen, or given more time, while we waited for the lock
    end(match, to=MatchStatus.EXPIRED, by="system", at=at, why="need_expired")
    return expire_need(need=match.need, at=at)
