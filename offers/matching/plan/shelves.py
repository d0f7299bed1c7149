"""Which pledges are worth asking the hard rules about: whole columns are compared at once.

What is left out here would fail a rule. What is let through is asked every rule, so that `rules.py` stays the only
definition; a test holds the two equal to asking about every pair.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np

from offers.matching.facts import NeedFacts, PledgeFacts
from offers.matching.rules import RULES, ask, primary

_ACTIVE = next(rule for rule in RULES if rule.code == "pledge_inactive")
_NO_LIMIT = 2**31
_BITS = 62  # words that share a bit only let a pledge through that a rule then refuses

Numbers = np.ndarray[Any, np.dtype[np.int64]]


class Words:
    """A bit for each word, handed out as words come."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}

    def mask(self, words: Iterable[str]) -> int:
        """Return the bits of these words."""
        found = 0
        for word in words:
            found |= 1 << (self._bits.setdefault(word, len(self._bits)) % _BITS)
        return found


class Shelf:
    """The active pledges of one kind, column by column."""

    def __init__(self, rows: Sequence[tuple[int, PledgeFacts]], *, words: Words, tongues: Words) -> None:
        self._words, self._tongues = words, tongues
        self.indexes = _column(index for index, _ in rows)
        pledges = [pledge for _, pledge in rows]
        self._units = _column(one.units_total for one in pledges)
        self._party = _column(one.max_party for one in pledges)
        self._notice = _column(one.notice_days for one in pledges)
        self._shortest = _column(one.min_stay_days or 0 for one in pledges)
        self._longest = _column(_NO_LIMIT if one.max_stay_days is None else one.max_stay_days for one in pledges)
        self._from = _column(min(span.start.toordinal() for span in one.availability) for one in pledges)
        self._until = _column(max(span.end.toordinal() for span in one.availability) for one in pledges)
        self._verified = _column(words.mask(one.verified) for one in pledges)
        self._spoken = _column(tongues.mask(primary(tag) for tag in one.languages) for one in pledges)
        self._elsewhere = np.array([one.remote for one in pledges], dtype=bool)
        reached: dict[str, list[int]] = defaultdict(list)
        for row, one in enumerate(pledges):
            for country in one.places:
                reached[country].append(row)
        self._reached = {country: np.array(found, dtype=np.int64) for country, found in reached.items()}

    def worth_asking(self, need: NeedFacts, *, today: date) -> Numbers:
        """Return the indexes of the pledges that may fit, in their order."""
        rows = self._in_reach(need)
        hold, required = need.hold, self._words.mask(need.requires)
        fits = (self._units[rows] >= need.units) & (self._party[rows] * need.units >= need.size)
        fits &= self._notice[rows] <= (need.window.start - today).days
        fits &= (self._shortest[rows] <= need.stay_days) & (self._longest[rows] >= need.stay_days)
        fits &= (self._from[rows] <= hold.start.toordinal()) & (self._until[rows] >= hold.end.toordinal())
        fits &= (self._verified[rows] & required) == required
        if need.languages:
            fits &= (self._spoken[rows] & self._tongues.mask(primary(tag) for tag in need.languages)) != 0
        found: Numbers = self.indexes[rows[fits]]
        return found

    def _in_reach(self, need: NeedFacts) -> Numbers:
        if need.countries is None:
            return np.arange(len(self.indexes), dtype=np.int64)
        wanted = [self._reached[country] for country in need.countries if country in self._reached]
        return np.unique(np.concatenate([np.flatnonzero(self._elsewhere), *wanted]))


def shelves(needs: Sequence[NeedFacts], pledges: Sequence[PledgeFacts], *, today: date) -> dict[str, Shelf]:
    """Return a shelf for each kind that is needed and offered. A pledge that is not active, by the rule, is on none."""
    rows: dict[str, list[tuple[int, PledgeFacts]]] = defaultdict(list)
    asked = {need.kind: need for need in needs}
    for index, pledge in enumerate(pledges):
        need = asked.get(pledge.kind)
        if need and pledge.availability and _ACTIVE.passes(ask(need, pledge, today=today)):
            rows[pledge.kind].append((index, pledge))
    words, tongues = Words(), Words()
    return {kind: Shelf(found, words=words, tongues=tongues) for kind, found in rows.items()}


def _column(values: Iterable[int]) -> Numbers:
    return np.fromiter(values, dtype=np.int64)
