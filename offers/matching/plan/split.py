"""The best there is if families could be split: a flow, since each of a family takes one place.

A family of s persons is a supply of s, and each of them brings an s-th of what placing the family gains. So one flow of
least cost says what no plan without split families exceeds, and which places want which sizes.
"""

from math import lcm
from typing import NamedTuple

import numpy as np

from offers.matching.many.arrays import Numbers, column
from offers.matching.plan.edges import Pairs
from offers.matching.plan.network import Network, distances, in_order, solve, transport
from offers.matching.plan.pairs import Instance
from offers.matching.plan.value import MOST_POINTS, points_of, tier_of

_FINEST = 10**7  # parts of a family: beyond that a flow's costs are too large to be told apart
_FAMILY = 2 * MOST_POINTS  # what a family counts beside its score where the bound of the score is looked for


class Best(NamedTuple):
    """What a flow reaches: `persons` by arc, and `prices`, what one more place of each lot would be worth."""

    persons: Numbers
    prices: Numbers


class Split:
    """Families and lots of some pairs, where a family takes as many units as it counts persons.

    By family: `names` (the need), `sizes`, `tiers`. By lot: `lot_names`, `capacities`. By arc, one for each lot of each
    pair: `places` (of the pair), `needs` and `lots` (counted through), `points`.
    """

    def __init__(self, instance: Instance, pairs: Pairs) -> None:
        self.names, needs = np.unique(pairs.needs, return_inverse=True)
        self.lot_names, self.lots = np.unique(pairs.lots, return_inverse=True)
        self.places = pairs.owners
        self.needs: Numbers = needs[self.places]
        self.points: Numbers = points_of(instance, pairs)[self.places]
        families = [instance.needs[need] for need in self.names.tolist()]
        self.sizes = column(family.units for family in families)
        self.tiers = column(tier_of(family) for family in families)
        self.capacities = column(instance.lots[lot].capacity for lot in self.lot_names.tolist())
        self._parts = lcm(*np.unique(self.sizes).tolist())

    @property
    def fine_enough(self) -> bool:
        """Whether a person's part of a family is a whole number that a flow can count with."""
        return self._parts <= _FINEST

    def persons_first(self) -> Best:
        """Return the flow with most persons of the first tier, then of the next; then most families; then points.

        A person is exchanged for one person, so that a tier has only to count for more than any part of a family.
        """
        parts = self._part[self.needs]
        return self._best([self.tiers[self.needs] * (self._parts + 1) + parts, self.points * parts])

    def most_persons(self) -> Best:
        """Return a flow with as many persons as any, and prices that prove it."""
        network = self._network()
        costs = self._costs(np.ones(len(self.needs), dtype=np.int64))
        network = Network(network.tails, network.heads, network.capacities, costs, network.supplies)
        flows = solve(network)
        return Best(flows[: len(self.needs)], self._prices(distances(network, flows)))

    def most_points(self, families: int) -> int:
        """Return what the points cannot exceed where persons are placed as by `persons_first`, and so many families.

        A family counts for something beside its points, and what so many count for is taken off again (Everett, 1963).
        """
        parts = self._part[self.needs]
        gains = (self.points + _FAMILY) * parts
        found = self._best([self.tiers[self.needs], gains])
        return (int((gains * found.persons).sum()) - _FAMILY * self._parts * families) // self._parts

    def families(self, best: Best) -> int:
        """Return how many families a flow places, split ones in part; rounded down."""
        return int((self._part[self.needs] * best.persons).sum()) // self._parts

    def by_tier(self, best: Best) -> dict[int, int]:
        """Return how many persons a flow places of each tier that there is."""
        return {
            tier: int(best.persons[self.tiers[self.needs] == tier].sum()) for tier in np.unique(self.tiers).tolist()
        }

    @property
    def _part(self) -> Numbers:
        parts: Numbers = self._parts // self.sizes
        return parts

    def _best(self, levels: list[Numbers]) -> Best:
        flows, far = in_order(self._network(), [self._costs(gains) for gains in levels])
        return Best(flows[: len(self.needs)], self._prices(far))

    def _prices(self, far: Numbers) -> Numbers:
        families = len(self.names)
        prices: Numbers = np.maximum(0, far[-1] - far[families:-1])
        return prices

    def _costs(self, gains: Numbers) -> Numbers:
        return np.concatenate([-gains, np.zeros(len(self.names) + len(self.lot_names), dtype=np.int64)])

    def _network(self) -> Network:
        return transport(self.needs, self.lots, sizes=self.sizes, capacities=self.capacities)
