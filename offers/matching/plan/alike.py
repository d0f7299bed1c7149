"""Needs that are alike, counted instead of chosen: the columns and rows of an integer programme without bundles.

What is whole is how many needs of a sort go to a pledge, and how many of a sort, tier and best score are placed; who
they are is said afterwards. A solver that may take all of that for whole numbers rules most of it out before it
branches: the shape of 499 families and 21 places takes it seconds so. With a column for each pair it was not done in
a minute.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from offers.matching.plan.edges import Pair, Pairs
from offers.matching.plan.pairs import Instance
from offers.matching.plan.placement import Placement
from offers.matching.plan.programme import Row
from offers.matching.plan.sorts import Sort, sorts_of
from offers.matching.plan.value import TIER_NAMES

Objective = dict[int, int]  # what each column gains
Lots = tuple[int, ...]


class Way(NamedTuple):
    """A column: how many of a sort go to a pledge, to these of its lots."""

    sort: int
    pledge: int
    lots: Lots


class Rank(NamedTuple):
    """A column: how many needs of a sort, tier and best score are placed; `needs` by index, who goes first first."""

    sort: int
    tier: str
    needs: Sequence[int]


class Alike:
    """Columns: `ways`, `ranks`, what is taken of lots that are mixed, and counts by lot and by size. All are whole.

    `lots`: the index of the lot of each of the first rows, which hold what a lot has to give.
    """

    def __init__(self, instance: Instance, pairs: Pairs, weights: Mapping[int, int]) -> None:
        """`weights` says by need what placing it counts for: one, or its persons."""
        self._instance, self._pairs = instance, pairs
        self._sorts = sorts_of(instance, pairs, weights)
        self.lots: list[int] = np.unique(pairs.lots).tolist()
        self.limits: list[int] = []
        self.ways: dict[int, Way] = {}
        self.ranks: dict[int, Rank] = {}
        self.groups: dict[tuple[str, int, int], int] = {}  # (tier, weight, size) → column
        self._shares: defaultdict[Lots, dict[int, int]] = defaultdict(dict)  # lots → lot → column
        self._counts: dict[int, Sequence[int]] = {}  # column → the columns it counts
        self._points: Objective = {}
        asked = [self._lay(number, sort) for number, sort in enumerate(self._sorts)]
        self.rows = [*self._full(), *asked, *self._sized()]

    def _lay(self, number: int, sort: Sort) -> Row:
        """Add the columns of a sort, and return the row that says: so many are placed as go anywhere."""
        terms: list[tuple[int, int]] = []
        for way in sort.ways:
            room = sum(self._instance.lots[lot].capacity for lot in way.lots) // sort.units
            column = self._column(min(len(sort.needs), room), way.points)
            self.ways[column] = Way(number, way.pledge, way.lots)
            terms.append((column, 1))
        for (tier, best), ranked in groupby(sort.needs, key=lambda one: (one.tier, one.best)):
            needs = [one.need for one in ranked]
            column = self._column(len(needs), best)
            self.ranks[column] = Rank(number, tier, needs)
            terms.append((column, -1))
        return Row(terms, 0, 0)

    def _full(self) -> Iterator[Row]:
        """Return what is taken of each lot, first; then what the counts in it count."""
        alike: defaultdict[tuple[Lots, int], list[int]] = defaultdict(list)
        for column, way in self.ways.items():
            alike[way.lots, self._sorts[way.sort].units if len(way.lots) == 1 else 0].append(column)
        takes: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        counted: list[Row] = []
        for (lots, units), columns in alike.items():
            if units:
                count = self._count(columns, self._instance.lots[lots[0]].capacity // units)
                takes[lots[0]].append((count, units))
                counted.append(self._counting(count))
                continue
            for lot in lots:
                self._shares[lots][lot] = self._column(self._instance.lots[lot].capacity)
                takes[lot].append((self._shares[lots][lot], 1))
            taken = [(column, self._sorts[self.ways[column].sort].units) for column in columns]
            counted.append(Row([*taken, *((share, -1) for share in self._shares[lots].values())], 0, 0))
        yield from (Row(takes[lot], 0, self._instance.lots[lot].capacity) for lot in self.lots)
        yield from counted

    def _sized(self) -> Iterator[Row]:
        groups: defaultdict[tuple[str, int, int], list[int]] = defaultdict(list)
        for column, rank in self.ranks.items():
            sort = self._sorts[rank.sort]
            groups[rank.tier, sort.weight, sort.size].append(column)
        for group, columns in groups.items():
            self.groups[group] = self._count(columns, sum(self.limits[column] for column in columns))
            yield self._counting(self.groups[group])

    def _column(self, limit: int, points: int = 0) -> int:
        self.limits.append(limit)
        if points:
            self._points[len(self.limits) - 1] = points
        return len(self.limits) - 1

    def _count(self, columns: Sequence[int], limit: int) -> int:
        count = self._column(limit)
        self._counts[count] = columns
        return count

    def _counting(self, count: int) -> Row:
        return Row([*((column, 1) for column in self._counts[count]), (count, -1)], 0, 0)

    def left(self, placed: int) -> int | None:
        """Return how many persons there is room for beside so many; None if units are no persons."""
        if any(sort.units != sort.weight for sort in self._sorts):
            return None
        return sum(self._instance.lots[lot].capacity for lot in self.lots) - placed

    def least(self, placed: int) -> list[int]:
        """Return what is taken of each of `lots` at least if so many persons are placed.

        Of no lot more is left than of all of them together.
        """
        left = self.left(placed)
        return [0 if left is None else max(0, self._instance.lots[lot].capacity - left) for lot in self.lots]

    @property
    def counts(self) -> list[int]:
        """The columns that count others, by lot and by size."""
        return list(self._counts)

    def objectives(self, *, persons: bool) -> list[tuple[str, Objective]]:
        """Return what is made the most of, first things first: a name, and what each column gains.

        With `persons` their number by tier goes before the number of needs; else needs go before their tiers.
        """
        word = "persons" if persons else "needs"
        by_tier = [
            (f"{word}_{name}", {at: weight for (tier, weight, _size), at in self.groups.items() if tier == name})
            for name in TIER_NAMES
        ]
        each = dict.fromkeys(self.groups.values(), 1)
        kept, *others = by_tier
        first = [kept, *others, ("families", each)] if persons else [kept, ("needs", each), *others]
        return [*first, ("score", self._points)]

    def persons(self) -> Objective:
        """Return what each column counts of persons."""
        return {at: size for (_tier, _weight, size), at in self.groups.items()}

    def most(self, gains: Objective) -> int:
        """Return what anybody can see cannot be exceeded: every need at its best."""
        return sum(max(0, gain) * self.limits[column] for column, gain in gains.items())

    def values_of(self, placements: Iterable[Placement]) -> list[float]:
        """Return the columns of a plan: what the solver starts from."""
        values = [0.0] * len(self.limits)
        rank_of = {need: column for column, rank in self.ranks.items() for need in rank.needs}
        way_of = {(way.sort, way.pledge): column for column, way in self.ways.items()}
        for one in placements:
            rank = rank_of[one.pair.need]
            values[rank] += 1
            values[way_of[self.ranks[rank].sort, one.pair.pledge]] += 1
            for lot, units in one.taken if len(one.pair.lots) > 1 else ():
                values[self._shares[one.pair.lots][lot]] += units
        for count, columns in self._counts.items():
            values[count] = sum(values[column] for column in columns)
        return values

    def placements(self, values: Sequence[float]) -> list[Placement]:
        """Return who is placed where, with the units they take of each lot, in the order of the needs."""
        going: defaultdict[int, list[int]] = defaultdict(list)
        for column, rank in self.ranks.items():
            going[rank.sort] += rank.needs[: round(values[column])]
        left = {
            lots: {lot: round(values[share]) for lot, share in shares.items()} for lots, shares in self._shares.items()
        }
        placed: list[Placement] = []
        for column, way in self.ways.items():
            for _one in range(round(values[column])):
                need = going[way.sort].pop()
                units = self._sorts[way.sort].units
                taken = _taken(left[way.lots], units) if len(way.lots) > 1 else ((way.lots[0], units),)
                placed.append(Placement(self._pair(need, way.pledge), taken))
        return sorted(placed)

    def _pair(self, need: int, pledge: int) -> Pair:
        found = self._pairs.at(np.array([need], dtype=np.int64), np.array([pledge], dtype=np.int64))
        return self._pairs[int(found[0])]


def _taken(left: dict[int, int], units: int) -> tuple[tuple[int, int], ...]:
    """Take so many units of what is left, from the first lot that has any."""
    taken: list[tuple[int, int]] = []
    for lot, there in left.items():
        some = min(there, units)
        if some:
            taken.append((lot, some))
            left[lot] -= some
            units -= some
    return tuple(taken)
