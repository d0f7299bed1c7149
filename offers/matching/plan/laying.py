"""Laying out: every pair that passes the hard rules, its score, and the lots that are free for it."""

from collections.abc import Callable, Sequence

import numpy as np

from offers.matching.many.arrays import Numbers, column, spread, starts_of
from offers.matching.many.asked import Asked
from offers.matching.many.questions import Questions
from offers.matching.plan.edges import Pairs
from offers.matching.plan.lots import Lot
from offers.matching.plan.tables import Tables
from offers.matching.rules import all_feasible
from offers.matching.score import scores


def pairs_of(asked: Asked, lots: Sequence[Lot], *, told: Callable[[float], None]) -> Pairs:
    """Return the pairs that fit, by need and pledge; `told` hears the share of the tables that were gone through."""
    pledges = asked.shelf.pledges
    found = Tables(asked)
    tables = list(found.all())
    cells, done = sum(len(rows) * len(columns) for rows, columns in tables) or 1, 0
    keys: list[Numbers] = []
    points: list[Numbers] = []
    for rows, columns in tables:
        for some, others in found.pairs(rows, columns):
            fitting = all_feasible(Questions(asked, some, others))
            keys.append(fitting.needs * len(pledges) + fitting.pledges)
            points.append(scores(fitting))
            told(done / cells)
        done += len(rows) * len(columns)
    key, at = np.unique(np.concatenate([*keys, column(())]), return_index=True)
    score = np.concatenate([*points, column(())])[at]
    need, pledge = np.divmod(key, max(1, len(pledges)))
    return Pairs(need, pledge, score, *_free_lots(asked, need, pledge, lots))


def _free_lots(asked: Asked, needs: Numbers, pledges: Numbers, lots: Sequence[Lot]) -> tuple[Numbers, Numbers]:
    """Return where the lots of each pair begin, and the lots: those that nobody holds on any of its days."""
    of_pledge = np.searchsorted(column(lot.pledge for lot in lots), np.arange(len(asked.shelf) + 1))
    owners, found = spread(of_pledge, pledges)
    spans = [(place, span) for place, lot in enumerate(lots) for span in lot.held]
    holds = starts_of(len(lot.held) for lot in lots)
    first = column(span.start.toordinal() for _place, span in spans)
    last = column(span.end.toordinal() for _place, span in spans)
    entries, held = spread(holds, found)
    start, end = asked.start[needs][owners[entries]], asked.end[needs][owners[entries]]
    met = (first[held] < end) & (start < last[held])
    free = np.ones(len(found), dtype=bool)
    free[entries[met]] = False
    return starts_of(np.bincount(owners[free], minlength=len(needs))), found[free]
