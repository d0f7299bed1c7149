"""What placing a need is worth: more needs before more urgent ones, these before a better score. Whole numbers."""

import numpy as np

from offers.matching.facts import NeedFacts
from offers.matching.many.arrays import Numbers
from offers.matching.plan.edges import Pairs
from offers.matching.plan.pairs import Instance

URGENCIES = ("planned", "soon", "urgent", "emergency")
TIERS = {urgency: tier for tier, urgency in enumerate(URGENCIES, start=1)}
MOST_POINTS = 1000


def base_of(needs: int) -> int:
    """More than the scores of so many needs can add up to."""
    return (MOST_POINTS + 1) * needs + 1


def worth(need: NeedFacts, score: int, *, base: int) -> int:
    """What a plan gains by placing the need at this score.

    One `base` for being placed at all and one for every step of urgency. The sets of needs that can be placed together
    form a transversal matroid, so the plan worth most places as many needs as can be placed and, among those plans, as
    many as can be of the most urgent, then of the next; no score outweighs a step (Edmonds, 1971).
    """
    return TIERS[need.urgency] * base + score


def worths(instance: Instance, pairs: Pairs, *, base: int) -> Numbers:
    """What each of these pairs is worth: `worth`, of all at once."""
    tiers = np.fromiter((TIERS[need.urgency] for need in instance.needs), dtype=np.int64)
    found: Numbers = tiers[pairs.needs] * base + pairs.scores
    return found
