"""Worlds in which some needs are linked, and every plan of a small one."""

import dataclasses
import random
from collections import Counter
from collections.abc import Iterator, Sequence

from offers.matching.facts import NeedFacts, PledgeFacts
from offers.matching.plan.areas import in_one_area
from offers.matching.plan.pairs import Instance, Pair, laid_out
from tests.offers.matching.plan.instances import TODAY, World, random_world

REGIONS = (("DE", "DE-BE"), ("DE", "DE-BY"), ("DE", ""), ("LT", "LT-VL"), ("FR", "FR-75"))


def linked_world(seed: int, *, largest: int, kinds: Sequence[str] = ("housing",), units: bool = False) -> World:
    """A random world in which about half of the needs are linked, two or three at a time, and offers lie in regions.

    Nothing is held. With `units`, some needs take several units.
    """
    draw = random.Random(seed)
    needs, pledges = random_world(seed, largest=largest, kinds=kinds)
    names = [name for name in range(len(needs)) for _member in range(draw.choice([1, 1, 2, 2, 3]))]
    counts = Counter(names[: len(needs)])
    linked = [
        dataclasses.replace(
            need,
            bundle=f"bd_{name}" if counts[name] > 1 else "",
            countries=draw.choice([None, None, ("DE",), ("LT", "DE")]),
            languages=(),
            requires=frozenset(),
            units=need.units if units else 1,
            size=need.size if units else min(need.size, 1),
            bands=need.bands if units else {"18-59": 1},
        )
        for need, name in zip(needs, names, strict=False)
    ]
    return linked, [_somewhere(draw, one) for one in pledges]


def _somewhere(draw: random.Random, pledge: PledgeFacts) -> PledgeFacts:
    country, region = draw.choice(REGIONS)
    return dataclasses.replace(pledge, country=country, region=region, held=(), confirm_by=TODAY, vetted_until=None)


def with_links(*, largest: int, kinds: Sequence[str] = ("housing",), units: bool = False) -> Iterator[Instance]:
    """Such worlds in which something can be placed."""
    for seed in range(10_000):
        needs, pledges = linked_world(seed, largest=largest, kinds=kinds, units=units)
        found = laid_out(needs, pledges, today=TODAY)
        if found.pairs:
            yield found


def every_plan(instance: Instance) -> Iterator[list[Pair]]:
    """Every plan that oversells nothing and meets each bundle whole, in one area, or not at all."""
    by_need = [[pair for pair in instance.pairs if pair.need == need] for need in range(len(instance.needs))]

    def go_on(need: int, chosen: list[Pair]) -> Iterator[list[Pair]]:
        if need == len(by_need):
            if no_bundle_is_parted(instance, chosen):
                yield chosen
            return
        yield from go_on(need + 1, chosen)
        for pair in by_need[need]:
            if _fits(instance, [*chosen, pair]):
                yield from go_on(need + 1, [*chosen, pair])

    return go_on(0, [])


def _fits(instance: Instance, chosen: list[Pair]) -> bool:
    """Whether the offers have room: one lot each, since nothing is held."""
    taken: Counter[int] = Counter()
    for pair in chosen:
        taken[pair.pledge] += instance.needs[pair.need].units
    return all(units <= instance.pledges[pledge].units_total for pledge, units in taken.items())


def no_bundle_is_parted(instance: Instance, chosen: list[Pair]) -> bool:
    """Whether each bundle is met whole and in one area, or not at all."""
    members: dict[str, list[NeedFacts]] = {}
    for need in instance.needs:
        if need.bundle:
            members.setdefault(need.bundle, []).append(need)
    for bundle, needs in members.items():
        placed = [
            (instance.needs[pair.need], instance.pledges[pair.pledge].reach)
            for pair in chosen
            if instance.needs[pair.need].bundle == bundle
        ]
        if placed and (len(placed) < len(needs) or not in_one_area(placed)):
            return False
    return True
