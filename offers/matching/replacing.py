"""Placing again: needs whose match is over while they are urgent, or should have been met by now.

They are looked for like any other, with the waiting time they had; here stands whom to look after first, and why.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery
from django.utils.timezone import localdate

from kernel.accounts.models import Organisation
from offers.kinds.vocabulary import Urgency
from offers.matching.models import Match, MatchMove, MatchStatus
from offers.matching.sides import own_actors
from offers.needs.models import Need
from offers.pledges.models import PledgeStatus

PRESSING = (Urgency.EMERGENCY, Urgency.URGENT)
MOST = 50  # on one page; the others stand in the list below
ENDED = (
    MatchStatus.DECLINED_BY_PERSON,
    MatchStatus.DECLINED_BY_PROVIDER,
    MatchStatus.EXPIRED,
    MatchStatus.CANCELED,
    MatchStatus.FAILED,
)


@dataclass(frozen=True, slots=True)
class Again:
    """A need to place again: how its last match ended, for which word, and whether help was being given already."""

    need: Need
    ended: str
    why: str
    had_begun: bool


def place_again(organisation: Organisation, at: datetime) -> list[Again]:
    """Return what the organisation has to place again: who lost a place first, then by urgency, then by waiting time.

    Open needs that are pressing or whose first day has come, and whose last match ended otherwise than well. One that
    the organisation called off by itself is not among them, unless the offer went. Two queries however many there are.
    """
    ends = MatchMove.objects.filter(match__need=OuterRef("pk"), new__in=ENDED).order_by("-at", "-pk")
    last = Match.objects.filter(need=OuterRef("pk")).order_by("-created_at", "-pk")
    waiting = (
        Need.objects.visible_to(organisation)
        .open()
        .filter(Q(urgency__in=PRESSING) | Q(window_from__lte=localdate(at)), erased_at=None)
        .annotate(
            last_status=Subquery(last.values("status")[:1]),
            offer=Subquery(last.values("pledge__status")[:1]),
            ended_old=Subquery(ends.values("old")[:1]),
            ended_why=Subquery(ends.values("why")[:1]),
            ended_by=Subquery(ends.values("by")[:1]),
        )
        .filter(last_status__in=ENDED)
    )
    own = own_actors(organisation) if waiting else frozenset()
    return sorted(_read(waiting, own), key=_first)[:MOST]


def _read(waiting: Iterable[Need], own: frozenset[str]) -> Iterator[Again]:
    for need in waiting:
        told = vars(need)  # annotated above
        by_us = told["last_status"] == MatchStatus.CANCELED and told["ended_by"] in own
        if not by_us or told["offer"] != PledgeStatus.ACTIVE:
            had_begun = told["ended_old"] == MatchStatus.STARTED
            yield Again(need, told["last_status"], told["ended_why"] or "", had_begun)


def _first(one: Again) -> tuple[bool, int, str, str]:
    need = one.need
    return not one.had_begun, Urgency.values.index(need.urgency), str(need.opened_at or need.created_at), need.pk
