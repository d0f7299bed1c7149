"""Freeing what a pledge holds when it goes: a suspension, a withdrawal. Whoever waited for it is told.

Pledges know nothing of matches, so whoever suspends or withdraws one calls this first, in the same transaction.
"""

from datetime import datetime

from django.db import transaction

from offers.matching.deeds.moving import end, locked
from offers.matching.models import LIVE, Match, MatchStatus
from offers.matching.telling import tell_owner
from offers.pledges.models import Pledge


@transaction.atomic
def free_pledge(*, pledge: Pledge, by: str, at: datetime, why: str) -> int:
    """Cancel every live match of `pledge`; return how many needs are open again. `pledge` is stale afterwards.

    The people of each need's owner get a note, without a word about the offer.
    """
    ended = 0
    # in the order of the needs, so that two who do this at once never wait for each other
    for match in Match.objects.live().filter(pledge=pledge).order_by("need_id"):
        fresh = locked(match)
        if fresh.status in LIVE:
            end(fresh, to=MatchStatus.CANCELED, by=by, at=at, why=why)
            tell_owner(fresh)
            ended += 1
    return ended
