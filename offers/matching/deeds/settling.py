"""Agreeing on days: until a first day is named a match holds its units for every day on which it could be.

Whoever names it gives back the other days at once; a stay that goes on longer, or ends sooner, says so here too.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Organisation
from kernel.states import IllegalMove, Refusal
from offers.matching import holds
from offers.matching.deeds.going_on import must_go_on
from offers.matching.deeds.moving import locked
from offers.matching.models import LIVE, Match, MatchStatus
from offers.matching.sides import PERSON, must_speak_for
from offers.needs.terms import LONGEST_STAY
from offers.pledges import availability


@transaction.atomic
def settle_days(
    *, match: Match, organisation: Organisation, by: str, at: datetime, start: date, end: date | None = None
) -> Match:
    """Hold the match's units from `start` to the day before `end` (the need's stay, unless said), and no other day.

    Before help began the first day lies in the need's window; of a stay that has begun only the end moves. The days lie
    in one range that is offered. Raises Refusal `start_outside_window`, `invalid_range`, `not_offered`,
    `capacity_taken`, `not_your_side`, `frozen`, `pledge_stopped`, `illegal_transition`.
    """
    match = locked(match)
    must_speak_for(PERSON, match=match, organisation=organisation)
    if match.status not in LIVE:
        words = "Days are agreed on while a match is live."
        raise IllegalMove(words, state=str(match.status), legal=list(match.moves.legal(match.status)))
    must_go_on(match)
    end = end or start + timedelta(days=match.need.stay_days)
    if (match.starts_on, match.ends_on) == (start, end):
        return match
    _must_be_of_the_need(match, start, end, today=localdate(at))
    if not any(one.covers(start, end) for one in availability.read(match.pledge.availability)):
        raise Refusal("not_offered", _("The offer does not cover all of these days."), "until")
    holds.move(match=match, pledge=match.pledge, start=start, end=end, at=at)
    audit.record(by, "match.days_settled", match.pk, fields=["from", "until"], at=at)
    return match


def _must_be_of_the_need(match: Match, start: date, end: date, *, today: date) -> None:
    if match.status == MatchStatus.STARTED:
        if start != match.starts_on:
            raise Refusal("start_outside_window", _("It has begun: only its last day can be another."), "from")
        if end <= today:
            raise Refusal("invalid_range", _("A stay that is over is said to have ended."), "until")
    elif not match.need.window_from <= start < match.need.window_until:
        raise Refusal("start_outside_window", _("The stay begins on a day of the need's window."), "from")
    if not start < end <= start + timedelta(days=LONGEST_STAY):
        raise Refusal("invalid_range", _("It ends after the day on which it begins."), "until")
