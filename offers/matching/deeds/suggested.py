"""Turning an answer from the board into a proposal for a need. The pledge's side hears once the person agreed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.matching.deeds.proposing import propose
from offers.matching.models import Match
from offers.matching.reading import need_facts, pledges_facts
from offers.matching.rules import ask, feasible
from offers.matching.suggestions.deeds import suggestions_for
from offers.matching.suggestions.models import Suggestion
from offers.needs.models import Need


def fitting_suggestions(need: Need, at: datetime) -> list[Suggestion]:
    """Return the live answers to the class in which a need is listed that pass every hard rule for this very need."""
    answers = suggestions_for(need, at)
    facts = need_facts(need)
    known = {one.id: one for one in pledges_facts([answer.pledge for answer in answers])}
    return [
        answer
        for answer in answers
        if answer.units >= need.units and feasible(ask(facts, known[answer.pledge_id], today=at.date()))
    ]


@transaction.atomic
def propose_suggested(*, need_id: str, suggestion_id: str, organisation: Organisation, by: str, at: datetime) -> Match:
    """Propose the pledge of a live suggestion for a need of the organisation's own; every rule is judged again.

    Nothing of it shows on the pledge's side until the person agreed. Raises Refusal `unknown_reference` for an answer
    that does not stand or does not fit, and whatever `propose` raises.
    """
    need = Need.objects.visible_to(organisation).filter(pk=need_id).first()
    standing = {one.pk: one for one in fitting_suggestions(need, at)} if need else {}
    suggestion = standing.get(suggestion_id)
    if suggestion is None:
        raise Refusal("unknown_reference", _("This answer no longer stands."), "suggestion")
    return propose(
        need_id=need_id,
        pledge_id=suggestion.pledge_id,
        organisation=organisation,
        by=by,
        at=at,
        suggestion=suggestion,
    )
