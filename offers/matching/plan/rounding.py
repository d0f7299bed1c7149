"""How many families of each size are placed, and how many at which lot: whole numbers near those of a split plan."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from offers.matching.many.arrays import Flags, Numbers
from offers.matching.plan.programme import Figures, Programme, Row
from offers.matching.plan.split import Best, Split

_FINE = 100  # parts of a family that rounding looks at
_FURTHER = 2  # so many families of a size more or fewer than the rounded number
_NEAR = 0.05  # of the best rounding is near enough
_BRANCHINGS = 400


class Short(NamedTuple):
    """That lots have to take so many of a size together, at least: some families can go nowhere else."""

    size: int
    lots: Flags
    least: int


class Rounding:
    """The numbers of a split plan by `tiers`, `sizes` and lot. A size goes by its place among `sizes`."""

    def __init__(self, split: Split, best: Best, *, seed: int, until: float) -> None:
        self._split, self._seed, self._until = split, seed, until
        self.sizes, self.of = np.unique(split.sizes, return_inverse=True)  # sizes; by family, which
        self.tiers, self._tier_of = np.unique(split.tiers, return_inverse=True)
        families = best.persons / split.sizes[split.needs]
        self._wanted = np.zeros((len(split.lot_names), len(self.sizes)))
        np.add.at(self._wanted, (split.lots, self.of[split.needs]), families)
        self._counted = np.zeros((len(self.tiers), len(self.sizes)))
        np.add.at(self._counted, (self._tier_of[split.needs], self.of[split.needs]), families)
        self._there = np.zeros(self._counted.shape, dtype=np.int64)
        np.add.at(self._there, (self._tier_of, self.of), 1)
        taken = np.bincount(split.lots, weights=best.persons, minlength=len(split.lot_names))
        self._full: Flags = taken >= split.capacities

    def how_many(self) -> Numbers | None:
        """Return by tier and size how many are placed: the persons of each tier, most families, near the split plan.

        None if that was not found in time.
        """
        limits: list[int] = []
        rows: list[Row] = []
        start: list[float] = []
        persons: defaultdict[int, dict[int, int]] = defaultdict(dict)
        away: dict[int, int] = {}
        for (tier, size), counted in np.ndenumerate(self._counted):
            near = round(float(counted))
            count, more, fewer = range(len(limits), len(limits) + 3)
            limits += [int(self._there[tier, size])] * 3
            start += [0.0, 0.0, near]
            rows.append(Row([(count, 1), (more, -1), (fewer, 1)], near, near))
            persons[tier][count] = int(self.sizes[size])
            away |= {more: -int(self.sizes[size]), fewer: -int(self.sizes[size])}
        most = np.rint(self._counted @ self.sizes).astype(np.int64).tolist()
        rows += [Row(list(gains.items()), 0, most[tier]) for tier, gains in persons.items()]
        programme = Programme(limits, whole=[True] * len(limits), rows=rows, seed=self._seed)
        programme.start(start)
        for tier, gains in reversed(persons.items()):
            programme.reach("persons", gains, most=most[tier], until=self._until)
        counts = range(0, len(limits), 3)
        programme.reach("families", dict.fromkeys(counts, 1), most=int(self._there.sum()), until=self._until)
        programme.reach("near", away, most=0, until=self._until)
        values = programme.settled(until=self._until)
        return None if values is None else np.array(values[::3], dtype=np.int64).reshape(self._counted.shape)

    def where(self, totals: Numbers, shorts: Sequence[Short]) -> Numbers | None:
        """Return by lot and size how many are placed: what is full stays full, `totals` by size are kept.

        None if that was not found in time.
        """
        lots, kinds = self._wanted.shape
        floor = np.floor(self._wanted + 1 / _FINE).astype(np.int64)
        above = np.clip(np.rint((self._wanted - floor) * _FINE), 0, _FINE).astype(np.int64).ravel()
        cells, each = lots * kinds, np.tile(self.sizes, lots)
        # one more than the whole number below what is wanted, more still, and fewer
        limits = np.concatenate([np.ones(cells), np.full(cells, _FURTHER), np.minimum(floor, _FURTHER).ravel()])
        gains = np.concatenate([-each * (_FINE - 2 * above), -each * _FINE, -each * _FINE])
        signs, cell = np.repeat([1, 1, -1], cells), np.tile(np.arange(cells), 3)
        room, left = self._split.capacities - floor @ self.sizes, totals - floor.sum(axis=0)
        rows = [
            *_sums(cell // kinds, signs * np.tile(each, 3), np.where(self._full, room, -np.inf), room),
            *_sums(cell % kinds, signs, left, left),
        ]
        for short in shorts:
            chosen = np.flatnonzero(short.lots[cell // kinds] & (cell % kinds == short.size))
            terms = list(zip(chosen.tolist(), signs[chosen].tolist(), strict=True))
            rows.append(Row(terms, short.least - int(floor[short.lots, short.size].sum()), np.inf))
        programme = Programme(
            limits.astype(int).tolist(), whole=[True] * len(limits), rows=rows, seed=self._seed, near=_NEAR
        )
        aims, within = dict(enumerate(gains.tolist())), (np.zeros(len(limits)), limits)
        values = programme.found(aims, within=within, nodes=_BRANCHINGS, until=self._until)
        if values is None:
            return None
        moved = np.bincount(cell, weights=signs * np.rint(values), minlength=cells).astype(np.int64)
        slots: Numbers = floor + moved.reshape(lots, kinds)
        return slots


def _sums(group: Numbers, factors: Numbers, least: Figures, most: Figures) -> list[Row]:
    """Return a row for each group of columns, which come to something between two bounds."""
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(len(most) + 1)).tolist()
    terms = list(zip(order.tolist(), factors[order].tolist(), strict=True))
    bounds = zip(ends[:-1], ends[1:], least.tolist(), most.tolist(), strict=True)
    return [Row(terms[first:last], float(lower), float(upper)) for first, last, lower, upper in bounds]
