"""Who a plan leaves without help, and what stood in the way: so much of it as a person can read."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from offers.matching.many.questions import Questions
from offers.matching.plan.pairs import Instance
from offers.matching.plan.placement import Placement
from offers.matching.plan.value import TIERS
from offers.matching.rules import RULES, first_failures

MOST_NEEDS = 500  # the most urgent of them: nobody reads on
MOST_QUESTIONS = 1_000_000  # rules asked for those whom no offer fits: a tenth of a second


def groups(instance: Instance, placements: Iterable[Placement]) -> list[dict[str, Any]]:
    """Return how many needs of each urgency and kind there were, and how many are placed; the most urgent first."""
    placed = {one.pair.need for one in placements}
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for index, need in enumerate(instance.needs):
        counts[need.urgency, need.kind].update(needs=1, placed=int(index in placed))
    in_order = sorted(counts, key=lambda group: (-TIERS[group[0]], group[1]))
    return [{"urgency": urgency, "kind": kind, **counts[urgency, kind]} for urgency, kind in in_order]


def left_over(instance: Instance, placements: Iterable[Placement]) -> list[dict[str, Any]]:
    """Return the needs that are not placed, the most urgent and longest waiting first.

    `candidates`: how many offers fit it. `given`: by whom they are used instead, counted by urgency, `more_urgent`,
    `as_urgent` or `less_urgent`. `rules`: how many active offers of its kind fail first at which rule, where no offer
    fits and there was time to ask; else null.
    """
    placed = {one.pair.need for one in placements}
    waiting = [index for index in range(len(instance.needs)) if index not in placed]
    waiting.sort(key=lambda index: (-TIERS[instance.needs[index].urgency], instance.needs[index].waiting_since, index))
    shown = waiting[:MOST_NEEDS]
    offers = _offers_of(instance, shown)
    users = _users(instance, placements)
    rules = _first_failures(instance, (index for index in shown if not offers[index]))
    told = []
    for index in shown:
        need = instance.needs[index]
        given = sum((users[pledge] for pledge in offers[index]), Counter[str]())
        told.append(
            {
                "need": need.id,
                "candidates": len(offers[index]),
                "given": _beside(given, need.urgency),
                "rules": rules.get(index),
                "linked": bool(need.bundle),
            }
        )
    return told


def _offers_of(instance: Instance, needs: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {index: [] for index in needs}
    for pair in instance.pairs.where(np.isin(instance.pairs.needs, list(found))):
        found[pair.need].append(pair.pledge)
    return found


def _first_failures(instance: Instance, needs: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return how many offers of its kind fail first at which rule, most first, for as many needs as there is time for.

    An offer that fails nowhere, since its pair was forbidden, is not counted.
    """
    asked = instance.columns
    of_kind = {kind: np.flatnonzero(asked.shelf.kind == place) for place, kind in enumerate(asked.shelf.kinds)}
    found: dict[int, dict[str, int]] = {}
    left = MOST_QUESTIONS
    for index in needs:
        offers = of_kind.get(instance.needs[index].kind, np.zeros(0, dtype=np.int64))
        left -= len(offers)
        if left >= 0:  # before a question is so much as put
            failed = first_failures(Questions(asked, np.full_like(offers, index), offers))
            counts = Counter(failed[failed < len(RULES)].tolist())
            found[index] = {RULES[rule].code: count for rule, count in counts.most_common()}
    return found


def _users(instance: Instance, placements: Iterable[Placement]) -> defaultdict[int, "Counter[str]"]:
    users: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for one in placements:
        users[one.pair.pledge][instance.needs[one.pair.need].urgency] += 1
    return users


def _beside(given: "Counter[str]", urgency: str) -> dict[str, int]:
    found = Counter[str]()
    for word, count in given.items():
        difference = TIERS[word] - TIERS[urgency]
        found["more_urgent" if difference > 0 else "as_urgent" if not difference else "less_urgent"] += count
    return {word: found[word] for word in ("more_urgent", "as_urgent", "less_urgent")}
