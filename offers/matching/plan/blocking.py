"""Pairs that would rather have each other: what a plan that is best for all costs some of them."""

from collections.abc import Sequence

import numpy as np

from offers.matching.plan.pairs import Instance
from offers.matching.plan.placement import Placement

_NOTHING_YET = 2**31


def blocking_pairs(instance: Instance, placements: Sequence[Placement]) -> int:
    """Return how many pairs would both rather have each other: the need stands worse or nowhere, and the pledge has
    room, or has given it to somebody it scores lower with.
    """
    pairs = instance.pairs
    if not pairs:
        return 0
    mine = np.full(len(instance.needs), -1, dtype=np.int64)
    lowest = np.full(len(instance.pledges), _NOTHING_YET, dtype=np.int64)
    left = np.array([one.capacity for one in instance.lots], dtype=np.int64)
    for pair, taken in placements:
        mine[pair.need] = pair.score
        lowest[pair.pledge] = min(lowest[pair.pledge], pair.score)
        for lot, units in taken:
            left[lot] -= units
    asked = np.array([need.units for need in instance.needs], dtype=np.int64)
    room = np.add.reduceat(left[pairs.lots], pairs.starts[:-1]) >= asked[pairs.needs]
    rather = room | (lowest[pairs.pledges] < pairs.scores)
    return int(((pairs.scores > mine[pairs.needs]) & rather).sum())
