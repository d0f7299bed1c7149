"""What did not go well: a host who said no to somebody urgent, and a match that was reported as not safe."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from kernel.accounts.models import Role
from offers.kinds.reasons import Concern, MatchReason
from offers.kinds.vocabulary import Urgency
from offers.matching.deeds.answers import agree, decline
from offers.matching.deeds.proposing import propose
from offers.matching.models import Match
from offers.matching.safety.lifting import take_up
from offers.matching.safety.models import Incident
from offers.matching.safety.reporting import report_concern
from offers.matching.search import candidates
from offers.matching.sides import PROVIDER
from offers.needs.models import Need
from waystation.demo.scenario.people import Team

PRESSING = (Urgency.URGENT, Urgency.EMERGENCY)


def tell_trouble(operator: Team, *, at: datetime, say: Callable[[str], None]) -> None:
    """Leave one need to place again, and one incident that a coordinator looks after."""
    needs = Need.objects.open().filter(organisation=operator.organisation, bundle="").order_by("opened_at", "pk")
    refused = _proposed(needs.filter(urgency__in=PRESSING), operator, at=at - timedelta(hours=6))
    if refused is not None:
        _say_no(refused, operator, at=at - timedelta(hours=3))
    doubtful = _proposed(needs.exclude(urgency__in=PRESSING), operator, at=at - timedelta(hours=4))
    if doubtful is not None:
        _report(doubtful, operator, at=at)
    say("  a need to place again, and an incident to look into")


def _proposed(needs: Iterable[Need], operator: Team, *, at: datetime) -> Match | None:
    """Propose an offer of the operator's own for the first need that one of them fits."""
    for need in needs:
        for one in candidates(need=need, today=at.date()).candidates:
            if one.pledge.organisation_id == operator.organisation.pk:
                who: dict[str, Any] = {"organisation": operator.organisation, "by": need.caseworker_ref, "at": at}
                return propose(need_id=need.pk, pledge_id=one.pledge.pk, **who)
    return None


def _say_no(match: Match, operator: Team, *, at: datetime) -> None:
    who: dict[str, Any] = {"organisation": operator.organisation, "by": match.need.caseworker_ref}
    match = agree(match=match, at=at, **who)
    decline(match=match, at=at + timedelta(hours=1), side=PROVIDER, why=MatchReason.OCCUPIED, **who)


def _report(match: Match, operator: Team, *, at: datetime) -> None:
    """Have a caseworker report it; a coordinator looks after it, so that nobody is written to every hour."""
    organisation = operator.organisation
    reported = at - timedelta(minutes=50)
    report_concern(
        match=match, organisation=organisation, by=match.need.caseworker_ref, at=reported, why=Concern.FALSE_IDENTITY
    )
    incident = Incident.objects.get(match=match)
    by = operator.actor(Role.COORDINATOR)
    take_up(incident=incident, organisation=organisation, by=by, at=at - timedelta(minutes=30))
