"""Help as it is given: it starts, and it ends well. The need's owner says both."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from kernel.accounts.models import Organisation
from kernel.states import move
from offers.kinds.reasons import MatchReason, must_be_listed
from offers.matching import holds
from offers.matching.deeds.going_on import must_go_on, must_not_be_frozen
from offers.matching.deeds.moving import advance, already, locked
from offers.matching.models import Match, MatchStatus
from offers.matching.sides import PERSON, must_speak_for
from offers.needs.models import NeedStatus
from offers.pledges.locking import save


@transaction.atomic
def start(*, match: Match, organisation: Organisation, by: str, at: datetime, why: str = "") -> Match:
    """Say that help has begun: the contact was shown before. Held is the stay from today on, and no day more.

    Raises Refusal `not_your_side`, `frozen`, `pledge_stopped`, `illegal_transition`.
    """
    must_be_listed(why, among=MatchReason)
    match = locked(match)
    must_speak_for(PERSON, match=match, organisation=organisation)
    if already(match, MatchStatus.STARTED):
        return match
    must_go_on(match)
    advance(match, to=MatchStatus.STARTED, by=by, at=at, why=why)
    _hold_the_stay_alone(match, at=at)
    return match


@transaction.atomic
def complete(*, match: Match, organisation: Organisation, by: str, at: datetime, why: str = "") -> Match:
    """Say that help ended well: its units are free, the need is fulfilled, and the provider's record says so.

    Raises Refusal `not_your_side`, `frozen`, `illegal_transition`.
    """
    must_be_listed(why, among=MatchReason)
    match = locked(match)
    must_speak_for(PERSON, match=match, organisation=organisation)
    if already(match, MatchStatus.COMPLETED):
        return match
    must_not_be_frozen(match)
    advance(match, to=MatchStatus.COMPLETED, by=by, at=at, why=why)
    holds.free(match=match, pledge=match.pledge, at=at)
    need = match.need
    move(need, to=NeedStatus.FULFILLED, by=by, at=at, also={"version": need.version + 1})
    match.pledge.placements_completed += 1
    save(match.pledge, "placements_completed", at=at)
    return match


def _hold_the_stay_alone(match: Match, *, at: datetime) -> None:
    """Give back the days on which it could have begun and did not; one that begins before its first day keeps them."""
    today, stay = localdate(at), timedelta(days=match.need.stay_days)
    if match.starts_on <= today < match.ends_on and today + stay < match.ends_on:
        holds.move(match=match, pledge=match.pledge, start=today, end=today + stay, at=at)
