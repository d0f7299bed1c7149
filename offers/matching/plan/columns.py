"""The columns and rows of an integer programme over pairs, with bundles in one area or not at all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from offers.matching.plan.bundles import Bundles
from offers.matching.plan.pairs import Instance, Pair
from offers.matching.plan.placement import Placement
from offers.matching.plan.programme import Row
from offers.matching.plan.value import TIER_NAMES, points, tier_name

SINGLE = -1  # in place of an option: the pair of a need that is linked with none


class Columns:
    """Columns: pairs as they may be taken, then what they take of lots, counts, and the options of bundles.

    Families that take as many units are alike to a lot, and families of one size and urgency alike to every objective
    but the score. With whole counts of the first by lot and of the second, what is left is a flow, whole by itself.
    So the solver branches on some hundred counts instead of thousands of pairs. A pair that may take units of several
    lots stays whole, with what it takes of each. Where every need takes one unit all of it is a flow, and nothing
    need be whole but the options.
    """

    def __init__(self, instance: Instance, pairs: Sequence[Pair], bundles: Bundles, weights: Mapping[int, int]) -> None:
        """`weights` says by need what placing it counts for: one, or its persons."""
        self._instance, self._pairs, self._weights = instance, pairs, weights
        self._several = any(instance.needs[need].units > 1 for need in weights)
        self.lots = sorted({lot for pair in pairs for lot in pair.lots})
        linked = bundles.linked
        singles = [(place, SINGLE) for place, pair in enumerate(pairs) if pair.need not in linked]
        self.taken: list[tuple[int, int]] = [*singles, *bundles.legs]  # (place of the pair, option) by column
        self.limits = [1] * len(self.taken)
        self.whole = [self._several and len(pairs[place].lots) > 1 for place, _option in self.taken]
        self.rows: list[Row] = []
        self._shares: dict[int, dict[int, int]] = {}  # column → lot → column
        self._counts: dict[int, Sequence[int]] = {}  # column → the columns it counts
        takes, groups = self._lay_out()
        self.groups = {group: self._count(columns, len(columns)) for group, columns in groups.items()}
        full = [Row(takes[lot], 0, instance.lots[lot].capacity) for lot in self.lots]
        self.options = [self._column(1, whole=True) for _option in bundles.options]
        self.rows = [*full, *self._asks(bundles), *self.rows]

    def _lay_out(
        self,
    ) -> tuple[dict[int, list[tuple[int, int]]], dict[tuple[str, int, int], list[int]]]:
        """Return what is taken of each lot, and the columns of each group: (tier, weight, size)."""
        takes: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        alike: defaultdict[tuple[int, int], list[int]] = defaultdict(list)  # (units, lot) → columns
        groups: defaultdict[tuple[str, int, int], list[int]] = defaultdict(list)
        for column, (place, _option) in enumerate(self.taken):
            pair = self._pairs[place]
            need = self._instance.needs[pair.need]
            groups[tier_name(need), self._weights[pair.need], need.size].append(column)
            if len(pair.lots) > 1:
                self._shares[column] = self._split(column, pair, need.units, takes)
            elif self._several:
                alike[need.units, pair.lots[0]].append(column)
            else:
                takes[pair.lots[0]].append((column, 1))
        for (units, lot), columns in alike.items():
            takes[lot].append((self._count(columns, self._instance.lots[lot].capacity // units), units))
        return takes, groups

    def _asks(self, bundles: Bundles) -> Iterable[Row]:
        """Return the rows that place a need once, a bundle in one option, and then every member of it."""
        once: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        together: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for column, (place, option) in enumerate(self.taken):
            need = self._pairs[place].need
            if option == SINGLE:
                once[need].append((column, 1))
            else:
                together[option, need].append((column, 1))
        one_area: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for column, (bundle, _area) in zip(self.options, bundles.options, strict=True):
            one_area[bundle].append((column, 1))
        yield from (Row(terms, 0, 1) for terms in (*once.values(), *one_area.values()))
        for (option, _need), terms in together.items():
            yield Row([*terms, (self.options[option], -1)], 0, 0)

    def _column(self, limit: int, *, whole: bool) -> int:
        self.limits.append(limit)
        self.whole.append(whole)
        return len(self.limits) - 1

    def _count(self, columns: Sequence[int], limit: int) -> int:
        """Add a column that counts how many of these are chosen."""
        count = self._column(limit, whole=self._several)
        self.rows.append(Row([*((column, 1) for column in columns), (count, -1)], 0, 0))
        self._counts[count] = columns
        return count

    def _split(
        self, column: int, pair: Pair, units: int, takes: defaultdict[int, list[tuple[int, int]]]
    ) -> dict[int, int]:
        """Add a column per lot of a pair that may take units of several, adding up to its units."""
        shares = {lot: self._column(units, whole=self._several) for lot in pair.lots}
        for lot, share in shares.items():
            takes[lot].append((share, 1))
        self.rows.append(Row([*((share, 1) for share in shares.values()), (column, -units)], 0, 0))
        return shares

    def objectives(self, *, persons: bool) -> list[tuple[str, dict[int, int]]]:
        """Return what is made the most of, first things first: a name, and what each column gains.

        With `persons` their number by tier goes before the number of needs; else needs go before their tiers.
        """
        word = "persons" if persons else "needs"
        by_tier = [
            (f"{word}_{name}", {at: weight for (tier, weight, _size), at in self.groups.items() if tier == name})
            for name in TIER_NAMES
        ]
        each = dict.fromkeys(self.groups.values(), 1)
        score = (
            "score",
            {column: points(self._instance, self._pairs[place]) for column, (place, _option) in enumerate(self.taken)},
        )
        kept, *others = by_tier
        return [kept, *others, ("families", each), score] if persons else [kept, ("needs", each), *others, score]

    def persons(self) -> dict[int, int]:
        """Return what each column counts of persons."""
        return {at: size for (_tier, _weight, size), at in self.groups.items()}

    def most(self, gains: Mapping[int, int]) -> int:
        """Return what anybody can see cannot be exceeded: every need at its best."""
        best: defaultdict[int, int] = defaultdict(int)
        for column, (place, _option) in enumerate(self.taken):
            pair = self._pairs[place]
            need = self._instance.needs[pair.need]
            group = self.groups[tier_name(need), self._weights[pair.need], need.size]
            best[pair.need] = max(best[pair.need], gains.get(column, 0) + gains.get(group, 0))
        return sum(best.values())

    def values_of(self, placements: Iterable[Placement], options: Iterable[int]) -> list[float]:
        """Return the columns of a plan that takes these options: what the solver starts from."""
        values = [0.0] * len(self.limits)
        taken = {self.options[option] for option in options}
        chosen = {one.pair.need: one for one in placements}
        for column, (place, option) in enumerate(self.taken):
            pair = self._pairs[place]
            one = chosen.get(pair.need)
            if (
                one is None
                or one.pair.pledge != pair.pledge
                or (option != SINGLE and self.options[option] not in taken)
            ):
                continue
            values[column] = 1.0
            for lot, units in one.taken if column in self._shares else ():
                values[self._shares[column][lot]] = float(units)
        for column in taken:
            values[column] = 1.0
        for count, columns in self._counts.items():
            values[count] = sum(values[column] for column in columns)
        return values

    def options_of(self, values: Sequence[float]) -> list[int]:
        """Return the options that are taken."""
        return [option for option, column in enumerate(self.options) if values[column] > 0.5]

    def placements(self, values: Sequence[float]) -> list[Placement]:
        """Return the chosen pairs with the units they take of each lot, in the order of the needs."""
        return sorted(self._placement(column, values) for column in range(len(self.taken)) if values[column] > 0.5)

    def _placement(self, column: int, values: Sequence[float]) -> Placement:
        pair, shares = self._pairs[self.taken[column][0]], self._shares.get(column)
        if shares is None:
            return Placement(pair, ((pair.lots[0], self._instance.needs[pair.need].units),))
        given = ((lot, round(values[share])) for lot, share in shares.items())
        return Placement(pair, tuple((lot, count) for lot, count in given if count))
