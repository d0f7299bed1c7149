"""A plan at once: the best for each in turn, the most urgent first. What a solver starts from, and falls back on."""

from collections.abc import Iterator, Mapping, Sequence

from offers.matching.plan.bundles import Bundles
from offers.matching.plan.edges import Pair, Pairs
from offers.matching.plan.pairs import Instance
from offers.matching.plan.placement import Placement
from offers.matching.plan.value import stays, tier_of

_Turn = tuple[tuple[int, ...], list[tuple[int | None, list[list[Pair]]]]]  # rank, [(option, pairs by member)]


def greedy(
    instance: Instance, pairs: Pairs, bundles: Bundles, weights: Mapping[int, int]
) -> tuple[list[Placement], list[int]]:
    """Return placements that oversell nothing and part no bundle, and the options that bundles take.

    Open proposals stay as they are. Then the most urgent go first, among them whoever counts for most, then who has
    waited longest.
    """
    left = [lot.capacity for lot in instance.lots]
    placements: list[Placement] = []
    options: list[int] = []
    for _rank, ways in sorted(_turns(instance, pairs, bundles, weights), key=lambda turn: turn[0]):
        for option, members in ways:
            found = _placed(instance, members, left)
            if found is not None:
                placements += found
                options += [] if option is None else [option]
                break
    return placements, options


def _turns(instance: Instance, pairs: Pairs, bundles: Bundles, weights: Mapping[int, int]) -> Iterator[_Turn]:
    every = list(pairs)
    linked = bundles.linked
    singly: dict[int, list[Pair]] = {}
    for pair in every:
        if pair.need not in linked:
            singly.setdefault(pair.need, []).append(pair)
    for need, own in singly.items():
        yield _rank(instance, [need], weights), [(None, [_best_first(instance, own)])]
    by_option: dict[int, dict[int, list[Pair]]] = {}
    for place, option in bundles.legs:
        by_option.setdefault(option, {}).setdefault(every[place].need, []).append(every[place])
    by_bundle: dict[int, list[tuple[int | None, list[list[Pair]]]]] = {}
    for option, members in by_option.items():
        ways = by_bundle.setdefault(bundles.options[option][0], [])
        ways.append((option, [_best_first(instance, own) for own in members.values()]))
    for bundle, ways in by_bundle.items():
        ways.sort(key=lambda way: -sum(own[0].score for own in way[1]))
        yield _rank(instance, bundles.members[bundle], weights), ways


def _rank(instance: Instance, needs: Sequence[int], weights: Mapping[int, int]) -> tuple[int, ...]:
    tier = max(tier_of(instance.needs[need]) for need in needs)
    since = min(instance.needs[need].waiting_since.toordinal() for need in needs)
    return -tier, -sum(weights[need] for need in needs), since, needs[0]


def _best_first(instance: Instance, pairs: Sequence[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (not stays(instance, pair), -pair.score, pair.pledge))


def _placed(instance: Instance, members: Sequence[Sequence[Pair]], left: list[int]) -> list[Placement] | None:
    """Take for each member the best pair that still has room; None, and nothing is taken, if one finds none."""
    found: list[Placement] = []
    for own in members:
        one = next((placed for pair in own if (placed := _in(pair, instance.needs[pair.need].units, left))), None)
        if one is None:
            _give(found, left, -1)
            return None
        found.append(one)
        _give([one], left, 1)
    return found


def _in(pair: Pair, units: int, left: Sequence[int]) -> Placement | None:
    taken: list[tuple[int, int]] = []
    for lot in pair.lots:
        some = min(left[lot], units - sum(count for _lot, count in taken))
        if some:
            taken.append((lot, some))
    return Placement(pair, tuple(taken)) if sum(count for _lot, count in taken) == units else None


def _give(placements: Sequence[Placement], left: list[int], sign: int) -> None:
    for one in placements:
        for lot, units in one.taken:
            left[lot] -= sign * units
