"""Checking what a plan promises about linked needs: whole numbers of Python, nothing taken on trust."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from offers.matching.plan.areas import in_one_area
from offers.matching.plan.bundles import bundles_of
from offers.matching.plan.edges import Pair, Pairs
from offers.matching.plan.pairs import Instance
from offers.matching.plan.proof import Taken


def faults_of_links(instance: Instance, plan: Sequence[Taken]) -> list[str]:
    """Return what is wrong with a plan for linked needs: `bundle_in_part`, `bundle_in_two_areas`."""
    members: defaultdict[str, int] = defaultdict(int)
    for need in instance.needs:
        members[need.bundle] += 1
    placed: defaultdict[str, list[Taken]] = defaultdict(list)
    for one in plan:
        if one.need >= 0 and one.pledge >= 0 and instance.needs[one.need].bundle:
            placed[instance.needs[one.need].bundle].append(one)
    found: list[str] = []
    for bundle, taken in placed.items():
        if len({one.need for one in taken}) < members[bundle]:
            found.append("bundle_in_part")
        elif not in_one_area((instance.needs[one.need], instance.pledges[one.pledge].reach) for one in taken):
            found.append("bundle_in_two_areas")
    return found


def bound_with_links(
    instance: Instance, pairs: Pairs, prices: Mapping[int, int], *, worth: Callable[[Pair], int]
) -> int:
    """Return what no plan over these pairs can be worth more than.

    As `proof.bound`; a bundle gains in its best area what its members gain there at best, or nothing. Raises ValueError
    for a price below nothing.
    """
    if any(price < 0 for price in prices.values()):
        raise ValueError("A price is not below nothing.")
    every, bundles = list(pairs), bundles_of(instance, pairs)
    linked = bundles.linked
    left = [
        worth(pair) - instance.needs[pair.need].units * min(prices.get(lot, 0) for lot in pair.lots) for pair in every
    ]
    singly: defaultdict[int, int] = defaultdict(int)
    for pair, gain in zip(every, left, strict=True):
        if pair.need not in linked:
            singly[pair.need] = max(singly[pair.need], gain)
    best: dict[tuple[int, int], int] = {}  # (option, need): a member that loses by it comes along all the same
    for place, option in bundles.legs:
        key = option, every[place].need
        best[key] = max(best.get(key, left[place]), left[place])
    in_option: defaultdict[int, int] = defaultdict(int)
    for (option, _need), gain in best.items():
        in_option[option] += gain
    together: defaultdict[int, int] = defaultdict(int)
    for option, gain in in_option.items():
        bundle = bundles.options[option][0]
        together[bundle] = max(together[bundle], gain)
    paid = sum(instance.lots[lot].capacity * price for lot, price in prices.items())
    return sum(singly.values()) + sum(together.values()) + paid
