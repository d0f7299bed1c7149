"""From families that are split to families that are whole: how many of each size, then where, then who.

What is best if families could be split says how many of each size each lot wants, in fractions. Those are rounded so
that every lot is as full as it was; then who goes where is a flow for each size, and a flow splits nobody. Where the
rounding left too few of a size in the lots that somebody can go to, the flow shows in which, and they are rounded again
(Benders, 1962).
"""

from collections.abc import Iterator

import numpy as np

from offers.matching.many.arrays import Flags, Numbers
from offers.matching.plan.network import in_order, transport
from offers.matching.plan.rounding import Rounding, Short
from offers.matching.plan.split import Best, Split

_ROUNDS = 8


def whole(split: Split, best: Best, *, wishes: list[Numbers], seed: int, until: float) -> Numbers | None:
    """Return the arcs of a plan that splits nobody, near a flow; None if there was none to be found in time.

    `wishes`, by arc, decide between plans of one tier, number and score, the first first. Somebody may still be left
    out whom the flow places.
    """
    rounding = Rounding(split, best, seed=seed, until=until)
    counts = rounding.how_many()
    if counts is None:
        return None
    shorts: list[Short] = []
    taken: Numbers | None = None
    for _round in range(_ROUNDS):
        slots = rounding.where(counts.sum(axis=0), shorts)
        if slots is None:
            return taken
        taken = _who(split, rounding.of, slots, wishes)
        found = list(_shorts(split, rounding, counts, taken))
        if not found:
            return taken
        shorts += found
    return taken


def _who(split: Split, of: Numbers, slots: Numbers, wishes: list[Numbers]) -> Numbers:
    """Return which arcs are taken, size by size: the first tier first, then points, then the wishes."""
    levels = [split.tiers[split.needs], split.points, *wishes]
    chosen = [np.zeros(0, dtype=np.int64)]
    for size in range(slots.shape[1]):
        arcs = np.flatnonzero(of[split.needs] == size)
        names, needs = np.unique(split.needs[arcs], return_inverse=True)
        ones = np.ones(len(names), dtype=np.int64)
        network = transport(needs, split.lots[arcs], sizes=ones, capacities=slots[:, size])
        others = np.zeros(len(network.tails) - len(arcs), dtype=np.int64)
        flows, _prices = in_order(network, [np.concatenate([-level[arcs], others]) for level in levels])
        chosen.append(arcs[np.flatnonzero(flows[: len(arcs)])])
    return np.sort(np.concatenate(chosen))


def _shorts(split: Split, rounding: Rounding, counts: Numbers, taken: Numbers) -> Iterator[Short]:
    """Yield where more of a size must go, so that as many of each tier and those above are placed as are counted."""
    placed = np.zeros(len(split.names), dtype=bool)
    placed[split.needs[taken]] = True
    for tier, size in np.ndindex(counts.shape):
        these = (rounding.of == size) & (split.tiers >= rounding.tiers[tier])
        wanted = int(counts[tier:, size].sum())
        if int((these & placed).sum()) < wanted:
            families, lots = _held_back(split, taken, these & ~placed, these)
            yield Short(size, lots, wanted - int((these & ~families).sum()))


def _held_back(split: Split, taken: Numbers, first: Flags, these: Flags) -> tuple[Flags, Flags]:
    """Return the families that compete for room with the `first`, and all lots that any of them can go to."""
    families, lots = first, np.zeros(len(split.lot_names), dtype=bool)
    known = -1
    while known != (known := int(families.sum())):
        lots[split.lots[families[split.needs]]] = True
        families = families.copy()
        families[split.needs[taken[lots[split.lots[taken]]]]] = True
        families &= these
    return families, lots
