"""Answering a line of the board, and what becomes of the answer. No need's state or facts ever cause an error here."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Organisation
from kernel.states import Refusal, move
from offers.matching.models import Match
from offers.matching.rules import RULES
from offers.matching.suggestions.fitting import is_active, misfit
from offers.matching.suggestions.models import Suggestion, SuggestionStatus
from offers.needs.board.clock import current_slot
from offers.needs.board.views import board
from offers.needs.models import Need
from offers.pledges.models import Pledge

_SENTENCES = {rule.code: rule.sentence for rule in RULES}


@transaction.atomic
def suggest(
    *, line_id: str, pledge_id: str, organisation: Organisation, by: str, at: datetime, units: int = 1
) -> Suggestion:
    """Offer one of the organisation's own pledges to the class of a line of the board. It holds nothing.

    Raises Refusal `unknown_reference` for a line that does not stand there or a pledge that is not the organisation's,
    `not_a_candidate` (with `rule`) by what the line says and the pledge is, `answered_already` for a second live answer
    of one pledge to one class.
    """
    line = board(at).filter(pk=line_id).first()
    if line is None:
        raise Refusal("unknown_reference", _("There is no such need."), "need")
    pledge = Pledge.objects.visible_to(organisation).select_for_update().filter(pk=pledge_id).first()
    if pledge is None:
        raise Refusal("unknown_reference", _("There is no such pledge."), "pledge")
    rule = misfit(pledge, line.cohort)
    if not rule and not is_active(pledge, at.date()):
        rule = "pledge_inactive"
    if not rule and units > pledge.units_total:
        rule = "capacity"
    if rule:
        words = _("This pledge does not fit the need.")
        raise Refusal("not_a_candidate", f"{words} {_(_SENTENCES[rule])}", "pledge", rule=rule)
    expire_suggestions(at=at, pledge=pledge)
    live = Suggestion.objects.live().filter(pledge=pledge, class_key=line.cohort.class_key)
    if (standing := live.first()) is not None:
        words = _("This pledge has answered this group of needs already: one answer at a time.")
        raise Refusal("answered_already", words, match=standing.pk)
    suggestion = Suggestion.objects.create(
        line=line, class_key=line.cohort.class_key, pledge=pledge, units=units, created_at=at, updated_at=at
    )
    suggestion.keep_history(old="", new=SuggestionStatus.SUGGESTED, by=by, at=at, why="")
    audit.record(by, "suggestion.made", suggestion.pk, at=at)
    return suggestion


def suggestions_for(need: Need, at: datetime) -> list[Suggestion]:
    """Return the live suggestions to the cohorts in which a need stands on the board, for its owner."""
    standing = board(at).filter(need=need).order_by().values("cohort")
    found = Suggestion.objects.live().filter(line__cohort__in=standing)
    return list(found.select_related("pledge").order_by("pk"))


def hear_of_agreement(match: Match, *, by: str, at: datetime) -> None:
    """Let the pledge's side know of a match that came of its suggestion: the person agreed. Called under the locks."""
    if not match.hidden:
        return
    Match.objects.filter(pk=match.pk).update(hidden=False)
    match.hidden = False
    suggestion = Suggestion.objects.select_for_update().filter(pk=match.suggestion_id).first()
    if suggestion is not None and suggestion.status == SuggestionStatus.SUGGESTED:
        move(suggestion, to=SuggestionStatus.PROPOSED, by=by, at=at, also={"match": match.pk})
        audit.record(by, "suggestion.proposed", suggestion.pk, at=at)


@transaction.atomic
def expire_suggestions(*, at: datetime, pledge: Pledge | None = None) -> int:
    """End the suggestions whose cohort has left the board, without a reason; return how many. Twice does no harm."""
    overdue = Suggestion.objects.overdue(current_slot(at)).select_for_update().order_by("pk")
    if pledge is not None:
        overdue = overdue.filter(pledge=pledge)
    ended = list(overdue)
    for suggestion in ended:
        move(suggestion, to=SuggestionStatus.EXPIRED, by="system", at=at)
        audit.record("system", "suggestion.expired", suggestion.pk, at=at)
    return len(ended)


def expire_suggestions_now() -> None:
    """Do it for now: what the schedule calls."""
    expire_suggestions(at=timezone.now())
