"""Wishes: a forbidden pair is not in the plan, a forced one is, and the rest is still the best that is left."""

import dataclasses
from datetime import timedelta

import pytest

from offers.matching.facts import HeldUnit, PledgeFacts, Span
from offers.matching.plan.pairs import Instance, laid_out
from offers.matching.plan.proof import faults, taken
from offers.matching.plan.rooms import plan_rooms
from offers.matching.plan.whole import plan
from offers.matching.plan.wishes import Wishes, bent, unheard
from tests.offers.matching.plan.instances import EXCLUSIVE, TODAY, random_world, with_pairs
from tests.offers.matching.plan.oracle import best_in_order
from tests.offers.matching.plan.test_rooms import TIERS, of_tier


def named(instance: Instance, seed: int = 1) -> dict[str, str]:
    made = plan(instance, exclusive=EXCLUSIVE, seed=seed, seconds=20)
    assert faults(instance, taken(made.placements)) == []
    return {instance.needs[one.pair.need].id: instance.pledges[one.pair.pledge].id for one in made.placements}


@pytest.mark.parametrize("seed", range(12))
def test_what_is_left_is_planned_as_well_as_the_oracle_can(seed: int) -> None:
    needs, pledges = random_world(seed, largest=25)
    free = laid_out(needs, pledges, today=TODAY)
    if len(free.pairs) < 3:
        return
    first, middle = free.pairs[0], free.pairs[len(free.pairs) // 2]
    force = {(free.needs[first.need].id, free.pledges[first.pledge].id)}
    forbid = {(free.needs[middle.need].id, free.pledges[middle.pledge].id)} - force
    instance = bent(free, Wishes(frozenset(forbid), frozenset(force)))
    planned = plan_rooms(instance, instance.pairs, seed=1)
    placed = [one.pair for one in planned.placements]
    pairs = {(instance.needs[one.need].id, instance.pledges[one.pledge].id) for one in placed}
    assert force <= pairs
    assert not forbid & pairs
    assert planned.proven
    objectives = [lambda _pair: 1, *(of_tier(instance, tier) for tier in TIERS), lambda pair: pair.score]
    assert [sum(one(pair) for pair in placed) for one in objectives] == best_in_order(
        instance, instance.pairs, objectives
    )


def test_forbidding_a_placed_pair_costs_no_more_than_its_need() -> None:
    instance = with_pairs(12, largest=20)
    before = named(instance)
    need, pledge = next(iter(before.items()))
    after = named(bent(instance, Wishes(forbid=frozenset({(need, pledge)}))))
    assert after.get(need) != pledge
    assert len(before) - 1 <= len(after) <= len(before)


def test_a_forced_pair_stands_even_where_it_would_lose() -> None:
    for seed in range(60):
        instance = laid_out(*random_world(seed, largest=30), today=TODAY)
        placed = named(instance)
        losing = [
            pair
            for pair in instance.pairs
            if instance.needs[pair.need].id not in placed and instance.needs[pair.need].urgency == "planned"
        ]
        if losing:
            break
    pair = losing[0]
    wish = (instance.needs[pair.need].id, instance.pledges[pair.pledge].id)
    after = named(bent(instance, Wishes(force=frozenset({wish}))))
    assert after[wish[0]] == wish[1]
    assert len(after) <= len(placed)


def flat(instance: Instance, pair_index: int, *, units: int, held: tuple[HeldUnit, ...]) -> PledgeFacts:
    pledge = instance.pledges[instance.pairs[pair_index].pledge]
    return dataclasses.replace(pledge, units_total=units, held=held)


def test_it_sets_the_unit_aside_that_is_held_for_most_days() -> None:
    instance = with_pairs(1, largest=20)
    pair = instance.pairs[0]
    need = instance.needs[pair.need]
    long_after = need.hold.end + timedelta(days=1)
    held = (HeldUnit(2, Span(long_after, long_after + timedelta(days=5))),)
    pledge = flat(instance, 0, units=3, held=held)
    alone = laid_out([need], [pledge], today=TODAY)
    forced = bent(alone, Wishes(force=frozenset({(need.id, pledge.id)})))
    (kept,) = forced.pairs
    assert [forced.lots[lot].units for lot in kept.lots] == [(2,)]


def test_forced_pairs_that_stand_in_each_others_way_are_not_in_it() -> None:
    instance = with_pairs(1, largest=20)
    pair = instance.pairs[0]
    need, pledge = instance.needs[pair.need], flat(instance, 0, units=1, held=())
    twin = dataclasses.replace(need, id="nd_twin")
    wishes = Wishes(force=frozenset({(need.id, pledge.id), (twin.id, pledge.id)}))
    placed = named(bent(laid_out([need, twin], [pledge], today=TODAY), wishes))
    assert len(unheard(wishes, placed.items())) == 1


def test_places_hear_wishes_too() -> None:
    instance = with_pairs(6, largest=12, kinds=("transport",))
    before = named(instance)
    need, pledge = next(iter(before.items()))
    after = named(bent(instance, Wishes(forbid=frozenset({(need, pledge)}))))
    assert after.get(need) != pledge
    force = Wishes(force=frozenset({(need, pledge)}))
    assert not unheard(force, named(bent(instance, force)).items())
