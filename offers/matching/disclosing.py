"""What disclosure must know of matches: when the contact behind one may be shown, to whom, and what follows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from kernel.accounts.models import Member
from kernel.disclosure.disclosing.checks import unknown
from kernel.disclosure.disclosing.matters import Wanted
from kernel.disclosure.keys import keys_owner
from kernel.states import Refusal
from offers.matching.deeds.going_on import must_not_be_frozen
from offers.matching.deeds.moving import advance, locked
from offers.matching.meeting import RECENT, could_meet
from offers.matching.models import LIVE, Match, MatchMove, MatchQuerySet, MatchStatus
from offers.pledges.disclosing import contact_of, pledge_facts, tell_provider
from offers.pledges.models import PledgeStatus

# also after the first time: whoever is on the way may have lost the address
AGREED = (MatchStatus.CONFIRMED, MatchStatus.CONTACT_DISCLOSED, MatchStatus.STARTED)
STANDING = (PledgeStatus.PAUSED, PledgeStatus.VETTING, PledgeStatus.EXPIRED)  # no longer searched, and not stopped


def _fresh(object_id: str) -> Match:
    match = Match.objects.filter(pk=object_id).first()
    if match is None:
        raise unknown()
    return locked(match)


def _must_stand(match: Match, *, held: bool) -> None:
    """Raise Refusal `pledge_stopped` unless the pledge is active, or not stopped and still promised to this match."""
    pledge = match.pledge
    promised = pledge.status in STANDING and (not held or match.holds.filter(live=True).exists())
    if pledge.status != PledgeStatus.ACTIVE and not promised:
        raise Refusal("pledge_stopped", gettext_noop("This offer was stopped or taken back: its contact stays closed."))


class _OfMatch:
    """What both purposes of a match share."""

    def facts(self, object_id: str, *, inside: bool) -> Sequence[tuple[Any, Any]]:
        """Return which match, in which state, and which offer."""
        match = Match.objects.select_related("pledge__organisation").get(pk=object_id)
        told = pledge_facts(match.pledge, inside=inside)
        return [(_("Match"), match.pk), (_("Status"), match.get_status_display()), *told]


class ConfirmedMatch(_OfMatch):
    """A confirmed match: a caseworker of the need's owner asks."""

    def check(self, object_id: str, *, requester: Member, at: datetime) -> Wanted:
        """Lock the match. Raises Refusal `unknown_reference`, `frozen`, `not_confirmed`, `pledge_stopped`."""
        match = _fresh(object_id)
        if match.need.organisation_id != requester.organisation_id:
            raise unknown()
        must_not_be_frozen(match)
        if match.status not in AGREED:
            raise Refusal("not_confirmed", gettext_noop("The contact is shown for a confirmed match alone."))
        _must_stand(match, held=True)
        return contact_of(match.pledge)

    def shown(self, object_id: str, *, by: str, at: datetime) -> None:
        """Move a confirmed match on, and tell the provider."""
        match = _fresh(object_id)
        if match.status == MatchStatus.CONFIRMED:
            advance(match, to=MatchStatus.CONTACT_DISCLOSED, by=by, at=at)
        tell_provider(match.pledge_id)


def may_have_gone_wrong(at: datetime) -> MatchQuerySet:
    """Matches in which something can have happened: the two could meet, or somebody says that it did.

    That is: the contact was shown, or a safety report froze the match, and it lives or failed within RECENT; one that
    was called off counts if a report froze it, one that ended as unsafe in any case.
    """
    moves = MatchMove.objects.filter(match=OuterRef("pk"))
    unsafe = Q(Exists(moves.filter(new=MatchStatus.FAILED, why="unsafe")))
    live, lately = Q(status__in=LIVE), Q(updated_at__gte=at - RECENT)
    failed, called_off = Q(status=MatchStatus.FAILED) & lately, Q(status=MatchStatus.CANCELED) & lately
    reported = Q(frozen=True) & (live | failed | called_off)
    return Match.objects.filter(reported | (could_meet() & (live | failed)) | (unsafe & failed))


class SafetyIncident(_OfMatch):
    """Something happened in a match: a caseworker of the side that keeps the pledge's keys asks."""

    def check(self, object_id: str, *, requester: Member, at: datetime) -> Wanted:
        """Lock the match. Raises Refusal `unknown_reference`, `over`, `not_met`, `pledge_stopped`."""
        match = _fresh(object_id)
        if not self._keeps_keys(requester, match):
            raise unknown()
        if not may_have_gone_wrong(at).filter(pk=match.pk).exists():
            if match.status not in LIVE:
                raise Refusal("over", gettext_noop("This match is over, and not just now."))
            raise Refusal("not_met", gettext_noop("The two cannot have met: the contact was not shown yet."))
        _must_stand(match, held=False)
        return contact_of(match.pledge)

    def _keeps_keys(self, requester: Member, match: Match) -> bool:
        try:
            return keys_owner(match.pledge.organisation).pk == requester.organisation_id
        except Refusal:  # nobody keeps any now
            return False

    def shown(self, object_id: str, *, by: str, at: datetime) -> None:
        """Tell the provider."""
        tell_provider(Match.objects.values_list("pledge_id", flat=True).get(pk=object_id))
