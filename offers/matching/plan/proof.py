"""Checking a plan without any solver: whole numbers of Python, a price per lot, and nothing taken on trust.

Weak duality of linear programmes: with any prices v ≥ 0, no plan is worth more than Σu + Σcapacity·v, where u is what
a need gains at best over the prices. A plan worth exactly that much cannot be improved.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from offers.matching.many.arrays import Numbers
from offers.matching.plan.edges import Pair, Pairs
from offers.matching.plan.pairs import Instance
from offers.matching.plan.placement import Placement


class Taken(NamedTuple):
    """A placement as it was written down: need and pledge by index, and units per lot."""

    need: int
    pledge: int
    score: int
    taken: tuple[tuple[int, int], ...]


def taken(placements: Iterable[Placement]) -> list[Taken]:
    """Return placements as what a check looks at."""
    return [Taken(one.pair.need, one.pair.pledge, one.pair.score, one.taken) for one in placements]


def faults(instance: Instance, plan: Sequence[Taken]) -> list[str]:
    """Return what is wrong with a plan, by code; none: it can be carried out, and says the truth about scores.

    `not_a_pair`, `wrong_score`, `need_twice`, `wrong_units`, `lot_not_free`, `oversold`.
    """
    found: list[str] = []
    given: Counter[int] = Counter()
    seen: set[int] = set()
    for one, place in zip(plan, _places(instance.pairs, plan), strict=True):
        pair = None if place < 0 else instance.pairs[place]
        if pair is None:
            found.append("not_a_pair")
            continue
        if pair.score != one.score:
            found.append("wrong_score")
        if one.need in seen:
            found.append("need_twice")
        seen.add(one.need)
        if sum(units for _lot, units in one.taken) != instance.needs[one.need].units:
            found.append("wrong_units")
        if any(lot not in pair.lots or units < 1 for lot, units in one.taken):
            found.append("lot_not_free")
        for lot, units in one.taken:
            given[lot] += units
    found += ["oversold" for lot, units in given.items() if units > instance.lots[lot].capacity]
    return found


def _places(pairs: Pairs, plan: Sequence[Taken]) -> list[int]:
    needs = np.fromiter((one.need for one in plan), dtype=np.int64)
    pledges = np.fromiter((one.pledge for one in plan), dtype=np.int64)
    places: list[int] = pairs.at(needs, pledges).tolist()
    return places


def bound(instance: Instance, pairs: Iterable[Pair], prices: Mapping[int, int], *, worth: Callable[[Pair], int]) -> int:
    """Return what no plan over these pairs can be worth more than. Raises ValueError for a price below nothing.

    A need that takes several units pays each at the cheapest lot free for it: that, too, never bounds too low.
    """
    if any(price < 0 for price in prices.values()):
        raise ValueError("A price is not below nothing.")
    gains: defaultdict[int, int] = defaultdict(int)
    for pair in pairs:
        cheapest = min(prices.get(lot, 0) for lot in pair.lots)
        left = worth(pair) - instance.needs[pair.need].units * cheapest
        gains[pair.need] = max(gains[pair.need], left)
    return sum(gains.values()) + sum(instance.lots[lot].capacity * price for lot, price in prices.items())


def bound_of(instance: Instance, pairs: Pairs, prices: Mapping[int, int], worths: Numbers) -> int:
    """Return the same bound where each need takes one unit, over columns: `worths` is what each pair is worth.

    Whoever makes a plan counts this way; whoever checks one counts pair by pair, in Python's own numbers.
    """
    if not pairs:
        return sum(instance.lots[lot].capacity * price for lot, price in prices.items())
    paid = np.zeros(len(instance.lots), dtype=np.int64)
    paid[list(prices)] = list(prices.values())
    left = worths - np.minimum.reduceat(paid[pairs.lots], pairs.starts[:-1])
    firsts = np.flatnonzero(np.diff(pairs.needs, prepend=-1))
    gains: list[int] = np.maximum(np.maximum.reduceat(left, firsts), 0).tolist()
    return sum(gains) + sum(instance.lots[lot].capacity * price for lot, price in prices.items())
