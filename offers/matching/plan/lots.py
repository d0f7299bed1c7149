"""Lots: the units of one pledge that are free on the same days. A run gives each unit to one household at most."""

from collections import defaultdict
from dataclasses import dataclass

from offers.matching.facts import PledgeFacts, Span


@dataclass(frozen=True, slots=True)
class Lot:
    """Units of the pledge with index `pledge` that live matches hold on exactly the days of `held`."""

    pledge: int
    units: tuple[int, ...]
    held: frozenset[Span]

    @property
    def capacity(self) -> int:
        """How many units there are to give."""
        return len(self.units)

    def free(self, span: Span) -> bool:
        """Whether its units can be had for every day of `span`."""
        return not any(one.overlaps(span) for one in self.held)


def lots_of(index: int, pledge: PledgeFacts) -> list[Lot]:
    """Return the lots of one pledge, that with the lowest unit first; a pledge without any hold is one lot."""
    held: dict[int, set[Span]] = defaultdict(set)
    for one in pledge.held:
        held[one.unit].add(one.span)
    alike: dict[frozenset[Span], list[int]] = defaultdict(list)
    for unit in range(1, pledge.units_total + 1):
        alike[frozenset(held.get(unit, ()))].append(unit)
    return [Lot(index, tuple(units), spans) for spans, units in alike.items()]
