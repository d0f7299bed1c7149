"""A match whose provider is asked by mail: a room of the operator's, proposed by a partner, agreed to by the person."""

from datetime import datetime

from django.utils import timezone

from kernel.accounts.models import Organisation
from kernel.vault import addresses
from offers.matching.deeds import agree, propose
from offers.models import Match, Need
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_pledge

ADDRESS = "helper@waystation.invalid"


def proposed_match(
    owner: Organisation | None = None, *, urgency: str = "soon", at: datetime | None = None, by_mail: bool = True
) -> Match:
    """Return a match that waits for the person; `by_mail`: an address of the provider's own is kept."""
    operator = make_operator()
    need, pledge = make_need(owner or operator, urgency=urgency), make_pledge(operator)
    if by_mail:
        addresses.keep(pledge.pk, ADDRESS, "en")
    at = at or timezone.now()
    return propose(need_id=need.pk, pledge_id=pledge.pk, organisation=need.organisation, by="user:1", at=at)


def agreed(match: Match, *, at: datetime | None = None) -> Match:
    """Let the person agree; return the match as the database has it."""
    owner = Need.objects.select_related("organisation").get(pk=match.need_id).organisation
    agree(match=match, organisation=owner, by="user:1", at=at or timezone.now())
    return fresh(match)


def fresh(match: Match) -> Match:
    """Read it anew."""
    return Match.objects.select_related("need", "pledge__organisation").get(pk=match.pk)
