"""Bundles of a part of the plan, and in which areas each could be met whole."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from offers.matching.facts import NeedFacts, Reach
from offers.matching.plan.areas import accepts, named_by
from offers.matching.plan.pairs import Instance, Pair


class Leg(NamedTuple):
    """A pair by its place among the pairs of its part, as it would be taken in one option."""

    place: int
    option: int


@dataclass(frozen=True, slots=True)
class Bundles:
    """`members`: the needs (indexes) of each bundle. `options`: (bundle, area), for every area that has a pair for
    each member. `legs`: what each option may take, in the order of the pairs.
    """

    members: tuple[tuple[int, ...], ...] = ()
    options: tuple[tuple[int, str], ...] = ()
    legs: tuple[Leg, ...] = field(default=())

    @property
    def linked(self) -> frozenset[int]:
        """The needs that are in a bundle."""
        return frozenset(need for members in self.members for need in members)


def bundles_of(instance: Instance, pairs: Iterable[Pair]) -> Bundles:
    """Return the bundles of the needs that these pairs are about.

    A bundle with a member that no pair is about has no option: it is not placed.
    """
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for index, need in enumerate(instance.needs):
        if need.bundle:
            by_name[need.bundle].append(index)
    if not by_name:
        return Bundles()
    places: defaultdict[int, defaultdict[Reach, list[int]]] = defaultdict(lambda: defaultdict(list))
    reaches = [pledge.reach for pledge in instance.pledges]
    for place, pair in enumerate(pairs):
        if instance.needs[pair.need].bundle:
            places[pair.need][reaches[pair.pledge]].append(place)
    members = [tuple(found) for _name, found in sorted(by_name.items()) if any(need in places for need in found)]
    options: list[tuple[int, str]] = []
    legs: list[Leg] = []
    for bundle, needs in enumerate(members):
        for area in sorted(named_by(reach for need in needs for reach in places[need])):
            taken = [_within(instance.needs[need], area, places[need]) for need in needs]
            if all(taken):
                legs += [Leg(place, len(options)) for found in taken for place in found]
                options.append((bundle, area))
    return Bundles(tuple(members), tuple(options), tuple(sorted(legs)))


def _within(need: NeedFacts, area: str, places: Mapping[Reach, Sequence[int]]) -> list[int]:
    """Return the pairs of a need that would meet it in this area."""
    if not accepts(need, area):
        return []
    return [place for reach, found in places.items() if reach.covers(area) for place in found]


def linked_kinds(instance: Instance) -> list[list[str]]:
    """Return the kinds that hang together because some bundle has needs of both, in groups and in order."""
    kinds_of: defaultdict[str, set[str]] = defaultdict(set)
    for need in instance.needs:
        if need.bundle:
            kinds_of[need.bundle].add(need.kind)
    groups: list[set[str]] = []
    for kinds in kinds_of.values():
        apart = [group for group in groups if group.isdisjoint(kinds)]
        groups = [*apart, kinds.union(*(group for group in groups if group not in apart))]
    return sorted(sorted(group) for group in groups)
