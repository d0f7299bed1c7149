"""Linked needs: a bundle is met whole, in one area, or not at all; of plans that keep to it this is the best."""

import dataclasses
from collections.abc import Sequence
from itertools import islice

import pytest

from offers.matching.facts import ANYWHERE, Reach
from offers.matching.plan.areas import in_one_area
from offers.matching.plan.edges import Pair
from offers.matching.plan.limits import NAMES
from offers.matching.plan.linked import plan_linked
from offers.matching.plan.linked_proof import bound_with_links, faults_of_links
from offers.matching.plan.measures import report
from offers.matching.plan.pairs import Instance, laid_out
from offers.matching.plan.placement import Planned
from offers.matching.plan.proof import faults, taken
from offers.matching.plan.rooms import plan_rooms
from offers.matching.plan.value import URGENCIES, base_of, worth
from offers.matching.plan.whole import counts_worth, plan
from tests.offers.matching.plain import need_facts, pledge_facts
from tests.offers.matching.plan.instances import EXCLUSIVE, TODAY
from tests.offers.matching.plan.linking import every_plan, linked_world, no_bundle_is_parted, with_links

BY_URGENCY = tuple(reversed(URGENCIES))


def vector(instance: Instance, chosen: Sequence[Pair]) -> tuple[int, ...]:
    """Open proposals, needs, needs by tier, score."""
    needs = [instance.needs[pair.need] for pair in chosen]
    tiers = (sum(need.urgency == tier for need in needs) for tier in BY_URGENCY)
    return 0, len(chosen), *tiers, sum(pair.score for pair in chosen)


def mixed(instance: Instance, chosen: Sequence[Pair]) -> tuple[int, ...]:
    """What counts by tier (a home as one, all else by persons), needs, score."""
    needs = [instance.needs[pair.need] for pair in chosen]
    tiers = (
        sum(1 if need.kind in EXCLUSIVE else need.size for need in needs if need.urgency == tier) for tier in BY_URGENCY
    )
    return *tiers, len(chosen), sum(pair.score for pair in chosen)


def sound(instance: Instance, planned: Planned) -> list[Pair]:
    """Return the pairs of a plan that oversells nothing and parts no bundle."""
    plan_of = taken(planned.placements)
    assert faults(instance, plan_of) == faults_of_links(instance, plan_of) == []
    chosen = [one.pair for one in planned.placements]
    assert no_bundle_is_parted(instance, chosen)
    return chosen


def equals_the_best_of_all(count: int, *, largest: int) -> None:
    placed = 0
    for instance in islice(with_links(largest=largest), count):
        planned = plan_linked(instance, instance.pairs, seed=1, seconds=20)
        chosen = sound(instance, planned)
        assert planned.proven
        assert vector(instance, chosen) == max(vector(instance, other) for other in every_plan(instance))
        base = base_of(len({pair.need for pair in instance.pairs}))
        reached = sum(worth(instance.needs[pair.need], pair.score, base=base) for pair in chosen)
        assert reached <= bound_with_links(
            instance,
            instance.pairs,
            planned.prices,
            worth=lambda pair, of=instance, base=base: worth(of.needs[pair.need], pair.score, base=base),
        )
        placed += sum(bool(instance.needs[pair.need].bundle) for pair in chosen)
    assert placed > count / 5


def test_it_is_the_best_of_all_plans() -> None:
    equals_the_best_of_all(60, largest=7)


@pytest.mark.chaos
def test_it_is_the_best_of_all_plans_of_many_worlds() -> None:
    equals_the_best_of_all(400, largest=7)


def test_it_is_the_best_of_all_plans_where_some_take_several_units() -> None:
    for instance in islice(with_links(largest=7, kinds=("housing", "transport"), units=True), 60):
        made = plan(instance, exclusive=EXCLUSIVE, seed=1, seconds=20)
        for part in made.parts:
            chosen = sound(instance, part.planned)
            if counts_worth(instance, part.name, part.pairs) or "+" not in part.name:
                continue
            own = dataclasses.replace(instance, pairs=part.pairs)
            assert part.planned.proven
            assert mixed(own, chosen) == max(mixed(own, other) for other in every_plan(own))


def crowded() -> Instance:
    """Many linked needs and too few offers."""
    needs, pledges = [], []
    for seed in range(4):
        more, offers = linked_world(seed, largest=30)
        needs += [
            dataclasses.replace(one, id=f"{one.id}_{seed}", bundle=one.bundle and f"{one.bundle}_{seed}")
            for one in more
        ]
        pledges += [dataclasses.replace(one, id=f"{one.id}_{seed}") for one in offers[::4]]
    return laid_out(needs, pledges, today=TODAY)


