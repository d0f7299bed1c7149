"""An open proposal may be moved to a pledge that is clearly better; it is never dropped."""

import dataclasses
import random

import pytest

from offers.matching.facts import PledgeFacts
from offers.matching.plan.measures import report
from offers.matching.plan.pairs import Instance, laid_out
from offers.matching.plan.value import STABILITY, base_of, points, worth
from offers.matching.plan.whole import Plan, plan
from tests.offers.matching.plain import need_facts, pledge_facts
from tests.offers.matching.plan.instances import EXCLUSIVE, TODAY, families, random_world
from tests.offers.matching.plan.linking import linked_world


def placed(made: Plan, instance: Instance) -> dict[str, str]:
    return {instance.needs[one.pair.need].id: instance.pledges[one.pair.pledge].id for one in made.placements}


def two_rooms(*, verified: int) -> list[PledgeFacts]:
    """One room as it is, and another whose checks make it better by so many steps."""
    return [pledge_facts(id="pl_a", units_total=1), pledge_facts(id="pl_b", units_total=1, vetting_steps=verified)]


@pytest.mark.parametrize(("verified", "where"), [(0, "pl_a"), (6, "pl_a")])
def test_it_stays_where_another_pledge_is_hardly_better(verified: int, where: str) -> None:
    instance = laid_out([need_facts(present="pl_a")], two_rooms(verified=verified), today=TODAY)
    made = plan(instance, exclusive=EXCLUSIVE, seed=1, seconds=5)
    assert placed(made, instance) == {"nd_a": where}
    assert report(instance, made)["proposals"] == {"open": 1, "kept": 1, "moved": 0}


def test_it_moves_to_what_is_better_by_more_than_that() -> None:
    rooms = [pledge_facts(id="pl_a", languages=("en",)), pledge_facts(id="pl_b", vetting_steps=6)]
    instance = laid_out([need_facts(present="pl_a")], rooms, today=TODAY)
    old, new = sorted(instance.pairs, key=lambda pair: pair.pledge)
    assert new.score > old.score + STABILITY
    made = plan(instance, exclusive=EXCLUSIVE, seed=1, seconds=5)
    assert placed(made, instance) == {"nd_a": "pl_b"}
    assert report(instance, made)["proposals"] == {"open": 1, "kept": 0, "moved": 1}


@pytest.mark.parametrize("kind", ["housing", "transport"])
@pytest.mark.parametrize("linked", ["", "bd_1"])
def test_it_is_dropped_for_nobody(kind: str, linked: str) -> None:
    """Not for the most urgent, not for two who are linked."""
    needs = [need_facts(id="nd_a", urgency="planned", present="pl_a", kind=kind)]
    needs += [need_facts(id=f"nd_{name}", urgency="emergency", kind=kind, bundle=linked) for name in "bc"]
    rooms = [pledge_facts(id="pl_a", units_total=2, kind=kind)]
    instance = laid_out(needs, rooms, today=TODAY)
    made = plan(instance, exclusive=EXCLUSIVE, seed=1, seconds=5)
    assert placed(made, instance)["nd_a"] == "pl_a"
    assert len(made.placements) == (1 if linked else 2)


def as_proposed(instance: Instance, made: Plan) -> Instance:
    """The same world the day after, with every second placement of the plan an open proposal."""
    there = placed(made, instance)
    needs = [
        need if need.bundle or index % 2 else dataclasses.replace(need, present=there.get(need.id, ""))
        for index, need in enumerate(instance.needs)
    ]
    draw = random.Random(1)
    pledges = [dataclasses.replace(one, vetting_steps=draw.randint(0, 6)) for one in instance.pledges]
    return laid_out(needs, pledges, today=TODAY)


def test_nobody_is_dropped_in_random_worlds_and_less_is_moved_than_without() -> None:
    moved, freely, there = 0, 0, 0
    for seed in range(20):
        needs, pledges = linked_world(seed, largest=25) if seed % 2 else random_world(seed, largest=25)
        first = laid_out(needs, pledges, today=TODAY)
        instance = as_proposed(first, plan(first, exclusive=EXCLUSIVE, seed=1, seconds=5))
        made = plan(instance, exclusive=EXCLUSIVE, seed=2, seconds=5)
        said = report(instance, made)["proposals"]
        assert said["kept"] + said["moved"] == said["open"]
        moved += said["moved"]
        there += said["open"]
        forgotten = laid_out([dataclasses.replace(need, present="") for need in instance.needs], pledges, today=TODAY)
        where = placed(plan(forgotten, exclusive=EXCLUSIVE, seed=2, seconds=5), forgotten)
        freely += sum(bool(need.present) and where.get(need.id) != need.present for need in instance.needs)
    assert there > 25
    assert moved < freely


def test_nobody_is_dropped_when_the_time_is_out() -> None:
    needs, pledges = families(1, count=40, places=4, share=0.6)
    first = laid_out(needs, pledges, today=TODAY)
    instance = as_proposed(first, plan(first, exclusive=EXCLUSIVE, seed=1, seconds=1))
    said = report(instance, plan(instance, exclusive=EXCLUSIVE, seed=1, seconds=0))["proposals"]
    assert 5 < said["open"] == said["kept"] + said["moved"]


def test_no_score_outweighs_a_tier() -> None:
    needs = [need_facts(id=f"nd_{index}", present="pl_a", urgency="planned") for index in range(3)]
    instance = laid_out(needs, [pledge_facts(id="pl_a", units_total=3)], today=TODAY)
    base = base_of(len(needs))
    assert sum(points(instance, pair) for pair in instance.pairs) < base
    kept, urgent = needs[0], need_facts(urgency="emergency")
    assert worth(kept, 0, base=base) > worth(urgent, 1000, base=base)
