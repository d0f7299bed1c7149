"""Linked needs: how far a plan that parts no household stays below what the flow without links would reach.

No plan can exceed the flow: it is the peer that cannot be equalled. The gap is to the bound that the plan's own prices
prove, in the score that is left when needs and tiers are what the flow reaches too; of each objective it is stated.
"""

from collections.abc import Iterator

from bench.families import TODAY, households
from bench.rows import Row
from offers.matching.plan.linked_proof import faults_of_links
from offers.matching.plan.pairs import laid_out
from offers.matching.plan.placement import Planned
from offers.matching.plan.proof import taken
from offers.matching.plan.rooms import plan_rooms
from offers.matching.plan.whole import plan

SIZES = (2_000, 10_000)
SECONDS = 60.0
MOST_GAP = 1.0  # percent


def measure() -> Iterator[Row]:
    """Yield for each size: the gap that is left, the needs placed against the flow's, and the seconds."""
    for count in SIZES:
        needs, pledges = households(count)
        instance = laid_out(needs, pledges, today=TODAY)
        free = plan_rooms(instance, instance.pairs, seed=1)
        made = plan(instance, exclusive=frozenset({"housing"}), seed=1, seconds=SECONDS)
        planned = made.parts[0].planned
        if faults_of_links(instance, taken(planned.placements)):
            raise RuntimeError("A household was parted: there is nothing to measure.")
        worst = max((_gap(stage.value, stage.bound), stage.name) for stage in planned.stages)
        yield Row(
            f"bundles: gap left, worst objective ({worst[1]})", count, worst[0], "%", f"≤ {MOST_GAP:g} %",
            worst[0] <= MOST_GAP, _gap(_score(planned), _score(free)), "score to the flow",
        )  # fmt: skip
        yield Row(
            "bundles: needs placed", count, len(planned.placements), "needs", "no household parted", True,
            len(free.placements), "flow without links",
        )  # fmt: skip
        yield Row("bundles: seconds", count, made.seconds, "s", f"≤ {SECONDS:g} s", made.seconds <= SECONDS)


def _gap(value: int, bound: int) -> float:
    return 100 * (bound - value) / bound if bound else 0.0


def _score(planned: Planned) -> int:
    return sum(one.pair.score for one in planned.placements)
