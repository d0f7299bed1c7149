"""A check that takes nothing on trust sees every kind of wrong plan."""

from offers.matching.plan.pairs import Instance
from offers.matching.plan.proof import Taken, faults, taken
from offers.matching.plan.rooms import plan_rooms
from tests.offers.matching.plan.instances import with_pairs


def sound() -> tuple[Instance, list[Taken]]:
    instance = with_pairs(20, largest=30)
    return instance, taken(plan_rooms(instance, instance.pairs, seed=1).placements)


def test_a_sound_plan_has_no_fault() -> None:
    instance, plan = sound()
    assert len(plan) > 3
    assert faults(instance, plan) == []


def test_it_sees_each_fault() -> None:
    instance, plan = sound()
    first, *others = plan
    (lot, _units) = first.taken[0]
    stranger = next(
        pledge
        for pledge in range(len(instance.pledges))
        if not any((pair.need, pair.pledge) == (first.need, pledge) for pair in instance.pairs)
    )
    wrong = {
        "not_a_pair": [first._replace(pledge=stranger), *others],
        "wrong_score": [first._replace(score=first.score + 1), *others],
        "need_twice": [*plan, first],
        "wrong_units": [first._replace(taken=((lot, 2),)), *others],
        "lot_not_free": [first._replace(taken=((len(instance.lots) - 1 - lot, 1),)), *others],
        "oversold": [first] * (instance.lots[lot].capacity + 1),
    }
    for fault, plan_of in wrong.items():
        assert fault in faults(instance, plan_of), fault
