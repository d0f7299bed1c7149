"""What a provider does by the private link of a question: say yes, say no, and after a no make the offer fit again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kernel.states import Refusal
from offers.matching.deeds.answers import accept, decline
from offers.matching.deeds.moving import locked
from offers.matching.models import Match, MatchStatus
from offers.matching.sides import PROVIDER
from offers.pledges.blocking import block_days
from offers.pledges.drafting import provider_of
from offers.pledges.living import pause
from offers.pledges.models import Pledge, PledgeStatus


def _while(match: Match, *states: MatchStatus, at: datetime) -> Match:
    """Lock the match and return it. Raises Refusal `nothing_asked` unless it stands in one of the states, in time."""
    fresh = locked(match)
    late = fresh.hold_expires_at is not None and fresh.hold_expires_at <= at
    if fresh.status not in states or late or fresh.frozen:
        raise Refusal("nothing_asked", _("This was answered already, or has run out."))
    return fresh


@transaction.atomic
def say_yes(*, match: Match, at: datetime) -> Match:
    """Accept for the provider. Said twice, it is said once. Raises Refusal `nothing_asked`."""
    fresh = _while(match, MatchStatus.PERSON_AGREED, MatchStatus.PROVIDER_ACCEPTED, at=at)
    pledge = fresh.pledge
    return accept(match=fresh, organisation=pledge.organisation, by=provider_of(pledge), at=at)


@transaction.atomic
def say_no(*, match: Match, at: datetime, why: str) -> Match:
    """Decline for the provider, for a word of MatchReason. A yes is not taken back here: others rely on it.

    Raises Refusal `nothing_asked`, `invalid_choice`.
    """
    fresh = _while(match, MatchStatus.PERSON_AGREED, MatchStatus.DECLINED_BY_PROVIDER, at=at)
    pledge, by = fresh.pledge, provider_of(fresh.pledge)
    return decline(match=fresh, organisation=pledge.organisation, by=by, at=at, side=PROVIDER, why=why)


@transaction.atomic
def block_what_was_asked(*, match: Match, at: datetime) -> Pledge:
    """Take the days that were declined out of the offer. Raises Refusal `nothing_asked` and what `block_days` does."""
    fresh = _while(match, MatchStatus.DECLINED_BY_PROVIDER, at=at)
    by = provider_of(fresh.pledge)
    return block_days(pledge=fresh.pledge, start=fresh.starts_on, end=fresh.ends_on, by=by, at=at)


@transaction.atomic
def pause_instead(*, match: Match, at: datetime) -> Pledge:
    """Pause the offer after a no. Asked for twice, it is done once. Raises Refusal `nothing_asked` and as `pause`."""
    pledge = _while(match, MatchStatus.DECLINED_BY_PROVIDER, at=at).pledge
    if pledge.status == PledgeStatus.PAUSED:
        return pledge
    return pause(pledge=pledge, by=provider_of(pledge), at=at)
