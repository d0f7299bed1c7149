"""One objective after another over needs that are alike: at once for what all of them could reach, else in turn.

What splitting families would reach of persons and of families is nearly always reached without splitting any. So the
solver is asked for a plan that does, and for the best score among those, before it is asked for each objective.
"""

import time
from collections.abc import Sequence

import numpy as np

from offers.matching.plan.alike import Alike, Objective
from offers.matching.plan.neighbours import improve, near
from offers.matching.plan.placement import Stage
from offers.matching.plan.programme import Figures, Programme

_OF_ALL = ("families", "needs")  # the others are about a tier each
_AT_ONCE = 0.7  # of the time, for a plan that reaches all there is
_IMPROVING = 0.4  # of what is left then, before the solver looks at everything


def in_turn(
    model: Alike, objectives: Sequence[tuple[str, Objective]], start: Sequence[float], *, seed: int, until: float
) -> tuple[list[float], list[Stage]]:
    """Return the columns of the best plan found up to the moment `until`, and what is reached of each objective."""
    *first, (name, gains) = objectives
    programme = programme_of(model, start, seed)
    stages = _at_once(programme, model, objectives, until=time.monotonic() + _AT_ONCE * (until - time.monotonic()))
    if stages is None:
        programme = programme_of(model, start, seed)
        stages = []
        for one, gained in first:
            stages.append(programme.reach(one, gained, most=_most(model, one, gained, stages), until=until))
    split = programme.split(gains, until=until)  # a bound that is there whenever time is out
    most = model.most(gains) if split.bound is None else min(model.most(gains), split.bound)
    now = time.monotonic()
    improve(programme, model, gains, seed=seed, until=now + _IMPROVING * (until - now))
    stages.append(programme.reach(name, gains, most=most, until=until))
    return np.rint(programme.values).tolist(), stages


def _at_once(
    programme: Programme, model: Alike, objectives: Sequence[tuple[str, Objective]], *, until: float
) -> list[Stage] | None:
    """Find a plan that reaches of each objective but the last whatever it could if columns could be split.

    Returns what that is; None if no such plan is found.
    """
    *first, (_name, gains) = objectives
    stages: list[Stage] = []
    for name, gained in first:
        bound = _most(model, name, gained, stages)
        if programme.worth(gained) < bound:
            split = programme.split(gained, until=until)
            if split.bound is None:
                return None
            bound = min(bound, split.bound)
        programme.hold(gained, bound)
        stages.append(Stage(name, bound, bound, proven=True))
    programme.fill(range(len(model.lots)), model.least(_placed(stages)))
    values: Figures | None = programme.values
    if not _reaches(programme, first, stages):
        split = programme.split(gains, until=until)
        values = None if split.bound is None else near(programme, model, gains, split, until=until)
    if values is None:
        return None
    programme.start(values)
    return stages if _reaches(programme, first, stages) else None


def _reaches(programme: Programme, objectives: Sequence[tuple[str, Objective]], stages: Sequence[Stage]) -> bool:
    return [programme.worth(gains) for _name, gains in objectives] == [stage.value for stage in stages]


def _most(model: Alike, name: str, gains: Objective, stages: Sequence[Stage]) -> int:
    """Return what anybody can see an objective cannot exceed when those before it have reached so much."""
    left = None if name in _OF_ALL else model.left(_placed(stages))
    return model.most(gains) if left is None else min(model.most(gains), left)


def _placed(stages: Sequence[Stage]) -> int:
    """Return how many persons are placed, or needs where those are counted."""
    return sum(stage.value for stage in stages if stage.name not in _OF_ALL)


def programme_of(model: Alike, start: Sequence[float], seed: int) -> Programme:
    """Return what the solver is given, beginning with a plan that is known already."""
    programme = Programme(model.limits, whole=[True] * len(model.limits), rows=model.rows, seed=seed)
    programme.start(start)
    return programme
