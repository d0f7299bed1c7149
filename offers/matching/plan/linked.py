"""Where needs are linked and each takes one unit: needs, the most urgent tiers, the score; no bundle in part.

The world without links bounds what can be reached; its prices say in which area each bundle is best met, and whether it
is worth what it takes. Whatever that leaves in part is dropped whole, and the flow fills what became free. What is not
proven by then is improved by an integer programme: areas whole, all else a flow.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from offers.matching.many.arrays import Numbers
from offers.matching.plan.bundles import bundles_of
from offers.matching.plan.columns import Columns
from offers.matching.plan.edges import Pairs
from offers.matching.plan.limits import NAMES, Limits
from offers.matching.plan.network import in_order
from offers.matching.plan.pairs import Instance
from offers.matching.plan.placement import Placement, Planned, Stage
from offers.matching.plan.programme import Programme
from offers.matching.plan.relaxed import NONE, Arcs, Priced, Pricing
from offers.matching.plan.ties import ties
from offers.matching.plan.value import MOST_POINTS, STABILITY, TIER_NAMES, base_of, points_of, tier_of, worths

_ROUNDS = 3  # of prices; later ones change the bound by hundredths of what the first do
_KEPT_FIRST = 100  # tiers: more than sharing can add to the gain of a linked need
_LARGEST = 60_000  # columns: beyond, the solver finds nothing better in a minute

_NOTHING = Limits((0,) * (len(NAMES) - 1), ((0, 1),))


@dataclass(frozen=True, slots=True)
class _Reached:
    """A plan: the option of each bundle, the arcs taken, the prices of lots, and what is reached of each objective."""

    choice: Numbers
    used: Numbers
    prices: Numbers
    vector: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Descent:
    """The prices with the lowest `bound`, and the plans found on the way."""

    prices: Numbers
    bound: int
    plans: list[_Reached]


def plan_linked(instance: Instance, pairs: Pairs, *, seed: int, seconds: float) -> Planned:
    """Return the best plan found in so many seconds over pairs that take one unit each. Raises Unsolved.

    Each flow is solved whole: no time limit interrupts it, and the first two are always solved.
    """
    until = time.monotonic() + seconds
    return _Planning(instance, pairs, seed=seed).planned(until)


class _Planning:
    def __init__(self, instance: Instance, pairs: Pairs, *, seed: int) -> None:
        self._instance, self._pairs, self._seed = instance, pairs, seed
        self._bundles = bundles_of(instance, pairs)
        self._arcs = Arcs.of(instance, pairs, self._bundles)
        self._scores = points_of(instance, pairs)[self._arcs.places]
        self._base = base_of(len(self._arcs.names))
        self._worths = worths(instance, pairs, base=self._base)[self._arcs.places]
        needs = [instance.needs[need] for need in self._arcs.names.tolist()]
        self._tiers = np.array([tier_of(need) for need in needs], dtype=np.int64)
        self._every = np.arange(len(self._arcs.places), dtype=np.int64)

    def planned(self, until: float) -> Planned:
        """Return the best plan found up to this moment of the monotonic clock."""
        if not len(self._every):
            return Planned((), {}, tuple(_NOTHING.stages([0] * len(NAMES))))
        free, prices = self._arcs.flow(self._every, self._worths)
        half = (time.monotonic() + until) / 2  # the rest is for what has to be said of the score
        descent = self._descended(self._worths, prices, until=half)
        best = self._filled(max(descent.plans, key=lambda one: one.vector), until=half)
        limits = Limits(self._vector(free)[:-1], ((descent.bound, self._base), (self._at_best(best), 0)))
        if best.vector[:-1] != limits.free and time.monotonic() < until:
            limits = self._of_scores(limits, until=until)
        stages = limits.stages(best.vector)
        if not all(stage.proven for stage in stages) and time.monotonic() < until:
            best, stages = self._improved(best, limits, until=until)
        used = self._settled(best.choice)
        names, prices = self._arcs.lot_names.tolist(), descent.prices.tolist()
        whole = {lot: price for lot, price in zip(names, prices, strict=True) if price > 0}
        return Planned(tuple(sorted(self._placement(arc) for arc in used.tolist())), whole, tuple(stages))

    def _at_best(self, one: _Reached) -> int:
        """Return what the score of so many needs cannot exceed: that of those who could score highest."""
        most: Numbers = np.zeros(len(self._arcs.names), dtype=np.int64)
        np.maximum.at(most, self._arcs.needs, self._scores)
        return int(np.sort(most)[::-1][: len(one.used)].sum())

    def _filled(self, best: _Reached, *, until: float) -> _Reached:
        """Try once more those bundles that are left out, at the prices that the others leave."""
        pricing = Pricing(self._arcs, self._worths)
        while len(self._arcs.bundles) and time.monotonic() < until:
            priced = pricing.at(best.prices)
            choice = np.where(best.choice == NONE, priced.choice, best.choice)
            some = self._arcs.of_choice(choice)
            options = self._arcs.options[some]
            fixed = np.where(options == NONE, NONE, best.choice[self._arcs.bundles[options]]) != NONE
            gains = np.where(fixed, self._held(some), self._kept_first(some, priced.shared))
            used, _prices = self._arcs.flow(some, gains)
            found = self._of(self._arcs.whole(used, choice))
            if found.vector <= best.vector:
                break
            best = found
        return best

    def _descended(self, worths: Numbers, prices: Numbers, *, until: float, planning: bool = True) -> _Descent:
        """Follow the prices down while the bound falls; if `planning`, with the plan each of them leads to."""
        pricing = Pricing(self._arcs, worths)
        priced = pricing.at(prices)
        plans = [self._repaired(priced)] if planning else []
        for _round in range(_ROUNDS):
            if any(self._worth(one) == priced.bound for one in plans) or time.monotonic() >= until:
                break
            _used, found = self._arcs.flow(self._every, priced.shared)
            again = pricing.at(found)
            if again.bound >= priced.bound:
                break
            prices, priced = found, again
            plans += [self._repaired(priced)] if planning else []
        return _Descent(prices, priced.bound, plans)

    def _of_scores(self, limits: Limits, *, until: float) -> Limits:
        """Bound the score of plans that place fewer of some tier, where the great worth of a tier bounds nothing."""
        low = MOST_POINTS + STABILITY + 1
        worths: Numbers = self._tiers[self._arcs.needs] * low + self._scores
        _used, prices = self._arcs.flow(self._every, worths)
        return Limits(
            limits.free, (*limits.worths, (self._descended(worths, prices, until=until, planning=False).bound, low))
        )

    def _repaired(self, priced: Priced) -> _Reached:
        """Return the plan that gives each bundle the area it chose, and drops those that would be met in part."""
        some = self._arcs.of_choice(priced.choice)
        used, _prices = self._arcs.flow(some, self._kept_first(some, priced.shared))
        return self._of(self._arcs.whole(used, priced.choice))

    def _kept_first(self, some: Numbers, gains: Numbers) -> Numbers:
        """Return what arcs are worth when whatever is gained, no open proposal is dropped for it."""
        kept = self._tiers[self._arcs.needs[some]] == len(TIER_NAMES)
        above: Numbers = gains[some] + np.where(kept, _KEPT_FIRST * self._base, 0)
        return above

    def _of(self, choice: Numbers) -> _Reached:
        """Return the best plan that meets every bundle of this choice where it says, which can be done."""
        some = self._arcs.of_choice(choice)
        used, prices = self._arcs.flow(some, self._held(some))
        return _Reached(choice, used, prices, self._vector(used))

    def _held(self, some: Numbers) -> Numbers:
        """Return what arcs are worth when no bundle may be dropped again, nor any open proposal: far more."""
        held = (self._arcs.options[some] != NONE) | (self._tiers[self._arcs.needs[some]] == len(TIER_NAMES))
        above: Numbers = self._worths[some] + np.where(held, 2 * len(TIER_NAMES) * self._base, 0)
        return above

    def _improved(self, best: _Reached, limits: Limits, *, until: float) -> tuple[_Reached, list[Stage]]:
        """Let the integer programme look for something better, one objective after another."""
        weights = dict.fromkeys(self._arcs.names.tolist(), 1)
        columns = Columns(self._instance, self._pairs, self._bundles, weights)
        if len(columns.limits) > _LARGEST:
            return best, limits.stages(best.vector)
        programme = Programme(columns.limits, whole=columns.whole, rows=columns.rows, seed=self._seed)
        placements = [self._placement(arc) for arc in best.used.tolist()]
        programme.start(columns.values_of(placements, best.choice[best.choice != NONE].tolist()))
        reached: list[Stage] = []
        for name, gains in columns.objectives(persons=False):
            most = min(limits.of([stage.value for stage in reached]), columns.most(gains))
            reached.append(programme.reach(name, gains, most=most, until=until))
        found = self._of(self._choice(columns.options_of(programme.values.tolist())))
        best = max(best, found, key=lambda one: one.vector)
        return best, [stage.at(value) for stage, value in zip(reached, best.vector, strict=True)]

    def _choice(self, options: Iterable[int]) -> Numbers:
        choice: Numbers = np.full(len(self._arcs.sizes), NONE, dtype=np.int64)
        for option in options:
            choice[self._bundles.options[option][0]] = option
        return choice

    def _settled(self, choice: Numbers) -> Numbers:
        """Return the arcs of the best plan for this choice; of equals the longest wait, then the seed decides."""
        some = self._arcs.of_choice(choice)
        today = self._instance.today.toordinal()
        since = np.array([self._instance.needs[need].waiting_since.toordinal() for need in self._arcs.names.tolist()])
        waited = np.maximum(0, today - since)[self._arcs.needs[some]]
        tied = ties(self._seed, self._instance, self._pairs)[self._arcs.spots[some]]
        network = self._arcs.network(some)
        others: Numbers = np.zeros(len(network.tails) - len(some), dtype=np.int64)
        flows, _far = in_order(network, [np.concatenate([-wish, others]) for wish in (self._held(some), waited, tied)])
        return some[np.flatnonzero(flows[: len(some)])]

    def _placement(self, arc: int) -> Placement:
        lot = int(self._arcs.lot_names[self._arcs.lots[arc]])
        return Placement(self._pairs[int(self._arcs.places[arc])], ((lot, 1),))

    def _worth(self, one: _Reached) -> int:
        return int(self._worths[one.used].sum())

    def _vector(self, used: Numbers) -> tuple[int, ...]:
        tiers = np.bincount(self._tiers[self._arcs.needs[used]], minlength=len(TIER_NAMES) + 1)
        kept, *others = tiers[:0:-1].tolist()
        return kept, len(used), *others, int(self._scores[used].sum())
