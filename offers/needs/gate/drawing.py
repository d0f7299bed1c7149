"""Drawing the lines between classes, from the last half-year's totals and nothing else.

A node is split only if every child had, on average, at least k households in three slots: a class that is too thin
would show nobody for weeks, and its emptiness would speak. Only how many households asked goes in: not when, not whose.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from offers.needs.gate.policy import DIMENSIONS, Facts, ReleasePolicy, step

HALF_YEAR_SLOTS = 26
SLOTS_PER_K = 3


def draw(plain: ReleasePolicy, asked: Iterable[tuple[bytes, Facts]]) -> ReleasePolicy:
    """Return `plain` with every split that the half-year's households bear. `asked`: a household and a need of it each.

    Needs that the policy never publishes count nothing. A household counts once in a node, however many needs it has.
    """
    drawn = replace(plain, splits={})
    totals = _totals(drawn, asked)
    splits: dict[str, str] = {}
    waiting = drawn.groups()
    while waiting:
        node = waiting.pop()
        k = drawn.k_of(node.split("/", 1)[0])
        for dimension in DIMENSIONS:
            children = drawn.children_of(node, dimension)
            if children and all(_enough(totals[child], k) for child in children):
                splits[node] = dimension
                waiting += children
                break
    return replace(drawn, splits=splits)


def _enough(households: int, k: int) -> bool:
    return households * SLOTS_PER_K >= k * HALF_YEAR_SLOTS


def _totals(policy: ReleasePolicy, asked: Iterable[tuple[bytes, Facts]]) -> Mapping[str, int]:
    """Return the households of every node that any split could make."""
    seen = {
        (node, household)
        for household, facts in asked
        if policy.class_of(facts) is not None
        for node in _nodes(policy.kind_group[facts.kind], facts)
    }
    return Counter(node for node, _household in seen)


def _nodes(group: str, facts: Facts) -> Iterable[str]:
    macro = step(group, facts.macro_zone)
    zone = step(macro, facts.zone)
    for node in (group, macro, zone):
        yield node
        yield step(node, facts.party_band)
