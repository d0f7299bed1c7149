"""SciPy's own answers to the same questions: another solver, another model, one objective after another."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from offers.matching.plan.pairs import Instance, Pair

Objective = Callable[[Pair], int]


def best_in_order(instance: Instance, pairs: Sequence[Pair], objectives: Sequence[Objective]) -> list[int]:
    """Return the most that can be reached of each objective without losing any before it.

    One column for every pair and lot (how many units it takes), one for every pair (whether it is placed).
    """
    columns = [(place, lot) for place, pair in enumerate(pairs) for lot in pair.lots]
    size = len(pairs) + len(columns)
    rows: list[tuple[Any, float, float]] = []
    for need in {pair.need for pair in pairs}:
        rows.append((_row(size, {place: 1 for place, pair in enumerate(pairs) if pair.need == need}), 0, 1))
    for lot in {lot for _, lot in columns}:
        taking = {len(pairs) + at: 1 for at, (_, other) in enumerate(columns) if other == lot}
        rows.append((_row(size, taking), 0, instance.lots[lot].capacity))
    for place, pair in enumerate(pairs):
        shares = {len(pairs) + at: 1 for at, (owner, _) in enumerate(columns) if owner == place}
        rows.append((_row(size, {**shares, place: -instance.needs[pair.need].units}), 0, 0))
    reached = []
    for objective in objectives:
        gains = _row(size, {place: objective(pair) for place, pair in enumerate(pairs)})
        found = milp(
            -gains,
            integrality=np.ones(size),
            bounds=Bounds(0, [1] * len(pairs) + [20] * len(columns)),
            constraints=[LinearConstraint(row, least, most) for row, least, most in rows],
            options={"mip_rel_gap": 0},
        )
        assert found.success
        reached.append(round(-found.fun))
        rows.append((gains, reached[-1], np.inf))
    return reached


def _row(size: int, terms: dict[int, int]) -> Any:
    row = np.zeros(size)
    row[list(terms)] = list(terms.values())
    return row
