"""A great many families: whole ones near the best plan with split ones, and bounds that no plan exceeds."""

import time

import pytest

from offers.matching.plan import by_size
from offers.matching.plan.crowd import plan_crowd
from offers.matching.plan.measures import objective
from offers.matching.plan.pairs import Instance, laid_out
from offers.matching.plan.placement import Planned
from offers.matching.plan.places import MANY, PRICE_SCALE, plan_places
from offers.matching.plan.proof import bound, faults, taken
from offers.matching.plan.whole import plan
from tests.offers.matching.plan.instances import EXCLUSIVE, TODAY, World, families, random_world

SECONDS = 60.0


def planned_of(instance: Instance) -> Planned | None:
    return plan_crowd(instance, instance.pairs, seed=1, scale=PRICE_SCALE, until=time.monotonic() + SECONDS)


def is_near_the_best(world: World) -> bool:
    """Compare with the proven plan, if a plan of whole families with all persons was found."""
    instance = laid_out(*world, today=TODAY)
    if not instance.pairs:
        return False
    found = planned_of(instance)
    best = plan_places(instance, instance.pairs, exclusive=EXCLUSIVE, seed=1, seconds=SECONDS)
    assert best.proven
    if found is None:
        return False
    assert faults(instance, taken(found.placements)) == []
    assert found == planned_of(instance)
    *persons, many, score = found.stages
    reached = {stage.name: stage.value for stage in best.stages}
    assert {stage.name: stage.value for stage in persons if stage.name in reached} == {
        name: value for name, value in reached.items() if name.startswith("persons_")
    }
    assert all(stage.proven for stage in persons)
    assert many.value <= reached["families"] <= many.bound
    assert many.value == len(found.placements)
    assert score.value == sum(one.pair.score for one in found.placements) <= score.bound
    if many.value == reached["families"]:
        assert score.value <= reached["score"] <= score.bound
    most = bound(
        instance, instance.pairs, found.prices, worth=lambda pair: instance.needs[pair.need].size * PRICE_SCALE
    )
    assert most == PRICE_SCALE * sum(stage.value for stage in persons)
    return True


def test_it_is_near_the_best_of_random_worlds_with_holds() -> None:
    worlds = (random_world(seed, largest=16, kinds=("resettlement_place",)) for seed in range(20))
    assert sum(is_near_the_best(world) for world in worlds) >= 5


def test_it_is_near_the_best_of_the_published_shape_in_small() -> None:
    assert sum(is_near_the_best(families(seed, count=40, places=4, share=0.6)) for seed in range(6)) >= 5


def test_rounding_goes_back_where_somebody_found_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = laid_out(*families(3, count=60, places=6, share=0.6), today=TODAY)
    found = planned_of(instance)
    assert found is not None
    monkeypatch.setattr(by_size, "_ROUNDS", 1)
    assert planned_of(instance) is None


def test_a_great_many_families_are_planned_within_a_hundredth_of_the_best() -> None:
    needs, pledges = families(1, count=1500, places=80, share=0.6)
    instance = laid_out(needs, pledges, today=TODAY)
    assert len(instance.pairs) > MANY
    made = plan(instance, exclusive=EXCLUSIVE, seed=1, seconds=SECONDS)
    reached = objective(instance, made, seconds=made.seconds)
    assert reached["persons_placed"] == sum(pledge.units_total for pledge in pledges)  # no place is left empty
    for stage in made.parts[0].planned.stages:
        assert stage.bound - stage.value <= stage.bound / 100
