"""Days on which help is available: half-open ranges, sorted, none touching another."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from django.utils.translation import gettext_noop as _

from kernel.states import Refusal

MOST_RANGES = 50


class Days(NamedTuple):
    """Days from `start` up to, but not including, `end`."""

    start: date
    end: date

    def covers(self, start: date, end: date) -> bool:
        """Whether every day from `start` to the one before `end` lies in here."""
        return self.start <= start and end <= self.end


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Refusal("invalid", _("A day is written as YYYY-MM-DD."), "availability") from None


def normalised(ranges: Iterable[Mapping[str, Any]]) -> list[Days]:
    """Return the ranges (`{"from", "until"}`, days or their ISO text) sorted, those that overlap or touch made one.

    Raises Refusal on field `availability`: `required` for none, `too_many` beyond 50, `invalid_range` for one that
    ends before it begins.
    """
    asked = sorted(Days(_day(one["from"]), _day(one["until"])) for one in ranges)
    if not asked:
        raise Refusal("required", _("Say from when until when this is available."), "availability")
    if len(asked) > MOST_RANGES:
        raise Refusal("too_many", f"At most {MOST_RANGES} ranges of days can be kept.", "availability")
    merged: list[Days] = []
    for one in asked:
        if one.start >= one.end:
            raise Refusal("invalid_range", _("A range ends after the day on which it begins."), "availability")
        if merged and one.start <= merged[-1].end:
            merged[-1] = Days(merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(one)
    return merged


def cut(ranges: Iterable[Days], out: Days) -> list[Days]:
    """Return the ranges without the days of `out`."""
    pieces = ((one.start, min(one.end, out.start), max(one.start, out.end), one.end) for one in ranges)
    return [
        Days(start, end)
        for first, upto, since, last in pieces
        for start, end in ((first, upto), (since, last))
        if start < end
    ]


def joined(ranges: Iterable[Days], more: Days) -> list[Days]:
    """Return the ranges with the days of `more`."""
    return normalised([{"from": one.start, "until": one.end} for one in (*ranges, more)])


def stretched(ranges: Sequence[Days], start: date, end: date) -> list[Days]:
    """Return the days from `start` to `end` less the gaps of `ranges`: what was blocked in between stays blocked."""
    kept = [Days(start, end)]
    for before, after in pairwise(ranges):
        kept = cut(kept, Days(before.end, after.start))
    return kept


def columns(ranges: list[Days]) -> dict[str, Any]:
    """Return the columns of a pledge that say these days."""
    return {
        "availability": [{"from": one.start.isoformat(), "until": one.end.isoformat()} for one in ranges],
        "available_from": ranges[0].start,
        "available_until": ranges[-1].end,
    }


def read(stored: Iterable[Mapping[str, str]]) -> list[Days]:
    """Return the ranges of a pledge's `availability` column."""
    return [Days(date.fromisoformat(one["from"]), date.fromisoformat(one["until"])) for one in stored]
