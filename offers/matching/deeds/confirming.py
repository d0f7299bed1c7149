"""Confirming: a second person of the need's side looks at what both sides agreed to, and says yes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.accounts.models import Organisation
from kernel.states import Refusal, move
from offers.matching.deeds.going_on import must_go_on
from offers.matching.deeds.moving import advance, already, locked
from offers.matching.models import Match, MatchStatus
from offers.matching.sides import PERSON, must_speak_for
from offers.needs.models import NeedStatus


@transaction.atomic
def confirm(*, match: Match, organisation: Organisation, by: str, at: datetime) -> Match:
    """Confirm an accepted match; the need is matched. Raises Refusal `second_person_needed` to whoever brought it here.

    `by` is a member (`user:…`) of the need's owner who neither proposed it nor recorded the person's agreement. Raises
    Refusal `frozen`, `pledge_stopped` too.
    """
    match = locked(match)
    must_speak_for(PERSON, match=match, organisation=organisation)
    if already(match, MatchStatus.CONFIRMED):
        return match
    must_go_on(match)
    earlier = match.history.filter(new__in=(MatchStatus.PROPOSED, MatchStatus.PERSON_AGREED))
    if by in earlier.values_list("by", flat=True):
        raise Refusal("second_person_needed", _("A second person confirms: you proposed or agreed to this yourself."))
    advance(match, to=MatchStatus.CONFIRMED, by=by, at=at)
    need = match.need
    move(need, to=NeedStatus.MATCHED, by=by, at=at, also={"version": need.version + 1})
    return match
