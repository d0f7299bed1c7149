"""Places by persons: families that are never split, and one plain model of the same solver.

The peer is what one would write first: a yes or no for each pair of family and place, the same objectives in the same
order, as much time. Ours counts families that are alike.
"""

import time
from collections.abc import Iterator
from typing import Any

import highspy
import numpy as np

from bench.families import TODAY, families
from bench.rows import Row
from offers.matching.plan.pairs import Instance, laid_out
from offers.matching.plan.whole import plan

HIAS = ((329, 1), (499, 3))  # families, seed: the smallest and the largest of the published instances
PLACES = 21
SECONDS = 15.0
MORE_SECONDS = 60.0
MOST_GAP = 1.0  # percent
URGENCIES = ("emergency", "urgent", "soon", "planned")


def measure() -> Iterator[Row]:
    """Yield for each shape the gap that is left when the time is out: none where it is proven."""
    for count, seed in HIAS:
        needs, places = families(count, places=PLACES, seed=seed)
        instance = laid_out(needs, places, today=TODAY)
        peer = _plain(instance, seconds=SECONDS)
        for seconds, goal in ((SECONDS, 0.0), (MORE_SECONDS, MOST_GAP)):
            gap, took, objective = _ours(instance, seconds=seconds)
            yield Row(
                f"places: {PLACES} places, gap after {took:.0f} s ({objective})", count, gap, "%",
                "proven" if not goal else f"≤ {goal:g} %", gap <= goal, peer, f"plain model, {SECONDS:g} s",
            )  # fmt: skip
            if not gap:
                break
    needs, places = families(10_000, places=500, countries=10)
    gap, took, objective = _ours(laid_out(needs, places, today=TODAY), seconds=MORE_SECONDS)
    yield Row(
        f"places: 500 places, gap after {took:.0f} s ({objective})", 10_000, gap, "%", f"≤ {MOST_GAP:g} %",
        gap <= MOST_GAP,
    )  # fmt: skip


def _ours(instance: Instance, *, seconds: float) -> tuple[float, float, str]:
    """Return the worst gap of all objectives, the seconds it took, and of which objective it is."""
    made = plan(instance, exclusive=frozenset(), seed=1, seconds=seconds)
    stages = made.parts[0].planned.stages
    gap, name = max((100 * (stage.bound - stage.value) / max(1, stage.bound), stage.name) for stage in stages)
    return gap, made.seconds, name if gap else "all proven"


def _plain(instance: Instance, *, seconds: float) -> float:
    """Return the worst gap of the plain model, solved one objective after another."""
    until = time.monotonic() + seconds
    pairs, needs = list(instance.pairs), instance.needs
    solver = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.999)):
        solver.setOptionValue(name, value)
    every = np.arange(len(pairs), dtype=np.int32)
    solver.addVars(len(pairs), np.zeros(len(pairs)), np.ones(len(pairs)))
    solver.changeColsIntegrality(len(pairs), every, np.array([highspy.HighsVarType.kInteger] * len(pairs)))
    for need in range(len(needs)):
        own = np.array([at for at, pair in enumerate(pairs) if pair.need == need], dtype=np.int32)
        solver.addRow(0.0, 1.0, len(own), own, np.ones(len(own)))
    for lot, units in enumerate(instance.lots):
        own = np.array([at for at, pair in enumerate(pairs) if lot in pair.lots], dtype=np.int32)
        sizes = np.array([float(needs[pairs[at].need].units) for at in own])
        solver.addRow(0.0, float(units.capacity), len(own), own, sizes)
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    worst = 0.0
    for gains in _objectives(instance, pairs):
        solver.changeColsCost(len(pairs), every, gains)
        solver.setOptionValue("time_limit", max(0.1, until - time.monotonic()))
        solver.run()
        found = solver.getInfo()
        value = float(np.dot(gains, np.array(solver.getSolution().col_value)))
        bound = min(found.mip_dual_bound, float(gains.sum()))
        worst = max(worst, 0.0 if bound - value < 1 else 100 * (bound - value) / bound)
        solver.addRow(value - 1e-6, highspy.kHighsInf, len(pairs), every, gains)
    return worst


def _objectives(instance: Instance, pairs: list[Any]) -> Iterator[Any]:
    needs = instance.needs
    for tier in URGENCIES:
        yield np.array([float(needs[one.need].size * (needs[one.need].urgency == tier)) for one in pairs])
    yield np.ones(len(pairs))
    yield np.array([float(one.score) for one in pairs])
