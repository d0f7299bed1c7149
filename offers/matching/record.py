"""A provider's record: how the help ended that came of an offer, and of all that the same provider offers.

Whether two offers are one provider's is told by the blind index of the address, within one organisation alone.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, Subquery

from offers.kinds.reasons import FailReason
from offers.matching.models import Match, MatchMove, MatchStatus
from offers.pledges.models import Pledge, PledgeQuerySet

COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Record:
    """How often help was completed, and how often it failed, by word of FailReason."""

    completed: int = 0
    no_show: int = 0
    unsafe: int = 0
    breakdown: int = 0

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.completed or self.no_show or self.unsafe or self.breakdown)


def of_same_provider(pledge: Pledge) -> PledgeQuerySet:
    """Return the offers of one provider, this one among them: those of its organisation with the same address."""
    same = Q(pk=pledge.pk)
    if pledge.blind_email:
        same |= Q(organisation_id=pledge.organisation_id, blind_email=pledge.blind_email)
    return Pledge.objects.filter(same)


def records_of(pledge: Pledge) -> tuple[Record, Record]:
    """Return the record of an offer, and that of everything its provider offers (one query)."""
    ended = MatchMove.objects.filter(match=OuterRef("pk"), new=F("match__status")).order_by("-pk")
    matches = Match.objects.filter(
        pledge__in=of_same_provider(pledge), status__in=(MatchStatus.COMPLETED, MatchStatus.FAILED)
    ).annotate(ended_why=Subquery(ended.values("why")[:1]))
    counted = list(matches.order_by().values_list("pledge_id", "status", "ended_why").annotate(n=Count("pk")))
    own = [row for row in counted if row[0] == pledge.pk]
    return _record(own), _record(counted)


def _record(counted: Iterable[tuple[str, str, str | None, int]]) -> Record:
    sums: Counter[str] = Counter()
    for _pledge, status, why, number in counted:
        # what failed for a word of before is a breakdown: it did not hold
        failed = why if why in FailReason.values else FailReason.BREAKDOWN.value
        sums[COMPLETED if status == MatchStatus.COMPLETED else str(failed)] += number
    return Record(**sums)
