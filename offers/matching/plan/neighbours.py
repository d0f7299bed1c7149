"""Searching near what is known, where a solver finds in a moment what it would look for long among everything.

First near the best split of columns (Danna, Rothberg and Le Pape, 2005); then some pledges are given away anew and
all others stay as they are, again and again (Shaw, 1998).
"""

import random
import time
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from offers.matching.plan.alike import Alike
from offers.matching.plan.programme import Figures, Programme, Split

_AROUND = 1  # by so much a count may be less or more than where it is split
_CHEAP = 3  # times the rows: as many columns are looked at, those that cost least
_TOGETHER = 6  # pledges that are given away anew at once
_STALE = 15  # rounds without anything better
_BRANCHINGS, _FEW_BRANCHINGS = 400, 40


def near(programme: Programme, model: Alike, gains: Mapping[int, int], split: Split, *, until: float) -> Figures | None:
    """Return the best plan near a split one that keeps to all rows; None if none is found."""
    limits = np.array(model.limits, dtype=np.float64)
    least, most = np.zeros(len(limits)), limits.copy()
    counts = np.array(model.counts, dtype=np.int64)
    least[counts] = np.maximum(0, np.floor(split.values[counts]) - _AROUND)
    most[counts] = np.minimum(limits[counts], np.ceil(split.values[counts]) + _AROUND)
    ways = np.array(list(model.ways), dtype=np.int64)
    dear = ways[np.argsort(np.abs(split.costs[ways]), kind="stable")][_CHEAP * len(model.rows) :]
    most[dear] = np.ceil(split.values[dear])
    return programme.found(gains, within=(least, most), nodes=_BRANCHINGS, until=until, first=True)


def improve(programme: Programme, model: Alike, gains: Mapping[int, int], *, seed: int, until: float) -> None:
    """Make the values of the programme better, as long as that goes quickly and not beyond the moment `until`."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    limits = np.array(model.limits, dtype=np.float64)
    at: defaultdict[int, list[int]] = defaultdict(list)
    for column, way in model.ways.items():
        at[way.pledge].append(column)
    ways, stale = np.array(list(model.ways), dtype=np.int64), 0
    while stale < _STALE and len(at) > _TOGETHER and time.monotonic() < until:
        least, most = np.zeros(len(limits)), limits.copy()
        least[ways] = most[ways] = programme.values[ways]
        for pledge in draw.sample(sorted(at), _TOGETHER):
            least[at[pledge]], most[at[pledge]] = 0, limits[at[pledge]]
        found = programme.found(gains, within=(least, most), nodes=_FEW_BRANCHINGS, until=until)
        better = found is not None and programme.worth(gains, found) > programme.worth(gains)
        stale = 0 if better else stale + 1
        if found is not None and better:
            programme.start(found)