def test_no_bundle_is_parted_in_a_crowd_and_what_is_left_to_gain_is_said() -> None:
    instance = crowded()
    made = plan(instance, exclusive=EXCLUSIVE, seed=1, seconds=20)
    chosen = sound(instance, made.parts[0].planned)
    told = report(instance, made)
    assert 0 < told["linked"]["bundles"]["placed"] < told["linked"]["bundles"]["asked"]
    assert 0 < told["linked"]["single"]["placed"] <= told["linked"]["single"]["asked"]
    assert [line["name"] for line in told["objectives"]] == list(NAMES)
    assert [line["value"] for line in told["objectives"]] == list(vector(instance, chosen))
    assert all(line["value"] <= line["bound"] for line in told["objectives"])
    free = plan_rooms(instance, instance.pairs, seed=1)
    assert len(free.placements) >= len(chosen)
    assert not no_bundle_is_parted(instance, [one.pair for one in free.placements])  # else nothing was asked of it


def test_it_is_the_same_for_a_seed() -> None:
    instance = crowded()
    again = laid_out(instance.needs[::-1], instance.pledges[::-1], today=TODAY)
    one, other = (plan_linked(of, of.pairs, seed=3, seconds=30) for of in (instance, again))
    assert one == other


def test_when_the_time_is_out_there_is_a_plan_all_the_same() -> None:
    instance = crowded()
    planned = plan_linked(instance, instance.pairs, seed=1, seconds=0)
    assert len(sound(instance, planned)) > 3
    assert all(stage.value <= stage.bound for stage in planned.stages)


def test_linked_kinds_are_one_part_and_the_others_are_not() -> None:
    needs = [need_facts(id="nd_a", bundle="bd_1"), need_facts(id="nd_b", kind="legal", bundle="bd_1")]
    needs += [need_facts(id="nd_c", kind="food", units=2)]
    pledges = [pledge_facts(id=f"pl_{kind}", kind=kind) for kind in ("housing", "legal", "food")]
    made = plan(laid_out(needs, pledges, today=TODAY), exclusive=EXCLUSIVE, seed=1, seconds=5)
    assert [part.name for part in made.parts] == ["food", "housing+legal"]
    assert len(made.placements) == 3


def test_where_one_member_finds_nothing_none_is_placed() -> None:
    needs = [need_facts(id="nd_a", bundle="bd_1"), need_facts(id="nd_b", kind="legal", bundle="bd_1")]
    made = plan(laid_out(needs, [pledge_facts()], today=TODAY), exclusive=EXCLUSIVE, seed=1, seconds=5)
    assert made.placements == []


@pytest.mark.parametrize(
    ("home", "lawyer", "together"),
    [
        (Reach("LT-VL", frozenset(), remote=False), Reach("LT-VL", frozenset(), remote=False), True),
        (Reach("LT-VL", frozenset(), remote=False), Reach("LT-KU", frozenset(), remote=False), False),
        (Reach("LT-VL", frozenset(), remote=False), Reach("LT", frozenset(), remote=False), False),
        (Reach("LT-VL", frozenset(), remote=False), Reach("DE-BE", frozenset({"LT"}), remote=False), True),
        (Reach("LT-VL", frozenset(), remote=False), Reach("FR", frozenset(), remote=True), True),
        (Reach("FR-75", frozenset({"LT"}), remote=False), Reach("DE-BE", frozenset({"LT"}), remote=False), True),
        (Reach("FR-75", frozenset({"LT"}), remote=False), Reach("FR-75", frozenset(), remote=False), False),
        (Reach("FR", frozenset(), remote=True), Reach("PL", frozenset(), remote=True), True),
    ],
)
def test_an_area_is_a_region_that_both_reach_and_the_party_accepts(home: Reach, lawyer: Reach, together: bool) -> None:
    needs = [need_facts(id="nd_a"), need_facts(id="nd_b", kind="legal")]  # LT and DE are accepted
    assert in_one_area(zip(needs, (home, lawyer), strict=True)) is together


def test_where_a_linked_need_is_met_already_the_others_follow() -> None:
    there = Reach("LT-VL", frozenset(), remote=False)
    need = need_facts(bundle="bd_1", within=(there,))
    pledges = [pledge_facts(id=f"pl_{region}", region=region) for region in ("LT-KU", "LT-VL")]
    made = plan(laid_out([need], pledges, today=TODAY), exclusive=EXCLUSIVE, seed=1, seconds=5)
    assert [pledges[one.pair.pledge].region for one in made.placements] == ["LT-VL"]
    assert not there.covers(ANYWHERE)
