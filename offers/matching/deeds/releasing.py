"""Freeing what a pledge or a need holds, when one of them goes: a suspension, a withdrawal.

Needs and pledges know nothing of matches, so whoever suspends or withdraws one calls these in the same transaction.
"""

from datetime import datetime

from django.db import transaction

from offers.matching.deeds.moving import end, locked
from offers.matching.models import LIVE, Match, MatchQuerySet, MatchStatus
from offers.needs.models import Need
from offers.pledges.models import Pledge


@transaction.atomic
def free_pledge(*, pledge: Pledge, by: str, at: datetime, why: str) -> int:
    """Cancel every live match of a pledge that is suspended or withdrawn; return how many needs are open again."""
    return _cancel_all(Match.objects.live().filter(pledge=pledge), by=by, at=at, why=why)


@transaction.atomic
def free_need(*, need: Need, by: str, at: datetime, why: str) -> int:
    """Cancel the live match of a need, if it has one, so that it can be withdrawn; return how many there were."""
    return _cancel_all(Match.objects.live().filter(need=need), by=by, at=at, why=why)


def _cancel_all(matches: MatchQuerySet, *, by: str, at: datetime, why: str) -> int:
    ended = 0
    for match in matches.order_by("pledge_id", "need_id"):
        fresh = locked(match)
        if fresh.status in LIVE:
            end(fresh, to=MatchStatus.CANCELED, by=by, at=at, why=why)
            ended += 1
    return ended
