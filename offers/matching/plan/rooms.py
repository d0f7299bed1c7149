"""Where each need takes one unit: the best plan is a flow of least cost, and its prices prove it."""

import hashlib
from collections.abc import Sequence

import numpy as np

from offers.matching.plan.network import Network, Numbers, in_order
from offers.matching.plan.pairs import Instance, Pair
from offers.matching.plan.placement import Placement, Planned, Stage
from offers.matching.plan.proof import bound
from offers.matching.plan.value import base_of, worth


def plan_rooms(instance: Instance, pairs: Sequence[Pair], *, seed: int) -> Planned:
    """Return the best plan over pairs that take one unit each.

    Most needs; among those plans most of the most urgent tier, then of the next; the best total score; then the
    longest wait; then a hash under `seed`, so that the same facts give the same plan. Raises Unsolved.
    """
    if not pairs:
        return Planned((), {}, (Stage("worth", 0, 0, proven=True),))
    needs = sorted({pair.need for pair in pairs})
    lots = sorted({lot for pair in pairs for lot in pair.lots})
    arcs = [(pair, lot) for pair in pairs for lot in pair.lots]
    base = base_of(len(needs))
    worths = [worth(instance.needs[pair.need], pair.score, base=base) for pair, _lot in arcs]
    waits = [max(0, (instance.today - instance.needs[pair.need].waiting_since).days) for pair, _lot in arcs]
    ties = [_tie(seed, instance, pair, lot) for pair, lot in arcs]
    network, first_lot = _network(instance, arcs, needs, lots)
    others = np.zeros(len(network.tails) - len(arcs), dtype=np.int64)
    levels = [np.concatenate([-np.array(gains, dtype=np.int64), others]) for gains in (worths, waits, ties)]
    flows, far = in_order(network, levels)
    used = flows[: len(arcs)].tolist()
    placements = sorted(Placement(pair, ((lot, 1),)) for (pair, lot), flow in zip(arcs, used, strict=True) if flow)
    sink = int(far[-1])
    found = {lot: sink - int(far[first_lot + place]) for place, lot in enumerate(lots)}
    prices = {lot: price for lot, price in found.items() if price > 0}

    def gain(pair: Pair) -> int:
        return worth(instance.needs[pair.need], pair.score, base=base)

    reached, most = sum(gain(one.pair) for one in placements), bound(instance, pairs, prices, worth=gain)
    return Planned(tuple(placements), prices, (Stage("worth", reached, most, proven=reached == most),))


def _network(
    instance: Instance, arcs: Sequence[tuple[Pair, int]], needs: Sequence[int], lots: Sequence[int]
) -> tuple[Network, int]:
    """Return needs → lots → sink, with a way past all lots for a need that stays unplaced; and the first lot's node."""
    at = {need: node for node, need in enumerate(needs)}
    lot_at = {lot: node for node, lot in enumerate(lots, start=len(needs))}
    sink = len(needs) + len(lots)
    tails = [*(at[pair.need] for pair, _lot in arcs), *range(len(needs)), *lot_at.values()]
    heads = [*(lot_at[lot] for _pair, lot in arcs), *[sink] * (len(needs) + len(lots))]
    room = [*[1] * (len(arcs) + len(needs)), *(instance.lots[lot].capacity for lot in lots)]
    supplies = [*[1] * len(needs), *[0] * len(lots), -len(needs)]
    columns: list[Numbers] = [np.array(values, dtype=np.int64) for values in (tails, heads, room, supplies)]
    return Network(columns[0], columns[1], columns[2], np.zeros(len(tails), dtype=np.int64), columns[3]), len(needs)


def _tie(seed: int, instance: Instance, pair: Pair, lot: int) -> int:
    """A number that favours nobody for long: under another seed it falls out otherwise."""
    words = f"{seed} {instance.needs[pair.need].id} {instance.pledges[pair.pledge].id} {instance.lots[lot].units[0]}"
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=4).digest(), "big")
