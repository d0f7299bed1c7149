"""Pairs by the million: columns of numbers that read as pairs one by one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Self, overload

import numpy as np

from offers.matching.many.arrays import Flags, Numbers, column, spread, starts_of


class Pair(NamedTuple):
    """A need and a pledge by their indexes, the score, and the lots (indexes) free on all its days."""

    need: int
    pledge: int
    score: int
    lots: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs(Sequence[Pair]):
    """Pairs in the order of their needs, then of their pledges; a pair is made when somebody asks for it.

    `needs`, `pledges` and `scores` have a number for each pair. `lots` has the lots of all pairs in a row: those of
    pair p begin at `starts[p]` and end before `starts[p + 1]`.
    """

    needs: Numbers
    pledges: Numbers
    scores: Numbers
    starts: Numbers
    lots: Numbers

    @classmethod
    def none(cls) -> Self:
        """Return no pairs."""
        return cls.of(())

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> Self:
        """Return these pairs, which come in their order."""
        rows = list(pairs)
        return cls(
            column(one.need for one in rows),
            column(one.pledge for one in rows),
            column(one.score for one in rows),
            starts_of(len(one.lots) for one in rows),
            column(lot for one in rows for lot in one.lots),
        )

    @property
    def owners(self) -> Numbers:
        """The pair of each of `lots`."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.starts))

    def where(self, wanted: Numbers | Flags) -> "Pairs":
        """Return some of them: those at these places, or those that are marked."""
        places = np.arange(len(self), dtype=np.int64)[wanted]
        _owners, entries = spread(self.starts, places)
        starts = starts_of(np.diff(self.starts)[places])
        return Pairs(self.needs[places], self.pledges[places], self.scores[places], starts, self.lots[entries])

    def at(self, needs: Numbers, pledges: Numbers) -> Numbers:
        """Return the place of each of these pairs of indexes, and -1 for each that is none of ours."""
        if not len(self):
            return np.full(len(needs), -1, dtype=np.int64)
        most = max(int(self.pledges.max()), int(pledges.max(initial=0))) + 1
        ours, asked = self.needs * most + self.pledges, needs * most + pledges
        places = np.searchsorted(ours, asked).clip(max=len(self) - 1)
        known = (ours[places] == asked) & (needs >= 0) & (pledges >= 0)
        found: Numbers = np.where(known, places, -1)
        return found

    def __len__(self) -> int:
        return len(self.needs)

    @overload
    def __getitem__(self, place: int) -> Pair: ...
    @overload
    def __getitem__(self, place: slice) -> "Pairs": ...
    def __getitem__(self, place: int | slice) -> "Pair | Pairs":
        if isinstance(place, slice):
            return self.where(np.arange(len(self), dtype=np.int64)[place])
        at = range(len(self))[place]
        lots = tuple(self.lots[self.starts[at] : self.starts[at + 1]].tolist())
        return Pair(int(self.needs[at]), int(self.pledges[at]), int(self.scores[at]), lots)

    def __iter__(self) -> Iterator[Pair]:
        lots = self.lots.tolist()
        taken = (tuple(lots[first:last]) for first, last in pairwise(self.starts.tolist()))
        columns = zip(self.needs.tolist(), self.pledges.tolist(), self.scores.tolist(), taken, strict=True)
        return (Pair(*row) for row in columns)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pairs):
            return NotImplemented
        return all(np.array_equal(mine, theirs) for mine, theirs in zip(self._columns, other._columns, strict=True))

    __hash__ = None  # type: ignore[assignment]

    @property
    def _columns(self) -> tuple[Numbers, ...]:
        return self.needs, self.pledges, self.scores, self.starts, self.lots
