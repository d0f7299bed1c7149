"""Open proposals that give way to what a plan puts in their place: ended and proposed anew in one transaction.

If the new proposal is refused, the old one stands as before: nobody is dropped, and no need ever has two live matches.
"""

from collections.abc import Sequence
from datetime import datetime

from kernel.states import Refusal
from offers.matching.deeds.moving import end, locked
from offers.matching.models import MatchStatus
from offers.matching.runs.changes import SENTENCES
from offers.matching.runs.models import Assignment
from offers.needs.models import Need
from offers.pledges.models import Pledge

MOVED = "moved"  # why the old proposal was called off


def lock_in_order(rows: Sequence[Assignment]) -> None:
    """Lock every pledge, then every need of some assignments, each in the order of ids, as every deed does."""
    pledges = {one.pledge_id for one in rows} | {one.instead_of.pledge_id for one in rows if one.instead_of}
    list(Pledge.objects.select_for_update().filter(pk__in=pledges).order_by("pk"))
    list(Need.objects.select_for_update().filter(pk__in=[one.need_id for one in rows]).order_by("pk"))


def let_go(rows: Sequence[Assignment], *, at: datetime) -> None:
    """End the open proposals that these assignments take the place of. Call it under the locks.

    Raises Refusal `proposal_answered` if the person has agreed or declined since the plan was made, or it is frozen.
    """
    for one in rows:
        if one.instead_of is None:
            continue
        match = locked(one.instead_of)
        if match.status != MatchStatus.PROPOSED or match.frozen:
            raise Refusal("proposal_answered", SENTENCES["proposal_answered"])
        end(match, to=MatchStatus.CANCELED, by=one.asked_by, at=at, why=MOVED)
