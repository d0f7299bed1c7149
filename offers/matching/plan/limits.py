"""What no plan of linked needs can exceed, objective by objective."""

from collections.abc import Sequence
from dataclasses import dataclass

from offers.matching.plan.placement import Stage
from offers.matching.plan.value import KEPT, TIER_NAMES

NAMES = (f"needs_{KEPT}", "needs", *(f"needs_{tier}" for tier in TIER_NAMES[1:]), "score")
_STEPS = tuple(range(len(TIER_NAMES), 0, -1))
_SCORE = len(NAMES) - 1


@dataclass(frozen=True, slots=True)
class Limits:
    """`free`: what the best plan reaches in a world without links, of each objective but the score.

    Sets of needs that can be placed without links form a matroid: no plan places more, nor more of the most urgent
    tiers together, however many of those it takes. `worths`: (bound, base): no plan is worth more than the bound, if a
    step of urgency is worth the base and a point of the score one.
    """

    free: tuple[int, ...]
    worths: tuple[tuple[int, int], ...]

    def of(self, reached: Sequence[int]) -> int:
        """Return the most of the next objective for plans that reach so much of those before it."""
        at = len(reached)
        if at == _SCORE:
            steps = sum(step * count for step, count in zip(_STEPS, _tiers(reached), strict=True))
            return min(bound - base * steps for bound, base in self.worths)
        return self.free[at] if at < 2 else sum(_tiers(self.free[: at + 1])) - sum(_tiers(reached))

    def stages(self, vector: Sequence[int]) -> list[Stage]:
        """Return each objective of a plan, with what it can be proven by."""
        most = [self.of(vector[:at]) for at in range(len(NAMES))]
        return [
            Stage(name, value, limit, proven=value == limit)
            for name, value, limit in zip(NAMES, vector, most, strict=True)
        ]


def _tiers(vector: Sequence[int]) -> list[int]:
    """Return what a plan reaches of the tiers alone."""
    return [*vector[:1], *vector[2:]]
