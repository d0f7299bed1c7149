"""The plan for all kinds: rooms by a flow, whatever is taken several units at a time by an integer programme."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from offers.matching.plan.bundles import linked_kinds
from offers.matching.plan.edges import Pairs
from offers.matching.plan.linked import plan_linked
from offers.matching.plan.pairs import Instance, silent
from offers.matching.plan.placement import Placement, Planned
from offers.matching.plan.places import plan_places
from offers.matching.plan.rooms import plan_rooms

ROOMS = "rooms"  # the part whose kinds are all planned in one flow


@dataclass(frozen=True, slots=True)
class Part:
    """What was planned by itself: the rooms, or one kind of which a need may take several units."""

    name: str
    pairs: Pairs
    planned: Planned


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of a plan, and how long the solvers took."""

    parts: tuple[Part, ...]
    seconds: float

    @property
    def placements(self) -> list[Placement]:
        """All placements, in the order of the needs."""
        return sorted(one for part in self.parts for one in part.planned.placements)


def plan(
    instance: Instance,
    *,
    exclusive: frozenset[str],
    seed: int,
    seconds: float,
    told: Callable[[float], None] = silent,
) -> Plan:
    """Return the best plan: proven, or the best found in so many seconds, with what is left to gain.

    `exclusive` names the kinds of which a household has a unit to itself. The same instance, seed and time give the
    same plan, unless the time ran out. Raises Unsolved.
    """
    began = time.monotonic()
    parts: list[Part] = []
    todo = parted(instance, exclusive=exclusive)
    for done, (name, pairs) in enumerate(todo.items()):
        told(done / len(todo))
        left = max(1.0, (seconds - (time.monotonic() - began)) / (len(todo) - done))
        if name == ROOMS:
            planned = plan_rooms(instance, pairs, seed=seed)
        elif counts_worth(instance, name, pairs):
            planned = plan_linked(instance, pairs, seed=seed, seconds=left)
        else:
            planned = plan_places(instance, pairs, exclusive=exclusive, seed=seed, seconds=left)
        parts.append(Part(name, pairs, planned))
    return Plan(tuple(parts), time.monotonic() - began)


def counts_worth(instance: Instance, name: str, pairs: Pairs) -> bool:
    """Whether a part is planned by worth, tiers and scores in one number: each need takes one unit, as rooms or linked.

    Of any other part the persons are counted.
    """
    if name == ROOMS:
        return True
    needs = [instance.needs[need] for need in set(pairs.needs.tolist())]
    return any(need.bundle for need in needs) and all(need.units == 1 for need in needs)


def parted(instance: Instance, *, exclusive: frozenset[str]) -> dict[str, Pairs]:
    """Return the pairs by part.

    Kinds that some household needs linked are planned together, in a part of their names; an exclusive kind of which
    some need takes several units is a part of its own, and so is each kind that is not exclusive.
    """
    several = {need.kind for need in instance.needs if need.units > 1}
    named = {
        kind: ROOMS if kind in exclusive and kind not in several else kind for kind in {n.kind for n in instance.needs}
    }
    named |= {kind: "+".join(group) for group in linked_kinds(instance) for kind in group}
    known, at = np.unique([named[need.kind] for need in instance.needs], return_inverse=True)
    part = at[instance.pairs.needs]
    return {str(known[one]): instance.pairs.where(part == one) for one in np.unique(part).tolist()}
