"""Which pairs are worth asking the hard rules about: kind by kind and country by country, whole tables at once.

What is left out here would fail a rule. What is let through is asked every rule, so that `rules.py` stays the only
definition; a test holds the two equal to asking about every pair.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from offers.matching.many.arrays import Flags, Numbers
from offers.matching.many.asked import Asked
from offers.matching.many.shelf import UNSHARED

_CELLS = 1_000_000  # of a table, so that it stays near the processor
_SHARED_BITS = 62  # languages beyond share a bit with one of these: who has another one is asked all the same
_SILENT = 1 << _SHARED_BITS  # of a need that speaks no language, and of every pledge
_MOST = 2**31 - 1

Small = np.ndarray[Any, np.dtype[np.int32]]


class Tables:
    """Tables of needs by pledges that may meet, and the pairs in them that are worth asking about."""

    def __init__(self, asked: Asked) -> None:
        shelf = asked.shelf
        self._asked = asked
        self._opens = _small(_outermost(np.minimum, shelf.opens, shelf.ranges, empty=_MOST))
        self._closes = _small(_outermost(np.maximum, shelf.closes, shelf.ranges, empty=0))
        self._least_party = _small(-(-asked.size // asked.units.clip(min=1)))
        self._start, self._end, self._lead, self._stay = map(
            _small, (asked.start, asked.end, asked.lead_days, asked.stay_days)
        )
        self._party, self._notice, self._shortest, self._longest = map(
            _small, (shelf.max_party, shelf.notice_days, shelf.min_stay_days, shelf.max_stay_days)
        )
        tongues = np.append(1 << np.arange(len(shelf.language_of), dtype=np.int64) % _SHARED_BITS, 0)
        self._speaks = np.bitwise_or.reduce(tongues[asked.languages], axis=1)[asked.languages_at]
        self._speaks[asked.tongues == 0] = _SILENT
        spoken = np.bitwise_or.reduce(np.where(shelf.spoken < UNSHARED, tongues, 0), axis=1)
        self._spoken = (spoken | _SILENT)[shelf.languages_at]
        self._requires, self._verified = asked.requires[:, 0], shelf.verified[:, 0]
        self._awake = (shelf.active == 1) & (shelf.vetted_until >= asked.today) & (shelf.confirm_by >= asked.today)

    def all(self) -> Iterator[tuple[Numbers, Numbers]]:
        """Yield needs and pledges that may meet: of the same kind, and in a country that is accepted."""
        asked, shelf = self._asked, self._asked.shelf
        for kind in range(len(shelf.kinds)):
            needs = np.flatnonzero((asked.kind == kind) & (asked.consent == 1))
            pledges = np.flatnonzero((shelf.kind == kind) & self._awake)
            if not len(needs) or not len(pledges):
                continue
            anywhere, remote = asked.anywhere[needs] == 1, shelf.remote[pledges] == 1
            yield needs[anywhere], pledges
            somewhere, there = needs[~anywhere], pledges[~remote]
            yield somewhere, pledges[remote]
            lists, places = asked.countries_at[somewhere], shelf.places[shelf.places_at[there]]
            for country in range(len(shelf.country_of)):
                accepted = (asked.country_ranks[:, country] < UNSHARED)[lists]
                yield somewhere[accepted], there[(places == country).any(axis=1)]

    def pairs(self, needs: Numbers, pledges: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
        """Yield the pairs of a table whose dates and party fit, a part of the table at a time."""
        needs = needs[np.argsort(self._end[needs], kind="stable")]
        pledges = pledges[np.argsort(self._closes[pledges], kind="stable")]
        closes = self._closes[pledges]
        done = 0
        while done < len(needs):
            first = int(np.searchsorted(closes, self._end[needs[done]]))  # all before it close too early for the rest
            pledges, closes = pledges[first:], closes[first:]
            if not len(pledges):
                return
            rows = needs[done : done + max(1, _CELLS // len(pledges))]
            done += len(rows)
            found, at = np.nonzero(self._table(rows[:, None], pledges[None, :]))
            yield rows[found], pledges[at]

    def _table(self, needs: Numbers, pledges: Numbers) -> Flags:
        fits: Flags = self._closes[pledges] >= self._end[needs]
        for more in (
            self._opens[pledges] <= self._start[needs],
            self._party[pledges] >= self._least_party[needs],
            self._notice[pledges] <= self._lead[needs],
            self._shortest[pledges] <= self._stay[needs],
            self._longest[pledges] >= self._stay[needs],
            (self._spoken[pledges] & self._speaks[needs]) != 0,
            (self._requires[needs] & ~self._verified[pledges]) == 0,
        ):
            fits &= more
        return fits


def _small(values: Numbers) -> Small:
    return values.clip(-_MOST, _MOST).astype(np.int32)


def _outermost(pick: np.ufunc, days: Numbers, starts: Numbers, *, empty: int) -> Numbers:
    """Return the outermost day of each pledge's ranges."""
    found: Numbers = np.full(len(starts) - 1, empty, dtype=np.int64)
    some = np.diff(starts) > 0
    if some.any():
        found[some] = pick.reduceat(days, starts[:-1][some])
    return found
