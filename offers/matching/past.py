"""What was, as a story that can be replayed: the needs that were open and the pledges that were active, by day.

Facts are those of today: of a need or offer that was edited, its last words. A need that was met stays looked for in
the story until its window is over; how it was met then is what the replay asks anew.
"""

from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from offers.matching.facts import PledgeFacts
from offers.matching.models import LIVE, Match, MatchStatus
from offers.matching.reading import UNREAD, needs_facts, pledges_facts
from offers.matching.replay.story import Chances, NeedStory, PledgeStory, Story
from offers.needs.models import Need, NeedMove, NeedStatus
from offers.pledges.models import Pledge, PledgeMove, PledgeStatus

A_YEAR = timedelta(days=365)
ENOUGH = 30  # ended matches from which on their shares say something
_OVER = (PledgeStatus.WITHDRAWN, PledgeStatus.SUSPENDED, PledgeStatus.EXPIRED, PledgeStatus.ERASED)


def past(*, first: date | None = None, last: date | None = None) -> Story:
    """Return what was between two days (the last year), in as many queries however much it was."""
    last = last or timezone.now().date()
    first = first or last - A_YEAR
    return Story(_needs(first, last), _pledges(first, last), first, last, _chances())


def _needs(first: date, last: date) -> tuple[NeedStory, ...]:
    asked = Need.objects.filter(opened_at__date__gte=first, opened_at__date__lt=last).exclude(status=NeedStatus.MERGED)
    rows = list(asked.order_by("opened_at", "pk"))
    ended = NeedMove.objects.filter(new__in=(NeedStatus.WITHDRAWN, NeedStatus.EXPIRED), need__in=asked.order_by())
    gone = {pk: at.date() for pk, at in ended.values_list("need_id", "at")}
    return tuple(
        NeedStory(
            replace(facts, failed_with=frozenset()),
            facts.waiting_since,
            gone.get(row.pk, min(facts.window.end, row.expires_at.date())),
        )
        for row, facts in zip(rows, needs_facts(rows), strict=True)
    )


def _pledges(first: date, last: date) -> tuple[PledgeStory, ...]:
    came = _days(PledgeMove.objects.filter(new=PledgeStatus.ACTIVE).order_by("-at"))  # the first of several
    went = _days(PledgeMove.objects.filter(new__in=_OVER).order_by("at"))  # the last of several
    rows = list(Pledge.objects.filter(Q(pk__in=came) | Q(status=PledgeStatus.ACTIVE)).defer(*UNREAD).order_by("pk"))
    told = []
    for row, facts in zip(rows, pledges_facts(rows), strict=True):
        opened = came.get(row.pk, row.created_at.date())
        closed = max((span.end for span in facts.availability), default=opened)
        if row.status in _OVER:
            closed = min(closed, went.get(row.pk, closed))
        if opened < last and closed > first:
            told.append(PledgeStory(_untouched(facts), opened, closed))
    return tuple(told)


def _days(moves: QuerySet[PledgeMove]) -> dict[str, date]:
    return {pk: at.date() for pk, at in moves.values_list("pledge_id", "at")}


def _untouched(facts: PledgeFacts) -> PledgeFacts:
    """Return an offer as it was before anybody held anything of it; that it was in force is what its days say."""
    return replace(facts, status="active", vetted_until=None, confirm_by=date.max, held=())


def _chances() -> Chances:
    """Return how often proposals were declined or came to nothing, if there were enough of them."""
    said_no = Q(status__in=(MatchStatus.DECLINED_BY_PERSON, MatchStatus.DECLINED_BY_PROVIDER))
    counted = Match.objects.exclude(status__in=LIVE).aggregate(
        ended=Count("pk"), declined=Count("pk", filter=said_no), failed=Count("pk", filter=Q(status=MatchStatus.FAILED))
    )
    if counted["ended"] < ENOUGH:
        return Chances()
    return Chances(*(1000 * counted[word] // counted["ended"] for word in ("declined", "failed")))
