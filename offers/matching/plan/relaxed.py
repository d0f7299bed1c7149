"""Linked needs without the link: a flow whose prices bound every plan, and whose repair is a plan.

The link is priced, not dropped (Lagrangian relaxation; Geoffrion, 1974). With prices v ≥ 0 for lots, no plan is worth
more than Σu + Σcapacity·v, where u is what a need by itself gains at best over the prices, and a bundle in its best
area. Each round shares out what a bundle gains among its members alike, solves the flow again, and takes the prices of
that flow: the bound never rises, and most members come to agree on the area.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from offers.matching.many.arrays import Flags, Numbers
from offers.matching.plan.bundles import Bundles
from offers.matching.plan.edges import Pairs
from offers.matching.plan.network import Network, distances, solve, transport
from offers.matching.plan.pairs import Instance

NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Every way to place a need: a lot of a pair, for a linked need in one of the options of its bundle.

    By arc: `places` (of the pair), `spots` (of the lot among those of all pairs), `needs` and `lots` (counted through),
    `options` (NONE for a need by itself). By option: `bundles`. By bundle: `sizes`. By lot: `capacities` and
    `lot_names`, its index in the instance; by need: `names`, likewise.
    """

    places: Numbers
    spots: Numbers
    needs: Numbers
    lots: Numbers
    options: Numbers
    bundles: Numbers
    sizes: Numbers
    capacities: Numbers
    names: Numbers
    lot_names: Numbers

    @classmethod
    def of(cls, instance: Instance, pairs: Pairs, bundles: Bundles) -> "Arcs":
        """Return the ways to place the needs of these pairs, one unit each."""
        linked = np.isin(pairs.needs, np.array(sorted(bundles.linked), dtype=np.int64))
        singles = np.flatnonzero(~linked)
        taken = np.concatenate([singles, np.array([leg.place for leg in bundles.legs], dtype=np.int64)])
        options = np.array([NONE] * len(singles) + [leg.option for leg in bundles.legs], dtype=np.int64)
        legs = pairs.where(taken)
        owners = legs.owners
        within = np.arange(len(owners), dtype=np.int64) - legs.starts[owners]
        lot_names, lots = np.unique(legs.lots, return_inverse=True)
        names, needs = np.unique(legs.needs, return_inverse=True)
        return cls(
            places=taken[owners],
            spots=pairs.starts[taken[owners]] + within,
            needs=needs[owners],
            lots=lots,
            options=options[owners],
            bundles=np.array([bundle for bundle, _area in bundles.options], dtype=np.int64),
            sizes=np.array([len(members) for members in bundles.members], dtype=np.int64),
            capacities=np.array([instance.lots[lot].capacity for lot in lot_names.tolist()], dtype=np.int64),
            names=names,
            lot_names=lot_names,
        )

    def network(self, some: Numbers) -> Network:
        """Return needs → lots → sink over some of the arcs, with a way past all lots; costs are still nothing."""
        ones = np.ones(len(self.names), dtype=np.int64)
        return transport(self.needs[some], self.lots[some], sizes=ones, capacities=self.capacities)

    def flow(self, some: Numbers, gains: Numbers) -> tuple[Numbers, Numbers]:
        """Return which of these arcs the best flow takes, and what one more unit of each lot would be worth."""
        bare = self.network(some)
        costs = np.concatenate([-gains, np.zeros(len(bare.tails) - len(some), dtype=np.int64)])
        network = Network(bare.tails, bare.heads, bare.capacities, costs, bare.supplies)
        flows = solve(network)
        far = distances(network, flows)
        needs = len(self.names)
        prices: Numbers = np.maximum(0, far[-1] - far[needs:-1])
        return some[np.flatnonzero(flows[: len(some)])], prices

    def of_choice(self, choice: Numbers) -> Numbers:
        """Return the arcs that are left when each bundle takes the option of `choice`, or NONE."""
        single = self.options == NONE
        chosen: Flags = single.copy()
        linked = np.flatnonzero(~single)
        options = self.options[linked]
        chosen[linked] = choice[self.bundles[options]] == options
        return np.flatnonzero(chosen)

    def whole(self, used: Numbers, choice: Numbers) -> Numbers:
        """Return the choice without the bundles of which these arcs do not place every member."""
        options = self.options[used]
        placed = np.bincount(options[options != NONE], minlength=len(self.bundles))
        kept: Numbers = choice.copy()
        chosen = np.flatnonzero(choice != NONE)
        kept[chosen[placed[choice[chosen]] < self.sizes[chosen]]] = NONE
        return kept


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """What prices say: `bound`, what no plan is worth more than; `choice`, the best option of each bundle, or NONE;
    `shared`, by arc, its worth with the gain of its option shared out among the members alike.
    """

    bound: int
    choice: Numbers
    shared: Numbers


class Pricing:
    """Looks at prices, again and again over the same arcs and worths."""

    def __init__(self, arcs: Arcs, worths: Numbers) -> None:
        self._arcs, self.worths = arcs, worths
        linked = arcs.options != NONE
        self._single = _Groups(np.flatnonzero(~linked), arcs.needs[~linked])
        by_member = arcs.options[linked] * len(arcs.names) + arcs.needs[linked]
        self._member = _Groups(np.flatnonzero(linked), by_member)
        self._option_of = self._member.keys // max(1, len(arcs.names))

    def at(self, prices: Numbers) -> Priced:
        """Return what these prices say."""
        arcs = self._arcs
        left = self.worths - prices[arcs.lots]
        singly = int(np.maximum(0, self._single.best(left)).sum())
        best = self._member.best(left)  # what each member gains in each option
        totals: Numbers = np.zeros(len(arcs.bundles), dtype=np.int64)
        np.add.at(totals, self._option_of, best)
        choice, gained = self._choice(totals)
        shared = self.worths.copy()
        each = -(-totals // arcs.sizes[arcs.bundles]) if len(totals) else totals
        fair = each[self._option_of] - best
        shared[self._member.places] += np.repeat(fair, self._member.lengths)
        bound = singly + gained + int((arcs.capacities * prices).sum())
        return Priced(bound, choice, shared)

    def _choice(self, totals: Numbers) -> tuple[Numbers, int]:
        bundles = self._arcs.bundles
        choice: Numbers = np.full(len(self._arcs.sizes), NONE, dtype=np.int64)
        order = np.lexsort((np.arange(len(totals)), -totals, bundles))
        first = order[np.flatnonzero(np.diff(bundles[order], prepend=NONE))]
        worthy = first[totals[first] > 0]
        choice[bundles[worthy]] = worthy
        return choice, int(totals[worthy].sum())


class _Groups:
    """Arcs by group: `places` in the order of the groups, `lengths` and `keys` by group."""

    def __init__(self, places: Numbers, keys: Numbers) -> None:
        order = np.argsort(keys, kind="stable")
        self.places: Numbers = places[order]
        self._starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
        self.keys: Numbers = keys[order][self._starts]
        self.lengths: Numbers = np.diff(np.append(self._starts, len(order)))

    def best(self, values: Numbers) -> Any:
        """Return the largest value of each group."""
        return np.maximum.reduceat(values[self.places], self._starts) if len(self._starts) else values[:0]
