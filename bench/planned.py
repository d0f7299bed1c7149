"""One run in a process of its own: `python -m bench.planned RUN_ID…`. What it took, and what solvers alone take."""

import json
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import django


def _timed(do: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    found = do(*given)
    return time.perf_counter() - began, found


def main(run_ids: list[str]) -> dict[str, Any]:
    """Make the plan of each run, the bare solver in turns with it, then ask SciPy for the best there is."""
    django.setup()
    from offers.matching.plan.network import solve

    told: dict[str, Any] = {"ours": [], "bare": []}
    arrays: list[Any] = []
    for run_id in run_ids:
        told["ours"].append(_timed(_make, run_id)[0])
        if not arrays:
            told["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            arrays.append(_ready(run_id, told))
        took, flows = _timed(solve, arrays[0])
        told["bare"].append(took)
    told["worth"] = -int((flows * arrays[0].costs).sum())
    told["scipy"], told["scipy_worth"] = _timed(_by_scipy, arrays[0])
    return told


def _make(run_id: str) -> None:
    from django.utils import timezone

    from offers.matching.runs.beating import Beat
    from offers.matching.runs.carrying import carry_out, take_up

    run = take_up(run_id, at=timezone.now())
    if run is None:
        raise RuntimeError(f"{run_id} is not queued.")
    carry_out(run, beat=Beat(run))


def _ready(run_id: str, told: dict[str, Any]) -> Any:
    """Return the arrays that a bare solver is given; tell what reading and asking took, and what the plan is worth."""
    from offers.matching.plan.pairs import laid_out
    from offers.matching.plan.rooms import ready
    from offers.matching.plan.value import TIERS, base_of
    from offers.matching.runs.models import MatchingRun
    from offers.matching.runs.snapshot import snapshot_of

    run = MatchingRun.objects.get(pk=run_id)
    told["read"], seen = _timed(snapshot_of, run)
    told["digest"], _digest = _timed(lambda: seen.digest)
    told["asked"], instance = _timed(lambda: laid_out(seen.needs, seen.pledges, today=run.as_of))
    network = ready(instance, instance.pairs)
    base, tiers = base_of(int((network.supplies > 0).sum())), {one.id: TIERS[one.urgency] for one in seen.needs}
    rows = run.assignments.values_list("need_id", "score")
    told["ours_worth"] = sum(tiers[need] * base + int(score) for need, score in rows)
    told |= {"edges": len(instance.pairs), "proven": (run.objective or {})["optimal"]}
    return network


def _by_scipy(network: Any) -> int:
    """Return the worth of the best assignment by SciPy: a unit is a column, and so is staying unplaced."""
    import numpy as np

    sparse, graphs = import_module("scipy.sparse"), import_module("scipy.sparse.csgraph")
    needs = int((network.supplies > 0).sum())
    sink = len(network.supplies) - 1
    arcs = (network.tails < needs) & (network.heads < sink)
    tails, lots, costs = network.tails[arcs], network.heads[arcs] - needs, network.costs[arcs]
    room = np.zeros(sink - needs, dtype=np.int64)
    of_lots = network.tails >= needs
    room[network.tails[of_lots] - needs] = network.capacities[of_lots]
    first = np.cumsum(room) - room
    copies = room[lots]
    column = np.repeat(first[lots], copies) + np.arange(copies.sum()) - np.repeat(np.cumsum(copies) - copies, copies)
    alone = np.arange(needs)
    rows = np.concatenate([np.repeat(tails, copies), alone])
    columns = np.concatenate([column, room.sum() + alone])
    most = int(-costs.min()) + 1  # an entry of nothing would be no entry
    weights = np.concatenate([np.repeat(costs, copies), np.zeros(needs, dtype=np.int64)]) + most
    table = sparse.coo_array((weights.astype(float), (rows, columns)), shape=(needs, int(room.sum()) + needs)).tocsr()
    chosen = graphs.min_weight_full_bipartite_matching(table)
    return needs * most - int(table[chosen].sum())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1:])))
