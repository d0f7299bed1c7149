"""What no plan of linked needs can exceed, objective by objective."""

from collections.abc import Sequence
from dataclasses import dataclass

from offers.matching.plan.placement import Stage
from offers.matching.plan.value import TIERS, URGENCIES

NAMES = ("needs", *(f"needs_{tier}" for tier in reversed(URGENCIES)), "score")
_STEPS = tuple(TIERS[urgency] for urgency in reversed(URGENCIES))
_SCORE = len(NAMES) - 1


@dataclass(frozen=True, slots=True)
class Limits:
    """`free`: the needs of the best plan in a world without links, and those of each tier, the most urgent first.

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
            steps = sum(step * count for step, count in zip(_STEPS, reached[1:], strict=True))
            return min(bound - base * steps for bound, base in self.worths)
        return self.free[0] if at == 0 else sum(self.free[1 : at + 1]) - sum(reached[1:at])

    def stages(self, vector: Sequence[int]) -> list[Stage]:
        """Return each objective of a plan, with what it can be proven by."""
        most = [self.of(vector[:at]) for at in range(len(NAMES))]
        return [
            Stage(name, value, limit, proven=value == limit)
            for name, value, limit in zip(NAMES, vector, most, strict=True)
        ]
