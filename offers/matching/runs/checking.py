"""Checking a run again without its solver: the single rules are asked anew, and sums decide."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from offers.matching.plan.asking_again import asked_again
from offers.matching.plan.linked_proof import bound_with_links, faults_of_links
from offers.matching.plan.pairs import Instance, Pair, silent
from offers.matching.plan.places import PRICE_SCALE
from offers.matching.plan.proof import Taken, faults
from offers.matching.plan.value import URGENCIES, base_of, points, worth
from offers.matching.plan.whole import ROOMS, counts_worth, parted
from offers.matching.plan.wishes import Wishes, bent
from offers.matching.runs.carrying import exclusive_kinds
from offers.matching.runs.models import MatchingRun
from offers.matching.runs.snapshot import snapshot_of
from offers.matching.runs.sweeping import unswept


@dataclass(frozen=True, slots=True)
class PartChecked:
    """One part of a plan: what it is worth, and what no plan can be worth more than, both from whole numbers.

    Of rooms the two are equal when the plan is the best there is (`counted`: `worth`, tiers and scores in one number);
    of linked needs they may be. Elsewhere families may not be split, and the bound is of a world in which they may
    (`counted`: `persons`).
    """

    part: str
    counted: str
    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether nothing can be better."""
        return self.value == self.bound


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `snapshot` is `same` or `changed`: of a world that moved on, nothing can be proven.

    `asked_singly` of the `pairs` of a need and a pledge were asked by the single rules (`plan/asking_again.py` says
    which if it was not every one); a fault `rules_differ` says that one answer was not that of the vectorised rules.
    """

    run: str
    snapshot: str
    faults: list[str] = field(default_factory=list)
    parts: list[PartChecked] = field(default_factory=list)
    asked_singly: int = 0
    pairs: int = 0

    @property
    def holds(self) -> bool:
        """Whether the plan can be carried out, says the truth, exceeds no bound, and is the best for rooms."""
        sound = all(part.value <= part.bound for part in self.parts)
        best = all(part.proven for part in self.parts if part.part == ROOMS)
        return self.snapshot == "same" and not self.faults and sound and best

    def told(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        parts = [{**asdict(part), "proven": part.proven} for part in self.parts]
        return {
            "run": self.run,
            "snapshot": self.snapshot,
            "faults": self.faults,
            "parts": parts,
            "holds": self.holds,
        } | {
            "asked_singly": self.asked_singly,
            "pairs": self.pairs,
        }


@unswept()
def check(run: MatchingRun, *, told: Callable[[float], None] = silent) -> Checked:
    """Check the plan of a run that succeeded against the database as it is; `told` hears how far it is."""
    seen = snapshot_of(run)
    if seen.digest != run.snapshot:
        return Checked(run.pk, "changed")
    placed = frozenset(run.assignments.values_list("need_id", flat=True))
    again = asked_again(seen.needs, seen.pledges, today=run.as_of, placed=placed, told=told)
    instance = bent(again.instance, Wishes.of(forbid=run.forbid, force=run.force))
    plan = _written(run, instance)
    found = faults(instance, plan) + faults_of_links(instance, plan) + _false_figures(run, instance, plan)
    found += ["rules_differ"] * bool(again.differing)
    return Checked(run.pk, "same", sorted(set(found)), _parts(run, instance, plan), again.singly, again.of)


def _written(run: MatchingRun, instance: Instance) -> list[Taken]:
    needs = {need.id: index for index, need in enumerate(instance.needs)}
    pledges = {pledge.id: index for index, pledge in enumerate(instance.pledges)}
    lots = _lots(instance)
    rows = run.assignments.order_by("id").values_list("need_id", "pledge_id", "score", "lots")
    return [
        Taken(
            needs.get(need, -1),
            pledges.get(pledge, -1),
            score,
            tuple((lots.get((pledge, first), -1), units) for first, units in taken),
        )
        for need, pledge, score, taken in rows
    ]


def _lots(instance: Instance) -> dict[tuple[str, int], int]:
    return {(instance.pledges[lot.pledge].id, lot.units[0]): index for index, lot in enumerate(instance.lots)}


def _false_figures(run: MatchingRun, instance: Instance, plan: list[Taken]) -> list[str]:
    """Return `false_figures` if the objective says anything else than the plan does."""
    placed = [instance.needs[one.need] for one in plan]
    by_urgency = Counter(need.urgency for need in placed)
    said = run.objective or {}
    true = {
        "needs": len(instance.needs),
        "placed": len(placed),
        "persons_placed": sum(need.size for need in placed),
        "by_urgency": {urgency: by_urgency[urgency] for urgency in URGENCIES},
        "score": sum(one.score for one in plan),
        "edges": len(instance.pairs),
    }
    return [] if all(said.get(name) == value for name, value in true.items()) else ["false_figures"]


def _parts(run: MatchingRun, instance: Instance, plan: list[Taken]) -> list[PartChecked]:
    lots = _lots(instance)
    checked: list[PartChecked] = []
    for name, pairs in parted(instance, exclusive=exclusive_kinds()).items():
        own = {(pair.need, pair.pledge) for pair in pairs}
        placed = [Pair(one.need, one.pledge, one.score, ()) for one in plan if (one.need, one.pledge) in own]
        prices = {lots[pledge, unit]: price for part, pledge, unit, price in run.prices if part == name}
        if counts_worth(instance, name, pairs):
            base = base_of(len({pair.need for pair in pairs}))
            counted, scale = "worth", 1

            def gain(pair: Pair, base: int = base) -> int:
                return worth(instance.needs[pair.need], points(instance, pair), base=base)
        else:
            counted, scale = "persons", PRICE_SCALE

            def gain(pair: Pair, base: int = PRICE_SCALE) -> int:
                return instance.needs[pair.need].size * base

        most = bound_with_links(instance, pairs, prices, worth=gain) // scale
        checked.append(PartChecked(name, counted, sum(gain(pair) for pair in placed) // scale, most))
    return checked
