"""A few matches on their way: proposed, agreed to, accepted, confirmed."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from kernel.accounts.models import Role
from offers.kinds.vocabulary import Kind, Urgency
from offers.matching.deeds.answers import accept, agree
from offers.matching.deeds.confirming import confirm
from offers.matching.deeds.proposing import propose
from offers.matching.models import Match
from offers.matching.search import candidates
from offers.needs.models import Need
from waystation.demo.scenario.people import Team

# how far each goes; 0: proposed, 1: the person agreed, 2: the provider accepted, 3: confirmed
JOURNEYS = (0, 0, 1, 1, 2, 3, 3)


def tell_matches(everyone: list[Team], *, at: datetime, say: Callable[[str], None]) -> None:
    """Bring some of the operator's open needs together with their best candidates, whoever brought those."""
    begun, operator = at - timedelta(hours=20), everyone[0]
    made = [
        _walk(match, everyone, steps, at=begun)
        for steps, match in zip(JOURNEYS, _proposed(operator, begun), strict=False)
    ]
    say(f"  {len(made)} matches on their way")


def _proposed(operator: Team, at: datetime) -> Iterator[Match]:
    """Propose the best candidate of one waiting need after another, longest waiting first."""
    waiting = Need.objects.open().filter(organisation=operator.organisation, kind=Kind.HOUSING)
    for need in waiting.exclude(urgency__in=(Urgency.URGENT, Urgency.EMERGENCY)).order_by("opened_at"):
        found = candidates(need=need, today=at.date(), limit=1).candidates
        if found:
            yield propose(
                need_id=need.pk,
                pledge_id=found[0].pledge.pk,
                organisation=operator.organisation,
                by=need.caseworker_ref,
                at=at,
            )


def _walk(match: Match, everyone: list[Team], steps: int, *, at: datetime) -> Match:
    """Take a match so many steps further, each by the side whose step it is."""
    operator = everyone[0]
    steward = next(team for team in everyone if team.organisation == match.pledge.organisation)
    if steps >= 1:
        match = agree(
            match=match, organisation=operator.organisation, by=match.need.caseworker_ref, at=at + timedelta(hours=2)
        )
    if steps >= 2:
        match = accept(
            match=match,
            organisation=steward.organisation,
            by=steward.actor(Role.COORDINATOR),
            at=at + timedelta(hours=9),
        )
    if steps >= 3:
        match = confirm(
            match=match,
            organisation=operator.organisation,
            by=operator.actor(Role.APPROVER),
            at=at + timedelta(hours=12),
        )
    return match
