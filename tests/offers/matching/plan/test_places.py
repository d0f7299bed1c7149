"""Places of which a family takes several: persons first, tier by tier; large families are not left behind."""

import dataclasses

import pytest

from offers.matching.plan.measures import objective, report
from offers.matching.plan.pairs import Instance, laid_out
from offers.matching.plan.places import PRICE_SCALE, plan_places
from offers.matching.plan.proof import bound, faults, taken
from offers.matching.plan.whole import plan
from tests.offers.matching.plan.instances import EXCLUSIVE, TODAY, families, random_world, with_pairs
from tests.offers.matching.plan.oracle import Objective, best_in_order

TIERS = ("emergency", "urgent", "soon", "planned")


def persons_of(instance: Instance, tier: str) -> Objective:
    return lambda pair: instance.needs[pair.need].size * (instance.needs[pair.need].urgency == tier)


def equals_the_oracle(seed: int, largest: int) -> None:
    """Compare persons by tier, families and score."""
    needs, pledges = random_world(seed, largest=largest, kinds=("resettlement_place",))
    instance = laid_out(needs, pledges, today=TODAY)
    planned = plan_places(instance, instance.pairs, exclusive=EXCLUSIVE, seed=1, seconds=60)
    placed = [one.pair for one in planned.placements]
    assert faults(instance, taken(planned.placements)) == []
    assert planned.proven
    if not instance.pairs:
        return
    objectives = [*(persons_of(instance, tier) for tier in TIERS), lambda _pair: 1, lambda pair: pair.score]
    reached = [sum(one(pair) for pair in placed) for one in objectives]
    assert reached == best_in_order(instance, instance.pairs, objectives)
    most = bound(
        instance, instance.pairs, planned.prices, worth=lambda pair: instance.needs[pair.need].size * PRICE_SCALE
    )
    assert sum(instance.needs[pair.need].size for pair in placed) * PRICE_SCALE <= most


@pytest.mark.parametrize("seed", range(20))
def test_it_equals_the_oracle(seed: int) -> None:
    equals_the_oracle(seed, 16)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_it_equals_the_oracle_on_larger_worlds(seed: int) -> None:
    equals_the_oracle(seed, 40)


def large_families_have_their_share(*, count: int, places: int, seconds: float) -> None:
    """Families of six and more are placed about as often as all others; persons and families are proven."""
    needs, pledges = families(1, count=count, places=places, share=0.6)
    instance = laid_out(needs, pledges, today=TODAY)
    made = plan(instance, exclusive=EXCLUSIVE, seed=1, seconds=seconds)
    reached = objective(instance, made, seconds=made.seconds)
    assert reached["persons_placed"] == sum(pledge.units_total for pledge in pledges)  # no place is left empty
    by_size = report(instance, made)["by_family_size"]
    sizes = {line["size"]: (line["placed"], line["needs"]) for line in by_size}
    assert sum(line["needs"] for line in by_size) == count
    large = [sum(sizes[size][part] for size in sizes if size >= 6) for part in (0, 1)]
    assert large[0] / large[1] > 0.3
    stages = made.parts[0].planned.stages
    assert all(stage.proven for stage in stages if stage.name != "score")


def test_large_families_are_not_starved() -> None:
    large_families_have_their_share(count=40, places=4, seconds=5)


def test_the_published_shape_in_small_is_proven_best_in_every_objective() -> None:
    """Sixty families of the published sizes: no place stays empty, and nobody could be scored higher."""
    needs, pledges = families(1, count=60, places=6, share=0.6)
    instance = laid_out(needs, pledges, today=TODAY)
    planned = plan_places(instance, instance.pairs, exclusive=EXCLUSIVE, seed=1, seconds=60)
    assert planned.proven
    assert faults(instance, taken(planned.placements)) == []
    assert planned == plan_places(instance, instance.pairs, exclusive=EXCLUSIVE, seed=1, seconds=60)
    objectives = [*(persons_of(instance, tier) for tier in TIERS), lambda _pair: 1]
    placed = [one.pair for one in planned.placements]
    assert [stage.value for stage in planned.stages[:-1]] == [sum(map(one, placed)) for one in objectives]
    assert planned.stages[-1].value == sum(pair.score for pair in placed)


def test_who_is_alike_but_has_waited_longer_goes_first() -> None:
    needs, pledges = families(1, count=40, places=4, share=0.6)
    since = sorted(need.waiting_since for need in needs)
    alike = [
        dataclasses.replace(need, units=2, size=2, bands={"18-59": 2}, urgency="soon", languages=(), waiting_since=day)
        for need, day in zip(needs, since, strict=True)
    ]
    instance = laid_out(alike, pledges, today=TODAY)
    planned = plan_places(instance, instance.pairs, exclusive=EXCLUSIVE, seed=1, seconds=60)
    placed = {one.pair.need for one in planned.placements}
    waited = [need.waiting_since for index, need in enumerate(instance.needs) if index in placed]
    assert 0 < len(placed) < len(alike)
    assert waited == since[: len(waited)]


def test_most_needs_first_would_starve_them() -> None:
    """What the measure above is for: the same week, if it were needs that count."""
    needs, pledges = families(1, count=40, places=4, share=0.6)
    instance = laid_out(needs, pledges, today=TODAY)
    by_needs = EXCLUSIVE | {"resettlement_place"}
    made = plan(instance, exclusive=by_needs, seed=1, seconds=5)
    large = [line for line in report(instance, made)["by_family_size"] if line["size"] >= 6]
    assert sum(line["needs"] for line in large) > 3
    assert sum(line["placed"] for line in large) == 0


@pytest.mark.chaos
def test_large_families_are_not_starved_in_the_shape_of_a_real_week() -> None:
    large_families_have_their_share(count=400, places=21, seconds=60)


def test_a_household_that_takes_two_rooms_is_planned_with_all_the_rooms() -> None:
    found = with_pairs(20, largest=30)
    first, *others = found.needs
    several = [dataclasses.replace(first, units=2), *others]
    instance = laid_out(several, found.pledges, today=TODAY)
    made = plan(instance, exclusive=EXCLUSIVE, seed=1, seconds=20)
    assert [part.name for part in made.parts] == ["housing"]
    assert made.parts[0].planned.stages[0].name == "needs"
    assert made.placements
    assert faults(instance, taken(made.placements)) == []


def test_the_report_counts_every_need_once() -> None:
    instance = with_pairs(20, largest=30, kinds=("housing", "transport"))
    made = plan(instance, exclusive=EXCLUSIVE, seed=1, seconds=20)
    told = report(instance, made)
    for lines in (told["by_family_size"], told["by_organisation"]):
        assert sum(line["needs"] for line in lines) == len(instance.needs)
        assert sum(line["placed"] for line in lines) == len(made.placements)
    reached = objective(instance, made, seconds=0.5)
    assert sum(reached["by_urgency"].values()) == reached["placed"] == len(made.placements)
    assert reached["optimal"]
    assert reached["bound"] == reached["score"]
