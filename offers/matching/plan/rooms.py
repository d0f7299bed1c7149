"""Where each need takes one unit: the best plan is a flow of least cost, and its prices prove it."""

import numpy as np

from offers.matching.many.arrays import Numbers
from offers.matching.plan.edges import Pair, Pairs
from offers.matching.plan.network import Network, in_order, transport
from offers.matching.plan.pairs import Instance
from offers.matching.plan.placement import Placement, Planned, Stage
from offers.matching.plan.proof import bound_of
from offers.matching.plan.ties import ties
from offers.matching.plan.value import base_of, worths


def plan_rooms(instance: Instance, pairs: Pairs, *, seed: int) -> Planned:
    """Return the best plan over pairs that take one unit each.

    Most needs; among those plans most of the most urgent tier, then of the next; the best total score; then the
    longest wait; then a hash under `seed`, so that the same facts give the same plan. Raises Unsolved.
    """
    if not pairs:
        return Planned((), {}, (Stage("worth", 0, 0, proven=True),))
    needs, need_at = np.unique(pairs.needs, return_inverse=True)
    lots, lot_at = np.unique(pairs.lots, return_inverse=True)
    owners = pairs.owners
    gains = worths(instance, pairs, base=base_of(len(needs)))
    network = _network(instance, need_at[owners], lot_at, lots, len(needs))
    others = np.zeros(len(network.tails) - len(owners), dtype=np.int64)
    wished = (gains[owners], _waits(instance, needs)[need_at[owners]], ties(seed, instance, pairs))
    flows, far = in_order(network, [np.concatenate([-wish, others]) for wish in wished])
    used = np.flatnonzero(flows[: len(owners)])
    chosen = owners[used].tolist()
    placements = tuple(
        Placement(Pair(need, pledge, score, tuple(pairs.lots[first:last].tolist())), ((lot, 1),))
        for need, pledge, score, first, last, lot in zip(
            *(column[chosen].tolist() for column in (pairs.needs, pairs.pledges, pairs.scores, pairs.starts)),
            pairs.starts[owners[used] + 1].tolist(),
            pairs.lots[used].tolist(),
            strict=True,
        )
    )
    found = far[-1] - far[len(needs) : len(needs) + len(lots)]
    prices = dict(zip(lots[found > 0].tolist(), found[found > 0].tolist(), strict=True))
    reached, most = sum(gains[chosen].tolist()), bound_of(instance, pairs, prices, gains)
    return Planned(placements, prices, (Stage("worth", reached, most, proven=reached == most),))


def ready(instance: Instance, pairs: Pairs) -> Network:
    """Return the network of these pairs with the costs of its first level: what a bare solver would be given."""
    needs, need_at = np.unique(pairs.needs, return_inverse=True)
    lots, lot_at = np.unique(pairs.lots, return_inverse=True)
    owners = pairs.owners
    network = _network(instance, need_at[owners], lot_at, lots, len(needs))
    network.costs[: len(owners)] = -worths(instance, pairs, base=base_of(len(needs)))[owners]
    return network


def _network(instance: Instance, needs: Numbers, lot_at: Numbers, lots: Numbers, count: int) -> Network:
    """Return the network of so many needs, which take one unit each."""
    capacities = np.fromiter((instance.lots[lot].capacity for lot in lots.tolist()), dtype=np.int64)
    return transport(needs, lot_at, sizes=np.ones(count, dtype=np.int64), capacities=capacities)


def _waits(instance: Instance, needs: Numbers) -> Numbers:
    """Return how many days each of these needs has waited."""
    today = instance.today.toordinal()
    since = np.fromiter((instance.needs[need].waiting_since.toordinal() for need in needs.tolist()), dtype=np.int64)
    waited: Numbers = np.maximum(today - since, 0)
    return waited
