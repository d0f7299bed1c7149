"""Offering again what has run out: with days to come; past the checks only while they and its word still hold."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from kernel import audit
from offers.pledges.locking import locked, moved, only_while
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.terms import MATERIAL, check_complete, checked, put
from offers.pledges.vetting import confirm_by, void_steps


@transaction.atomic
def offer_again(*, pledge: Pledge, changes: Mapping[str, Any], by: str, at: datetime) -> Pledge:
    """Take up an offer that has expired, with `changes` of its days, units or stay.

    It goes back to vetting; if its checks and the provider's last word are both still in date, it is active at once.
    Raises Refusal `illegal_transition`, `in_the_past` for days that are over, or one that names the field to mend;
    ValueError for a change of what was checked.
    """
    pledge = locked(pledge)
    only_while(pledge, PledgeStatus.EXPIRED)
    if set(changes) & {*MATERIAL, "features"}:
        raise ValueError("What was checked is changed by an edit, which has it checked again.")
    changed = put(pledge, checked(changes))
    today = localdate(at)
    check_complete(pledge, today=today)
    also = {name: getattr(pledge, name) for name in changed}
    if _stands(pledge, at):
        moved(pledge, to=PledgeStatus.VETTING, by=by, at=at, why="offered_again", **also)
        moved(pledge, to=PledgeStatus.ACTIVE, by="system", at=at, why="checks_in_date", confirm_by=confirm_by(today))
    else:
        void_steps(pledge, at=at)
        also |= {"verified_features": [], "vetting_valid_until": None}
        moved(pledge, to=PledgeStatus.VETTING, by=by, at=at, why="offered_again", **also)
    audit.record(by, "pledge.offered_again", pledge.pk, fields=changed, at=at)
    return pledge


def _stands(pledge: Pledge, at: datetime) -> bool:
    """Whether what was checked, and what the provider said, were both in date had the offer not run out."""
    today = localdate(at)
    vetted, word = pledge.vetting_valid_until, pledge.confirm_by
    return vetted is not None and word is not None and vetted >= today and word >= today
