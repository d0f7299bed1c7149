"""What every change of a match shares: the locks in one order, the move with its trail, and the end of a live match."""

from datetime import datetime
from typing import Any

from kernel import audit
from kernel.states import move
from offers.matching import holds
from offers.matching.checks.ending import end_checks
from offers.matching.models import LIVE, Match, MatchStatus
from offers.matching.provider.asking import tell_provider_it_is_over
from offers.needs.deeds import reopen_need
from offers.needs.models import Need, NeedStatus
from offers.pledges.models import Pledge

# the way a match goes when all goes well: who stands further on has done all that comes before
WAY = (
    MatchStatus.PROPOSED,
    MatchStatus.PERSON_AGREED,
    MatchStatus.PROVIDER_ACCEPTED,
    MatchStatus.CONFIRMED,
    MatchStatus.CONTACT_DISCLOSED,
    MatchStatus.STARTED,
    MatchStatus.COMPLETED,
)


def locked(match: Match) -> Match:
    """Lock pledge, need and match, in that order everywhere, and return the match as it is now."""
    pledge = Pledge.objects.select_for_update().get(pk=match.pledge_id)
    need = Need.objects.select_for_update().get(pk=match.need_id)
    fresh = Match.objects.select_for_update().get(pk=match.pk)
    fresh.pledge, fresh.need = pledge, need
    return fresh


def already(match: Match, status: MatchStatus) -> bool:
    """Whether the match has reached `status`, or gone on from there."""
    reached = [step.value for step in WAY]
    return match.status in reached and reached.index(match.status) >= reached.index(status.value)


def advance(match: Match, *, to: MatchStatus, by: str, at: datetime, why: str = "", **also: Any) -> Match:
    """Move the match, with history and audit. Raises Refusal `illegal_transition`."""
    move(match, to=to, by=by, at=at, why=why, also={"version": match.version + 1, **also})
    audit.record(by, f"match.{to.value}", match.pk, reason=why, at=at)
    if to not in LIVE:
        end_checks(match, at=at)
    return match


def end(match: Match, *, to: MatchStatus, by: str, at: datetime, why: str = "") -> Match:
    """End a live match: its units are free at once, its need is open again and keeps its waiting time."""
    was = match.status
    advance(match, to=to, by=by, at=at, why=why, hold_expires_at=None)
    tell_provider_it_is_over(match, was=was)
    holds.free(match=match, pledge=match.pledge, at=at)
    need = match.need
    if need.status in (NeedStatus.HELD, NeedStatus.MATCHED):
        reopen_need(need=need, by=by, at=at, why=to.value)
    return match
