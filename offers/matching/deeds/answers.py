"""Answers to a proposal: the person agrees first, then the provider is asked; either side may say no.

Each deed speaks for one side. Repeating what is done already changes nothing and returns the match. `why` is a word of
MatchReason, or not said; another one is a Refusal `invalid_choice`. What a safety report froze is called off, or it
waits: everything else is a Refusal `frozen`, or `pledge_stopped` once that is lifted and the offer not checked anew.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.kinds.reasons import MatchReason, must_be_listed
from offers.matching.deeds.deadlines import answer_by
from offers.matching.deeds.going_on import must_go_on, must_not_be_frozen
from offers.matching.deeds.moving import advance, already, end, locked
from offers.matching.models import Match, MatchStatus
from offers.matching.provider.asking import ask_provider
from offers.matching.sides import PERSON, PROVIDER, must_speak_for, sides_of
from offers.matching.suggestions.deeds import hear_of_agreement

DECLINED = {PERSON: MatchStatus.DECLINED_BY_PERSON, PROVIDER: MatchStatus.DECLINED_BY_PROVIDER}


@transaction.atomic
def still_proposed(*, match: Match, organisation: Organisation) -> Match:
    """Return the match, which stands proposed or further on. Raises Refusal once it has ended otherwise."""
    match = locked(match)
    must_speak_for(PERSON, match=match, organisation=organisation)
    if not already(match, MatchStatus.PROPOSED):
        match.moves.check(old=match.status, new=MatchStatus.PROPOSED)
    return match


@transaction.atomic
def agree(*, match: Match, organisation: Organisation, by: str, at: datetime, why: str = "") -> Match:
    """Record that the person agreed; only now is the provider asked, with a deadline of its own."""
    must_be_listed(why, among=MatchReason)
    match = locked(match)
    must_speak_for(PERSON, match=match, organisation=organisation)
    if already(match, MatchStatus.PERSON_AGREED):
        return match
    must_go_on(match)
    deadline = answer_by(match.need, at=at)
    hear_of_agreement(match, by=by, at=at)
    advance(match, to=MatchStatus.PERSON_AGREED, by=by, at=at, why=why, hold_expires_at=deadline, reminded_at=None)
    ask_provider(match, at=at)
    return match


@transaction.atomic
def accept(*, match: Match, organisation: Organisation, by: str, at: datetime, why: str = "") -> Match:
    """Record that the provider accepted; the hold no longer lapses by itself."""
    must_be_listed(why, among=MatchReason)
    match = locked(match)
    must_speak_for(PROVIDER, match=match, organisation=organisation)
    if already(match, MatchStatus.PROVIDER_ACCEPTED):
        return match
    must_go_on(match)
    return advance(match, to=MatchStatus.PROVIDER_ACCEPTED, by=by, at=at, why=why, hold_expires_at=None)


@transaction.atomic
def decline(
    *, match: Match, organisation: Organisation, by: str, at: datetime, side: str | None = None, why: str = ""
) -> Match:
    """Say no for one side. `side` is asked for (Refusal `by_required`) where both sides are one organisation."""
    must_be_listed(why, among=MatchReason)
    match = locked(match)
    own = sides_of(match, organisation)
    if side is None and len(own) > 1:
        raise Refusal("by_required", _("You speak for both sides: say for whom you decline, person or provider."), "by")
    side = side or (own[0] if own else PERSON)
    must_speak_for(side, match=match, organisation=organisation)
    if match.status == DECLINED[side]:
        return match
    must_not_be_frozen(match)
    return end(match, to=DECLINED[side], by=by, at=at, why=why)


@transaction.atomic
def cancel(*, match: Match, organisation: Organisation, by: str, at: datetime, why: str = "") -> Match:
    """Call the match off, from either side."""
    must_be_listed(why, among=MatchReason)
    match = locked(match)
    if not sides_of(match, organisation):
        must_speak_for(PERSON, match=match, organisation=organisation)
    if match.status == MatchStatus.CANCELED:
        return match
    return end(match, to=MatchStatus.CANCELED, by=by, at=at, why=why)
