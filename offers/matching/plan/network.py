"""Flows of least cost in whole numbers, one objective after another, and the prices that prove them.

The solver is OR-Tools' SimpleMinCostFlow, a cost-scaling push-relabel method (Goldberg, 1997). It shows no prices, so
they are found afterwards: shortest distances in the residual network, by Bellman and Ford.
"""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from offers.matching.many.arrays import Numbers


class Unsolved(Exception):
    """The solver cannot be relied on for this network: `code` says why. No plan is better than a wrong one."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Network:
    """Arcs from `tails` to `heads` with whole capacities and costs; `supplies` by node, adding up to nothing."""

    tails: Numbers
    heads: Numbers
    capacities: Numbers
    costs: Numbers
    supplies: Numbers


def transport(needs: Numbers, lots: Numbers, *, sizes: Numbers, capacities: Numbers) -> Network:
    """Return needs → lots → sink, with a way past all lots for whoever stays unplaced; costs are still nothing.

    `needs` and `lots` are counted through, by arc; `sizes` by need is how many units it takes, `capacities` by lot how
    many there are. Nodes: the needs, then the lots, then the sink. Arcs: those given, the ways past, the lots.
    """
    count, sink = len(sizes), len(sizes) + len(capacities)
    return Network(
        tails=np.concatenate([needs, np.arange(sink, dtype=np.int64)]),
        heads=np.concatenate([count + lots, np.full(sink, sink, dtype=np.int64)]),
        capacities=np.concatenate([sizes[needs], sizes, capacities]),
        costs=np.zeros(len(needs) + sink, dtype=np.int64),
        supplies=np.concatenate([sizes, np.zeros(len(capacities), dtype=np.int64), [-int(sizes.sum())]]),
    )


def solve(network: Network) -> Numbers:
    """Return the flow of least cost by arc. Raises Unsolved `too_large` or `not_optimal`."""
    nodes, most = len(network.supplies), int(np.abs(network.costs).max(initial=0))
    if most * (nodes + 5) * 8 > 2**63:  # the solver scales costs by the number of nodes, in 64 bits
        raise Unsolved("too_large")
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(network.tails, network.heads, network.capacities, network.costs)
    solver.set_nodes_supplies(np.arange(nodes), network.supplies)
    if solver.solve() != solver.OPTIMAL:
        raise Unsolved("not_optimal")
    flows: Numbers = np.asarray(solver.flows(arcs), dtype=np.int64)
    return flows


def distances(network: Network, flows: Numbers) -> Numbers:
    """Return a whole number per node such that no residual arc is longer than the difference of its ends.

    Raises Unsolved `not_optimal` if there is none: the flow could be improved round a circle.
    """
    open_, used = flows < network.capacities, flows > 0
    tails = np.concatenate([network.tails[open_], network.heads[used]])
    heads = np.concatenate([network.heads[open_], network.tails[used]])
    costs = np.concatenate([network.costs[open_], -network.costs[used]])
    nodes = len(network.supplies)
    far: Numbers = np.zeros(nodes, dtype=np.int64)
    moved = np.ones(nodes, dtype=bool)
    for _round in range(nodes + 1):
        active = moved[tails]
        if not active.any():
            return far
        nearer = far.copy()
        np.minimum.at(nearer, heads[active], far[tails[active]] + costs[active])
        moved, far = nearer < far, nearer
    raise Unsolved("not_optimal")


def in_order(network: Network, levels: list[Numbers]) -> tuple[Numbers, Numbers]:
    """Return the flow that is best by the first costs, among those best by the second, and so on.

    With it the distances of the first level. Exact whatever the sizes: an arc whose reduced cost is not nothing carries
    the same in every best flow (none, or all it can), so each level is solved over what the one before leaves open.
    """
    flows: Numbers = np.zeros(len(network.tails), dtype=np.int64)
    left, supplies = np.arange(len(network.tails)), network.supplies.copy()
    prices: list[Numbers] = []
    for costs in levels:
        part = Network(network.tails[left], network.heads[left], network.capacities[left], costs[left], supplies.copy())
        found = solve(part)
        far = distances(part, found)
        prices.append(far)
        reduced = part.costs + far[part.tails] - far[part.heads]
        flows[left] = found
        full, loose = reduced < 0, reduced == 0
        np.subtract.at(supplies, part.tails[full], part.capacities[full])
        np.add.at(supplies, part.heads[full], part.capacities[full])
        left = left[loose]
    return flows, prices[0]
