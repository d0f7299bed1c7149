"""The days of an offer, one by one: what is free, what is promised, what is blocked. Nobody's name is in it."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from offers.pledges import availability
from offers.pledges.capacity import Held, free_units
from offers.pledges.models import Pledge

A_DAY = timedelta(days=1)
MOST_MONTHS = 60  # a calendar leads no further than this


class DayState(StrEnum):
    """What a day is to the provider."""

    OVER = "over"  # before today
    OUTSIDE = "outside"  # before the first or after the last day that is offered
    BLOCKED = "blocked"  # taken out by the provider
    FREE = "free"
    PARTLY = "partly"  # some units are promised
    PROMISED = "promised"  # all units are


@dataclass(frozen=True, slots=True)
class Day:
    """One day, and how many units are free on it; none where nothing is offered."""

    day: date
    state: DayState
    free: int = 0


def held_by(pledge: Pledge, start: date, end: date) -> list[Held]:
    """Return what live matches hold of an offer in a span (one query)."""
    live = pledge.holds.filter(live=True, starts_on__lt=end, ends_on__gt=start)
    return [(unit, (first, last)) for unit, first, last in live.values_list("unit", "starts_on", "ends_on")]


def days_of(pledge: Pledge, start: date, end: date, *, today: date) -> list[Day]:
    """Return every day from `start` to the one before `end`, as it stands (one query)."""
    ranges, held = availability.read(pledge.availability), held_by(pledge, start, end)

    def one(day: date) -> Day:
        if day < today:
            return Day(day, DayState.OVER)
        if not any(span.covers(day, day + A_DAY) for span in ranges):
            inside = bool(ranges) and ranges[0].start <= day < ranges[-1].end
            return Day(day, DayState.BLOCKED if inside else DayState.OUTSIDE)
        free = free_units(pledge.units_total, held, day, day + A_DAY)
        state = DayState.FREE if free == pledge.units_total else DayState.PARTLY if free else DayState.PROMISED
        return Day(day, state, free)

    return [one(start + timedelta(days=number)) for number in range((end - start).days)]


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday to Sunday, days of other months left empty, and the months beside it."""

    first: date
    weeks: list[list[Day | None]]
    before: date | None
    after: date | None


def month_after(first: date, count: int = 1) -> date:
    """Return the first day of the month `count` months on."""
    month = first.year * 12 + first.month - 1 + count
    return date(month // 12, month % 12 + 1, 1)


def month_of(pledge: Pledge, first: date, *, today: date) -> Month:
    """Return a month of an offer's calendar (one query); it leads from this month to MOST_MONTHS on, no further."""
    this = today.replace(day=1)
    first = min(max(first.replace(day=1), this), month_after(this, MOST_MONTHS))
    days = {day.day: day for day in days_of(pledge, first, month_after(first), today=today)}
    weeks = [[days.get(day) for day in week] for week in Calendar().monthdatescalendar(first.year, first.month)]
    before = month_after(first, -1) if first > this else None
    after = month_after(first) if first < month_after(this, MOST_MONTHS) else None
    return Month(first, weeks, before, after)
