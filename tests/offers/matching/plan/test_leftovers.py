"""Who is left over, and what stood in the way."""

from collections import Counter

from offers.matching.plan.leftovers import groups, left_over
from offers.matching.plan.pairs import Instance, laid_out
from offers.matching.plan.whole import plan
from offers.matching.plan.wishes import Wishes, bent
from offers.matching.rules import ask, first_failure
from tests.offers.matching.plan.instances import EXCLUSIVE, TODAY, random_world, with_pairs


def singly(instance: Instance, need_id: str) -> dict[str, int]:
    """The rules that the offers fail first, asked one by one."""
    need = next(need for need in instance.needs if need.id == need_id)
    failed = (first_failure(ask(need, pledge, today=TODAY)) for pledge in instance.pledges)
    return dict(Counter(rule.code for rule in failed if rule))


def test_everybody_is_placed_or_left_over_with_a_reason() -> None:
    seen = set()
    for seed in range(20):
        instance = laid_out(*random_world(seed, largest=30), today=TODAY)
        placements = plan(instance, exclusive=EXCLUSIVE, seed=1, seconds=10).placements
        left = left_over(instance, placements)
        assert len(left) == len(instance.needs) - len(placements)
        assert not {row["need"] for row in left} & {instance.needs[one.pair.need].id for one in placements}
        for row in left:
            fits = [pair for pair in instance.pairs if instance.needs[pair.need].id == row["need"]]
            assert row["candidates"] == len(fits)
            assert (row["rules"] is None) == bool(fits)
            assert bool(sum(row["given"].values())) == bool(fits), "whatever fits it is used by somebody"
            if row["rules"] is not None:
                assert row["rules"] == singly(instance, row["need"])
                assert sum(row["rules"].values()) == len(instance.pledges)
            seen.add(bool(fits))
        told = groups(instance, placements)
        assert sum(one["placed"] for one in told) == len(placements)
        assert sum(one["needs"] for one in told) == len(instance.needs)
    assert seen == {True, False}


def test_what_was_forbidden_fails_at_no_rule() -> None:
    instance = with_pairs(5, largest=10)
    first = instance.pairs[0].need
    forbid = {
        (instance.needs[first].id, instance.pledges[one.pledge].id) for one in instance.pairs if one.need == first
    }
    without = bent(instance, Wishes(forbid=frozenset(forbid)))
    placements = plan(without, exclusive=EXCLUSIVE, seed=1, seconds=10).placements
    row = next(row for row in left_over(without, placements) if row["need"] == instance.needs[first].id)
    assert (row["candidates"], row["rules"]) == (0, singly(instance, row["need"]))
    assert sum(row["rules"].values()) == len(instance.pledges) - len(forbid)
