"""Who is left over, and what stood in the way."""

from offers.matching.plan.leftovers import groups, left_over
from offers.matching.plan.pairs import laid_out
from offers.matching.plan.whole import plan
from tests.offers.matching.plan.instances import EXCLUSIVE, TODAY, random_world


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
                assert sum(row["rules"].values()) == len(instance.pledges)
            seen.add(bool(fits))
        told = groups(instance, placements)
        assert sum(one["placed"] for one in told) == len(placements)
        assert sum(one["needs"] for one in told) == len(instance.needs)
    assert seen == {True, False}
