"""Sorts of needs: of one size, asking as many units, and liking each pledge as much less than the best of their own.

Who has waited longer scores higher with every pledge alike, so that waiting makes no other sort.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from offers.matching.plan.edges import Pairs
from offers.matching.plan.pairs import Instance
from offers.matching.plan.value import points_of, tier_name


class Ranked(NamedTuple):
    """A need by its index, its tier, and its points with the pledge that suits it best."""

    need: int
    tier: str
    best: int


class Liked(NamedTuple):
    """A pledge, the lots of it that are free, and how many points more than the best it has: nothing or fewer."""

    pledge: int
    lots: tuple[int, ...]
    points: int


@dataclass(frozen=True, slots=True)
class Sort:
    """`weight`: what placing one counts for. `needs`: by tier, best score, then who has waited longest."""

    units: int
    size: int
    weight: int
    ways: tuple[Liked, ...]
    needs: tuple[Ranked, ...]


def sorts_of(instance: Instance, pairs: Pairs, weights: Mapping[int, int]) -> list[Sort]:
    """Return the needs of these pairs by sort. `weights` says by need what placing it counts for."""
    points, lengths = points_of(instance, pairs), np.diff(pairs.starts)
    alike: defaultdict[tuple[object, ...], list[Ranked]] = defaultdict(list)
    spans: dict[tuple[object, ...], tuple[int, int]] = {}
    firsts = np.flatnonzero(np.diff(pairs.needs, prepend=-1)).tolist()
    for first, last in pairwise([*firsts, len(pairs)]):
        index = int(pairs.needs[first])
        need, own = instance.needs[index], points[first:last]
        best = int(own.max())
        lots = pairs.lots[pairs.starts[first] : pairs.starts[last]]
        liking = (one.tobytes() for one in (own - best, pairs.pledges[first:last], lengths[first:last], lots))
        key = (need.units, need.size, weights[index], *liking)
        alike[key].append(Ranked(index, tier_name(need), best))
        spans.setdefault(key, (first, last))
    sorts: list[Sort] = []
    for key, needs in alike.items():
        first, last = spans[key]
        need = instance.needs[needs[0].need]
        liked = zip(pairs.where(np.arange(first, last)), points[first:last].tolist(), strict=True)
        ways = tuple(Liked(pair.pledge, pair.lots, mine - needs[0].best) for pair, mine in liked)
        turns = sorted(needs, key=lambda one: (one.tier, -one.best, instance.needs[one.need].waiting_since, one.need))
        sorts.append(Sort(need.units, need.size, weights[needs[0].need], ways, tuple(turns)))
    return sorts
