"""Places for a great many families, where an integer programme over all pairs is out of reach."""

import numpy as np

from offers.matching.many.arrays import Numbers, column
from offers.matching.plan.by_size import whole
from offers.matching.plan.edges import Pairs
from offers.matching.plan.pairs import Instance
from offers.matching.plan.placement import Placement, Planned, Stage
from offers.matching.plan.split import Best, Split
from offers.matching.plan.ties import ties
from offers.matching.plan.value import TIER_NAMES


def plan_crowd(instance: Instance, pairs: Pairs, *, seed: int, scale: int, until: float) -> Planned | None:
    """Return a plan near the best one with split families, and how far from it anything could be better.

    Each family takes as many units as it has persons. `scale`: what the price of one person is. None where that plan
    was not found up to the moment `until`, or leaves out persons whom split families would not. Raises Unsolved.
    """
    split = Split(instance, pairs)
    if not split.fine_enough:
        return None
    best = split.persons_first()
    wishes = [_waits(instance, split)[split.needs], ties(seed, instance, pairs)]
    taken = whole(split, best, wishes=wishes, seed=seed, until=until)
    if taken is None or _persons(split, taken) != split.by_tier(best):
        return None
    prices = split.most_persons().prices * scale
    return Planned(
        tuple(_placements(pairs, split, taken)),
        {lot: price for lot, price in zip(split.lot_names.tolist(), prices.tolist(), strict=True) if price},
        tuple(_stages(split, best, taken)),
    )


def _persons(split: Split, taken: Numbers) -> dict[int, int]:
    of = split.needs[taken]
    return {tier: int(split.sizes[of][split.tiers[of] == tier].sum()) for tier in np.unique(split.tiers).tolist()}


def _stages(split: Split, best: Best, taken: Numbers) -> list[Stage]:
    """Return what is reached of each objective: persons are, as far as anybody can."""
    by_tier = split.by_tier(best)
    reached = [(f"persons_{TIER_NAMES[-tier]}", by_tier[tier]) for tier in sorted(by_tier, reverse=True)]
    stages = [Stage(name, persons, persons, proven=True) for name, persons in reached]
    points = int(split.points[taken].sum())
    for name, value, bound in (
        ("families", len(taken), split.families(best)),
        ("score", points, split.most_points(len(taken))),
    ):
        stages.append(Stage(name, value, max(value, bound), proven=value >= bound))
    return stages


def _placements(pairs: Pairs, split: Split, taken: Numbers) -> list[Placement]:
    lots = split.lot_names[split.lots[taken]].tolist()
    units = split.sizes[split.needs[taken]].tolist()
    return [
        Placement(pair, ((lot, some),))
        for pair, lot, some in zip(pairs.where(split.places[taken]), lots, units, strict=True)
    ]


def _waits(instance: Instance, split: Split) -> Numbers:
    """Return how many days each family has waited."""
    since = column(instance.needs[need].waiting_since.toordinal() for need in split.names.tolist())
    waited: Numbers = np.maximum(instance.today.toordinal() - since, 0)
    return waited
