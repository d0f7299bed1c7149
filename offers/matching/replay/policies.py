"""Ways of bringing needs and pledges together, each a choice of pairs on the days it comes round."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date

from offers.matching.facts import NeedFacts
from offers.matching.plan.pairs import Instance
from offers.matching.plan.placement import Placement
from offers.matching.plan.whole import plan

SECONDS_A_RUN = 20.0


@dataclass(frozen=True, slots=True)
class Policy:
    """`every`: days between two choices. `planned`: by a run, otherwise whoever waits longest takes its best.

    `tiers`: the more urgent come first. `moving`: proposals nobody has answered yet are planned anew; if `stable`, they
    may be moved where that gains more than a little, but not dropped.
    """

    name: str
    every: int = 1
    planned: bool = True
    tiers: bool = True
    moving: bool = False
    stable: bool = False

    def comes_round(self, today: date) -> bool:
        """Whether it chooses on this day."""
        return today.toordinal() % self.every == 0

    def seen(self, need: NeedFacts, proposed: str) -> NeedFacts:
        """Return the need as it is seen: without tiers all are as urgent. `proposed`: its pledge, if it has one."""
        if self.planned and not self.tiers:
            need = replace(need, urgency="planned")
        return replace(need, present=proposed) if self.stable and proposed else need

    def choose(self, instance: Instance, *, exclusive: frozenset[str], seed: int) -> list[Placement]:
        """Return the pairs it would propose. Raises Unsolved."""
        if not self.planned:
            return first_come(instance)
        return plan(instance, exclusive=exclusive, seed=seed, seconds=SECONDS_A_RUN).placements


POLICIES = (
    Policy("first come", planned=False, tiers=False),
    Policy("daily run"),
    Policy("daily run, no tiers", tiers=False),
    Policy("daily run, moving", moving=True),
    Policy("daily run, stable", moving=True, stable=True),
    Policy("weekly run", every=7),
    Policy("weekly run, no tiers", every=7, tiers=False),
)


def first_come(instance: Instance) -> list[Placement]:
    """Let each need in turn, the longest waiting first, take the best of what is left: a list worked through."""
    wanted = defaultdict(list)
    for pair in instance.pairs:
        wanted[pair.need].append(pair)
    left = Counter({lot: one.capacity for lot, one in enumerate(instance.lots)})
    found: list[Placement] = []
    for need in sorted(wanted, key=lambda index: (instance.needs[index].waiting_since, instance.needs[index].id)):
        units = instance.needs[need].units
        fits = (pair for pair in wanted[need] if sum(left[lot] for lot in pair.lots) >= units)
        best = max(fits, key=lambda pair: (pair.score, -pair.pledge), default=None)
        if best is None:
            continue
        taken = []
        for lot in best.lots:
            if part := min(left[lot], units):
                taken.append((lot, part))
                left[lot] -= part
                units -= part
        found.append(Placement(best, tuple(taken)))
    return found
