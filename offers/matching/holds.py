"""Holds: which numbered units of a pledge a live match takes, and for which days.

Every deed is called with the pledge's row locked. The database refuses an overlap even if they were not: an
exclusion constraint on PostgreSQL, a trigger on SQLite.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from kernel.states import Refusal
from offers.matching.models import Hold, Match
from offers.pledges.calendar import held_by
from offers.pledges.capacity import Held, busy_units
from offers.pledges.models import Pledge


def taken() -> Refusal:
    """What the loser of a race is told."""
    return Refusal("capacity_taken", _("Someone else took it first: no unit is free on these days."), "pledge")


def take(*, match: Match, pledge: Pledge, held: Iterable[Held], at: datetime, prefer: Sequence[int] = ()) -> list[Hold]:
    """Give the match its units for its days: those preferred, best first, then the lowest numbers.

    `held`: every live hold of the pledge, read after its row was locked. Raises Refusal `capacity_taken`.
    """
    held = list(held)
    busy = busy_units(held, match.starts_on, match.ends_on)
    in_order = dict.fromkeys((*prefer, *range(1, pledge.units_total + 1)))
    free = [unit for unit in in_order if 1 <= unit <= pledge.units_total and unit not in busy]
    if len(free) < match.units:
        raise taken()
    holds = Hold.objects.bulk_create(
        Hold(match=match, pledge=pledge, unit=unit, starts_on=match.starts_on, ends_on=match.ends_on)
        for unit in free[: match.units]
    )
    _count(pledge, {unit for unit, _days in held} | {hold.unit for hold in holds}, at=at)
    return holds


def move(*, match: Match, pledge: Pledge, start: date, end: date, at: datetime) -> None:
    """Hold the match's units for other days, the same units if they are free. Raises Refusal `capacity_taken`."""
    mine = list(match.holds.filter(live=True).values_list("unit", flat=True))
    match.holds.filter(live=True).update(live=False)
    busy = busy_units(held_by(pledge, start, end), start, end)
    free = [unit for unit in range(1, pledge.units_total + 1) if unit not in busy]
    chosen = sorted(free, key=lambda unit: (unit not in mine, unit))[: match.units]
    if len(chosen) < match.units:
        raise taken()
    Hold.objects.bulk_create(
        Hold(match=match, pledge=pledge, unit=unit, starts_on=start, ends_on=end) for unit in sorted(chosen)
    )
    values = {"starts_on": start, "ends_on": end, "version": match.version + 1, "updated_at": at}
    Match.objects.filter(pk=match.pk).update(**values)
    for name, value in values.items():
        setattr(match, name, value)
    _recount(pledge, at=at)


def free(*, match: Match, pledge: Pledge, at: datetime) -> None:
    """End every hold of the match; its units can be taken again at once."""
    match.holds.filter(live=True).update(live=False)
    _recount(pledge, at=at)


def _recount(pledge: Pledge, *, at: datetime) -> None:
    _count(pledge, set(Hold.objects.filter(pledge=pledge, live=True).values_list("unit", flat=True)), at=at)


def _count(pledge: Pledge, units: set[int], *, at: datetime) -> None:
    """Keep `units_held`, which counts the units with any live hold, true to the holds."""
    pledge.units_held, pledge.version, pledge.updated_at = len(units), pledge.version + 1, at
    pledge.save(update_fields=["units_held", "version", "updated_at"])
