"""Proposing: the moment a need and a pledge are brought together and the pledge's units are taken."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from kernel import audit
from kernel.accounts.models import Organisation
from kernel.states import move
from offers.matching import holds
from offers.matching.deeds.deadlines import answer_by
from offers.matching.deeds.judging import judged, look, unknown
from offers.matching.models import Match, MatchStatus
from offers.matching.rules import Question
from offers.matching.score import components, total
from offers.matching.suggestions.models import Suggestion
from offers.needs.models import Need, NeedStatus
from offers.pledges.models import Pledge


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
    the pledge's side hears nothing until the person agreed. What plainly cannot be had is refused before anything is
    locked; every rule is judged again under the locks. Raises Refusal `unknown_reference` for what the organisation
    may not see, `illegal_transition`, `start_outside_window`, `frozen`, `not_a_candidate` (with `rule`),
    `capacity_taken`, `too_many_units`.
    """
    asked: dict[str, Any] = {"organisation": organisation, "at": at, "units": units, "start": start}
    look(need_id=need_id, pledge_id=pledge_id, **asked)
    with transaction.atomic():
        # always the pledge first: whoever wants both waits in the same order
        pledge = Pledge.objects.select_for_update().filter(pk=pledge_id).first()
        need = Need.objects.visible_to(organisation).select_for_update().filter(pk=need_id).first()
        if pledge is None or need is None:  # gone since
            raise unknown("pledge" if pledge is None else "need")
        question = judged(need=need, pledge=pledge, **asked)
        match = _begin(question, need=need, pledge=pledge, suggestion=suggestion, by=by, at=at)
        holds.take(match=match, pledge=pledge, held=question.pledge.held, at=at, prefer=prefer)
        return match


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
