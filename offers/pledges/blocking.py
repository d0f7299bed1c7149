"""Taking days out of an offer, and putting them back in. Its ranges of days stay the one truth that matching reads."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop as _

from kernel.states import Refusal
from offers.pledges import availability
from offers.pledges.availability import Days, cut, joined
from offers.pledges.editing import OPEN_TO_CHANGE, edit
from offers.pledges.locking import locked, only_while
from offers.pledges.models import Pledge


def _still_to_come(pledge: Pledge, start: date, end: date, at: datetime) -> tuple[Pledge, Days]:
    """Lock the offer and return it with the part of the days that is not over yet."""
    pledge = locked(pledge)
    only_while(pledge, *OPEN_TO_CHANGE)
    if start >= end:
        raise Refusal("invalid_range", _("A range ends after the day on which it begins."), "until")
    today = localdate(at)
    if end <= today:
        raise Refusal("in_the_past", _("These days are over: give days that are still to come."), "until")
    return pledge, Days(max(start, today), end)


def _with(pledge: Pledge, ranges: list[Days], *, by: str, at: datetime) -> Pledge:
    """Change the ranges as any edit does: promises looked after, version raised, the trail written."""
    return edit(pledge=pledge, changes={"availability": availability.columns(ranges)["availability"]}, by=by, at=at)


@transaction.atomic
def block_days(*, pledge: Pledge, start: date, end: date, by: str, at: datetime) -> Pledge:
    """Take the days from `start` to the one before `end` out of an offer. Asked for twice, it is done once.

    Raises Refusal `live_hold` when somebody is promised one of them, `nothing_left`, `invalid_range`, `in_the_past`,
    `too_many` for a fifty-first range, `illegal_transition`.
    """
    pledge, days = _still_to_come(pledge, start, end, at)
    if pledge.holds.filter(live=True, starts_on__lt=days.end, ends_on__gt=days.start).exists():
        raise Refusal("live_hold", _("Days that are promised to somebody cannot be taken out."), "until")
    left = cut(availability.read(pledge.availability), days)
    if not any(one.end > localdate(at) for one in left):
        raise Refusal("nothing_left", _("No day would be left: pause the offer, or take it back."), "until")
    return _with(pledge, left, by=by, at=at)


@transaction.atomic
def unblock_days(*, pledge: Pledge, start: date, end: date, by: str, at: datetime) -> Pledge:
    """Offer the days from `start` to the one before `end`, also where they were blocked. Asked twice, it is done once.

    Raises Refusal `invalid_range`, `in_the_past`, `too_many` for a fifty-first range, `illegal_transition`.
    """
    pledge, days = _still_to_come(pledge, start, end, at)
    return _with(pledge, joined(availability.read(pledge.availability), days), by=by, at=at)
