"""What a plan reaches, in figures a person can compare."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

from offers.matching.plan.blocking import blocking_pairs
from offers.matching.plan.pairs import Instance
from offers.matching.plan.value import URGENCIES, stays
from offers.matching.plan.whole import ROOMS, Plan


def objective(instance: Instance, made: Plan, *, seconds: float) -> dict[str, Any]:
    """Return the objective vector of the contract.

    `bound`: what the score of no plan can exceed that places as this one does; null while an objective before the
    score is itself unproven.
    """
    placed = [one.pair for one in made.placements]
    needs = instance.needs
    by_urgency = Counter(needs[pair.need].urgency for pair in placed)
    return {
        "needs": len(needs),
        "placed": len(placed),
        "persons_placed": sum(needs[pair.need].size for pair in placed),
        "by_urgency": {urgency: by_urgency[urgency] for urgency in reversed(URGENCIES)},
        "score": sum(pair.score for pair in placed),
        "blocking_pairs": blocking_pairs(instance, made.placements),
        "edges": len(instance.pairs),
        "optimal": all(part.planned.proven for part in made.parts),
        "bound": _score_bound(made),
        "seconds": round(seconds, 3),
    }


def report(instance: Instance, made: Plan) -> dict[str, Any]:
    """Return what stands beside the vector: placed and asked by family size and by organisation, and each objective."""
    placed = {one.pair.need for one in made.placements}
    sizes: defaultdict[int, Counter[str]] = defaultdict(Counter)
    owners: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for index, need in enumerate(instance.needs):
        for counts in (sizes[need.size], owners[need.organisation]):
            counts.update(needs=1, placed=int(index in placed))
    return {
        "by_family_size": [{"size": size, **sizes[size]} for size in sorted(sizes)],
        "linked": _linked(instance, placed),
        "proposals": _proposals(instance, made),
        "by_organisation": [{"organisation": owner, **owners[owner]} for owner in sorted(owners)],
        "objectives": [
            {"part": part.name, "name": stage.name, "value": stage.value, "bound": stage.bound, "proven": stage.proven}
            for part in made.parts
            for stage in part.planned.stages
            if part.name != ROOMS
        ],
    }


def _linked(instance: Instance, placed: Collection[int]) -> dict[str, dict[str, int]]:
    """Return how many bundles, and how many needs by themselves, were asked about and placed."""
    bundles = {need.bundle for need in instance.needs if need.bundle}
    met = {instance.needs[index].bundle for index in placed} - {""}
    single = [index for index, need in enumerate(instance.needs) if not need.bundle]
    return {
        "bundles": {"asked": len(bundles), "placed": len(met)},
        "single": {"asked": len(single), "placed": len(set(single).intersection(placed))},
    }


def _proposals(instance: Instance, made: Plan) -> dict[str, int]:
    """Return how many open proposals there were, how many stay as they are, and how many move."""
    there = [one.pair for one in made.placements if instance.needs[one.pair.need].present]
    kept = sum(stays(instance, pair) for pair in there)
    return {"open": sum(bool(need.present) for need in instance.needs), "kept": kept, "moved": len(there) - kept}


def _score_bound(made: Plan) -> int | None:
    total = 0
    for part in made.parts:
        planned = part.planned
        if not all(stage.proven for stage in planned.stages if stage.name != "score"):
            return None
        last = planned.stages[-1] if planned.stages else None
        reached = sum(one.pair.score for one in planned.placements)
        total += reached + (last.bound - last.value if last and last.name == "score" else 0)
    return total
