"""Proposing: the moment a need and a pledge are brought together and the pledge's units are taken."""

import math
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Organisation
from kernel.states import Refusal, move
from offers.matching import holds
from offers.matching.deeds.deadlines import answer_by
from offers.matching.models import Match, MatchStatus
from offers.matching.reading import need_facts, pledges_facts
from offers.matching.rules import Question, ask, feasible, first_failure
from offers.matching.score import components, total
from offers.matching.suggestions.models import Suggestion
from offers.needs.models import Need, NeedStatus
from offers.pledges.models import Pledge, PledgeStatus

_LOOKED_FOR = (NeedStatus.OPEN, NeedStatus.HELD, NeedStatus.MATCHED)


@transaction.atomic
def propose(
    *,
    need_id: str,
    pledge_id: str,
    organisation: Organisation,
    by: str,
    at: datetime,
    units: int | None = None,
    start: date | None = None,
    suggestion: Suggestion | None = None,
    prefer: Sequence[int] = (),
) -> Match:
    """Bring a need of `organisation` and a pledge together; the person is asked next.

    The hold takes the need's whole window and stay, or the stay from `start` on; `units` defaults to what the need
    asks for, and `prefer` numbers those to take while they are free, best first. Of one that came of a `suggestion`
    the pledge's side hears nothing until the person agreed. Every rule is judged again under the locks. Raises Refusal
    `unknown_reference` for what the organisation may not see, `start_outside_window`, `not_a_candidate` (with `rule`),
    `capacity_taken`, `too_many_units`, `frozen`, `illegal_transition`.
    """
    asked = Need.objects.visible_to(organisation).filter(pk=need_id).first()
    if asked is None:
        raise _unknown("need")
    if asked.status not in _LOOKED_FOR:  # before the pledge is looked at: a draft that nobody approved asks nothing
        asked.moves.check(old=asked.status, new=NeedStatus.HELD)
    # always the pledge first: whoever wants both waits in the same order
    pledge = Pledge.objects.select_for_update().filter(pk=pledge_id).first()
    if pledge is None:
        raise _unknown("pledge")
    need = Need.objects.select_for_update().get(pk=need_id)
    if start is not None and not need.window_from <= start < need.window_until:
        raise Refusal("start_outside_window", _("The stay begins on a day of the need's window."), "from")
    _must_not_stand_still(pledge, seen=_may_see(organisation, pledge))
    question = ask(need_facts(need), pledges_facts([pledge])[0], today=at.date(), units=units, start=start)
    _must_fit(question, seen=_may_see(organisation, pledge))
    _must_not_hoard(question, need=need, pledge=pledge)
    if need.status != NeedStatus.OPEN:
        need.moves.check(old=need.status, new=NeedStatus.HELD)
    match = _begin(question, need=need, pledge=pledge, suggestion=suggestion, by=by, at=at)
    holds.take(match=match, pledge=pledge, held=question.pledge.held, at=at, prefer=prefer)
    return match


def _may_see(organisation: Organisation, pledge: Pledge) -> bool:
    """Whether a refusal may tell the organisation about this pledge, rather than deny that it exists."""
    if pledge.organisation_id == organisation.pk:
        return True
    return organisation.is_operator and pledge.status != PledgeStatus.DRAFT


def _must_fit(question: Question, *, seen: bool) -> None:
    """Raise the Refusal that says why this is no candidate, as far as the asker may know."""
    failed = first_failure(question.ignoring_holds())
    if failed is not None and not seen:
        raise _unknown("pledge")
    if failed is not None:
        misfit = _("This pledge does not fit the need.")
        raise Refusal("not_a_candidate", f"{misfit} {_(failed.sentence)}", "pledge", rule=failed.code)
    if not feasible(question):
        raise holds.taken()


def _must_not_stand_still(pledge: Pledge, *, seen: bool) -> None:
    """Raise the Refusal for an offer of which something is frozen, even if it was checked anew meanwhile."""
    if Match.objects.live().filter(pledge=pledge, frozen=True).exists():
        if not seen:
            raise _unknown("pledge")
        raise Refusal("frozen", _("A safety report froze what this offer promised: nothing new comes to it."), "pledge")


def _must_not_hoard(question: Question, *, need: Need, pledge: Pledge) -> None:
    """Raise Refusal `too_many_units` for more than the need asks for or its party fills: others wait for them."""
    most = max(need.units, math.ceil(need.party_size / pledge.max_party))
    if question.units > most:
        raise Refusal("too_many_units", _("This need has use for %(most)s units at most.") % {"most": most}, "units")


def _begin(
    question: Question, *, need: Need, pledge: Pledge, suggestion: Suggestion | None, by: str, at: datetime
) -> Match:
    parts = components(question)
    match = Match.objects.create(
        need=need,
        pledge=pledge,
        status=MatchStatus.PROPOSED,
        units=question.units,
        starts_on=question.span.start,
        ends_on=question.span.end,
        score=total(parts.values()),
        components=parts,
        hold_expires_at=answer_by(need, at=at),
        suggestion=suggestion,
        hidden=suggestion is not None and need.organisation_id != pledge.organisation_id,
        created_at=at,
        updated_at=at,
    )
    match.keep_history(old="", new=MatchStatus.PROPOSED, by=by, at=at, why="")
    move(need, to=NeedStatus.HELD, by=by, at=at, also={"version": need.version + 1})
    audit.record(by, "match.proposed", match.pk, at=at)
    return match


def _unknown(field: str) -> Refusal:
    """What is not yours is answered like what never existed, word for word."""
    sentences = {"need": _("There is no such need."), "pledge": _("There is no such pledge.")}
    return Refusal("unknown_reference", sentences[field], field)
