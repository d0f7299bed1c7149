"""Stopping an offer, or not taking it: what it promised is let go in the same breath.

Pledges know nothing of matches, so these deeds of vetting live here. The pledge is locked first, as a proposal locks
it: either the proposal is there and is ended, or it comes after and finds the offer stopped.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from offers.matching.deeds.releasing import free_pledge
from offers.pledges.locking import locked
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.vetting import reject, suspend


@transaction.atomic
def stop_pledge(*, pledge: Pledge, by: str, at: datetime, why: str) -> Pledge:
    """Suspend an offer, for one of SUSPICIONS; every need it held is open again and its owner is told.

    Raises Refusal `illegal_transition`, `invalid_choice`.
    """
    return _freed_and(suspend, PledgeStatus.SUSPENDED, pledge=pledge, by=by, at=at, why=why)


@transaction.atomic
def turn_down_pledge(*, pledge: Pledge, by: str, at: datetime, why: str) -> Pledge:
    """Do not accept an offer, for one of REASONS; an older match of it ends. Raises as `stop_pledge`."""
    return _freed_and(reject, PledgeStatus.REJECTED, pledge=pledge, by=by, at=at, why=why)


def _freed_and(
    deed: Callable[..., Pledge], to: PledgeStatus, *, pledge: Pledge, by: str, at: datetime, why: str
) -> Pledge:
    fresh = locked(pledge)
    fresh.moves.check(old=fresh.status, new=to)
    free_pledge(pledge=fresh, by=by, at=at, why=why)
    return deed(pledge=fresh, by=by, at=at, why=why)
