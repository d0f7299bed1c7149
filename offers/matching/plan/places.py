"""Where a need may take several units of a pledge (places, seats, hours, sessions): persons first, whatever the family.

Placing "most needs first" starves large families: at 60 % of the room it placed hardly any of six or more, and not one
person more. So persons are counted, the most urgent tier first; then families; then the score.
"""

import time
from collections.abc import Sequence
from math import ceil

from offers.matching.plan.alike import Alike
from offers.matching.plan.bundles import bundles_of
from offers.matching.plan.columns import Columns
from offers.matching.plan.crowd import plan_crowd
from offers.matching.plan.edges import Pairs
from offers.matching.plan.exactly import in_turn, programme_of
from offers.matching.plan.greedy import greedy
from offers.matching.plan.pairs import Instance
from offers.matching.plan.placement import Planned
from offers.matching.plan.programme import Programme

_TO_SETTLE = 5.0  # seconds: what is left then is a flow
PRICE_SCALE = 1000  # prices are thousandths of a person, kept as whole numbers
MANY = 20_000  # pairs: beyond, a programme over all of them is not done in a minute


def weights_of(instance: Instance, pairs: Pairs, *, exclusive: frozenset[str]) -> dict[int, int]:
    """Return by need what placing it counts for: its persons; one, where a household has the unit to itself."""
    needs = {need: instance.needs[need] for need in sorted(set(pairs.needs.tolist()))}
    return {index: 1 if need.kind in exclusive else need.size for index, need in needs.items()}


def plan_places(instance: Instance, pairs: Pairs, *, exclusive: frozenset[str], seed: int, seconds: float) -> Planned:
    """Return the best plan found in so many seconds over these pairs, families never split, no bundle in part.

    Where every kind is `exclusive` (rooms, of which somebody needs several) needs are counted instead of persons.
    When the time is out before the solver finds anything, it is the plan that takes what is best for each in turn.
    """
    until = time.monotonic() + seconds
    if not pairs:
        return Planned((), {}, ())
    bundles, weights = bundles_of(instance, pairs), weights_of(instance, pairs, exclusive=exclusive)
    persons = any(instance.needs[need].kind not in exclusive for need in weights)
    if (
        len(pairs) > MANY
        and not bundles.members
        and all(instance.needs[need].units == weight for need, weight in weights.items())
    ):
        crowd = plan_crowd(instance, pairs, seed=seed, scale=PRICE_SCALE, until=until)
        if crowd:
            return crowd
    placements, options = greedy(instance, pairs, bundles, weights)
    if bundles.members:
        columns = Columns(instance, pairs, bundles, weights)
        start = columns.values_of(placements, options)
        return _linked(columns, start, persons=persons, seed=seed, until=until)
    model = Alike(instance, pairs, weights)
    start = model.values_of(placements)
    objectives = [(name, gains) for name, gains in model.objectives(persons=persons) if model.most(gains)]
    prices = programme_of(model, start, seed).relaxed_prices(model.persons(), len(model.lots), until=until)
    values, stages = in_turn(model, objectives, start, seed=seed, until=until)
    return Planned(tuple(model.placements(values)), _in_thousandths(model.lots, prices), tuple(stages))


def _linked(columns: Columns, start: list[float], *, persons: bool, seed: int, until: float) -> Planned:
    """Return the best plan where some needs are linked: bundles whole, an objective after another."""
    if not columns.taken:
        return Planned((), {}, ())
    programme = Programme(columns.limits, whole=columns.whole, rows=columns.rows, seed=seed)
    prices = programme.relaxed_prices(columns.persons(), len(columns.lots), until=until)
    programme.start(start)
    objectives = [(name, gains) for name, gains in columns.objectives(persons=persons) if columns.most(gains)]
    stages = [programme.reach(name, gains, most=columns.most(gains), until=until) for name, gains in objectives]
    values = programme.settled(until=max(until, time.monotonic() + _TO_SETTLE))
    if values is None:
        programme.start(start)
        values, stages = (
            start,
            [stage.at(programme.worth(gains)) for stage, (_name, gains) in zip(stages, objectives, strict=True)],
        )
    return Planned(tuple(columns.placements(values)), _in_thousandths(columns.lots, prices), tuple(stages))


def _in_thousandths(lots: Sequence[int], prices: Sequence[float]) -> dict[int, int]:
    return {lot: ceil(price * PRICE_SCALE) for lot, price in zip(lots, prices, strict=True) if price > 0}
