"""The plan over rooms equals SciPy's: count, count per tier, score; and its prices prove it."""

import dataclasses

import pytest

from offers.matching.plan.network import Unsolved
from offers.matching.plan.pairs import Instance, Pair, laid_out
from offers.matching.plan.proof import bound, faults, taken
from offers.matching.plan.rooms import plan_rooms
from offers.matching.plan.value import base_of, worth
from tests.offers.matching.plan.instances import TODAY, random_world, with_pairs
from tests.offers.matching.plan.oracle import Objective, best_in_order

TIERS = ("emergency", "urgent", "soon", "planned")


def instance_of(seed: int, largest: int) -> Instance:
    needs, pledges = random_world(seed, largest=largest)
    return laid_out(needs, pledges, today=TODAY)


def of_tier(instance: Instance, tier: str) -> Objective:
    return lambda pair: int(instance.needs[pair.need].urgency == tier)


def equals_the_oracle(instance: Instance) -> None:
    """Compare everything that is promised."""
    planned = plan_rooms(instance, instance.pairs, seed=1)
    placed = [one.pair for one in planned.placements]
    assert faults(instance, taken(planned.placements)) == []
    assert planned.proven
    if not instance.pairs:
        assert placed == []
        return
    tiers = [of_tier(instance, tier) for tier in TIERS]
    objectives: list[Objective] = [lambda _pair: 1, *tiers, lambda pair: pair.score]
    reached = [sum(objective(pair) for pair in placed) for objective in objectives]
    assert reached == best_in_order(instance, instance.pairs, objectives)


@pytest.mark.parametrize("seed", range(40))
def test_it_equals_the_oracle(seed: int) -> None:
    equals_the_oracle(instance_of(seed, 30))


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(1000, 1320))
def test_it_equals_the_oracle_up_to_sixty_by_sixty(seed: int) -> None:
    equals_the_oracle(instance_of(seed, 60))


def crowded() -> Instance:
    """A world in which some stay without a room."""
    for seed in range(100):
        instance = instance_of(seed, 40)
        planned = plan_rooms(instance, instance.pairs, seed=1)
        if planned.prices and 3 < len(planned.placements) < len({pair.need for pair in instance.pairs}):
            return instance
    raise AssertionError("no world is crowded")


def test_its_prices_bound_every_other_plan() -> None:
    instance = crowded()
    base = base_of(len({pair.need for pair in instance.pairs}))

    def gain(pair: Pair) -> int:
        return worth(instance.needs[pair.need], pair.score, base=base)

    planned = plan_rooms(instance, instance.pairs, seed=1)
    reached = sum(gain(one.pair) for one in planned.placements)
    assert bound(instance, instance.pairs, planned.prices, worth=gain) == reached
    lot = next(iter(planned.prices))
    for wrong in ({}, {**planned.prices, lot: planned.prices[lot] + 1}, {**planned.prices, lot: 0}):
        assert bound(instance, instance.pairs, wrong, worth=gain) >= reached
    assert bound(instance, instance.pairs, {}, worth=gain) > reached
    with pytest.raises(ValueError, match="below nothing"):
        bound(instance, instance.pairs, {lot: -1}, worth=gain)


def test_it_is_the_same_for_a_seed_whatever_order_it_is_asked_in() -> None:
    instance = crowded()
    again = laid_out(instance.needs[::-1], instance.pledges[::-1], today=TODAY)
    assert again == instance
    assert plan_rooms(again, again.pairs, seed=7) == plan_rooms(instance, instance.pairs, seed=7)


def alike(count: int, waiting: list[int]) -> Instance:
    """Needs that differ in nothing but the day since which they wait, so long that no score tells them apart."""
    found = with_pairs(20, largest=30)
    pair = next(pair for pair in found.pairs if found.pledges[pair.pledge].units_total == 1)
    one, room = found.needs[pair.need], found.pledges[pair.pledge]
    same = [
        dataclasses.replace(one, id=f"nd_{index}", waiting_since=TODAY.fromordinal(TODAY.toordinal() - days))
        for index, days in zip(range(count), waiting, strict=True)
    ]
    return laid_out(same, [room], today=TODAY)


def test_of_equals_the_longest_wait_goes_first() -> None:
    instance = alike(3, [400, 900, 500])
    (one,) = plan_rooms(instance, instance.pairs, seed=1).placements
    assert instance.needs[one.pair.need].id == "nd_1"


def test_of_those_who_wait_as_long_the_seed_decides() -> None:
    instance = alike(4, [400] * 4)
    chosen = {plan_rooms(instance, instance.pairs, seed=seed).placements[0].pair.need for seed in range(30)}
    assert chosen == {0, 1, 2, 3}


def test_it_refuses_what_the_solver_cannot_count(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = crowded()
    monkeypatch.setattr("offers.matching.plan.rooms.base_of", lambda _needs: 2**58)
    with pytest.raises(Unsolved, match="too_large"):
        plan_rooms(instance, instance.pairs, seed=1)
