"""Where a need may take several units of a pledge (places, seats, hours, sessions): persons first, whatever the family.

Placing "most needs first" starves large families: at 60 % of the room it placed hardly any of six or more, and not one
person more. So persons are counted, the most urgent tier first; then families; then the score.
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import ceil

from offers.matching.plan.pairs import Instance, Pair
from offers.matching.plan.placement import Placement, Planned, Stage
from offers.matching.plan.programme import Programme, Row
from offers.matching.plan.value import URGENCIES

_BY_URGENCY = tuple(reversed(URGENCIES))
PRICE_SCALE = 1000  # prices are thousandths of a person, kept as whole numbers


def plan_places(instance: Instance, pairs: Sequence[Pair], *, exclusive: bool, seed: int, seconds: float) -> Planned:
    """Return the best plan found in so many seconds over the pairs of one kind, families never split.

    With `exclusive` (rooms, of which somebody needs several) needs are counted instead of persons.
    """
    until = time.monotonic() + seconds
    if not pairs:
        return Planned((), {}, ())
    columns = _Columns(instance, pairs)
    programme = Programme(columns.limits, whole=columns.whole, rows=columns.rows, seed=seed)
    prices = programme.relaxed_prices(columns.persons(), len(columns.lots))
    stages: list[Stage] = []
    for name, gains in columns.objectives(exclusive=exclusive):
        most = columns.most(gains)
        if most:
            stages.append(programme.reach(name, gains, most=most, until=until))
    whole = {lot: ceil(price * PRICE_SCALE) for lot, price in zip(columns.lots, prices, strict=True) if price > 0}
    return Planned(tuple(columns.placements(programme.settled())), whole, tuple(stages))


class _Columns:
    """The columns of the programme: pairs, then what pairs take of lots, then counts that alone need be whole.

    Families that take as many units are alike to a lot, and families of one size and urgency alike to every objective
    but the score. With whole counts of the first by lot and of the second, what is left is a flow, whole by itself.
    So the solver branches on some hundred counts instead of thousands of pairs. A pair that may take units of several
    lots stays whole, with what it takes of each.
    """

    def __init__(self, instance: Instance, pairs: Sequence[Pair]) -> None:
        self._instance, self._pairs = instance, pairs
        self.lots = sorted({lot for pair in pairs for lot in pair.lots})
        self.limits = [1] * len(pairs)
        self.whole = [len(pair.lots) > 1 for pair in pairs]
        self.rows: list[Row] = []
        self._shares: dict[int, dict[int, int]] = {}  # pair → lot → column
        takes: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        alike: defaultdict[tuple[int, int], list[int]] = defaultdict(list)  # (units, lot) → pairs
        groups: defaultdict[tuple[str, int], list[int]] = defaultdict(list)  # (urgency, size) → pairs
        asks: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for place, pair in enumerate(pairs):
            need = instance.needs[pair.need]
            asks[pair.need].append((place, 1))
            groups[need.urgency, need.size].append(place)
            if len(pair.lots) == 1:
                alike[need.units, pair.lots[0]].append(place)
            else:
                self._shares[place] = self._split(place, need.units, takes)
        for (units, lot), places in alike.items():
            takes[lot].append((self._count(places, instance.lots[lot].capacity // units), units))
        self.groups = {group: self._count(places, len(places)) for group, places in groups.items()}
        full = [Row(takes[lot], 0, instance.lots[lot].capacity) for lot in self.lots]
        self.rows = [*full, *(Row(terms, 0, 1) for terms in asks.values()), *self.rows]

    def _column(self, limit: int) -> int:
        self.limits.append(limit)
        self.whole.append(True)
        return len(self.limits) - 1

    def _count(self, places: Sequence[int], limit: int) -> int:
        """Add a whole column that counts how many of these pairs are chosen."""
        column = self._column(limit)
        self.rows.append(Row([*((place, 1) for place in places), (column, -1)], 0, 0))
        return column

    def _split(self, place: int, units: int, takes: defaultdict[int, list[tuple[int, int]]]) -> dict[int, int]:
        """Add a column per lot of a pair that may take units of several, adding up to its units."""
        shares = {lot: self._column(units) for lot in self._pairs[place].lots}
        for lot, column in shares.items():
            takes[lot].append((column, 1))
        self.rows.append(Row([*((column, 1) for column in shares.values()), (place, -units)], 0, 0))
        return shares

    def objectives(self, *, exclusive: bool) -> list[tuple[str, dict[int, int]]]:
        """Return what is made the most of, first things first: a name, and what each column gains."""
        word = "needs" if exclusive else "persons"
        by_tier = [
            (
                f"{word}_{tier}",
                {at: 1 if exclusive else size for (urgency, size), at in self.groups.items() if urgency == tier},
            )
            for tier in _BY_URGENCY
        ]
        each = dict.fromkeys(self.groups.values(), 1)
        score = ("score", {place: pair.score for place, pair in enumerate(self._pairs)})
        return [("needs", each), *by_tier, score] if exclusive else [*by_tier, ("families", each), score]

    def persons(self) -> dict[int, int]:
        """Return what each column counts of persons."""
        return {at: size for (_urgency, size), at in self.groups.items()}

    def most(self, gains: Mapping[int, int]) -> int:
        """Return what anybody can see cannot be exceeded: every need at its best."""
        best: defaultdict[int, int] = defaultdict(int)
        for place, pair in enumerate(self._pairs):
            need = self._instance.needs[pair.need]
            gain = gains.get(place, 0) + gains.get(self.groups[need.urgency, need.size], 0)
            best[pair.need] = max(best[pair.need], gain)
        return sum(best.values())

    def placements(self, values: Sequence[float]) -> list[Placement]:
        """Return the chosen pairs with the units they take of each lot, in the order of the needs."""
        return sorted(self._placement(place, values) for place in range(len(self._pairs)) if values[place] > 0.5)

    def _placement(self, place: int, values: Sequence[float]) -> Placement:
        pair, shares = self._pairs[place], self._shares.get(place)
        if shares is None:
            return Placement(pair, ((pair.lots[0], self._instance.needs[pair.need].units),))
        given = ((lot, round(values[column])) for lot, column in shares.items())
        return Placement(pair, tuple((lot, count) for lot, count in given if count))
